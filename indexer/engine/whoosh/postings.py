"""The postings of one field of one segment on disk: the paragraphs of each term, frequencies and positions.

Sections of the file, terms in code point order:

    terms      the forms (`arrays.StringTable`)
    samples    a copy of every SAMPLED-th form, where the compiled look-up begins
    starts     per term + 1, where its record begins in `records`
    records    u1, a record per term (see `packing`): its paragraphs, frequencies and positions
    arrays     u8, those of the frequent terms, one after another
    lengths    per paragraph, its tokens in this field (u1, u2 or u4, as the longest needs)

`postings_writer` writes it, `inversion` makes postings from tokens, `merge` merges segments.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np

from indexer.engine.whoosh.arrays import Array, ArrayFile, address, damaged, encode
from indexer.engine.whoosh.packer import Packer
from indexer.engine.whoosh.packing import SAMPLED, Malformed, Records, first_number, first_numbers, unpack
from indexer.engine.whoosh.unpacker import unpack_range

ROLE = "postings"
CHUNK = 1 << 20
"""Numbers of records that are packed or unpacked at a time, unless one term alone has more."""


class Postings:
    """The postings of one field of one segment, mapped into memory."""

    def __init__(self, path: str, segment: str) -> None:
        self.file = ArrayFile(path, ROLE, segment)
        array = self.file.array
        self.terms = self.file.strings("terms")
        self.samples = self.file.strings("samples")
        self.starts, self.records, self.lengths = array("starts"), array("records"), array("lengths")
        self.arrays = array("arrays").view(np.uint8)
        self.records_at, self.arrays_at = address(self.records), address(self.arrays)
        """The memory addresses of both."""
        self._starts = memoryview(self.starts.data)
        if len(self.starts) != len(self.terms) + 1 or len(self.samples) != -(-len(self.terms) // SAMPLED):
            raise damaged(path, "its sections do not fit each other")

    def find(self, form: str) -> int | None:
        """The number of the term `form`, or None."""
        return self.terms.find(encode(form))

    def bounds(self, term: int) -> tuple[int, int]:
        """Where the record of a term begins and ends in `records`."""
        start, end = self._starts[term], self._starts[term + 1]
        if not start < end <= len(self.records):
            raise damaged(self.file.path, f"the record of term {term} lies outside the file")
        return start, end

    def frequency_of(self, term: int) -> int:
        """How many paragraphs hold a term."""
        start, end = self.bounds(term)
        try:
            frequency = first_number(self.records, start)
        except Malformed as error:
            raise damaged(self.file.path, f"term {term}: {error}") from None
        if not 0 < frequency < end - start:
            raise damaged(self.file.path, f"term {term}: a record has no postings, or more than bytes")
        return frequency

    def frequencies_of(self, terms: range) -> Array:
        """How many paragraphs hold each of a range of terms (i8)."""
        try:
            return first_numbers(self.records, self.starts[terms.start : terms.stop])
        except Malformed as error:
            raise damaged(self.file.path, f"terms {terms.start} to {terms.stop}: {error}") from None

    def records_of(self, terms: range, *, to_pack: bool = False) -> Records:
        """The records of a range of terms, unpacked.

        Those that are `to_pack` again are unpacked by compiled loops too; a search must not wait for their compilation.
        """
        starts = self.starts[terms.start : terms.stop + 1].astype(np.int64)
        if np.any(np.diff(starts) <= 0) or starts[-1] > len(self.records):
            raise damaged(self.file.path, f"the records of terms {terms.start} to {terms.stop} lie outside the file")
        try:
            data, starts = self.records[starts[0] : starts[-1]], starts - starts[0]
            if to_pack:
                return unpack_range(data, starts, self.arrays, len(self.lengths))
            return unpack(data, starts[:-1], self.arrays, len(self.lengths))
        except Malformed as error:
            raise damaged(self.file.path, f"terms {terms.start} to {terms.stop}: {error}") from None

    def record_of(self, term: int) -> Records:
        """The record of one term, unpacked."""
        return self.records_of(range(term, term + 1))

    def pieces(self, terms: range) -> Iterator[range]:
        """A range of terms in parts whose records have about CHUNK bytes."""
        starts = self.starts[terms.start : terms.stop + 1].astype(np.int64)
        return (range(terms.start + low, terms.start + high) for low, high in pieces(starts, CHUNK))

    def verify(self) -> Iterator[str]:
        """A sentence for each violation of the format in the module's docstring."""
        yield from self.file.verify()
        yield from self.terms.verify("term", sorted_=True, let_go=self.file.let_go)
        if any(self.samples[i] != self.terms[i * SAMPLED] for i in range(len(self.samples))):
            yield f"{os.path.basename(self.file.path)}: the samples are not those of the terms"
        yield from self._verify_records(os.path.basename(self.file.path))

    def _verify_records(self, name: str) -> Iterator[str]:
        starts = self.starts.astype(np.int64)
        if starts[0] != 0 or starts[-1] != len(self.records) or np.any(np.diff(starts) <= 0):
            yield f"{name}: the bounds of the records are damaged"
            return
        tokens = np.zeros(len(self.lengths), np.int64)
        packer, place = Packer(self.lengths), 0
        for terms in self.pieces(range(len(self.terms))):
            records = self.records_of(terms, to_pack=True)
            owner = terms.start + np.repeat(np.arange(len(terms)), records.df)
            wrong = records.ids >= len(self.lengths)
            if np.any(wrong):
                yield f"{name}: term {owner[np.argmax(wrong)]} stands in paragraphs that do not exist"
                return
            np.add.at(tokens, records.ids, records.frequencies)
            within = self.lengths[np.repeat(records.ids, records.frequencies)]
            wrong = records.positions >= within
            if np.any(wrong):
                term = np.repeat(owner, records.frequencies)[np.argmax(wrong)]
                yield f"{name}: term {term} has positions beyond a paragraph"
                return
            # Acceleration data (sets, ranks, pairs) is verified by packing the records again.
            data, _, arrays = packer.pack(records)
            own = self.arrays[place : place + arrays.nbytes]
            place += arrays.nbytes
            same = np.array_equal(data, self.records[starts[terms.start] : starts[terms.stop]])
            if not same or not np.array_equal(arrays.view(np.uint8), own):
                yield f"{name}: terms {terms.start} to {terms.stop} are not packed as they must be"
                return
            self.file.let_go()
        if np.any(tokens != self.lengths):
            paragraph = int(np.argmax(tokens != self.lengths))
            yield f"{name}: the frequencies in paragraph {paragraph} do not sum to its length"


def pieces(bounds: Array, size: int) -> Iterator[tuple[int, int]]:
    """Cut what begins at `bounds`, and ends at the last of them, into ranges of about `size`, at least one each."""
    low, last = 0, len(bounds) - 1
    while low < last:
        high = int(np.searchsorted(bounds, bounds[low] + size, "right")) - 1
        high = min(max(high, low + 1), last)
        yield low, high
        low = high
