"""Term look-up in one segment by compiled loops, for many terms per call, since a call costs as much as several
look-ups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, StringTable, address, as_words, damaged, encode
from indexer.engine.whoosh.postings import Postings
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.statistics import Name, Place
from indexer.schema import Field

NUMBERS = {field: i for i, field in enumerate(Field)}
"""The fields' numbers in the tables of the kernel."""


class TermFinder:
    """Looks up terms in a segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._tables = np.array([_table(segment.postings[field]) for field in Field], np.int64)
        self._live = None if segment.live is None else as_words(segment.live)

    def find(self, names: Sequence[Name]) -> list[Place | None]:
        """`Statistics.find` of some terms, compiled."""
        forms = [encode(form) for _, form in names]
        fields, ends = np.array([[NUMBERS[field] for field, _ in names], list(accumulate(map(len, forms)))], np.int64)
        # One byte more, as there is no address of nothing.
        data = np.frombuffer(b"".join(forms) + b"\0", np.uint8)
        found = np.empty((len(names), kernel.FOUND_COLUMNS), np.int64)
        kernel.find_terms(self._tables, fields, data, ends, found)
        places: list[Place | None] = []
        for name, row in zip(names, found.tolist(), strict=True):
            place = Place._make(row)
            if place.frequency < 0:
                raise self._damaged(*name)
            places.append(place if place.frequency else None)
        return places

    def describe(
        self, names: Sequence[tuple[Field, str, Field]], places: Sequence[Place], norms: Array
    ) -> tuple[Array, list[float], Array]:
        """The rows of some terms and their highest shares; and memory that the rows have addresses of.

        A name is a field, a form, and the field whose norms are asked for; `norms` are the `field_norms`, which
        the rows refer to.
        """
        rows, best = np.empty((len(names), kernel.COLUMNS), np.int64), np.empty(len(names))
        fields, norms_of = np.array([(NUMBERS[field], NUMBERS[other]) for field, _, other in names], np.int64).T.copy()
        damaged_at, memory = kernel.describe(
            self._tables, fields, np.array(places, np.int64), norms, norms_of,
            self._segment.entry.paragraphs, rows, best,
        )  # fmt: skip
        if damaged_at >= 0:
            raise self._damaged(*names[damaged_at][:2])
        return rows, best.tolist(), memory

    def field_norms(self, coefficients: Array) -> Array:
        """The norms of the fields (i8, n x NORM_COLUMNS) from the base and the step of each (f8)."""
        norms = np.empty((len(Field), kernel.NORM_COLUMNS), np.int64)
        norms[:, :2] = np.ascontiguousarray(coefficients, np.float64).view(np.int64)
        for field, i in NUMBERS.items():
            lengths = self._segment.postings[field].lengths
            norms[i, 2:] = address(lengths), lengths.itemsize
        return norms

    def count_live(self, names: Sequence[Name], places: Sequence[Place]) -> list[int]:
        """`Statistics.count_live` of some terms, compiled: their lists meet the set of what is not deleted."""
        assert self._live is not None  # Else there is nothing to count.
        # To count takes no norms, but a list has some.
        norms = self.field_norms(np.ones((len(Field), 2)))
        rows, _, _kept = self.describe([(*name, name[0]) for name in names], places, norms)
        words, once = np.empty(len(self._live), np.uint64), np.empty(0, np.int64)
        paragraphs = self._segment.entry.paragraphs
        counts = [int(kernel.match(rows[j : j + 1], once, 1, self._live, paragraphs, words)) for j in range(len(names))]
        if min(counts) < 0:
            raise self._damaged(*names[counts.index(min(counts))])
        return counts

    def _damaged(self, field: Field, form: str) -> Exception:
        return damaged(self._segment.postings[field].file.path, f"the record of the term {form!r} cannot be read")


def _table(postings: Postings) -> tuple[int, ...]:
    """The row of `kernel.tables` of a field."""
    starts = postings.starts
    return (
        *_of(postings.terms),
        *_of(postings.samples),
        address(starts),
        int(starts.itemsize == 8),
        postings.records_at,
        len(postings.records),
        postings.arrays_at,
        len(postings.arrays),
    )


def _of(strings: StringTable) -> tuple[int, ...]:
    data, ends = strings.data, strings.ends
    return address(data), len(data), address(ends), int(ends.itemsize == 8), len(strings)
