"""A query made ready for the compiled loops in one segment: nodes become lists, filters become sets.

What the arrays mean is told in `kernel.reading`, what a query's shape is in `shape`, where a term's list comes from
in `terms`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from indexer.engine.base import Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, address, damaged
from indexer.engine.whoosh.evaluate import Evaluator
from indexer.engine.whoosh.limit import OutOfTime, TimeLimit
from indexer.engine.whoosh.packing import STRETCH, stretches
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.shape import Flat
from indexer.engine.whoosh.statistics import Statistics
from indexer.engine.whoosh.terms import TermList, TermLists, as_words
from indexer.fields import Field, bigram
from indexer.query.tree import Any, Node, Phrase, Term

MOST_PHRASES = 10_000
"""Phrases of two syllables remembered in a segment."""

_POSTINGS, _DENSITY = attrgetter("postings"), attrgetter("density")


class Scored(NamedTuple):
    """A list with what it adds: `row` and `weight` as in `kernel`, its highest score, its postings, and its highest
    score for each of them: it pays most not to go through those lists of which this `density` is low.

    `kept` is whatever owns the memory that the row has addresses of.
    """

    row: Array
    weight: float
    bound: int
    postings: int
    density: float
    kept: object


@dataclass(slots=True)
class Prepared:
    """A query in one segment.

    `lists`, `weights` and `bounds` say what to score by, `counted` (rows of lists) and `minimum` what matches: for a
    conjunction `counted` are the first of `lists`. `ends` (words) has the last paragraph of each article. Who finds out
    what matches sets `words`.
    """

    lists: Array
    weights: Array
    bounds: Array
    counted: Array
    minimum: int
    allowed: Array
    ends: Array
    words: Array
    kept: object

    @property
    def is_conjunction(self) -> bool:
        """Whether every counted list must be met."""
        return self.minimum == len(self.counted) > 0


def check(result: float, segment: Segment) -> None:
    """Raise `IndexDamaged` for what a function of the kernel returned."""
    if result < 0:
        raise damaged(segment.stored.articles.path, "the postings of its segment name paragraphs that do not exist")


class SegmentLists:
    """Makes queries ready for segment number `i` under one scoring. Safe to share between threads."""

    def __init__(self, statistics: Statistics, i: int, scoring: Scoring) -> None:
        self._statistics, self._i, self._scoring = statistics, i, scoring
        self._segment = statistics.segments[i]
        self._terms = TermLists(statistics, i, scoring)
        self._pair_terms: dict[tuple[Field, tuple[str, ...]], TermList] = {}
        self._pairs = self._segment.has_pairs
        self._no_set = np.empty(0, np.uint64)
        self._live = None if self._segment.live is None else as_words(self._segment.live)
        last = np.zeros(self._segment.entry.paragraphs, bool)
        last[:-1] = self._segment.article_of[1:] != self._segment.article_of[:-1]
        last[-1:] = True
        self._ends = as_words(last)

    def prepare(self, flat: Flat, limit: TimeLimit) -> Prepared:
        """Look up the terms, and evaluate what is not a term.

        Scored nodes for which there is no time are left out; filters are not: `OutOfTime`.
        """
        evaluator = Evaluator(self._statistics, self._i, self._scoring, limit)
        allowed = self._allowed(flat, evaluator)
        required = self._found(flat.required, evaluator, limit)
        optional = self._found(flat.optional, evaluator, limit)
        if len(required) < flat.minimum:
            required = optional = []
        if len(required) == flat.minimum:
            required.sort(key=_POSTINGS)
            optional.sort(key=_DENSITY)
            lists = required + optional
            rows = _rows(lists)
            counted = rows[: flat.minimum]
        else:
            lists = sorted(required + optional, key=_DENSITY)
            rows = _rows(lists)
            # The order does not matter to who counts.
            counted = _rows(required) if optional else rows
        return Prepared(
            rows,
            np.array([found.weight for found in lists], np.float64),
            np.array([found.bound for found in lists], np.int64),
            counted,
            flat.minimum,
            allowed,
            self._ends,
            np.empty(len(self._ends), np.uint64),
            lists,
        )

    def _found(self, nodes: Sequence[Node], evaluator: Evaluator, limit: TimeLimit) -> list[Scored]:
        """The lists of those nodes that anything matches."""
        lists = []
        for node in nodes:
            if isinstance(node, Term):
                term = self._terms.get(node.field, node.form)
                found = None if term is None else _scored(term, node.weight)
            elif limit.is_over():
                break
            elif isinstance(node, Phrase):
                found = self._phrase(node)
            elif isinstance(node, Any) and node.minimum == 1:
                found = self._union(self._found(node.children, evaluator, limit))
            else:
                found = self._evaluated(node, evaluator)
            if found is not None:
                lists.append(found)
        return lists

    def _phrase(self, node: Phrase) -> Scored | None:
        """The list of a phrase; where pairs of syllables are indexed, found by them: it is the same, but shorter."""
        field, forms, slop = node.field, node.forms, max(node.slop, 0)
        if (
            slop == 0
            and field is Field.SYLLABLES
            and self._pairs
            and len(forms) > 1
            and not any(" " in form for form in forms)
        ):
            steps = sorted({*range(0, len(forms) - 1, 2), len(forms) - 2})
            looked_up = [(Field.BIGRAMS, bigram(forms[step], forms[step + 1])) for step in steps]
        else:
            steps = list(range(len(forms)))
            looked_up = [(field, form) for form in forms]
        terms = [self._terms.get(*name) for name in looked_up]
        lists = [term for term in terms if term is not None]
        if not lists or len(lists) < len(terms):
            return None
        factor = node.weight * self._terms.factor(field, forms)
        if len(lists) == 1:
            return self._as_term(field, forms, lists[0], factor)
        order = sorted(range(len(lists)), key=lambda i: lists[i].postings)
        rows = _rows(lists)
        rows[:, kernel.NORMS] = self._terms.norms_at[field]
        lows, bounds, scores = made = self._room(lists[order[0]].postings)
        count, highest = kernel.phrase(
            rows, np.array(steps, np.int64), np.array(order, np.int64), min(slop, kernel.MOST_SLOP), factor,
            self._segment.entry.paragraphs, lows, bounds, scores,
        )  # fmt: skip
        check(count, self._segment)
        return _given(*made, count, highest) if count else None

    def _as_term(self, field: Field, forms: tuple[str, ...], pair: TermList, factor: float) -> Scored:
        """A phrase of two syllables: the list of their pair, with the norms of the syllables."""
        key = field, forms
        term = self._pair_terms.get(key)
        if term is None:
            if len(self._pair_terms) >= MOST_PHRASES:
                self._pair_terms = {}
            term = self._pair_terms[key] = self._terms.with_norms(field, pair)
        return _scored(term._replace(factor=factor), 1.0)

    def _union(self, lists: list[Scored]) -> Scored | None:
        """The list of what is in any of some lists."""
        if len(lists) < 2:
            return lists[0] if lists else None
        paragraphs = self._segment.entry.paragraphs
        made = self._room(min(sum(found.postings for found in lists), paragraphs))
        weights = np.array([found.weight for found in lists], np.float64)
        count, highest = kernel.union(_rows(lists), weights, paragraphs, *made)
        check(count, self._segment)
        return _given(*made, count, highest) if count else None

    def _room(self, most: int) -> tuple[Array, Array, Array]:
        """The lows, bounds and scores, to be filled, of a list with given scores and at most so many postings."""
        bounds = np.empty(stretches(self._segment.entry.paragraphs) + 1, np.uint32)
        return np.empty(most, np.uint16), bounds, np.empty(most, np.int64)

    def _evaluated(self, node: Node, evaluator: Evaluator) -> Scored | None:
        """What the general path says of a node; None also when there is no time."""
        try:
            matches = evaluator.evaluate(node)
        except OutOfTime:
            return None
        if not len(matches.ids):
            return None
        starts = np.arange(stretches(self._segment.entry.paragraphs) + 1) * STRETCH
        bounds = np.searchsorted(matches.ids, starts).astype(np.uint32)
        lows, scores = (matches.ids & (STRETCH - 1)).astype(np.uint16), (matches.scores * kernel.UNIT).astype(np.int64)
        return _given(lows, bounds, scores, len(lows), int(scores.max()))

    def _allowed(self, flat: Flat, evaluator: Evaluator) -> Array:
        """The set of paragraphs that may match; empty when all may."""
        if not flat.filters and not flat.excluded:
            return self._no_set if self._live is None else self._live
        live = self._segment.live
        allowed = np.ones(self._segment.entry.paragraphs, bool) if live is None else live.copy()
        for node in flat.filters:
            allowed &= self._flags(node, evaluator)
        for node in flat.excluded:
            allowed &= ~self._flags(node, evaluator)
        return as_words(allowed)

    def _flags(self, node: Node, evaluator: Evaluator) -> Array:
        flags = np.zeros(self._segment.entry.paragraphs, bool)
        flags[evaluator.evaluate(node).ids] = True
        return flags


def _scored(term: TermList, weight: float) -> Scored:
    weight *= term.factor
    # Rounded up, and a little more for what the kernel's own rounding may add.
    bound = math.ceil(weight * term.highest * (1 + 1e-9)) + 1
    return Scored(term.row, weight, bound, term.postings, bound / term.postings, term)


def _given(lows: Array, bounds: Array, scores: Array, count: int, highest: int) -> Scored:
    """A list with given scores."""
    row = np.array((count, address(bounds), address(lows), 0, 0, 0, address(scores), 0, 0, 0, 0, 0, 0), np.int64)
    return Scored(row, 0.0, highest, count, highest / count, (bounds, lows, scores))


def _rows(lists: Sequence[Scored | TermList]) -> Array:
    if not lists:
        return np.empty((0, kernel.COLUMNS), np.int64)
    return np.concatenate([found.row for found in lists]).reshape(-1, kernel.COLUMNS)
