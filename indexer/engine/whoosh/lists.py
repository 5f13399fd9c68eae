"""Preparation of a query for the compiled loops in one segment: nodes become posting lists, filters become bitsets.

`kernel.posting_lists` documents the arrays, `shape` the shapes of queries, `terms` where a term's list comes from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from indexer.engine.query import Any, Node, Phrase, Term
from indexer.engine.scoring import Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, address, as_words, damaged
from indexer.engine.whoosh.evaluate import Evaluator
from indexer.engine.whoosh.finder import TermFinder
from indexer.engine.whoosh.limit import OutOfTime, TimeLimit
from indexer.engine.whoosh.packing import STRETCH, stretches
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.shape import LISTED, Flat, flatten
from indexer.engine.whoosh.statistics import Name, Statistics
from indexer.engine.whoosh.terms import BYTES_OF_TERM, ListName, TermList, TermLists
from indexer.schema import Field, bigram

BYTES_OF_MADE = 8 << 20
"""For the lists of phrases and unions that are kept, of all segments together, under one scoring. Once used up, all is
forgotten."""

_POSTINGS, _DENSITY = attrgetter("postings"), attrgetter("density")


class Scored(NamedTuple):
    """A list with what it adds: `row` and `weight` as in `kernel`, its highest score, its postings, and its highest
    score for each of them: it pays most not to go through those lists of which this `density` is low.

    `kept` is whatever owns the memory that the row has addresses of. What is but a set, without scores, has `words`: of
    its row `kernel.match` alone can make use.
    """

    row: Array
    weight: float
    bound: int
    postings: int
    density: float
    kept: object
    words: Array | None = None


class Steps(NamedTuple):
    """How a phrase is searched: the names of lists, and the offset of each in the phrase."""

    places: list[int]
    names: list[ListName]


class QueryTerms(NamedTuple):
    """The terms a query needs: lists, other terms whose idf counts, and the steps of phrases by the id of the node."""

    names: list[ListName]
    others: list[Name]
    steps: dict[int, Steps]


@dataclass(slots=True)
class Prepared:
    """A query in one segment.

    `lists`, `weights` and `bounds` say what to score by, `counted` (rows of lists), how much `each` of them
    counts (empty: 1) and `minimum` what matches: for a conjunction `counted` are the first of `lists`. `ends` (words)
    has the last paragraph of each article. Who finds out what matches sets `words`.
    """

    lists: Array
    weights: Array
    bounds: Array
    counted: Array
    each: Array
    minimum: int
    allowed: Array
    ends: Array
    words: Array
    kept: object

    @property
    def is_conjunction(self) -> bool:
        """Whether every counted list must be met."""
        return not len(self.each) and self.minimum == len(self.counted)


def check(result: float, segment: Segment) -> None:
    """Raise `IndexDamaged` if a kernel function returned DAMAGED."""
    if result < 0:
        raise damaged(segment.stored.articles.path, "the postings of its segment name paragraphs that do not exist")


class SegmentLists:
    """Prepares queries for segment number `i` under one scoring. Safe to share between threads."""

    def __init__(self, statistics: Statistics, i: int, scoring: Scoring, finder: TermFinder) -> None:
        self._statistics, self._i, self._scoring = statistics, i, scoring
        self._segment = statistics.segments[i]
        self._terms = TermLists(statistics, i, scoring, finder)
        self._pairs = self._segment.has_pairs
        self._no_set = np.empty(0, np.uint64)
        share = self._segment.entry.live / max(statistics.paragraphs, 1)
        self._made: dict[Node | tuple[Node], Scored | None] = {}
        self._bytes_left = self._most_bytes = int(BYTES_OF_MADE * share)
        self._live = None if self._segment.live is None else as_words(self._segment.live)
        last = np.zeros(self._segment.entry.paragraphs, bool)
        last[:-1] = self._segment.article_of[1:] != self._segment.article_of[:-1]
        last[-1:] = True
        self._ends = as_words(last)

    def prepare(self, flat: Flat, limit: TimeLimit, *, scored: bool = True) -> Prepared:
        """Look up the terms, and evaluate what is not a term.

        Scored nodes for which there is no time are left out; filters are not: `OutOfTime`. What is not to be `scored`
        is good for `kernel.match` alone.
        """
        evaluator = Evaluator(self._statistics, self._i, self._scoring, limit)
        allowed = self._allowed(flat, evaluator, limit)
        needed = QueryTerms([], [], {})
        self._collect(flat.required, needed)
        terms = self._terms.of(needed.names, needed.others)
        # Where each must be met, one that has several lists is a set, and what its lists add is added to what matches.
        meets_all = not flat.counts and len(flat.required) == flat.minimum
        adding: list[Scored] = []
        by_node = []
        for node in flat.required:
            leaves = _leaves(node) if scored and meets_all and isinstance(node, Any) else None
            found = self._found(leaves or (node,), needed, terms, evaluator, limit, scored=scored)
            if len(found) > 1:
                adding += found
                joined = self._keep_joined(node, found, limit)
                found = [] if joined is None else [joined]
            by_node.append(found)
        required = [found for each in by_node for found in each]
        counts = [count for count, each in zip(flat.counts, by_node, strict=False) if each]
        if (sum(counts) if flat.counts else len(required)) < flat.minimum:
            # Small segments hardly ever have it all; then nothing more is looked up.
            required, counts, adding = [], [], []
        elif flat.optional:
            needed = QueryTerms([], [], {})
            self._collect(flat.optional, needed)
            terms = self._terms.of(needed.names, needed.others)
            adding += self._found(flat.optional, needed, terms, evaluator, limit)
        optional = [found for found in adding if found.bound]
        minimum = flat.minimum
        if not flat.counts and len(required) == minimum:
            if scored:
                sets = [found.words for found in required if found.words is not None]
                allowed = reduce(np.bitwise_and, [allowed, *sets] if len(allowed) else sets) if sets else allowed
                required = [found for found in required if found.words is None]
                minimum = len(required)
            required.sort(key=_POSTINGS)
            optional.sort(key=_DENSITY)
            lists = required + optional
            rows = _rows(lists)
            counted = rows[:minimum]
        else:
            lists = sorted([found for found in (*required, *optional) if found.bound], key=_DENSITY)
            rows = _rows(lists)
            # The order does not matter to who counts.
            counted = rows if not counts and len(lists) == len(required) and not optional else _rows(required)
        return Prepared(
            rows,
            np.array([found.weight for found in lists], np.float64),
            np.array([found.bound for found in lists], np.int64),
            counted,
            np.array(counts, np.int64),
            minimum,
            allowed,
            self._ends,
            np.empty(len(self._ends), np.uint64),
            (required, lists),
        )

    def holding(self, nodes: Sequence[Node], paragraphs: Array, limit: TimeLimit) -> Array:
        """Whether each of some paragraphs (i8, ascending) matches each of some nodes (bool, node by paragraph).

        Raises `OutOfTime`.
        """
        leaves = [_leaves(node) for node in nodes]
        needed = QueryTerms([], [], {})
        for own in leaves:
            self._collect(own or (), needed)
        terms = self._terms.of(needed.names, needed.others)
        evaluator = Evaluator(self._statistics, self._i, self._scoring, limit)
        lists: list[Scored] = []
        rows: list[int] = []
        matching = np.zeros((len(nodes), len(paragraphs)), bool)
        for at, (node, own) in enumerate(zip(nodes, leaves, strict=True)):
            limit.check()
            if own is None:
                words = self._matching(node, evaluator, limit)
                bits = words[paragraphs >> 6] >> (paragraphs & 63).astype(np.uint64)
                matching[at] = bits & np.uint64(1)
            else:
                found = self._found(own, needed, terms, evaluator, limit)
                lists += found
                rows += [at] * len(found)
        held = np.empty((len(lists), len(paragraphs)), bool)
        kernel.hold(_rows(lists), paragraphs, held)
        for at, own_held in zip(rows, held, strict=True):
            matching[at] |= own_held
        return matching

    def _collect(self, nodes: Sequence[Node], needed: QueryTerms) -> None:
        """Add the terms that some nodes need."""
        for node in nodes:
            if isinstance(node, Term):
                needed.names.append((node.field, node.form, node.field))
            elif isinstance(node, Phrase):
                steps = needed.steps[id(node)] = self._steps(node)
                needed.names.extend(steps.names)
                needed.others.extend([(node.field, form) for form in node.forms])
            elif isinstance(node, Any) and node.minimum == 1:
                self._collect(node.children, needed)

    def _steps(self, node: Phrase) -> Steps:
        """The steps of a phrase.

        Where bigrams are indexed they are used: the matches are the same, but their lists are shorter.
        """
        field, forms = node.field, node.forms
        last = len(forms) - 2
        if field is Field.SYLLABLES and self._pairs and last >= 0 and " " not in "".join(forms):
            places = [*range(0, last, 2), last]
            return Steps(places, [(Field.BIGRAMS, bigram(forms[at], forms[at + 1]), field) for at in places])
        return Steps(list(range(len(forms))), [(field, form, field) for form in forms])

    def _found(
        self,
        nodes: Sequence[Node],
        needed: QueryTerms,
        terms: dict[ListName, TermList | None],
        evaluator: Evaluator,
        limit: TimeLimit,
        *,
        scored: bool = True,
        within: bool = False,
    ) -> list[Scored]:
        """The lists of those nodes that anything matches; without `scored` some, and unions that are not `within` one,
        are mere sets."""
        lists = []
        for node in nodes:
            if isinstance(node, Term):
                term = terms[node.field, node.form, node.field]
                found = None if term is None else _scored(term, node.weight)
            elif limit.is_over():
                break
            elif node in self._made:
                found = self._made[node]
            elif isinstance(node, Phrase):
                found = self._keep(node, self._phrase(node, needed.steps[id(node)], terms))
            elif not scored and (node,) in self._made:
                found = self._made[(node,)]
            elif isinstance(node, Any) and node.minimum == 1:
                parts = self._found(node.children, needed, terms, evaluator, limit, scored=scored, within=True)
                if scored and (within or any(part.bound for part in parts)):
                    found = self._union(parts)
                    if not limit.ran_out:
                        self._keep(node, found)
                else:
                    found = self._keep_joined(node, parts, limit)
            else:
                found = self._evaluated(node, evaluator)
            if found is not None:
                lists.append(found)
        return lists

    def _keep(self, node: Node | tuple[Node], found: Scored | None) -> Scored | None:
        """The list of a node, kept for what else a page asks: counts, units and facets need the same ones."""
        size = found.kept.nbytes if found is not None and isinstance(found.kept, np.ndarray) else BYTES_OF_TERM
        if size > self._bytes_left:
            self._made, self._bytes_left = {}, self._most_bytes
        if size <= self._bytes_left:
            self._bytes_left -= size
            self._made[node] = found
        return found

    def _phrase(self, node: Phrase, steps: Steps, terms: dict[ListName, TermList | None]) -> Scored | None:
        """The list of a phrase."""
        lists = [term for name in steps.names if (term := terms[name]) is not None]
        if not lists or len(lists) < len(steps.names):
            return None
        factor = node.weight * self._terms.factor(node.field, node.forms)
        if len(lists) == 1:
            return _scored(lists[0]._replace(factor=factor), 1.0)
        row = np.empty(kernel.COLUMNS, np.int64)
        places = np.array(steps.places, np.int64)
        return self._given(row, *kernel.phrase(_rows(lists), places, factor, self._segment.entry.paragraphs, row))

    def _union(self, lists: list[Scored]) -> Scored | None:
        """The list of what is in any of some lists."""
        if len(lists) < 2:
            return lists[0] if lists else None
        row, weights = np.empty(kernel.COLUMNS, np.int64), np.array([found.weight for found in lists], np.float64)
        return self._given(row, *kernel.union(_rows(lists), weights, self._segment.entry.paragraphs, row))

    def _joined(self, lists: list[Scored]) -> Scored | None:
        """The same without scores."""
        if len(lists) < 2:
            return lists[0] if lists else None
        row, words = np.zeros(kernel.COLUMNS, np.int64), np.empty(len(self._ends), np.uint64)
        paragraphs = self._segment.entry.paragraphs
        count = kernel.match(_rows(lists), np.empty(0, np.int64), 1, self._no_set, paragraphs, words)
        check(count, self._segment)
        row[kernel.COUNT], row[kernel.SET] = count, address(words)
        return Scored(row, 0.0, 0, count, 0.0, words, words)

    def _keep_joined(self, node: Node, lists: list[Scored], limit: TimeLimit) -> Scored | None:
        """What is in any of the lists of a node, without scores, made once."""
        if (node,) in self._made:
            return self._made[(node,)]
        found = self._joined(lists)
        return found if limit.ran_out else self._keep((node,), found)

    def _given(self, row: Array, count: int, highest: int, kept: object) -> Scored | None:
        """A list with given scores, unless it is empty."""
        check(count, self._segment)
        return Scored(row, 0.0, highest, count, highest / count, kept) if count else None

    def _evaluated(self, node: Node, evaluator: Evaluator) -> Scored | None:
        """The list of a node evaluated by the general path; None also when the time limit is reached."""
        try:
            matches = evaluator.evaluate(node)
        except OutOfTime:
            return None
        if not len(matches.ids):
            return None
        starts = np.arange(stretches(self._segment.entry.paragraphs) + 1) * STRETCH
        bounds = np.searchsorted(matches.ids, starts).astype(np.uint32)
        lows, scores = (matches.ids & (STRETCH - 1)).astype(np.uint16), (matches.scores * kernel.UNIT).astype(np.int64)
        row = np.zeros(kernel.COLUMNS, np.int64)
        row[kernel.COUNT], row[kernel.BOUNDS] = len(lows), address(bounds)
        row[kernel.LOWS], row[kernel.SCORES] = address(lows), address(scores)
        return self._given(row, len(lows), int(scores.max()), (bounds, lows, scores))

    def _allowed(self, flat: Flat, evaluator: Evaluator, limit: TimeLimit) -> Array:
        """The set of paragraphs that may match; empty when all may."""
        if not flat.filters and not flat.excluded:
            return self._no_set if self._live is None else self._live
        allowed = as_words(np.ones(self._segment.entry.paragraphs, bool)) if self._live is None else self._live
        for node in flat.filters:
            allowed = allowed & self._matching(node, evaluator, limit)
        for node in flat.excluded:
            allowed = allowed & ~self._matching(node, evaluator, limit)
        return allowed

    def _matching(self, node: Node, evaluator: Evaluator, limit: TimeLimit) -> Array:
        """The set of paragraphs that match a node, as words; `OutOfTime` where there is no time for all of it."""
        if (
            isinstance(node, Any)
            and node.minimum == 1
            and not all(isinstance(child, LISTED) for child in node.children)
        ):
            return reduce(np.bitwise_or, [self._matching(child, evaluator, limit) for child in node.children])
        flat = flatten(node)
        if flat is None:
            flags = np.zeros(self._segment.entry.paragraphs, bool)
            flags[evaluator.evaluate(node).ids] = True
            return as_words(flags)
        prepared = self.prepare(flat._replace(optional=()), limit, scored=False)
        limit.check()
        found = kernel.match(
            prepared.counted, prepared.each, prepared.minimum, prepared.allowed,
            self._segment.entry.paragraphs, prepared.words,
        )  # fmt: skip
        check(found, self._segment)
        return prepared.words


def _leaves(node: Node) -> tuple[Node, ...] | None:
    """The leaves whose lists together have what matches a node; None where that takes more than joining them."""
    if isinstance(node, Term | Phrase):
        return (node,)
    if isinstance(node, Any) and node.minimum == 1 and all(isinstance(child, Term | Phrase) for child in node.children):
        return node.children
    return None


def _scored(term: TermList, weight: float) -> Scored:
    weight *= term.factor
    # Rounded up, and a little more for what the kernel's own rounding may add.
    bound = math.ceil(weight * term.highest * (1 + 1e-9)) + 1 if weight else 0
    return Scored(term.row, weight, bound, term.postings, bound / term.postings, term)


def _rows(lists: Sequence[Scored | TermList]) -> Array:
    if not lists:
        return np.empty((0, kernel.COLUMNS), np.int64)
    return np.concatenate([found.row for found in lists]).reshape(-1, kernel.COLUMNS)
