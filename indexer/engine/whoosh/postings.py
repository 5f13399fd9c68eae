"""The postings of one field of one segment, on disk: which paragraphs hold a term, how often and where.

Sections of the file, terms in code point order, the postings of a term one after another by paragraph:

    terms          the forms (`arrays.Strings`)
    starts         per term + 1, where its postings begin in `ids` and `frequencies`
    spans          per term + 1, where its positions begin in `positions`
    ids            u4 per posting, the paragraph's number in the segment, ascending within a term
    frequencies    u1 per posting; ESCAPE means that the value stands in `exceptions`
    exceptions_at, exceptions   for each escaped posting in order: its number, its frequency
    positions      u2 (u4 if any paragraph is longer than 65,536 tokens), ascending within a posting
    lengths        u4 per paragraph, its tokens in this field

How tokens become postings is told in `inversion`, how segments are joined in `merge`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import numpy as np

from indexer.engine.whoosh.arrays import Array, ArrayFile, ArrayFileWriter, damaged, encode, index_dtype

ROLE = "postings"
ESCAPE = 255
SHORT_POSITIONS = 1 << 16


class PostingsWriter:
    """Writes the file: postings first, in order of terms and in as many pieces as suit, then the terms.

    `postings` and `tokens` are how many of each will come, `longest` the longest paragraph's tokens.
    """

    def __init__(self, path: str, segment: str, postings: int, tokens: int, longest: int) -> None:
        self._file = ArrayFileWriter(path, ROLE, segment)
        self._ids = self._file.reserve("ids", "<u4", postings)
        self._frequencies = self._file.reserve("frequencies", "|u1", postings)
        position_dtype = "<u2" if longest <= SHORT_POSITIONS else "<u4"
        self._positions = self._file.reserve("positions", position_dtype, tokens)
        self._exceptions_at: list[Array] = []
        self._exceptions: list[Array] = []

    def append(self, ids: Array, frequencies: Array, positions: Array) -> None:
        """Postings that follow those before: positions are those of the first posting, then of the next."""
        escaped = np.flatnonzero(frequencies >= ESCAPE)
        if escaped.size:
            self._exceptions_at.append(escaped.astype(np.uint64) + np.uint64(self._ids.count))
            self._exceptions.append(frequencies[escaped].astype(np.uint32))
        self._ids.append(ids)
        self._frequencies.append(np.minimum(frequencies, ESCAPE))
        self._positions.append(positions)

    def finish(self, terms: Iterable[bytes], document_frequencies: Array, counts: Array, lengths: Array) -> None:
        """`terms` in order, how many postings and how many positions each has, and each paragraph's length."""
        self._file.write_strings("terms", terms)
        for name, sizes in (("starts", document_frequencies), ("spans", counts)):
            bounds = np.zeros(len(sizes) + 1, np.uint64)
            np.cumsum(sizes, out=bounds[1:])
            self._file.write(name, index_dtype(int(bounds[-1])), bounds)
        self._file.write("exceptions_at", "<u8", np.concatenate([np.empty(0, np.uint64), *self._exceptions_at]))
        self._file.write("exceptions", "<u4", np.concatenate([np.empty(0, np.uint32), *self._exceptions]))
        self._file.write("lengths", "<u4", lengths)
        self._file.finish()

    def abandon(self) -> None:
        """Forget it all."""
        self._file.abandon()


