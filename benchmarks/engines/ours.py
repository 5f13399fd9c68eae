"""This project's engine alone, and the whole library over it."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any

from benchmarks.drawing import Query
from benchmarks.engines.base import BEST, Ask, Peer, PeerAnswer, PeerWriter
from indexer import SearchRequest, Settings, build, open_index, warm
from indexer.engine.base import Document, Engine, EngineRequest
from indexer.engine.query import All, Exclude, Node, Phrase, Prefer, Term
from indexer.engine.query import Any as Either
from indexer.engine.whoosh import files
from indexer.query.parse import parse
from indexer.query.plan import plan
from indexer.schema import Field
from indexer.storage.registry import open_backend


class Ours(Peer):
    """The engine, asked with Query trees. Its counts are exact and its hits bring the stored paragraphs."""

    index = "ours"
    fields = tuple(Field)
    asks = frozenset({"any", "all", "phrase", "planned"})

    def __init__(self) -> None:
        warm()
        self._engine: Engine | None = None
        self._settings = Settings()

    def ready(self, document: Document) -> Document:
        return document

    def writer(self, folder: Path) -> PeerWriter:
        return files.create(str(folder))

    def build(self, folder: Path, articles: Path) -> bool:
        build_with_one_job(articles, folder)
        return True

    def open(self, folder: Path) -> None:
        if self._engine is not None:
            self._engine.close()
        generation = open_backend(folder, self._settings).open()
        self._engine, self._bytes = generation.engine, generation.stats.bytes

    def prepare(self, kind: str, query: Query, plan: dict[str, Any] | None) -> Ask:
        request = EngineRequest(self._node(kind, query), limit=BEST)

        def ask() -> PeerAnswer:
            assert self._engine is not None
            page = self._engine.search(request)
            return PeerAnswer(page.total, [hit.paragraph.text for hit in page.hits])

        return ask

    def planned(self, query: Query) -> dict[str, Any]:
        """The leaves of the query as [field, forms, weight], whether or not they are required."""
        node = self._node("planned", query)
        return {"leaves": [[leaf.field.value, list(_forms(leaf)), leaf.weight] for leaf in _leaves(node)]}

    def size(self, folder: Path) -> int:
        return self._bytes

    def _node(self, kind: str, query: Query) -> Node:
        if kind == "planned":
            assert self._engine is not None
            parsed = parse(query.text, self._settings)
            node = plan(parsed, SearchRequest(query.text), self._engine, self._settings).node
            if node is None:
                raise ValueError(f"nothing is asked by {query.text!r}")
            return node
        if kind == "phrase":
            return Phrase(Field.SYLLABLES, query.forms)
        terms = tuple(Term(Field.SYLLABLES, form) for form in query.forms)
        return Either(terms) if kind == "any" else All(terms)


class WholeSearch(Ours):
    """`Index.search`: parse, plan, search, and a page of ten results with snippets and marks."""

    asks = frozenset({"search"})

    def open(self, folder: Path) -> None:
        self._index = open_index(folder)

    def prepare(self, kind: str, query: Query, plan: dict[str, Any] | None) -> Ask:
        request = SearchRequest(query.text, per_page=BEST)

        def ask() -> PeerAnswer:
            results = self._index.search(request)
            return PeerAnswer(results.total, [passage.paragraph.text for passage in results.passages])

        return ask

    def size(self, folder: Path) -> int:
        return Peer.size(self, folder)


def build_with_one_job(articles: Path, folder: Path, jobs: int = 1) -> None:
    """Run the whole pipeline, with so many jobs where it can be told how many."""
    options: dict[str, Any] = {"jobs": jobs} if has_jobs() else {}
    build([articles], folder, **options)


def has_jobs() -> bool:
    """Whether the pipeline can work with several processes."""
    return "jobs" in signature(build).parameters


def _forms(leaf: Term | Phrase) -> tuple[str, ...]:
    return (leaf.form,) if isinstance(leaf, Term) else leaf.forms


def _leaves(node: Node) -> Iterator[Term | Phrase]:
    match node:
        case Term() | Phrase():
            yield node
        case Either(children=children) | All(children=children):
            for child in children:
                yield from _leaves(child)
        case Prefer(required=required, optional=optional):
            yield from _leaves(required)
            yield from _leaves(optional)
        case Exclude(include=include):
            yield from _leaves(include)
        case _:
            raise ValueError(f"a plain question does not ask for {node!r}")
