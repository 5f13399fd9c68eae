"""A query made ready for the compiled loops in one segment: terms become lists, filters become sets.

What a term's list is (where it lies, its highest score, its set of paragraphs when there are many) is remembered.
What the arrays mean is told in `kernel`, what a query's shape is in `shape`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from threading import Lock
from typing import Any as Untyped
from typing import NamedTuple

import numpy as np

from indexer.engine.base import Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, damaged
from indexer.engine.whoosh.evaluate import Evaluator
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.shape import Flat
from indexer.engine.whoosh.statistics import CACHED_TERMS, Statistics
from indexer.fields import Field
from indexer.query.tree import Node, Term

FIELDS = tuple(Field)
GIVEN = len(FIELDS)
"""The number of the lists with given scores among the sources; the numbers before it are the fields'."""

DENSE = 32
"""A term in more than one of so many paragraphs gets a set, which makes counting and looking into its list quick."""

BYTES_OF_SETS = 128 << 20
"""For sets of all segments together. When they are used up, further long terms go without: slower, as right."""


class SetPool:
    """The sets of long lists of a segment, a row each, and their ranks (see `kernel`). Safe to share."""

    def __init__(self, paragraphs: int, most_bytes: int) -> None:
        width = -(-paragraphs // 64)
        # Memory that is never written to is never taken.
        rows = most_bytes // (12 * width)
        self.sets, self.ranks = np.empty((rows, width), np.uint64), np.empty((rows, width), np.uint32)
        self._paragraphs, self._used = paragraphs, 0
        self._lock = Lock()

    def add(self, ids: Array) -> int:
        """The row of a new set, or -1 when there is no more room."""
        with self._lock:
            row = self._used
            if row >= len(self.sets):
                return -1
            self._used += 1
        flags = np.zeros(self._paragraphs, bool)
        flags[ids] = True
        self.sets[row] = as_words(flags)
        counts = np.bitwise_count(self.sets[row])
        self.ranks[row] = np.cumsum(counts, dtype=np.uint32) - counts
        return row


class TermList(NamedTuple):
    """The list of a term in a segment: where it lies, the row of its set or -1, its highest tf / (tf + norm), and
    idf * (k1 + 1) in UNITs."""

    source: int
    start: int
    end: int
    row: int
    highest: float
    factor: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query in one segment: what to score by, and `words` and `total`, what matches."""

    sources: tuple[Untyped, ...]
    given: Array
    lists: Array
    weights: Array
    bounds: Array
    sets: Array
    ranks: Array
    words: Array
    total: int


def as_words(flags: Array) -> Array:
    """A flag per paragraph as a set (see `kernel`)."""
    data = np.packbits(flags, bitorder="little")
    return np.concatenate([data, np.zeros(-len(data) % 8, np.uint8)]).view(np.uint64)


def from_words(words: Array) -> Array:
    """The paragraphs of a set, ascending."""
    return np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little"))


def check(result: float, segment: Segment) -> None:
    """Raise `IndexDamaged` for what a function of the kernel returned."""
    if result < 0:
        raise damaged(segment.stored.articles.path, "the postings of its segment name paragraphs that do not exist")


class SegmentLists:
    """Makes queries ready for segment number `i` under one scoring. Safe to share between threads."""

    def __init__(self, statistics: Statistics, i: int, scoring: Scoring) -> None:
        self._statistics, self._i, self._scoring = statistics, i, scoring
        self._segment = statistics.segments[i]
        self._postings = [self._segment.postings[field] for field in FIELDS]
        # Half the bytes of the general path's, and what it loses is far below the tolerance of a score.
        self._norms = tuple(statistics.norms(i, field, scoring).astype(np.float32) for field in FIELDS)
        self._terms: dict[tuple[Field, str], TermList | None] = {}
        most_bytes = BYTES_OF_SETS * self._segment.entry.live // statistics.paragraphs
        self._pool = SetPool(self._segment.entry.paragraphs, most_bytes)
        self._no_set = np.empty(0, np.uint64)
        self._live = None if self._segment.live is None else as_words(self._segment.live)
        self._field_sources = (
            tuple(p.frequencies for p in self._postings),
            tuple(p.exceptions_at for p in self._postings),
            tuple(p.exceptions for p in self._postings),
            self._norms,
        )
        self._ids = tuple(p.ids for p in self._postings)

    def prepare(self, flat: Flat) -> Prepared:
        """Look up the terms, evaluate what is not a term, and find out what matches."""
        evaluator = Evaluator(self._statistics, self._i, self._scoring)
        ids, scores = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        given = 0
        # Per list: bound, weight, and what `kernel` calls a list.
        rows: list[tuple[int, float, tuple[int, int, int, int]]] = []
        counted: list[tuple[int, int, int, int]] = []
        paragraphs = self._segment.entry.paragraphs
        for number, node in enumerate(flat.required + flat.optional):
            if isinstance(node, Term):
                found = self._term(node)
                if found is None:
                    continue
                weight = node.weight * found.factor
                place = found[:4]
                # Rounded up, and a little more for what the kernel's own rounding may add.
                rows.append((math.ceil(weight * found.highest * (1 + 1e-9)) + 1, weight, place))
            else:
                matches = evaluator.evaluate(node)
                if not len(matches.ids):
                    continue
                ids.append(matches.ids)
                scores.append((matches.scores * kernel.UNIT).astype(np.int64))
                place = GIVEN, given, given + len(matches.ids), -1
                rows.append((int(scores[-1].max()), 0.0, place))
                given += len(matches.ids)
            if number < len(flat.required):
                counted.append(place)
        rows.sort(key=lambda row: row[0] / (row[2][2] - row[2][1]))
        given_ids = np.concatenate(ids).astype(np.uint32)
        # Of one type with the mapped arrays, or the kernel would have to be compiled again.
        given_ids.flags.writeable = False
        sources = ((*self._ids, given_ids), *self._field_sources)
        words = np.empty(-(-paragraphs // 64), np.uint64)
        total = kernel.match(
            sources[0],
            np.array(counted, np.int64).reshape(-1, 4),
            self._pool.sets,
            flat.minimum,
            self._allowed(flat, evaluator),
            paragraphs,
            words,
        )
        check(total, self._segment)
        return Prepared(
            sources,
            np.concatenate(scores),
            np.array([row[2] for row in rows], np.int64).reshape(-1, 4),
            np.array([row[1] for row in rows], np.float64),
            np.array([row[0] for row in rows], np.int64),
            self._pool.sets,
            self._pool.ranks,
            words,
            total,
        )

    def _term(self, node: Term) -> TermList | None:
        """The list of a term; None where the segment lacks it."""
        key = node.field, node.form
        if key not in self._terms:
            if len(self._terms) >= CACHED_TERMS:
                self._terms.clear()
            self._terms[key] = self._look_up(node)
        return self._terms.get(key)

    def _look_up(self, node: Term) -> TermList | None:
        postings = self._segment.postings[node.field]
        term = postings.find(node.form)
        if term is None:
            return None
        start, end = postings.bounds(term)
        source = FIELDS.index(node.field)
        highest = kernel.highest(
            postings.ids,
            postings.frequencies,
            postings.exceptions_at,
            postings.exceptions,
            self._norms[source],
            start,
            end,
        )
        check(highest, self._segment)
        idf = self._statistics.idf(node.field, node.form, self._scoring)
        dense = (end - start) * DENSE > self._segment.entry.paragraphs
        row = self._pool.add(postings.ids[start:end]) if dense else -1
        return TermList(source, start, end, row, highest, idf * (self._scoring.k1 + 1) * kernel.UNIT)

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
