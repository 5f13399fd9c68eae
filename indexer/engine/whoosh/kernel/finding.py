"""Finding a string in a sorted table (see `arrays.Strings`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.compiled import compiled


@compiled
def find_string(data: Any, ends: Any, wanted: Any) -> Any:
    """The place of the bytes `wanted` (u1) among those of `data`, of which string i ends at `ends[i]`; -1: not there.

    Also -1 where the table is damaged.
    """
    low, high = np.int64(0), np.int64(len(ends))
    while low < high:
        middle = (low + high) >> 1
        start, end = np.int64(ends[middle - 1]) if middle else np.int64(0), np.int64(ends[middle])
        if not 0 <= start <= end <= len(data):
            return np.int64(-1)
        size = end - start
        order = np.int64(0)
        for i in range(min(int(size), len(wanted))):
            order = np.int64(data[start + i]) - np.int64(wanted[i])
            if order:
                break
        if order == 0:
            order = size - len(wanted)
        if order == 0:
            return middle
        if order < 0:
            low = middle + 1
        else:
            high = middle
    return np.int64(-1)
