"""The lists of terms of one segment, as the compiled loops want them, remembered from query to query."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

import numpy as np

from indexer.engine.base import Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, damaged
from indexer.engine.whoosh.statistics import Statistics
from indexer.errors import IndexDamaged
from indexer.fields import Field

DENSE = 32
"""A term in more than one of so many paragraphs gets a set, which makes counting and looking into its list quick."""

BYTES_OF_SETS = 96 << 20
"""For sets of all segments together. When they are used up, further long terms go without: slower, as right."""

BYTES_OF_LISTS = 96 << 20
"""For unpacked lists of all segments together, under one scoring. When they are used up, all are forgotten."""

MOST_TERMS = 100_000
"""Terms remembered in a segment, those that it lacks too."""


class TermList(NamedTuple):
    """The list of a term in a segment: its row (see `kernel.reading`), its postings, its highest tf / (tf + norm), and
    idf * (k1 + 1) in UNITs; and where in the file its positions begin and end.

    `kept` is what owns the memory that the row has addresses of: paragraphs (u4), frequencies (u1), and of those that
    are escaped the places (u8) and values (u4).
    """

    row: Array
    postings: int
    highest: float
    factor: float
    bounds: tuple[int, int]
    kept: tuple[Array, ...]

    @property
    def bytes(self) -> int:
        """The memory it takes, about."""
        return 500 + sum(array.nbytes for array in self.kept)


class Places(NamedTuple):
    """Where a term stands: the positions (u4), and where those of each posting begin (u4, one more than postings)."""

    positions: Array
    begins: Array


class SetPool:
    """The sets of long lists of a segment, a row each, and their ranks (see `kernel.reading`). Safe to share."""

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


def address(array: Array) -> int:
    """Where the values of an array lie in memory."""
    return int(array.__array_interface__["data"][0])


def as_words(flags: Array) -> Array:
    """A flag per paragraph as a set (see `kernel.reading`)."""
    data = np.packbits(flags, bitorder="little")
    return np.concatenate([data, np.zeros(-len(data) % 8, np.uint8)]).view(np.uint64)


class TermLists:
    """Looks up the terms of segment number `i` under one scoring. Safe to share between threads."""

    def __init__(self, statistics: Statistics, i: int, scoring: Scoring) -> None:
        self._statistics, self._scoring = statistics, scoring
        self._segment = statistics.segments[i]
        # Half the bytes of the general path's, and what it loses is far below the tolerance of a score.
        self.norms = {field: statistics.compute_norms(i, field, scoring).astype(np.float32) for field in Field}
        share = self._segment.entry.live / max(statistics.paragraphs, 1)
        self.pool = SetPool(self._segment.entry.paragraphs, int(BYTES_OF_SETS * share))
        self._bytes_left = self._most_bytes = int(BYTES_OF_LISTS * share)
        self._terms: dict[tuple[Field, str], TermList | None] = {}
        self._places: dict[tuple[Field, str], Places] = {}
        self._set_rows: dict[tuple[Field, int], int] = {}

    def get(self, field: Field, form: str) -> TermList | None:
        """The list of a term; None where the segment lacks it."""
        key = field, form
        try:
            return self._terms[key]
        except KeyError:
            pass
        # Another thread may forget everything at any moment: what was found is returned, never read back.
        found = self._look_up(field, form)
        self._make_room(500 if found is None else found.bytes)
        self._terms[key] = found
        return found

    def places(self, field: Field, form: str, of: TermList) -> Places:
        """Where the term of a list stands."""
        key = field, form
        found = self._places.get(key)
        if found is None:
            _, short, escaped, exceptions = of.kept
            frequencies = short.astype(np.uint32)
            frequencies[escaped] = exceptions
            begins = np.empty(of.postings + 1, np.uint32)
            tokens = int(frequencies.sum(dtype=np.int64))
            records = self._segment.postings[field].records
            start, end = of.bounds
            if tokens > end - start:
                raise self._damaged(field, form)
            found = Places(np.empty(tokens, np.uint32), begins)
            if kernel.unpack_positions(records, start, end, frequencies, begins, found.positions) < 0:
                raise self._damaged(field, form)
            self._make_room(begins.nbytes + found.positions.nbytes)
            self._places[key] = found
        return found

    def factor(self, field: Field, forms: tuple[str, ...]) -> float:
        """The sum of the idf of some forms, times k1 + 1, in UNITs."""
        idf = sum(self._statistics.idf(field, form, self._scoring) for form in forms)
        return idf * (self._scoring.k1 + 1) * kernel.UNIT

    def _make_room(self, needed: int) -> None:
        # Threads may meet here: then a few bytes are counted wrong, which the next time to forget puts right.
        if needed > self._bytes_left or len(self._terms) >= MOST_TERMS:
            self._terms, self._places = {}, {}
            self._bytes_left = self._most_bytes
        self._bytes_left -= needed

    def _look_up(self, field: Field, form: str) -> TermList | None:
        postings = self._segment.postings[field]
        term = postings.find(form)
        if term is None:
            return None
        start, end = postings.bounds(term)
        count, paragraphs = postings.frequency_of(term), self._segment.entry.paragraphs
        ids, frequencies = np.empty(count, np.uint32), np.empty(count, np.uint32)
        at = kernel.unpack_postings(postings.records, start, end, paragraphs, ids, frequencies)
        if at < 0:
            raise self._damaged(field, form)
        short = np.minimum(frequencies, kernel.ESCAPE).astype(np.uint8)
        escaped = np.flatnonzero(short == kernel.ESCAPE).astype(np.uint64)
        exceptions = frequencies[escaped]
        row = np.array(
            (
                count,
                self._set_row(field, term, ids) if count * DENSE > paragraphs else -1,
                address(ids),
                address(short),
                address(self.norms[field]),
                address(escaped),
                address(exceptions),
                len(exceptions),
            ),
            np.int64,
        )
        kept = ids, short, escaped, exceptions
        highest = kernel.highest(row)
        return TermList(row, count, highest, self.factor(field, (form,)), (at, end), kept)

    def _set_row(self, field: Field, term: int, ids: Array) -> int:
        key = field, term
        row = self._set_rows.get(key)
        if row is None:
            row = self._set_rows[key] = self.pool.add(ids)
        return row

    def _damaged(self, field: Field, form: str) -> IndexDamaged:
        path = self._segment.postings[field].file.path
        return damaged(path, f"the record of the term {form!r} cannot be read")
