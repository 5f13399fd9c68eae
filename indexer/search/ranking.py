"""Ranking after the engine: stages re-rank the best passages that it found.

A stage takes the question and the hits and gives the hits back, with named parts added to their scores. The stages in
use are listed in `indexer.search.stages`.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain
from typing import Protocol

from indexer.engine.base import EnginePage, EngineRequest, Hit, Searcher
from indexer.engine.query import All, Any, Exclude, Node, Prefer, Term
from indexer.query.found import KnownUnit
from indexer.query.frequencies import Frequencies
from indexer.query.questions import Sought
from indexer.schema import Field


@dataclass(frozen=True)
class Question:
    """What was asked, as a stage sees it.

    `text` is the query as typed, `request` what the engine is asked, `seeks` what kind of answer the words ask for.
    `frequencies` has the terms of the tree, `paragraphs` counts those of the index. `units` are those of the query:
    `Hit.matches` begins with which of them a hit has, and is empty where it has them all. A stage that may take long
    stops when the performance counter reaches `ends`.
    """

    text: str
    request: EngineRequest
    seeks: Sought | None
    frequencies: Frequencies
    paragraphs: int
    units: Sequence[KnownUnit] = ()
    ends: float = math.inf

    @functools.cached_property
    def leaves(self) -> Sequence[Term]:
        """The terms of the tree that add to a score and that a text can show."""
        return _leaves_shown(self.request.query)

    def idf(self, field: Field, form: str) -> float:
        """The inverse document frequency of a term, to its power, as the engine counts it."""
        return self.request.scoring.idf(self.frequencies.frequency(field, form), self.paragraphs)


@dataclass(slots=True)
class RankedHit(Hit):
    """A hit, and the parts of its score that stages added, by name."""

    parts: Mapping[str, float] = field(default_factory=dict)

    def plus(self, **parts: float) -> RankedHit:
        """The hit with further parts added to its score."""
        score = self.score + sum(parts.values())
        return RankedHit(self.info, self.paragraph, score, self.counted, self.matches, {**self.parts, **parts})


class Stage(Protocol):
    """One step of ranking after the engine. Safe to share between threads."""

    @property
    def weights(self) -> Mapping[str, float]:
        """The names of the parts that it adds to scores, each with its weight in the settings."""
        ...

    def applies(self, question: Question) -> bool:
        """Whether it can add anything; where no stage does, the engine's page is the answer."""
        ...

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> Sequence[RankedHit]:
        """The same hits, in any order, with its parts added; the same for the same question and hits.

        A part should not be negative, so that no hit falls below those that no stage saw.
        """
        ...


class ArticleRank(Protocol):
    """The order of articles, each of the passages that it is shown with, the best one first."""

    def __call__(self, question: Question, articles: Sequence[Sequence[Hit]]) -> Sequence[Sequence[Hit]]:
        """The same articles in the order of their rank."""
        ...


def ranked(
    engine: Searcher,
    question: Question,
    stages: Iterable[Stage],
    most: int,
    rank_articles: ArticleRank = lambda question, articles: articles,
) -> EnginePage:
    """The page that an engine answers with, but its first `most` passages re-ranked by the stages, one after another.

    Grouped by article, these are the first articles that have so many together, ranked in the end. Pages fit: the
    same passages are always re-ranked together, whatever page is asked for. Sorted by date, nothing is re-ranked.
    """
    request = question.request
    end, grouped = request.offset + request.limit, request.per_article is not None
    may_apply = request.sort == "relevance" and request.offset < most and request.limit > 0
    stages = [stage for stage in stages if stage.applies(question)] if may_apply else []
    if not stages:
        return engine.search(request)
    page = engine.search(replace(request, offset=0, limit=max(most, end)))
    groups: Sequence[Sequence[Hit]] = _groups(page.hits, grouped)
    block = sum(before < most for before in accumulate(map(len, groups[:-1]), initial=0)) if groups else 0
    best: Sequence[RankedHit] = [
        RankedHit(hit.info, hit.paragraph, hit.score, hit.counted, hit.matches)
        for hit in chain.from_iterable(groups[:block])
    ]
    for stage in stages if best else ():
        best = stage.rank(question, best)
    best = sorted(best, key=lambda hit: -hit.score)
    first = _groups(best, grouped)
    first = rank_articles(question, first) if grouped else first
    groups = [*first, *groups[block:]][request.offset : end]
    shown = {group[0].info.id for group in groups}
    matched = {name: number for name, number in page.matched.items() if name in shown}
    # A stage may have left some as they were.
    degraded = page.degraded or time.perf_counter() >= question.ends
    return replace(page, hits=tuple(chain.from_iterable(groups)), matched=matched, degraded=degraded)


def _groups(hits: Iterable[Hit], grouped: bool) -> Sequence[Sequence[Hit]]:
    """The hits one by one or, where `grouped`, those of each article together."""
    if not grouped:
        return [[hit] for hit in hits]
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.info.id, []).append(hit)
    return list(groups.values())


def _leaves_shown(node: Node) -> list[Term]:
    match node:
        case Term(field, _, weight):
            return [node] if weight > 0 and field in (Field.SYLLABLES, Field.UNMARKED) else []
        case All(children) | Any(children):
            return [leaf for child in children for leaf in _leaves_shown(child)]
        case Prefer(required, optional):
            return [*_leaves_shown(required), *_leaves_shown(optional)]
        case Exclude(include):
            return _leaves_shown(include)
    return []
