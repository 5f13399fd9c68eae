"""Runs over a judged set: index its corpus in a temporary place, ask every query, measure the rankings."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

from indexer.evaluation.judged import JudgedSet
from indexer.evaluation.measures import DEPTH, measure
from indexer.index import Index, open_index
from indexer.indexing import Progress, build
from indexer.results import SearchRequest
from indexer.settings import Settings


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a run gave: the mean of each measure, how many queries, and the ranking of each of them."""

    measures: dict[str, float]
    queries: int
    seconds: float
    rankings: dict[str, list[str]]


def evaluate(
    judged: JudgedSet,
    settings: Settings,
    limit: int | None = None,
    on_build: Progress | None = None,
    on_query: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Index the corpus of a judged set in a temporary place and ask its first `limit` queries (None: all)."""
    with tempfile.TemporaryDirectory(prefix="timdoan-eval-") as folder:
        build([judged.corpus], folder, on_build)
        with open_index(folder, settings) as index:
            return ask(index, judged, limit, on_query)


def ask(
    index: Index,
    judged: JudgedSet,
    limit: int | None = None,
    on_query: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Ask an open index the queries of a judged set.

    Where judgements name paragraphs, paragraphs are ranked; else articles, each by its best paragraph.
    """
    known = {info.id for info in index.articles()}
    judged_names = {name for grades in judged.judgements.values() for name in grades}
    passages = any("#" in name and name not in known for name in judged_names)
    start = time.perf_counter()
    rankings: dict[str, list[str]] = {}
    chosen = dict(itertools.islice(judged.queries.items(), limit))
    for number, (key, text) in enumerate(chosen.items(), 1):
        rankings[key] = _ranking(index, text, passages)
        if on_query:
            on_query(number, len(chosen))
    return Evaluation(measure(judged.judgements, rankings), len(rankings), time.perf_counter() - start, rankings)


def _ranking(index: Index, text: str, passages: bool) -> list[str]:
    if passages:
        return [f"{article}#{position}" for article, position in index.rank(SearchRequest(text, per_page=DEPTH))]
    found = index.rank(SearchRequest(text, per_page=DEPTH, group="article"))
    return list(dict.fromkeys(article for article, _ in found))
