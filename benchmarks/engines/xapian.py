"""Xapian over the field of syllables, with positions; the text is the document's data. Its counts are estimates.

Debian's python3-xapian is built for Debian's Python; it is looked for there when this one has the same version.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.drawing import Query
from benchmarks.engines.base import BEST, Ask, Peer, PeerAnswer
from indexer.engine.base import Document
from indexer.schema import Field

_DEBIAN = "/usr/lib/python3/dist-packages"
try:
    import xapian
except ImportError:
    sys.path.append(_DEBIAN)
    try:
        import xapian
    finally:
        sys.path.remove(_DEBIAN)

LONGEST_TERM = 240
"""Bytes; Xapian allows 245."""


class Xapian(Peer):
    """Stock BM25 weights."""

    index = "xapian"

    def ready(self, document: Document) -> tuple[list[str], str]:
        return [_term(form) for form in document.tokens[Field.SYLLABLES]], document.paragraph.text

    def writer(self, folder: Path) -> XapianWriter:
        return XapianWriter(folder)

    def open(self, folder: Path) -> None:
        self._database = xapian.Database(str(folder / "index"))

    def prepare(self, kind: str, query: Query, plan: dict[str, Any] | None) -> Ask:
        operator = {"any": xapian.Query.OP_OR, "all": xapian.Query.OP_AND, "phrase": xapian.Query.OP_PHRASE}[kind]
        made = xapian.Query(operator, [_term(form) for form in query.forms])

        def ask() -> PeerAnswer:
            enquire = xapian.Enquire(self._database)
            enquire.set_query(made)
            return PeerAnswer(None, [match.document.get_data().decode() for match in enquire.get_mset(0, BEST)])

        return ask


class XapianWriter:
    """One transaction."""

    def __init__(self, folder: Path) -> None:
        self._database = xapian.WritableDatabase(str(folder / "index"), xapian.DB_CREATE_OR_OPEN)

    def add(self, item: tuple[list[str], str]) -> None:
        forms, text = item
        document = xapian.Document()
        document.set_data(text)
        for position, form in enumerate(forms):
            document.add_posting(form, position)
        self._database.add_document(document)

    def commit(self) -> None:
        self._database.commit()
        self._database.close()


def _term(form: str) -> str:
    return form.encode()[:LONGEST_TERM].decode(errors="ignore")
