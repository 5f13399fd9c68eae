"""The general path: the Query tree evaluated exactly, node by node, on whole arrays.

It evaluates every tree and every request, and is the oracle in tests of the compiled path. The result of a node in one
segment is `Matches`: its paragraphs, ascending, and their scores.

When the time limit is reached no further leaf is evaluated, and the result is that of the leaves before it: some of the
matching paragraphs, never one that does not match.
"""

from __future__ import annotations

import contextlib
import datetime
from dataclasses import dataclass
from functools import reduce

import numpy as np

from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Phrase, Prefer, Prefix, Range, Term
from indexer.engine.scoring import Scoring
from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.limit import OutOfTime, TimeLimit
from indexer.engine.whoosh.packing import Records
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.shape import is_scored
from indexer.engine.whoosh.statistics import Statistics
from indexer.engine.whoosh.values import days
from indexer.schema import Field, facet_key

STRIDE = 1 << 33
"""Apart in the joint order of (paragraph, position): more than a position and a phrase's length together."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Paragraphs of a segment (i8, ascending) and their scores (f8)."""

    ids: Array
    scores: Array


class Evaluator:
    """Answers nodes in segment number `i` of an index."""

    def __init__(self, statistics: Statistics, i: int, scoring: Scoring, limit: TimeLimit | None = None) -> None:
        self._statistics, self._i, self._scoring = statistics, i, scoring
        self._limit = limit or TimeLimit()
        self._segment: Segment = statistics.segments[i]
        self._count = self._segment.entry.paragraphs

    def evaluate(self, node: Node) -> Matches:
        """The paragraphs that match `node`, deleted ones never among them; or `OutOfTime`, where that leaves none."""
        self._limit.check()
        match node:
            case Term():
                return self._term(node)
            case Phrase():
                return self._phrase(node)
            case Prefix():
                return self._prefix(node)
            case Facet():
                return self._unscored(self._facet(node))
            case Range():
                return self._unscored(self._range(node))
            case Everything():
                return self._unscored(np.ones(self._count, bool))
            case All():
                # Filters come first, so that no time is spent on matches that they exclude.
                children = sorted(node.children, key=is_scored)
                return self._all([self.evaluate(child) for child in children])
            case Any():
                return self._any(self._in_time(node.children), node.minimum, node.counts)
            case Prefer():
                required = self.evaluate(node.required)
                optional = self._in_time((node.optional,))
                return self._prefer(required, optional[0]) if optional else required
            case Exclude():
                # Exclusions come first: without them no match would be certain.
                exclude = self.evaluate(node.exclude)
                return self._exclude(self.evaluate(node.include), exclude)

    def _in_time(self, nodes: tuple[Node, ...]) -> list[Matches]:
        """The matches of the first of `nodes`, as many as there is time for."""
        found: list[Matches] = []
        with contextlib.suppress(OutOfTime):
            for node in nodes:
                found.append(self.evaluate(node))
        return found

    def _place(self, field: Field, form: str) -> int | None:
        """The number of a term in this segment, or None."""
        place = self._statistics.places(field, form)[self._i]
        return None if place is None else place.term

    def _term(self, node: Term) -> Matches:
        term = self._place(node.field, node.form)
        if term is None:
            return _NOTHING
        record = self._segment.postings[node.field].record_of(term)
        ids, frequencies = record.ids, record.frequencies
        if self._segment.live is not None:
            keep = self._segment.live[ids]
            ids, frequencies = ids[keep], frequencies[keep]
        idf = self._statistics.idf(node.field, node.form, self._scoring)
        return Matches(ids, self._bm25(node.field, ids, frequencies, node.weight * idf))

    def _phrase(self, node: Phrase) -> Matches:
        postings = self._segment.postings[node.field]
        terms = [self._place(node.field, form) for form in node.forms]
        found = [term for term in terms if term is not None]
        if not found or len(found) < len(terms):
            return _NOTHING
        records = {term: postings.record_of(term) for term in dict.fromkeys(found)}
        ids = reduce(_common, sorted((record.ids for record in records.values()), key=len))
        if self._segment.live is not None:
            ids = ids[self._segment.live[ids]]
        if not len(ids):
            return _NOTHING
        places = {term: self._places(record, ids) for term, record in records.items()}
        first = places[found[0]]
        for step, term in enumerate(found[1:], 1):
            first = _common(first + step, places[term]) - step
        owners, frequencies = _counted(first // STRIDE)
        idf = sum(self._statistics.idf(node.field, form, self._scoring) for form in node.forms)
        ids = ids[owners]
        return Matches(ids, self._bm25(node.field, ids, frequencies, node.weight * idf))

    @staticmethod
    def _places(record: Records, wanted: Array) -> Array:
        """Where a term stands in paragraphs that all hold it: place in `wanted` * STRIDE + position, ascending."""
        at = np.searchsorted(record.ids, wanted)
        sizes = record.frequencies[at]
        begins = (np.cumsum(record.frequencies) - record.frequencies)[at]
        owners = np.repeat(np.arange(len(wanted), dtype=np.int64), sizes)
        # From the number of a position among those wanted to its number among all of the term.
        shift = np.repeat(begins - (np.cumsum(sizes) - sizes), sizes)
        places: Array = owners * STRIDE + record.positions[np.arange(len(owners)) + shift]
        return places

    def _bm25(self, field: Field, ids: Array, frequencies: Array, weight: float) -> Array:
        norms = self._statistics.norms(self._i, field, self._scoring)[ids]
        scores: Array = weight * (self._scoring.k1 + 1) * (frequencies / (frequencies + norms))
        return scores

    def _prefix(self, node: Prefix) -> Matches:
        postings = self._segment.postings[node.field]
        flags = np.zeros(self._count, bool)
        for form, _ in self._statistics.expand(node.field, node.form, node.expansions):
            term = self._place(node.field, form)
            if term is not None:
                flags[postings.record_of(term).ids] = True
        matches = self._unscored(flags)
        matches.scores.fill(node.weight)
        return matches

    def _facet(self, node: Facet) -> Array:
        stored = self._segment.stored
        flags = np.zeros(self._count, bool)
        if node.name == "article":
            article = stored.find_article(node.value)
            if article is not None:
                numbers = stored.paragraphs_of(article)
                flags[numbers.start : numbers.stop] = True
            return flags
        having = stored.having(node.name, facet_key(node.value), node.whole)
        flags = having if node.name == "kind" else having[self._segment.article_of]
        return flags

    def _range(self, node: Range) -> Array:
        values = self._segment.stored.values.get(node.name)
        if values is None:
            return np.zeros(self._count, bool)
        flags: Array = values.articles_with(values.between(_bound(node.first), _bound(node.last)))
        return flags[self._segment.article_of]

    def _unscored(self, flags: Array) -> Matches:
        if self._segment.live is not None:
            flags &= self._segment.live
        ids = np.flatnonzero(flags)
        return Matches(ids, np.zeros(len(ids)))

    def _all(self, children: list[Matches]) -> Matches:
        return self._any(children, len(children)) if children else _NOTHING

    def _any(self, children: list[Matches], minimum: int, counts_of: tuple[int, ...] = ()) -> Matches:
        scores, counts = np.zeros(self._count), np.zeros(self._count, np.int32)
        for child, count in zip(children, counts_of or (1,) * len(children), strict=False):
            # A child names each paragraph once, so adding in place adds to each once.
            scores[child.ids] += child.scores
            counts[child.ids] += count
        flags = counts >= minimum
        if self._segment.live is not None:
            flags &= self._segment.live
        ids = np.flatnonzero(flags)
        return Matches(ids, scores[ids])

    def _prefer(self, required: Matches, optional: Matches) -> Matches:
        scores = np.zeros(self._count)
        scores[optional.ids] = optional.scores
        return Matches(required.ids, required.scores + scores[required.ids])

    def _exclude(self, include: Matches, exclude: Matches) -> Matches:
        flags = np.ones(self._count, bool)
        flags[exclude.ids] = False
        keep = flags[include.ids]
        return Matches(include.ids[keep], include.scores[keep])


def _bound(value: float | datetime.date | None) -> float | None:
    """An end of a range as the index has values."""
    return days(value) if isinstance(value, datetime.date) else value


def _common(few: Array, many: Array) -> Array:
    """The intersection of two ascending arrays; fast when the first one is the shorter."""
    if not len(many):
        return few[:0]
    at = np.minimum(np.searchsorted(many, few), len(many) - 1)
    common: Array = few[many[at] == few]
    return common


def _counted(values: Array) -> tuple[Array, Array]:
    """The distinct values of an ascending array and their counts."""
    starts = np.flatnonzero(np.diff(values, prepend=-1))
    return values[starts], np.diff(starts, append=len(values))


_NOTHING = Matches(np.empty(0, np.int64), np.empty(0))
