"""The compiled loops over the texts of passages, once they are warm; until then what they do is done in Python."""

from __future__ import annotations

from types import ModuleType

kernel: ModuleType | None = None
"""The package `indexer.passages.loops`, once `warm` has imported it."""


def warm() -> None:
    """Compile the loops, or load what was compiled before."""
    global kernel
    if kernel is None:
        from indexer.passages import loops

        loops.compile_all()
        kernel = loops
