"""Reading the packed record of one term: all of a short one, and the header of a frequent one.

`data` is the address of the records.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.memory import u1_at
from indexer.engine.whoosh.kernel.posting_lists import DAMAGED
from indexer.engine.whoosh.packing import MOST_PAIRS, STRETCH_BITS
from indexer.loops import compiled

MOST_BITS = 35
MOST_TOKENS = (1 << 32) - 1

DF, PLACE, EXCEPTIONS, PAIRS, FIRST_PAIR = 0, 1, 2, 3, 4
NUMBERS = FIRST_PAIR + 2 * MOST_PAIRS
"""What `read_head` says, and how many numbers that is."""


@compiled
def number(data: Any, at: Any, end: Any) -> Any:
    """The number that begins at `at`, and where the next one does: DAMAGED, when there is none before `end`."""
    value = np.int64(0)
    for shift in range(0, MOST_BITS, 7):
        if at >= end:
            break
        byte = np.int64(u1_at(data, at))
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    return value, np.int64(DAMAGED)


@compiled
def read_short(data: Any, start: int, end: int, paragraphs: int, lows: Any, bounds: Any, frequencies: Any) -> Any:
    """Fill `lows` (u2), `bounds` (u4) and `frequencies` (u4) from the record in `data` from `start` to `end`.

    There are as many `lows` and `frequencies` as postings. Returns where the positions begin, or DAMAGED, also when a
    paragraph does not exist.
    """
    _, at = number(data, np.int64(start), np.int64(end))
    paragraph = np.int64(-1)
    stretch = 0
    for i in range(len(lows)):
        if at < 0:
            return at
        coded, at = number(data, at, np.int64(end))
        paragraph += (coded >> 1) + 1
        if paragraph >= paragraphs:
            return np.int64(DAMAGED)
        while stretch <= paragraph >> STRETCH_BITS:
            bounds[stretch] = i
            stretch += 1
        lows[i] = paragraph & ((1 << STRETCH_BITS) - 1)
        frequencies[i] = 1 + (coded & 1)
    bounds[stretch:] = len(lows)
    for i in range(len(lows)):
        if frequencies[i] > 1:
            if at < 0:
                return at
            more, at = number(data, at, np.int64(end))
            if more > MOST_TOKENS - 2:
                return np.int64(DAMAGED)
            frequencies[i] = more + 2
    return at


@compiled
def read_head(data: Any, start: int, end: int, numbers: Any) -> Any:
    """Fill `numbers` (i8) with what the record of a frequent term says before its exceptions; returns where they begin.

    Or DAMAGED.
    """
    at = np.int64(start)
    numbers[DF], at = number(data, at, np.int64(end))
    for i in (PLACE, PAIRS):
        if at < 0:
            return at
        numbers[i], at = number(data, at, np.int64(end))
    if numbers[PAIRS] > MOST_PAIRS:
        return np.int64(DAMAGED)
    for i in range(2 * numbers[PAIRS]):
        if at < 0:
            return at
        numbers[FIRST_PAIR + i], at = number(data, at, np.int64(end))
    if at >= 0:
        numbers[EXCEPTIONS], at = number(data, at, np.int64(end))
    return at


@compiled
def read_exceptions(data: Any, start: int, end: int, postings: int, places: Any, more: Any) -> Any:
    """Fill `places` (u8) and `more` (u4) with the exceptions of a frequent term; returns where its positions begin.

    Or DAMAGED.
    """
    at, place = np.int64(start), np.int64(-1)
    for i in range(len(places)):
        gap, at = number(data, at, np.int64(end))
        if at < 0:
            return at
        beyond, at = number(data, at, np.int64(end))
        place += gap + 1
        if at < 0 or place >= postings or beyond > MOST_TOKENS:
            return np.int64(DAMAGED)
        places[i], more[i] = place, beyond
    return at
