"""Packing the records of a file, piece by piece, in the format of `packing` with the loops of `writing`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from indexer.engine.whoosh import writing
from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.packing import LONG, Records, is_dense, layout
from indexer.loops import compiled

COMPILED_FROM = 1 << 17
"""Numbers from which on it pays to load, or even compile, the compiled loops: that takes most of a second."""


@cache
def _compiled() -> tuple[Callable[..., Any], Callable[..., Any]]:
    return compiled(writing.to_numbers), compiled(writing.to_bytes)


def pays_to_compile(numbers: int) -> bool:
    """Whether so many numbers are packed faster by compiled loops, when what those take at first is counted in."""
    return numbers >= COMPILED_FROM or _compiled.cache_info().currsize > 0


def prepare(numbers: int) -> None:
    """Load the compiled loops, if so many numbers will be packed and it pays: early, while others still load too."""
    if numbers >= COMPILED_FROM and not _compiled.cache_info().currsize:
        _compiled()
        one = np.ones(1, np.int64)
        Packer(one).pack(Records(one, one - 1, one, one - 1))


class Packer:
    """Packs the records of one file, terms in order. `lengths`: the tokens of each of its paragraphs."""

    def __init__(self, lengths: Array) -> None:
        self._lengths = lengths.astype(np.int64)
        self._place = 0

    def pack(self, records: Records) -> tuple[Array, Array, Array]:
        """The bytes of the records of the next terms (u1), how many each has (i8), and their arrays (u8)."""
        given: list[Any] = [
            np.ascontiguousarray(each, np.int64)
            for each in (records.df, records.ids, records.frequencies, records.positions, self._lengths)
        ]
        df = given[0]
        where, paragraphs = layout(df, len(self._lengths)), len(self._lengths)
        own = np.where(df >= LONG, where.end, 0)
        arrays = np.zeros(int(own.sum()) // 8, np.uint64)
        # Of a frequent term there are twenty numbers at most beside those of its postings.
        most = sum(map(len, given[:4])) + len(given[1]) + 20 * int(np.count_nonzero(df >= LONG))
        numbers, counts = np.empty(most, np.int64), np.empty(len(df), np.int64)
        sizes = np.empty(len(df), np.int64)
        pays = pays_to_compile(most)
        plain: tuple[Callable[..., Any], Callable[..., Any]] = writing.to_numbers, writing.to_bytes
        to_numbers, to_bytes = _compiled() if pays else plain
        if not pays:
            # As they stand the loops are faster on lists.
            given = [each.tolist() for each in given]
        rows = np.array(np.broadcast_arrays(*where[:-1], df)[:-1], np.int64).T.copy()
        used = to_numbers(
            *given, np.cumsum(own) - own, rows, is_dense(df, paragraphs), self._place, numbers, counts,
            arrays.view(np.uint8), arrays.view(np.uint16), arrays.view(np.uint32), arrays,
        )  # fmt: skip
        self._place += len(arrays)
        numbers = numbers[:used]
        data = np.empty(used + sum(int(np.count_nonzero(numbers >= 1 << bits)) for bits in (7, 14, 21, 28)), np.uint8)
        to_bytes(numbers if pays else numbers.tolist(), counts, data, sizes)
        return data, sizes, arrays