class Postings:
    """The postings of one field of one segment, mapped into memory."""

    def __init__(self, path: str, segment: str) -> None:
        self.file = ArrayFile(path, ROLE, segment)
        array = self.file.array
        self.terms = self.file.strings("terms")
        self.starts, self.spans = array("starts"), array("spans")
        self.ids, self.frequencies = array("ids"), array("frequencies")
        self.positions, self.lengths = array("positions"), array("lengths")
        self.exceptions_at, self.exceptions = array("exceptions_at"), array("exceptions")
        self._starts, self._spans = memoryview(self.starts.data), memoryview(self.spans.data)
        if not (
            len(self.starts) == len(self.spans) == len(self.terms) + 1
            and len(self.ids) == len(self.frequencies)
            and len(self.exceptions_at) == len(self.exceptions)
        ):
            raise damaged(path, "its sections do not fit each other")

    def find(self, form: str) -> int | None:
        """The number of the term `form`, or None."""
        return self.terms.find(encode(form))

    def bounds(self, term: int) -> tuple[int, int]:
        """Where the postings of a term begin and end."""
        start, end = self._starts[term], self._starts[term + 1]
        if not start <= end <= len(self.ids):
            raise damaged(self.file.path, f"the postings of term {term} lie outside the file")
        return start, end

    def ids_of(self, term: int) -> Array:
        """The paragraphs that hold a term, ascending (u4, not copied)."""
        start, end = self.bounds(term)
        return self.ids[start:end]

    def frequencies_between(self, start: int, end: int) -> Array:
        """The frequencies (u4) of the postings from `start` to `end`."""
        frequencies = self.frequencies[start:end].astype(np.uint32)
        if len(self.exceptions):
            low, high = np.searchsorted(self.exceptions_at, np.array([start, end], np.uint64))
            frequencies[self.exceptions_at[low:high].astype(np.int64) - start] = self.exceptions[low:high]
        return frequencies

    def frequencies_of(self, term: int) -> Array:
        """How often a term stands in each of its paragraphs."""
        return self.frequencies_between(*self.bounds(term))

    def positions_of(self, term: int) -> tuple[Array, Array, Array]:
        """(ids, frequencies, positions) of a term; the positions of one posting follow those of the last."""
        frequencies = self.frequencies_of(term)
        positions = self.positions[self._spans[term] : self._spans[term + 1]]
        if len(positions) != int(frequencies.sum(dtype=np.uint64)):
            raise damaged(self.file.path, f"the positions of term {term} do not fit its frequencies")
        return self.ids_of(term), frequencies, positions

    def verify(self) -> Iterator[str]:
        """A sentence for each thing that is not as the head of this file says."""
        yield from self.file.verify()
        yield from self.terms.verify("term", sorted_=True)
        yield from self._verify_structure(os.path.basename(self.file.path))

    def _verify_structure(self, name: str) -> Iterator[str]:
        starts, spans = self.starts.astype(np.int64), self.spans.astype(np.int64)
        for bounds, total, what in ((starts, len(self.ids), "postings"), (spans, len(self.positions), "positions")):
            if bounds[0] != 0 or bounds[-1] != total or np.any(np.diff(bounds) <= 0):
                yield f"{name}: the bounds of the {what} are damaged"
                return
        tokens = np.zeros(len(self.lengths), np.int64)
        for term in range(len(self.terms)):
            start, end = int(starts[term]), int(starts[term + 1])
            ids, frequencies = self.ids[start:end], self.frequencies_between(start, end)
            label = f"{name}: term {self.terms[term].decode('utf-8', 'replace')!r}"
            if np.any(ids[1:] <= ids[:-1]) or ids[-1] >= len(self.lengths):
                yield f"{label}: its paragraphs do not ascend or do not exist"
                continue
            positions = self.positions[spans[term] : spans[term + 1]].astype(np.int64)
            if np.any(frequencies == 0) or int(frequencies.sum(dtype=np.int64)) != len(positions):
                yield f"{label}: its frequencies do not sum to its positions"
                continue
            tokens[ids] += frequencies
            owners = np.repeat(ids.astype(np.int64), frequencies)
            if np.any(np.diff(positions)[np.diff(owners) == 0] <= 0) or np.any(positions >= self.lengths[owners]):
                yield f"{label}: its positions do not ascend or lie beyond the paragraph"
        if np.any(tokens != self.lengths):
            paragraph = int(np.argmax(tokens != self.lengths))
            yield f"{name}: the frequencies in paragraph {paragraph} do not sum to its length"
