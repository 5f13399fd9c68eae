"""Reading the packed record of one term; see `packing` for what stands in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.compiled import compiled
from indexer.engine.whoosh.kernel.reading import DAMAGED

MOST_BITS = 35
MOST_TOKENS = (1 << 32) - 1


@compiled
def _number(data: Any, at: Any, end: Any) -> Any:
    """The number that begins at `at`, and where the next one does: DAMAGED, when there is none before `end`."""
    number = np.int64(0)
    for shift in range(0, MOST_BITS, 7):
        if at >= end:
            break
        byte = np.int64(data[at])
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
    return number, np.int64(DAMAGED)


@compiled
def unpack_postings(data: Any, start: int, end: int, paragraphs: int, ids: Any, frequencies: Any) -> Any:
    """Fill `ids` and `frequencies` (u4, as long as there are postings) from the record in `data` from `start` to `end`.

    Returns where its positions begin, or DAMAGED, also when a paragraph does not exist.
    """
    _, at = _number(data, np.int64(start), np.int64(end))
    paragraph = np.int64(-1)
    for i in range(len(ids)):
        if at < 0:
            return at
        coded, at = _number(data, at, end)
        paragraph += (coded >> 1) + 1
        if paragraph >= paragraphs:
            return np.int64(DAMAGED)
        ids[i] = paragraph
        frequencies[i] = 1 + (coded & 1)
    for i in range(len(ids)):
        if frequencies[i] > 1:
            if at < 0:
                return at
            more, at = _number(data, at, end)
            if more > MOST_TOKENS - 2:
                return np.int64(DAMAGED)
            frequencies[i] = more + 2
    return at


@compiled
def unpack_positions(data: Any, start: int, end: int, frequencies: Any, begins: Any, positions: Any) -> Any:
    """Fill `positions` (u4) from those in `data` from `start` to `end`; of posting i they begin at `begins[i]` (u4).

    Returns 0, or DAMAGED, also when they are not as many as `positions` has room for.
    """
    at, place = np.int64(start), np.int64(0)
    for i in range(len(frequencies)):
        begins[i] = place
        if place + frequencies[i] > len(positions):
            return np.int64(DAMAGED)
        position = np.int64(-1)
        for _ in range(frequencies[i]):
            if at < 0:
                return at
            step, at = _number(data, at, np.int64(end))
            position += step + 1
            positions[place] = position
            place += 1
    begins[len(frequencies)] = place
    return np.int64(0) if at == end and place == len(positions) else np.int64(DAMAGED)
