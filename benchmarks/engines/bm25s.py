"""bm25s with its numba backend: disjunctions only, over an index that is never changed, held in memory.

Scores are computed when indexing (Lù 2024), so it has no counts, phrases or conjunctions.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bm25s

from benchmarks.drawing import Query
from benchmarks.engines.base import BEST, Ask, Peer, PeerAnswer
from indexer.engine.base import Document
from indexer.schema import Field


class Bm25s(Peer):
    """The texts are kept in a file beside, with the place of each."""

    index = "bm25s"
    asks = frozenset({"any"})

    def ready(self, document: Document) -> tuple[list[str], str]:
        return list(document.tokens[Field.SYLLABLES]), document.paragraph.text

    def writer(self, folder: Path) -> Bm25sWriter:
        return Bm25sWriter(folder)

    def open(self, folder: Path) -> None:
        self._index = bm25s.BM25.load(str(folder), mmap=False)
        self._index.backend = "numba"
        self._index.activate_numba_scorer()
        self._places = json.loads((folder / "places.json").read_text("utf-8"))
        self._texts = (folder / "texts.bin").open("rb")

    def prepare(self, kind: str, query: Query, plan: dict[str, Any] | None) -> Ask:
        forms = [form for form in query.forms if form in self._index.vocab_dict] or list(query.forms)

        def ask() -> PeerAnswer:
            best = min(BEST, len(self._places) - 1)
            found = self._index.retrieve([forms], k=best, show_progress=False, n_threads=1)
            numbers = [int(n) for n, score in zip(found.documents[0], found.scores[0], strict=True) if score > 0]
            return PeerAnswer(None, [self._text(number) for number in numbers])

        return ask

    def _text(self, number: int) -> str:
        start, end = self._places[number], self._places[number + 1]
        self._texts.seek(start)
        return self._texts.read(end - start).decode()


class Bm25sWriter:
    """Collects everything; the work is done at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tokens: list[list[str]] = []
        self._places = [0]
        self._texts = (folder / "texts.bin").open("wb")

    def add(self, item: tuple[list[str], str]) -> None:
        tokens, text = item
        self._tokens.append(tokens)
        self._places.append(self._places[-1] + self._texts.write(text.encode()))

    def commit(self) -> None:
        self._texts.close()
        index = bm25s.BM25(backend="numba")
        index.index(self._tokens, show_progress=False)
        index.save(str(self._folder))
        (self._folder / "places.json").write_text(json.dumps(self._places), "utf-8")
