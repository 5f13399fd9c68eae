"""Asking the engine: the found set, the passages nearest to it, and how a page is made of both.

What lacks nothing comes before what lacks something, and the nearest follow only where little is found. With questions
and long queries that would harm: what answers them best often lacks a word of theirs (nDCG@10 -.003 on XQuAD, -.011 on
questions about Wikipedia; `benchmarks.relevance`). So for these the best passages, as many as are re-ranked, come first
in the order of their scores, and what else is found behind them.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import FRESH, EnginePage, EngineRequest, Hit, Searcher
from indexer.engine.query import Any, Exclude, Facet, Node
from indexer.engine.scoring import Scoring
from indexer.query.plan import Plan
from indexer.results import SearchRequest
from indexer.search.article_rank import ranked_articles
from indexer.search.facets import facet_requests
from indexer.search.freshness import Freshness
from indexer.search.ranking import Question, Stage, ranked
from indexer.settings import Settings

ResultName = str | tuple[str, int]
"""The id of an article, or that and the position of a passage."""

_NOTHING = EnginePage(hits=(), total=0, articles=0)


@dataclass(frozen=True, slots=True)
class Finding:
    """A page of the answer.

    `found` has the counts of the found set. `hits` are the page, each with whether it is of the found set; `matched` as
    of an `EnginePage`. `partial` counts the passages that are ranked though they are not of the found set, `length` the
    passages, or the articles, of all pages. `others` has the near-duplicates that were put under a result, by its name,
    `titles` the articles whose title is among the hits and is one of those that `matched` counts.
    """

    found: EnginePage
    hits: tuple[tuple[Hit, bool], ...] = ()
    matched: Mapping[str, int] = field(default_factory=dict)
    partial: int = 0
    length: int = 0
    degraded: bool = False
    others: Mapping[ResultName, tuple[Hit, ...]] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[tuple[str, int], ...]:
        """The (article id, position) pairs of the hits."""
        return tuple((hit.info.id, hit.paragraph.position) for hit, _ in self.hits)


class Finder:
    """Answers plans by one engine. Safe to share between threads."""

    def __init__(self, engine: Searcher, settings: Settings, stages: Sequence[Stage]) -> None:
        self._engine, self._settings, self._stages = engine, settings, stages
        self._freshness = Freshness(engine, settings.half_life)

    def find(
        self, plan: Plan, request: SearchRequest, ends: float = math.inf, stretch: tuple[int, int] | None = None
    ) -> Finding:
        """The page of a request, or in place of it a stretch of the results: how many, after how many others."""
        if plan.node is None:
            return Finding(_NOTHING)
        asked = engine_request(plan.node, request, self._settings, ends, scores=bool(plan.targets))
        if stretch is not None:
            asked = replace(asked, offset=stretch[0], limit=stretch[1])
        search = _Search(
            self._engine, self._settings, self._stages, self._freshness, plan, plan.node, request, asked, ends
        )
        if plan.nearest is not None and request.sort == "relevance" and self._settings.nearest:
            if plan.by_relevance and self._settings.rerank:
                return search.by_relevance(plan.nearest)
            return search.found_first(plan.nearest)
        return search.found_alone()


@dataclass(frozen=True, slots=True)
class _Search:
    """One request. Places and lengths count passages or, grouped, articles."""

    engine: Searcher
    settings: Settings
    stages: Sequence[Stage]
    freshness: Freshness
    plan: Plan
    node: Node
    request: SearchRequest
    asked: EngineRequest
    ends: float

    @property
    def _grouped(self) -> bool:
        return self.asked.per_article is not None

    @property
    def _held(self) -> tuple[Node, ...]:
        return tuple([each.held for each in self.plan.units])

    def found_alone(self) -> Finding:
        """The found set and nothing else."""
        page = self.freshness.aged(self._ranked(self._naming(self.asked)), self.asked)
        return _finding(page, [(page, True)], length=self._length(page))

    def found_first(self, nearest: Node) -> Finding:
        """The found set; where it is small, what is nearest behind it."""
        found = self._ranked(self._naming(self.asked))
        length = self._length(found)
        # What has the syllables of a word or name apart is near to it only where nothing has it. (Dates without their
        # year are, and what is typed as an abbreviation: .002 of the nDCG of the sample corpus.)
        units = self.plan.units
        is_one_word = len(units) == 1 and units[0].unit.is_in_full
        if found.total >= (1 if is_one_word else self.settings.nearest):
            return _finding(found, [(found, True)], length=length)
        rest = self._part(Exclude(nearest, self._whole(found)), start=length)
        besides = self._ranked(rest)
        return _finding(found, [(found, True), (besides, False)], besides.total, length + self._length(besides))

    def by_relevance(self, nearest: Node) -> Finding:
        """The best passages by their scores, found or not; then what else is found; where that is little, the rest."""
        best = self._ranked(
            replace(
                self.asked,
                query=nearest,
                counted=self.node,
                named=self._held,
                offset=0,
                limit=self.settings.rerank,
            )
        )
        end = self.asked.offset + self.asked.limit
        size = self._size(best)
        if self._grouped:
            # Of an article that has what was asked, what is only near is no result of its own.
            lacking = sum(best.matched_besides[name] for name, found in best.matched.items() if not found)
            within = sum(map(bool, best.matched.values()))
        else:
            lacking = sum(not hit.counted for hit in best.hits)
            within = size - lacking
        parts = [(self._sliced(best, self.asked.offset, end), False)]
        length = size + self._length(best) - within
        if size < end and size < length:
            others = Exclude(self.node, _articles(best.hits)) if self._grouped else self.node
            skip = 0 if self._grouped else within
            parts.append((self.engine.search(self._part(others, start=size, skip=skip)), True))
        if best.total >= self.settings.nearest:
            return _finding(best, parts, lacking, length)
        whole = length + (best.articles_besides if self._grouped else best.besides) - (size - within)
        if length < end and length < whole:
            known = Any((self._whole(best), _articles(best.hits))) if self._grouped else self.node
            skip = 0 if self._grouped else size - within
            parts.append((self.engine.search(self._part(Exclude(nearest, known), start=length, skip=skip)), False))
        return _finding(best, parts, self._besides(best, nearest), whole)

    def _besides(self, best: EnginePage, nearest: Node) -> int:
        """How many passages are only near; by article, those of articles that have nothing of what was asked."""
        if not self._grouped:
            return best.besides
        if sum(best.matched.values()) == best.total:
            return best.besides - sum(n for name, n in best.matched_besides.items() if best.matched[name])
        asked = replace(self.asked, query=Exclude(nearest, self._whole(best)), limit=0, per_article=None, facets=())
        return self.engine.search(asked).total

    def _naming(self, asked: EngineRequest) -> EngineRequest:
        """What is asked of the found set, where some of it may lack a unit."""
        return asked if self.plan.is_met_by_all else replace(asked, named=self._held)

    def _ranked(self, asked: EngineRequest) -> EnginePage:
        question = Question(
            self.request.text,
            asked,
            self.plan.seeks,
            self.plan.frequencies,
            self.engine.paragraphs,
            self.plan.units,
            self.ends,
        )
        rank_articles = functools.partial(ranked_articles, settings=self.settings)
        return ranked(self.engine, question, self.stages, self.settings.rerank, rank_articles)

    def _part(self, node: Node, start: int, skip: int = 0) -> EngineRequest:
        """What the page has of what `node` finds, but for the first `skip`, where that stands from `start` on."""
        first = max(self.asked.offset, start)
        limit = max(0, self.asked.offset + self.asked.limit - first)
        return replace(self.asked, query=node, offset=first - start + skip, limit=limit, facets=(), named=self._held)

    def _whole(self, found: EnginePage) -> Node:
        """What is found: its passages or, grouped, all passages of its articles."""
        if not self._grouped or not found.total:
            return self.node
        hits = self.engine.search(replace(self.asked, offset=0, limit=found.total, per_article=None, facets=())).hits
        return _articles(hits)

    def _length(self, page: EnginePage) -> int:
        return page.articles if self._grouped else page.total

    def _size(self, page: EnginePage) -> int:
        return len({hit.info.id for hit in page.hits}) if self._grouped else len(page.hits)

    def _sliced(self, page: EnginePage, first: int, end: int) -> EnginePage:
        groups: dict[ResultName, list[Hit]] = {}
        for hit in page.hits:
            groups.setdefault(name_of(hit.info, hit.paragraph, self._grouped), []).append(hit)
        return replace(page, hits=tuple(chain.from_iterable(list(groups.values())[first:end])))


def _articles(hits: Iterable[Hit]) -> Node:
    """What finds all passages of the articles of hits."""
    return Any(tuple([Facet("article", name) for name in dict.fromkeys(hit.info.id for hit in hits)]))


def name_of(info: ArticleInfo, paragraph: Paragraph, by_article: bool) -> ResultName:
    """What a result is called that is a passage or, by article, an article."""
    return info.id if by_article else (info.id, paragraph.position)


def _finding(found: EnginePage, parts: Sequence[tuple[EnginePage, bool]], partial: int = 0, length: int = 0) -> Finding:
    shown = {hit.info.id for page, _ in parts for hit in page.hits}
    return Finding(
        found,
        tuple([(hit, is_found) for page, is_found in parts for hit in page.hits]),
        {
            name: count or page.matched_besides[name]
            for page, _ in parts
            for name, count in page.matched.items()
            if name in shown
        },
        partial,
        length,
        any(page.degraded for page in (found, *(page for page, _ in parts))),
        titles=frozenset(
            hit.info.id
            for page, _ in parts
            for hit in page.hits
            # Of an article that has nothing of what was asked, what is near is counted.
            if hit.paragraph.kind is Kind.TITLE and hit.counted == bool(page.matched.get(hit.info.id))
        ),
    )


def engine_request(
    node: Node, request: SearchRequest, settings: Settings, ends: float = math.inf, *, scores: bool = True
) -> EngineRequest:
    """What a request asks of an engine about a node; `scores` says whether that has anything to rank by."""
    return EngineRequest(
        query=node,
        offset=(request.page - 1) * request.per_page,
        limit=request.per_page,
        per_article=settings.passages_per_article if request.group == "article" else None,
        # Restrictions alone score nothing: then the newest is the most useful.
        sort=request.sort if scores or request.sort not in ("relevance", FRESH) else "date",
        facets=facet_requests(request).get(request, ()),
        facet_values=request.facet_values,
        scoring=Scoring(settings.k1, settings.b, settings.idf_power),
        half_life=settings.half_life,
        seconds=seconds_left(ends),
    )


def seconds_left(ends: float) -> float | None:
    """The seconds until `ends` (of the performance counter); None where there is no end."""
    return None if ends == math.inf else max(0.0, ends - time.perf_counter())
