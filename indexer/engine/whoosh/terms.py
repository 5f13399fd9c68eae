"""The lists of terms of one segment, as the compiled loops want them, remembered from query to query.

The arrays of a frequent term are used where they lie in the file; what is remembered of it is little.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from indexer.engine.base import Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, address, damaged
from indexer.engine.whoosh.packing import ESCAPE, LONG, is_dense, layout, stretches
from indexer.engine.whoosh.postings import Postings
from indexer.engine.whoosh.statistics import Statistics
from indexer.fields import Field

BYTES_OF_LISTS = 32 << 20
"""For what is remembered of terms, of all segments together, under one scoring. Once used up, all is forgotten."""

BYTES_OF_TERM = 1000
"""What a term takes beside its arrays, about."""


class TermList(NamedTuple):
    """The list of a term in a segment: its row (see `kernel.reading`), its postings, its highest tf / (tf + norm), and
    idf * (k1 + 1) in UNITs.

    `pairs` are those of `packing`, of a frequent term; `kept` is what owns the memory that the row has addresses of,
    beside the file.
    """

    row: Array
    postings: int
    highest: float
    factor: float
    pairs: tuple[int, ...]
    kept: tuple[Array, ...]


class _Arrays(NamedTuple):
    """Where what a row tells lies: `addresses` of bounds, lows, set, ranks and frequencies; the places and values of
    the exceptions; the address of the blocks; and where the positions begin in the records."""

    addresses: tuple[int, ...]
    exceptions: tuple[Array, Array]
    blocks: int
    positions: int
    pairs: tuple[int, ...]
    kept: tuple[Array, ...]


def as_words(flags: Array) -> Array:
    """A flag per paragraph as a set (see `kernel.reading`)."""
    data = np.packbits(flags, bitorder="little")
    return np.concatenate([data, np.zeros(-len(data) % 8, np.uint8)]).view(np.uint64)


class TermLists:
    """Looks up the terms of segment number `i` under one scoring. Safe to share between threads."""

    def __init__(self, statistics: Statistics, i: int, scoring: Scoring) -> None:
        self._statistics, self._i, self._scoring = statistics, i, scoring
        self._segment = statistics.segments[i]
        # Half the bytes of the general path's, and what it loses is far below the tolerance of a score.
        self.norms = {field: statistics.compute_norms(i, field, scoring).astype(np.float32) for field in Field}
        self.norms_at = {field: address(norms) for field, norms in self.norms.items()}
        # The norm of a length is a + b * length.
        self._norm = {
            field: (a := statistics.norm(field, scoring, 0.0), statistics.norm(field, scoring, 1.0) - a)
            for field in Field
        }
        share = self._segment.entry.live / max(statistics.paragraphs, 1)
        self._bytes_left = self._most_bytes = int(BYTES_OF_LISTS * share)
        self._terms: dict[tuple[Field, str], TermList | None] = {}
        self._one_block = np.zeros(1, np.uint32)

    def get(self, field: Field, form: str) -> TermList | None:
        """The list of a term; None where the segment lacks it."""
        key = field, form
        try:
            return self._terms[key]
        except KeyError:
            pass
        # Another thread may forget everything at any moment: what was found is returned, never read back.
        found = self._look_up(field, form)
        needed = BYTES_OF_TERM + (0 if found is None else sum(array.nbytes for array in found.kept))
        # Threads may meet here: then a few bytes are counted wrong, which the next time to forget puts right.
        if needed > self._bytes_left:
            self._terms = {}
            self._bytes_left = self._most_bytes
        self._bytes_left -= needed
        self._terms[key] = found
        return found

    def factor(self, field: Field, forms: tuple[str, ...]) -> float:
        """The sum of the idf of some forms, times k1 + 1, in UNITs."""
        idf = sum(self._statistics.idf(field, form, self._scoring) for form in forms)
        return idf * (self._scoring.k1 + 1) * kernel.UNIT

    def with_norms(self, field: Field, of: TermList) -> TermList:
        """A list with the norms of another field, in which paragraphs are not shorter."""
        row = of.row.copy()
        row[kernel.NORMS] = self.norms_at[field]
        return of._replace(row=row, highest=self._highest(field, row, of.pairs))

    def _look_up(self, field: Field, form: str) -> TermList | None:
        postings = self._segment.postings[field]
        term = self._statistics.places(field, form)[self._i]
        if term is None:
            return None
        start, end = postings.bounds(term)
        df = postings.frequency_of(term)
        arrays = self._short(postings, df, start, end) if df < LONG else self._frequent(postings, df, start, end)
        if arrays is None:
            raise damaged(postings.file.path, f"the record of the term {form!r} cannot be read")
        places, values = arrays.exceptions
        row = np.array(
            (
                df,
                *arrays.addresses,
                self.norms_at[field],
                *((address(places), address(values), len(places)) if len(places) else (0, 0, 0)),
                arrays.blocks,
                postings.records_at + arrays.positions,
                end - arrays.positions,
            ),
            np.int64,
        )
        highest = self._highest(field, row, arrays.pairs)
        return TermList(row, df, highest, self.factor(field, (form,)), arrays.pairs, arrays.kept)

    def _short(self, postings: Postings, df: int, start: int, end: int) -> _Arrays | None:
        """Those of a term that is read whole; None where it is damaged."""
        paragraphs = self._segment.entry.paragraphs
        lows, frequencies = np.empty(df, np.uint16), np.empty(df, np.uint32)
        bounds = np.empty(stretches(paragraphs) + 1, np.uint32)
        at = kernel.read_short(postings.records, start, end, paragraphs, lows, bounds, frequencies)
        if at < 0:
            return None
        narrow = np.minimum(frequencies, ESCAPE).astype(np.uint8)
        places = np.flatnonzero(narrow == ESCAPE).astype(np.uint64)
        exceptions = places, frequencies[places]
        addresses = address(bounds), address(lows), 0, 0, address(narrow)
        kept = bounds, lows, narrow, *exceptions
        return _Arrays(addresses, exceptions, address(self._one_block), at, (), kept)

    def _frequent(self, postings: Postings, df: int, start: int, end: int) -> _Arrays | None:
        """Those of a frequent term, which lie in the file; None where it is damaged."""
        paragraphs = self._segment.entry.paragraphs
        numbers = np.empty(kernel.NUMBERS, np.int64)
        at = kernel.read_head(postings.records, start, end, numbers)
        if at < 0:
            return None
        head = numbers.tolist()
        where, begin, count = layout(df, paragraphs), 8 * head[kernel.PLACE], head[kernel.EXCEPTIONS]
        if begin + where.end > len(postings.arrays) or count > df:
            return None
        exceptions = np.empty(count, np.uint64), np.empty(count, np.uint32)
        if count:
            at = kernel.read_exceptions(postings.records, at, end, df, *exceptions)
            if at < 0:
                return None
            exceptions[1][:] += ESCAPE
        bounds = postings.arrays[begin + where.bounds : begin + where.blocks].view(np.uint32).tolist()
        if bounds[0] != 0 or bounds[-1] != df or any(low > high for low, high in pairwise(bounds)):
            return None
        base = postings.arrays_at + begin
        if is_dense(df, paragraphs):
            last = int(postings.arrays[begin : begin + where.bounds].view(np.uint64)[-1])
            if last >> (paragraphs - 1) % 64 > 1:
                return None
            lists = 0, base, base + where.narrow
        else:
            lists = base + where.narrow, 0, 0
        addresses = base + where.bounds, *lists, base + where.frequencies
        pairs = tuple(head[kernel.FIRST_PAIR : kernel.FIRST_PAIR + 2 * head[kernel.PAIRS]])
        return _Arrays(addresses, exceptions, base + where.blocks, at, pairs, exceptions if count else ())

    def _highest(self, field: Field, row: Array, pairs: tuple[int, ...]) -> float:
        """The highest tf / (tf + norm) of a list, or a little more."""
        if not pairs:
            return float(kernel.highest(row, self._segment.entry.paragraphs))
        a, b = self._norm[field]
        shares = [f / (f + a + b * length) for f, length in zip(pairs[::2], pairs[1::2], strict=True)]
        # More than what is lost by norms of half the bytes.
        return float(max(shares)) * (1 + 1e-6)
