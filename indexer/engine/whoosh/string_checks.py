"""Looking for the first damaged string of a stretch of a table, all at once: one by one takes ten times as long.

A stretch is the bytes of its strings one after another, and where each of them starts and ends there.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

WIDTH = 16
"""Bytes of each string that are compared together; of those that agree in them, the rest one by one."""


def first_not_utf8(data: bytes, starts: Array, ends: Array) -> int | None:
    """The number of the first string that is not UTF-8 (lone surrogates are let through), or None."""
    codes = np.frombuffer(data, np.uint8)
    # What is valid as a whole, and cut nowhere inside of a character, is valid in each of its parts.
    inside = (codes[starts[starts < ends]] & 0xC0) == 0x80
    if not inside.any() and _is_utf8(data):
        return None
    bounds = zip(starts.tolist(), ends.tolist(), strict=True)
    return next((i for i, (start, end) in enumerate(bounds) if not _is_utf8(data[start:end])), None)


def first_not_after(data: bytes, starts: Array, ends: Array) -> int | None:
    """The number of the first string that is not greater than the one before it, or None."""
    if len(starts) < 2:
        return None
    codes = np.frombuffer(data + bytes(WIDTH), np.uint8)
    heads = codes[starts[:, None] + np.arange(WIDTH)]
    heads[np.arange(WIDTH) >= (ends - starts)[:, None]] = 0
    # Shorter strings count as if zeros followed: where that makes two equal, nothing is said of their order.
    high, low = heads.view(">u8").astype(np.uint64).T
    less = (high[:-1] < high[1:]) | ((high[:-1] == high[1:]) & (low[:-1] < low[1:]))
    for i in np.flatnonzero(~less).tolist():
        if data[starts[i] : ends[i]] >= data[starts[i + 1] : ends[i + 1]]:
            return int(i) + 1
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
