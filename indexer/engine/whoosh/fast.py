"""The fast path: queries of the shape of `shape`, answered by the compiled loops of `kernel`.

It gives the same page as `evaluate` and `paging` do, which are its oracle in the tests. Leaves that are not terms
(phrases, prefixes, whole trees) are evaluated there first, and take part as lists of given scores.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from typing import Any as Untyped

import numpy as np

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import Document, EngineRequest, Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, damaged
from indexer.engine.whoosh.contents import read_contents
from indexer.engine.whoosh.evaluate import Evaluator, Matches
from indexer.engine.whoosh.paging import AllMatches, Page
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.shape import Flat, flatten
from indexer.engine.whoosh.statistics import CACHED_TERMS, Statistics
from indexer.engine.whoosh.writer import WhooshWriter
from indexer.fields import Field
from indexer.query.tree import Term

FIELDS = tuple(Field)
GIVEN = len(FIELDS)
"""The source of lists with given scores; the sources before it are the fields."""

MOST_BEST = 256
"""The best are kept in order by insertion; beyond this, sorting all matches is as good."""


@dataclass(frozen=True, slots=True)
class _Lists:
    """A query made ready for one segment: the arguments of the kernel's functions."""

    sources: tuple[Untyped, ...]
    given: Array
    lists: Array
    weights: Array
    bounds: Array
    allowed: Array


