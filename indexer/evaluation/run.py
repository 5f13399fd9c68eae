"""Evaluation runs: index the corpus of a judged set in a temporary folder, run every query, measure the rankings."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from indexer.evaluation.judged import JudgedSet
from indexer.evaluation.measures import DEPTH, PerQuery, mean, measure_each
from indexer.evaluation.variants import variant
from indexer.indexing.changes import build
from indexer.indexing.report import Progress
from indexer.results import SearchRequest
from indexer.search.index import Index, open_index
from indexer.settings import Settings

OnQuery: TypeAlias = Callable[[int, int], None]
"""Called with the number of queries run and the number of all."""

Rank: TypeAlias = Callable[[SearchRequest], Sequence[tuple[str, int]]]
"""What ranks: `Index.rank`, or under other weights `Rankings.under`."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results of a run: the mean of each measure, the number of queries, and the values and ranking of each."""

    measures: dict[str, float]
    queries: int
    seconds: float
    per_query: PerQuery
    rankings: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Variants:
    """The results of a judged set as written, and in typing variants (`indexer.evaluation.variants`) by name."""

    original: Evaluation
    variants: dict[str, Evaluation]

    def retention(self, name: str) -> float | None:
        """The nDCG@10 of a variant as a share of the original's; None where that is 0."""
        whole = self.original.measures["nDCG@10"]
        return self.variants[name].measures["nDCG@10"] / whole if whole else None


def evaluate(
    judged: JudgedSet,
    settings: Settings,
    limit: int | None = None,
    on_build: Progress | None = None,
    on_query: OnQuery | None = None,
    *,
    literal: bool = False,
) -> Evaluation:
    """Index the corpus of a judged set in a temporary folder and run its first `limit` queries (None: all)."""
    return evaluate_variants(judged, settings, (), limit, on_build, on_query, literal=literal).original


def evaluate_variants(
    judged: JudgedSet,
    settings: Settings,
    names: Sequence[str],
    limit: int | None = None,
    on_build: Progress | None = None,
    on_query: OnQuery | None = None,
    *,
    literal: bool = False,
) -> Variants:
    """The same for the queries as written and for the typing variants named; the corpus is indexed once.

    `literal` searches without correction and without expanding abbreviations.
    """
    with tempfile.TemporaryDirectory(prefix="timdoan-eval-") as folder:
        build([judged.corpus], folder, on_build, settings=settings)
        with open_index(folder, settings) as index:
            original = ask(index, judged, limit, on_query, literal=literal)
            typed = {
                name: ask(index, typed_as(judged, name), limit, on_query, literal=literal)
                for name in dict.fromkeys(names)
            }
    return Variants(original, typed)


def typed_as(judged: JudgedSet, name: str) -> JudgedSet:
    """A judged set with its queries in a typing variant."""
    return replace(judged, queries={key: variant(name, key, text) for key, text in judged.queries.items()})


def ask(
    index: Index,
    judged: JudgedSet,
    limit: int | None = None,
    on_query: OnQuery | None = None,
    *,
    literal: bool = False,
    depth: int = DEPTH,
) -> Evaluation:
    """Run the queries of a judged set on an open index, to the first `depth` documents of each.

    Where judgements name paragraphs, paragraphs are ranked; else articles, each by its best paragraph.
    """
    judges_passages = passages_are_judged(judged, {info.id for info in index.articles()})
    start = time.perf_counter()
    rankings: dict[str, list[str]] = {}
    chosen = dict(itertools.islice(judged.queries.items(), limit))
    for number, (key, text) in enumerate(chosen.items(), 1):
        rankings[key] = ranking(index.rank, text, judges_passages, literal=literal, depth=depth)
        if on_query:
            on_query(number, len(chosen))
    seconds = time.perf_counter() - start
    values = measure_each(judged.judgements, rankings)
    return Evaluation(mean(values), len(rankings), seconds, values, rankings)


def passages_are_judged(judged: JudgedSet, articles: Container[str]) -> bool:
    """Whether judgements name passages, of an index with these articles."""
    names = {name for grades in judged.judgements.values() for name in grades}
    return any("#" in name and name not in articles for name in names)


def ranking(rank: Rank, text: str, passages: bool, *, literal: bool = False, depth: int = DEPTH) -> list[str]:
    """The names of the first `depth` passages, or articles, for a query."""
    if passages:
        found = rank(SearchRequest(text, per_page=depth, literal=literal))
        return [f"{article}#{position}" for article, position in found]
    found = rank(SearchRequest(text, per_page=depth, group="article", literal=literal))
    return list(dict.fromkeys(article for article, _ in found))
