"""What is changed while another process builds a new index: ids of articles, which the build takes over.

A build reads its sources without the lock of the index, for hours perhaps, and replaces the live generation at its end.
Each generation that is published meanwhile has an attachment: the build that was running, by the token of what it
builds, and the ids of all articles that were written or removed since it began. It is carried on from one generation to
the next, as the marks of the queue are, and becomes live by the same atomic step as the change. So the build finds in
the live generation, whatever was killed or rolled back, what it has to take over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from indexer.engine.base import Batch, Document, Writer
from indexer.errors import IndexDamaged
from indexer.storage.manifest import write_durably

ATTACHMENT = "meanwhile"
_FILE = "ids.json"


class Noting:
    """A writer that notes which articles it changes, in `ids`, for a `build`."""

    def __init__(self, writer: Writer, build: str) -> None:
        self._writer, self.build = writer, build
        self.ids: dict[str, None] = {}

    def note(self, ids: Iterable[str]) -> None:
        """Note articles that are to be gone, whether or not they are there."""
        self.ids.update(dict.fromkeys(ids))

    def add(self, document: Document) -> None:
        """Add a paragraph."""
        self.note([document.info.id])
        self._writer.add(document)

    def add_batch(self, batch: Batch) -> None:
        """Add paragraphs."""
        self.note(info.id for info, _ in batch.paragraphs)
        self._writer.add_batch(batch)

    def delete_article(self, article_id: str) -> None:
        """Delete every paragraph of an article."""
        self.note([article_id])
        self._writer.delete_article(article_id)

    def commit(self, threads: int = 1) -> None:
        """Commit."""
        self._writer.commit(threads)

    def cancel(self) -> None:
        """Cancel."""
        self._writer.cancel()


def read(attachments: Path, build: str) -> list[str]:
    """The ids that were changed while a build ran, as a generation has them; raises `IndexDamaged`."""
    path = attachments / ATTACHMENT / _FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        ids = found["ids"] if found["build"] == build else []
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            raise ValueError("it lists no ids")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged(
            f"{path} cannot be read: {error}", "Go back with: indexer rollback, or restore a backup."
        ) from None
    return ids


def write(attachments: Path, build: str, ids: Iterable[str]) -> None:
    """Attach ids to a generation that is being written."""
    (attachments / ATTACHMENT).mkdir()
    write_durably(attachments / ATTACHMENT / _FILE, {"build": build, "ids": list(dict.fromkeys(ids))})
