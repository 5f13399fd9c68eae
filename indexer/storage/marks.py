"""How far a generation has come with the queue of changes: an attachment, carried on from one generation to the next.

It is published by the same atomic step as the articles, so that a writer that was killed can tell whether they were.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import NamedTuple

from indexer.engine.backend import Backend
from indexer.errors import IndexDamaged, IndexMissing, IndexOutdated
from indexer.storage.manifest import write_durably

ATTACHMENT = "queue"
_FILE = "mark.json"


class Mark(NamedTuple):
    """A queue, by its identity, and the last number of it that was published."""

    queue: str
    through: int


def read(attachments: Path) -> Mark | None:
    """The mark of a generation; None where it has none."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        value = json.loads((attachments / ATTACHMENT / _FILE).read_text("utf-8"))
        return Mark(str(value["queue"]), int(value["through"]))
    return None


def write(attachments: Path, mark: Mark | None) -> None:
    """Attach a mark to a generation that is being written; nothing where there is none."""
    if mark is not None:
        (attachments / ATTACHMENT).mkdir()
        write_durably(attachments / ATTACHMENT / _FILE, mark._asdict())


def of_live(backend: Backend) -> Mark | None:
    """The mark of the live generation; None where there is none that can be read."""
    with contextlib.suppress(IndexMissing, IndexDamaged, IndexOutdated):
        return _of(backend, "")
    return None


def of_kept(backend: Backend) -> list[Mark]:
    """The marks of the live generation and the one before it; raises as opening them."""
    try:
        names = backend.published()
    except IndexMissing:
        return []
    found = [_of(backend, names.generation)]
    if names.previous:
        with contextlib.suppress(IndexMissing, IndexDamaged, IndexOutdated):
            found.append(_of(backend, names.previous))
    return [mark for mark in found if mark is not None]


def _of(backend: Backend, token: str) -> Mark | None:
    generation = backend.open(token)
    generation.engine.close()
    return read(generation.attachments)
