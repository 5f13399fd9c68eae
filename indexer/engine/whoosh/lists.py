"""A query made ready for the compiled loops in one segment: terms become lists, filters become sets.

What a term's list is (where it lies, its highest score, its set of paragraphs when there are many) is remembered.
What the arrays mean is told in `kernel`, what a query's shape is in `shape`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import numpy as np

from indexer.engine.base import Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, damaged
from indexer.engine.whoosh.evaluate import Evaluator
from indexer.engine.whoosh.limit import OutOfTime, TimeLimit
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.shape import Flat
from indexer.engine.whoosh.statistics import CACHED_TERMS, Statistics
from indexer.fields import Field
from indexer.query.tree import Node, Term

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
    """The list of a term in a segment, as `kernel` wants it, with its highest tf / (tf + norm) and idf * (k1 + 1) in
    UNITs."""

    row: tuple[int, ...]
    highest: float
    factor: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query in one segment: what to score by, and `words` and `total`, what matches."""

    lists: Array
    weights: Array
    bounds: Array
    sets: Array
    ranks: Array
    words: Array
    total: int
    kept: tuple[Array, ...]
    """Arrays to which `lists` has addresses and that would otherwise be gone."""


def address(array: Array) -> int:
    """Where the values of an array lie in memory."""
    return int(array.__array_interface__["data"][0])


def _table(rows: list[tuple[int, ...]]) -> Array:
    return np.array(rows, np.int64).reshape(-1, kernel.COLUMNS)


def as_words(flags: Array) -> Array:
    """A flag per paragraph as a set (see `kernel`)."""
    data = np.packbits(flags, bitorder="little")
    return np.concatenate([data, np.zeros(-len(data) % 8, np.uint8)]).view(np.uint64)


def check(result: float, segment: Segment) -> None:
    """Raise `IndexDamaged` for what a function of the kernel returned."""
    if result < 0:
        raise damaged(segment.stored.articles.path, "the postings of its segment name paragraphs that do not exist")


class SegmentLists:
    """Makes queries ready for segment number `i` under one scoring. Safe to share between threads."""

    def __init__(self, statistics: Statistics, i: int, scoring: Scoring) -> None:
        self._statistics, self._i, self._scoring = statistics, i, scoring
        self._segment = statistics.segments[i]
        # Half the bytes of the general path's, and what it loses is far below the tolerance of a score.
        self._norms = {field: statistics.norms(i, field, scoring).astype(np.float32) for field in Field}
        self._terms: dict[tuple[Field, str], TermList | None] = {}
        most_bytes = BYTES_OF_SETS * self._segment.entry.live // statistics.paragraphs
        self._pool = SetPool(self._segment.entry.paragraphs, most_bytes)
        self._no_set = np.empty(0, np.uint64)
        self._live = None if self._segment.live is None else as_words(self._segment.live)

    def prepare(self, flat: Flat, limit: TimeLimit) -> Prepared:
        """Look up the terms, evaluate what is not a term, and find out what matches.

        Scored nodes for which there is no time are left out; filters are not: `OutOfTime`.
        """
        evaluator = Evaluator(self._statistics, self._i, self._scoring, limit)
        allowed = self._allowed(flat, evaluator)
        # Per list: bound, weight, and what `kernel` calls a list.
        rows: list[tuple[int, float, tuple[int, ...]]] = []
        counted: list[tuple[int, ...]] = []
        kept: list[Array] = []
        for number, node in enumerate(flat.required + flat.optional):
            if isinstance(node, Term):
                found = self._term(node)
                if found is None:
                    continue
                weight, row = node.weight * found.factor, found.row
                # Rounded up, and a little more for what the kernel's own rounding may add.
                bound = math.ceil(weight * found.highest * (1 + 1e-9)) + 1
            else:
                try:
                    matches = evaluator.evaluate(node)
                except OutOfTime:
                    continue
                if not len(matches.ids):
                    continue
                ids, scores = matches.ids.astype(np.uint32), (matches.scores * kernel.UNIT).astype(np.int64)
                kept += [ids, scores]
                weight, row = 0.0, (len(ids), -1, address(ids), 0, address(scores), 0, 0, 0, 0)
                bound = int(scores.max())
            rows.append((bound, weight, row))
            if number < len(flat.required):
                counted.append(row)
        rows.sort(key=lambda row: row[0] / row[2][kernel.COUNT])
        paragraphs = self._segment.entry.paragraphs
        words = np.empty(-(-paragraphs // 64), np.uint64)
        total = kernel.match(_table(counted), self._pool.sets, flat.minimum, allowed, paragraphs, words)
        check(total, self._segment)
        return Prepared(
            _table([row for _, _, row in rows]),
            np.array([weight for _, weight, _ in rows], np.float64),
            np.array([bound for bound, _, _ in rows], np.int64),
            self._pool.sets,
            self._pool.ranks,
            words,
            total,
            tuple(kept),
        )

    def _term(self, node: Term) -> TermList | None:
        """The list of a term; None where the segment lacks it."""
        key = node.field, node.form
        try:
            return self._terms[key]
        except KeyError:
            pass
        # Another thread may clear the cache at any moment: what was found is returned, never read back.
        found = self._look_up(node)
        if len(self._terms) >= CACHED_TERMS:
            self._terms.clear()
        self._terms[key] = found
        return found

    def _look_up(self, node: Term) -> TermList | None:
        postings = self._segment.postings[node.field]
        term = postings.find(node.form)
        if term is None:
            return None
        start, end = postings.bounds(term)
        dense = (end - start) * DENSE > self._segment.entry.paragraphs
        row = (
            end - start,
            self._pool.add(postings.ids[start:end]) if dense else -1,
            address(postings.ids) + start * postings.ids.itemsize,
            address(postings.frequencies) + start,
            address(self._norms[node.field]),
            start,
            address(postings.exceptions_at),
            address(postings.exceptions),
            len(postings.exceptions),
        )
        highest = kernel.highest(np.array(row, np.int64), self._segment.entry.paragraphs)
        check(highest, self._segment)
        idf = self._statistics.idf(node.field, node.form, self._scoring)
        return TermList(row, highest, idf * (self._scoring.k1 + 1) * kernel.UNIT)

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
