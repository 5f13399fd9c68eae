"""Inversion: the tokens of one field, paragraph after paragraph, become postings in order of terms.

Sort-based (Witten, Moffat and Bell 1999, section 5.2): tokens are numbered and kept in arrays; when those or their
dictionary have grown to the budget, one sort makes a run of them, a file of postings like any other, and the dictionary
starts anew. At the end the runs are merged as segments are. So memory is bounded whatever the number of paragraphs.

Terms that are made of several forms (see `indexer.fields.Column`) are kept as numbers of those until the run is
written: pairs of syllables are most of all terms, and as strings would take most of the memory and the time.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from indexer.engine.whoosh.arrays import Array, encode
from indexer.engine.whoosh.merge import Source, merge_postings
from indexer.engine.whoosh.packing import Records
from indexer.engine.whoosh.postings import Postings
from indexer.engine.whoosh.postings_writer import PostingsWriter
from indexer.fields import Column

BYTES_PER_TOKEN = 4
"""The memory of a token until its run is written."""

BYTES_PER_SORTED_TOKEN = 48
"""The memory of a token while its run is sorted: sort key, order, paragraph and position. One field at a time."""

BYTES_PER_TERM = 200
"""The memory of a distinct term: a string of a dozen code points, its number, its place in the dictionary."""

BYTES_PER_ROW = 8
"""The memory of a term of several forms until its run is written. It is kept once for each batch that has it."""

BYTES_PER_SORTED_ROW = 64
"""The memory of such a term while its run is sorted."""

_PENDING = 1 << 14
"""Tokens collected as strings before they are numbered: that is faster for many of one field at once."""

_PIECE = 1 << 16
"""Terms of several forms that are made strings at once."""

_PART_BITS = 21
_MOST_PARTS = 3
_MOST_PIECES = (1 << _PART_BITS) // 2 - 1
"""Forms of a run of terms of several: with and without a separator they are numbered in `_PART_BITS` bits."""


class _Numbers(dict[str, int]):
    """Numbers for terms, in the order in which they are first met."""

    def __missing__(self, form: str) -> int:
        number = self[form] = len(self)
        return number


class Inverter:
    """Inverts one field into the file `path`. Whoever adds sees to it that `spill` is called before `held` is too much.

    Runs are written beside it as `path.run0`, `path.run1` and so on, and removed at the end.
    """

    def __init__(self, path: str, segment: str) -> None:
        self._path, self._segment = path, segment
        self._runs: list[str] = []
        self._begin(None)

    def add(self, tokens: Sequence[str]) -> None:
        """The tokens of the next paragraph."""
        if self._separator is not None:
            self.spill()
        self._pending.append(tokens)
        self._pending_tokens += len(tokens)
        if self._pending_tokens >= _PENDING:
            self._number_pending()

    def add_column(self, column: Column) -> None:
        """The tokens of the next paragraphs."""
        self._number_pending()
        separator = None if column.parts is None else column.separator
        if separator != self._separator:
            self.spill(separator)
        if column.parts is not None and len(self._numbers) + len(column.forms) >= _MOST_PIECES:
            self.spill(separator)
        numbers = np.fromiter(map(self._numbers.__getitem__, column.forms), np.uint32, len(column.forms))
        if column.parts is None:
            self._take(numbers[column.numbers], column.counts)
            return
        if len(self._numbers) >= _MOST_PIECES or column.parts.shape[1] > _MOST_PARTS:
            raise ValueError("the terms of a column have too many parts")
        self._rows.append(_packed(column.parts, numbers))
        self._take(column.numbers + np.uint32(self._row_count), column.counts)
        self._row_count += len(column.parts)

    @property
    def held(self) -> int:
        """Bytes held until the run is written."""
        tokens = self._tokens + self._pending_tokens
        return tokens * BYTES_PER_TOKEN + len(self._numbers) * BYTES_PER_TERM + self._row_count * BYTES_PER_ROW

    @property
    def has_runs(self) -> bool:
        """Whether runs were written, which `finish` will merge."""
        return bool(self._runs)

    @property
    def to_sort(self) -> int:
        """Bytes that writing the run will take beside those held."""
        tokens = self._tokens + self._pending_tokens
        return tokens * BYTES_PER_SORTED_TOKEN + self._row_count * BYTES_PER_SORTED_ROW

    def spill(self, separator: str | None = None) -> None:
        """Write what is held as a run; what is added next is made of forms joined by `separator`, or (None) not."""
        self._number_pending()
        if self._counts:
            path = f"{self._path}.run{len(self._runs)}"
            self._runs.append(path)
            self._write_run(path, {})
        self._begin(separator)

    def finish(self, meta: dict[str, Any]) -> None:
        """Write the file, with this `meta`."""
        self._number_pending()
        if not self._runs:
            self._write_run(self._path, meta)
            self._begin(None)
            return
        self.spill()
        sources, base = [], 0
        for path in self._runs:
            run = Postings(path, self._segment)
            sources.append(Source(run, base))
            base += len(run.lengths)
        merge_postings(self._path, self._segment, sources, base, meta)
        self.abandon()

    def abandon(self) -> None:
        """Remove the runs."""
        for path in self._runs:
            if os.path.exists(path):
                os.unlink(path)
        self._runs = []

    def _begin(self, separator: str | None) -> None:
        self._separator = separator
        self._numbers = _Numbers()
        self._pending: list[Sequence[str]] = []
        self._pending_tokens = 0
        self._chunks: list[Array] = []
        self._counts: list[Array] = []
        self._rows: list[Array] = []
        self._tokens = self._row_count = 0

    def _number_pending(self) -> None:
        if self._pending:
            counts = np.fromiter(map(len, self._pending), np.uint32, len(self._pending))
            tokens = itertools.chain.from_iterable(self._pending)
            self._take(np.fromiter(map(self._numbers.__getitem__, tokens), np.uint32, self._pending_tokens), counts)
            self._pending, self._pending_tokens = [], 0

    def _take(self, numbers: Array, counts: Array) -> None:
        self._chunks.append(numbers)
        self._counts.append(counts)
        self._tokens += len(numbers)

    def _terms(self) -> tuple[Iterable[bytes], Array]:
        """The terms of the run in order, and for each number of a token the place of its term."""
        forms = sorted(self._numbers)
        by_number = np.fromiter(map(self._numbers.__getitem__, forms), np.int64, len(forms))
        if self._separator is None:
            rank = np.empty(len(forms), np.uint64)
            rank[by_number] = np.arange(len(forms))
            return map(encode, forms), rank
        # A term is a sequence of forms with the separator behind each but the last. No form holds the separator, so
        # terms are ordered as the sequences of these pieces are, and an absent piece (0) comes before all others.
        pieces = [encode(form) for form in self._numbers]
        pieces += [piece + encode(self._separator) for piece in pieces]
        order = sorted(range(len(pieces)), key=pieces.__getitem__)
        place = np.empty(len(pieces), np.uint64)
        place[order] = np.arange(1, len(pieces) + 1, dtype=np.uint64)
        parts = _unpacked(np.concatenate(self._rows))
        self._rows = []
        keys = np.zeros(len(parts[0]), np.uint64)
        for part, following in zip(parts, [*parts[1:], np.zeros(len(keys), np.uint64)], strict=True):
            inner = np.where(following > 0, len(self._numbers), 0)
            there = part > 0
            keys <<= np.uint64(_PART_BITS)
            keys[there] |= place[part[there].astype(np.int64) - 1 + inner[there]]
        keys, rank = (array.astype(np.uint64) for array in np.unique(keys, return_inverse=True))
        piece_at = [b"", *map(pieces.__getitem__, order)]
        return _joined(piece_at, keys), rank

    def _write_run(self, path: str, meta: dict[str, Any]) -> None:
        empty: Array = np.empty(0, np.uint32)
        lengths = np.concatenate([empty, *self._counts])
        terms, rank = self._terms()
        numbers = np.concatenate([empty, *self._chunks])
        self._chunks = []
        term_count = int(rank.max()) + 1 if len(rank) else 0
        # Term in the upper half, place in the lower: the sort is stable because every key is distinct.
        keys = rank[numbers] << np.uint64(32)
        keys |= np.arange(len(numbers), dtype=np.uint64)
        keys.sort()
        places = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        keys >>= np.uint64(32)
        owners = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
        starts = np.cumsum(lengths, dtype=np.int64) - lengths
        ids = owners[places]
        positions = places - starts[ids]
        first = np.ones(len(ids), bool)
        first[1:] = (ids[1:] != ids[:-1]) | (keys[1:] != keys[:-1])
        begins = np.flatnonzero(first)
        frequencies = np.diff(begins, append=len(ids))
        writer = PostingsWriter(path, self._segment, lengths)
        try:
            df = np.bincount(keys[begins].astype(np.int64), minlength=term_count)
            writer.append(Records(df, ids[begins], frequencies, positions))
            writer.finish(terms, meta)
        except BaseException:
            writer.abandon()
            raise


def _joined(pieces: Sequence[bytes], keys: Array) -> Iterator[bytes]:
    """The terms of packed rows of pieces."""
    for start in range(0, len(keys), _PIECE):
        columns = [map(pieces.__getitem__, part.tolist()) for part in _unpacked(keys[start : start + _PIECE])]
        yield from map(b"".join, zip(*columns, strict=True))


def _packed(parts: Array, numbers: Array) -> Array:
    """A number (u8) for each row of `parts`: for each part 1 + its entry of `numbers`, or 0 where there is none."""
    keys = np.zeros(len(parts), np.uint64)
    for i in range(_MOST_PARTS):
        keys <<= np.uint64(_PART_BITS)
        if i < parts.shape[1]:
            there = parts[:, i] >= 0
            keys[there] |= numbers[parts[there, i]].astype(np.uint64) + np.uint64(1)
    return keys


def _unpacked(keys: Array) -> list[Array]:
    """The parts of packed rows, first to last."""
    mask = np.uint64((1 << _PART_BITS) - 1)
    return [(keys >> np.uint64(_PART_BITS * i)) & mask for i in reversed(range(_MOST_PARTS))]
