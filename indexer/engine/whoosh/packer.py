"""Packing the records of a file, piece by piece; how is told in `packing`, the loop itself is `kernel.writing`."""

from __future__ import annotations

import numpy as np

from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.packing import LONG, Layout, Records, is_dense, layout


class Packer:
    """Packs the records of one file, terms in order. `lengths`: the tokens of each of its paragraphs."""

    def __init__(self, lengths: Array) -> None:
        # Who only reads an index does without anything compiled.
        from indexer.engine.whoosh.kernel.writing import pack

        self._pack = pack
        self._lengths = lengths.astype(np.uint32)
        self._place = 0

    def pack(self, records: Records) -> tuple[Array, Array, Array]:
        """The bytes of the records of the next terms (u1), how many each has (i8), and their arrays (u8)."""
        df, ids, frequencies, positions = (
            np.ascontiguousarray(each, np.int64)
            for each in (records.df, records.ids, records.frequencies, records.positions)
        )
        where = layout(df, len(self._lengths))
        ends = np.cumsum(np.where(df >= LONG, where.end, 0))
        begins = ends - np.where(df >= LONG, where.end, 0)
        arrays = np.zeros(int(ends[-1]) // 8 if len(ends) else 0, np.uint64)
        # A number has five bytes at most, a frequent term twenty numbers beside those of its postings.
        most = 5 * (len(df) + 2 * len(ids) + len(positions)) + 100 * int(np.count_nonzero(df >= LONG))
        data, sizes = np.empty(most, np.uint8), np.empty(len(df), np.int64)
        used = self._pack(
            df, ids, frequencies, positions, self._lengths, begins, _rows(where, len(df)),
            is_dense(df, len(self._lengths)), self._place, data, sizes,
            arrays.view(np.uint8), arrays.view(np.uint16), arrays.view(np.uint32), arrays,
        )  # fmt: skip
        self._place += len(arrays)
        return data[:used], sizes, arrays


def _rows(where: Layout, terms: int) -> Array:
    return np.ascontiguousarray(np.broadcast_arrays(*where, np.empty(terms))[:-1], np.int64).T.copy()
