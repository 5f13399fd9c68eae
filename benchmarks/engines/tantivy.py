"""tantivy: the same six fields, split at spaces, with positions; the text stored.

Its weighted query is the plain disjunction of all leaves with their boosts: the form that tantivy answers fastest,
without the share of words that ours demands.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import tantivy
from tantivy import Occur

from benchmarks.drawing import Query
from benchmarks.engines.base import BEST, HEAP, Ask, Peer, PeerAnswer, one_token, spaced
from indexer.engine.base import Document
from indexer.schema import Field


class Counting(Peer):
    """Asked for the best ten and the number of matches, which is the default of its `search`."""

    index = "tantivy"
    fields = tuple(Field)
    asks = frozenset({"any", "all", "phrase", "planned"})
    count: ClassVar[bool] = True
    best: ClassVar[int] = BEST

    def __init__(self) -> None:
        builder = tantivy.SchemaBuilder()
        for field in self.fields:
            builder.add_text_field(field.value, tokenizer_name="whitespace", index_option="position")
        builder.add_bytes_field("text", stored=True, indexed=False)
        self._schema = builder.build()
        self._searcher: tantivy.Searcher | None = None

    def ready(self, document: Document) -> dict[str, Any]:
        row: dict[str, Any] = {field.value: spaced(document.tokens[field]) for field in self.fields}
        return {**row, "text": document.paragraph.text.encode()}

    def writer(self, folder: Path) -> TantivyWriter:
        return TantivyWriter(tantivy.Index(self._schema, path=str(folder)))

    def open(self, folder: Path) -> None:
        index = tantivy.Index.open(str(folder))
        self._searcher = index.searcher()

    def prepare(self, kind: str, query: Query, plan: dict[str, Any] | None) -> Ask:
        made = self._query(kind, query, plan)

        def ask() -> PeerAnswer:
            searcher = self._searcher
            assert searcher is not None
            found = searcher.search(made, self.best, self.count)
            texts = [bytes(searcher.doc(address)["text"][0]).decode() for _, address in found.hits]
            return PeerAnswer(found.count if self.count else None, texts)

        return ask

    def _query(self, kind: str, query: Query, plan: dict[str, Any] | None) -> tantivy.Query:
        if kind == "planned":
            assert plan is not None
            leaves = [(self._leaf(field, forms), weight) for field, forms, weight in plan["leaves"]]
            boosted = [(Occur.Should, tantivy.Query.boost_query(leaf, weight)) for leaf, weight in leaves]
            return tantivy.Query.boolean_query(boosted)
        if kind == "phrase":
            return self._leaf(Field.SYLLABLES.value, query.forms)
        occur = Occur.Should if kind == "any" else Occur.Must
        terms = [(occur, self._leaf(Field.SYLLABLES.value, [form])) for form in query.forms]
        return tantivy.Query.boolean_query(terms)

    def _leaf(self, field: str, forms: Sequence[str]) -> tantivy.Query:
        words: list[str | tuple[int, str]] = [one_token(form) for form in forms]
        if len(words) == 1:
            return tantivy.Query.term_query(self._schema, field, one_token(forms[0]))
        return tantivy.Query.phrase_query(self._schema, field, words)


class TopOnly(Counting):
    """Asked for the best ten alone, which lets it leave out what cannot be among them."""

    count = False


class TantivyWriter:
    """One indexing thread; merges are waited for."""

    def __init__(self, index: tantivy.Index) -> None:
        self._writer = index.writer(heap_size=HEAP, num_threads=1)

    def add(self, item: dict[str, Any]) -> None:
        self._writer.add_document(tantivy.Document(**item))

    def commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
