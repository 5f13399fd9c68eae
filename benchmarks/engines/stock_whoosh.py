"""Whoosh 2.7.4 as it comes, over the field of syllables, with positions; the text stored. It does not count here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whoosh import fields, index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.query import And, Or, Phrase, Term

from benchmarks.drawing import Query
from benchmarks.engines.base import BEST, HEAP, Ask, Peer, PeerAnswer
from indexer.engine.base import Document
from indexer.schema import Field


class StockWhoosh(Peer):
    """BM25F, its default; one process."""

    index = "whoosh"

    def ready(self, document: Document) -> tuple[str, str]:
        return " ".join(document.tokens[Field.SYLLABLES]), document.paragraph.text

    def writer(self, folder: Path) -> StockWriter:
        return StockWriter(folder)

    def open(self, folder: Path) -> None:
        self._searcher = index.open_dir(str(folder)).searcher()

    def prepare(self, kind: str, query: Query, plan: dict[str, Any] | None) -> Ask:
        made: Any
        if kind == "phrase":
            made = Phrase("syllables", list(query.forms))
        else:
            made = (Or if kind == "any" else And)([Term("syllables", form) for form in query.forms])

        def ask() -> PeerAnswer:
            return PeerAnswer(None, [hit["text"] for hit in self._searcher.search(made, limit=BEST)])

        return ask


class StockWriter:
    """One segment."""

    def __init__(self, folder: Path) -> None:
        schema = fields.Schema(
            syllables=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True), text=fields.STORED()
        )
        self._writer = index.create_in(str(folder), schema).writer(limitmb=HEAP >> 20)

    def add(self, item: tuple[str, str]) -> None:
        syllables, text = item
        self._writer.add_document(syllables=syllables, text=text)

    def commit(self) -> None:
        self._writer.commit(optimize=True)
