"""The compiled loops over the texts of passages, once they are warm; until then what they do is done in Python."""

from __future__ import annotations

from types import ModuleType

from indexer.loops import on_warm

kernel: ModuleType | None = None
"""The package `indexer.passages.loops`, once `warm` has imported it."""


@on_warm
def warm() -> None:
    """Compile the loops, or load what was compiled before."""
    global kernel
    from indexer.passages import loops

    loops.compile_all()
    kernel = loops