class FastSearch:
    """Answers requests to one committed state; remembers each term's highest score. Safe to share between threads."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._segments = statistics.segments
        self._norms: dict[tuple[int, Scoring], tuple[Array, ...]] = {}
        self._highest: dict[tuple[int, Field, int, Scoring], float] = {}

    def page(self, request: EngineRequest) -> Page | None:
        """The page, or None when the query has another shape."""
        flat = flatten(request.query)
        if flat is None:
            return None
        best = max(request.offset, 0) + max(request.limit, 0)
        prepared = [self._prepare(i, flat, request.scoring) for i in range(len(self._segments))]
        if request.sort != "relevance" or not 0 < best <= MOST_BEST:
            matches = [self._matches(i, flat, p) for i, p in enumerate(prepared)]
            return AllMatches(self._segments, matches).page(request)
        return self._best(request, flat, prepared, best)

    def _best(self, request: EngineRequest, flat: Flat, prepared: list[_Lists], best: int) -> Page:
        grouped = request.per_article is not None
        scores, numbers, articles = (np.zeros(best, np.int64) for _ in range(3))
        filled = total = articles_total = base = article_base = 0
        bases, matching = [], []
        for segment, p in zip(self._segments, prepared, strict=True):
            flags = np.zeros(segment.entry.paragraphs if request.facets else 0, bool)
            filled, matches, matched_articles = kernel.best_k(
                *p.sources, p.given, p.lists, p.weights, p.bounds, flat.minimum, p.allowed, segment.article_of,
                base, article_base, grouped, flags, scores, numbers, articles, filled,
            )  # fmt: skip
            _check(filled, segment)
            bases.append((base, article_base))
            matching.append(np.flatnonzero(flags))
            base += segment.entry.paragraphs
            article_base += segment.stored.article_count
            total, articles_total = total + matches, articles_total + matched_articles
        hits: list[tuple[int, int, float]] = []
        matched: dict[str, int] = {}
        for rank in range(max(request.offset, 0), filled):
            i = max(j for j in range(len(bases)) if bases[j][0] <= numbers[rank])
            if request.per_article is None:
                hits.append((i, int(numbers[rank]) - bases[i][0], float(scores[rank]) / kernel.UNIT))
                continue
            article = int(articles[rank]) - bases[i][1]
            members = self._matches(i, flat, prepared[i], self._segments[i].stored.paragraphs_of(article))
            order = np.lexsort((members.ids, -members.scores))[: max(request.per_article, 0)]
            hits += [(i, int(members.ids[j]), float(members.scores[j])) for j in order]
            matched[self._segments[i].stored.article_id(article)] = len(members.ids)
        return Page(hits, total, articles_total, matched, matching if request.facets else None)

    def _matches(self, i: int, flat: Flat, p: _Lists, within: range | None = None) -> Matches:
        """All matches of a segment, or those within a range of its paragraphs."""
        segment = self._segments[i]
        low, high = (within.start, within.stop) if within is not None else (0, segment.entry.paragraphs)
        scores, counts = np.zeros(high - low, np.int64), np.zeros(high - low, np.uint16)
        _check(kernel.score_range(*p.sources, p.given, p.lists, p.weights, low, high, scores, counts), segment)
        flags = counts >= flat.minimum
        if len(p.allowed):
            flags &= p.allowed[low:high]
        ids = np.flatnonzero(flags)
        return Matches(ids + low, scores[ids] / kernel.UNIT)

    def _prepare(self, i: int, flat: Flat, scoring: Scoring) -> _Lists:
        evaluator = Evaluator(self._statistics, i, scoring)
        norms = self._norms_of(i, scoring)
        ids: list[Array] = []
        scores: list[Array] = []
        # Of each list: highest score, source, start, end, whether required, weight.
        rows: list[tuple[int, int, int, int, int, float]] = []
        given = 0
        for required, nodes in ((1, flat.required), (0, flat.optional)):
            for node in nodes:
                if isinstance(node, Term):
                    row = self._term(i, node, norms, scoring)
                    if row is not None:
                        rows.append((*row[:4], required, row[4]))
                    continue
                matches = evaluator.evaluate(node)
                if len(matches.ids):
                    ids.append(matches.ids)
                    scores.append((matches.scores * kernel.UNIT).astype(np.int64))
                    end = given + len(matches.ids)
                    rows.append((int(scores[-1].max()), GIVEN, given, end, required, 0.0))
                    given = end
        rows.sort()
        given_ids = np.concatenate([np.empty(0, np.uint32), *ids]).astype(np.uint32)
        # Of one type with the mapped arrays, or the kernel would have to be compiled again.
        given_ids.flags.writeable = False
        postings = [self._segments[i].postings[field] for field in FIELDS]
        sources = (
            (*(p.ids for p in postings), given_ids),
            tuple(p.frequencies for p in postings),
            tuple(p.exceptions_at for p in postings),
            tuple(p.exceptions for p in postings),
            norms,
        )
        lists = np.array([row[1:5] for row in rows], np.int64).reshape(-1, 4)
        weights = np.array([row[5] for row in rows], np.float64)
        bounds = np.array([row[0] for row in rows], np.int64)
        given_scores = np.concatenate([np.empty(0, np.int64), *scores])
        return _Lists(sources, given_scores, lists, weights, bounds, self._allowed(i, flat, evaluator))

    def _term(
        self, i: int, node: Term, norms: tuple[Array, ...], scoring: Scoring
    ) -> tuple[int, int, int, int, float] | None:
        """Highest score, source, start, end and weight of a term's list; None where the segment lacks it."""
        postings = self._segments[i].postings[node.field]
        term = postings.find(node.form)
        if term is None:
            return None
        start, end = postings.bounds(term)
        source = FIELDS.index(node.field)
        key = (i, node.field, term, scoring)
        highest = self._highest.get(key)
        if highest is None:
            highest = kernel.highest(
                postings.ids, postings.frequencies, postings.exceptions_at, postings.exceptions,
                norms[source], start, end,
            )  # fmt: skip
            _check(highest, self._segments[i])
            if len(self._highest) >= CACHED_TERMS:
                self._highest.clear()
            self._highest[key] = highest
        idf = self._statistics.idf(node.field, node.form, scoring)
        weight = node.weight * idf * (scoring.k1 + 1) * kernel.UNIT
        # Rounded up, and a little more for what the kernel's own rounding may add.
        return math.ceil(weight * highest * (1 + 1e-9)) + 1, source, start, end, weight

    def _norms_of(self, i: int, scoring: Scoring) -> tuple[Array, ...]:
        key = i, scoring
        norms = self._norms.get(key)
        if norms is None:
            norms = tuple(self._statistics.norms(i, field, scoring).astype(np.float32) for field in FIELDS)
            if len(self._norms) >= 4 * len(self._segments):
                self._norms.clear()
            self._norms[key] = norms
        return norms

    def _allowed(self, i: int, flat: Flat, evaluator: Evaluator) -> Array:
        """Which paragraphs of a segment may match; empty when all may."""
        live = self._segments[i].live
        if live is None and not flat.filters and not flat.excluded:
            return np.empty(0, bool)
        allowed = np.ones(self._segments[i].entry.paragraphs, bool) if live is None else live.copy()
        for node in flat.filters:
            flags = np.zeros(len(allowed), bool)
            flags[evaluator.evaluate(node).ids] = True
            allowed &= flags
        for node in flat.excluded:
            allowed[evaluator.evaluate(node).ids] = False
        return allowed


def _check(result: float, segment: Segment) -> None:
    if result < 0:
        raise damaged(segment.stored.articles.path, "the postings of its segment name paragraphs that do not exist")


def compile_all() -> None:
    """Compile every function of the kernel, by asking a small index of its own."""
    with tempfile.TemporaryDirectory() as directory:
        writer = WhooshWriter(directory, fresh=True)
        writer.add(Document(ArticleInfo("a", ""), Paragraph(0, Kind.BODY, "a"), {Field.SYLLABLES: ["a"]}))
        writer.commit()
        _, entries = read_contents(directory)
        search = FastSearch(Statistics([Segment(directory, entry) for entry in entries]))
        search.page(EngineRequest(Term(Field.SYLLABLES, "a"), per_article=1))
