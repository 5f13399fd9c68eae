"""Summing the scores of posting lists, one range of paragraphs at a time; and the union of lists."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.memory import i8_at, lowest, u2_at, u4_at, u8_at
from indexer.engine.whoosh.kernel.posting_lists import (
    BOUNDS,
    COUNT,
    DAMAGED,
    FREQUENCIES,
    LOW,
    LOWS,
    NORMS,
    SCORES,
    SET,
    WINDOW,
    popcount,
    rank,
    seek,
    share_at,
)
from indexer.engine.whoosh.packing import STRETCH_BITS
from indexer.loops import compiled


@compiled
def add_set(own: Any, weight: Any, low: Any, high: Any, base: Any, scores: Any, touched: Any) -> Any:
    """Add a list with a set in the paragraphs from `low` to `high` to `scores`, of which the first is that of `base`.

    Those that have got a score become members of the set `touched`.
    """
    j = low >> 6
    word = u8_at(own[SET], j)
    before = (np.uint64(1) << np.uint64(low & 63)) - np.uint64(1)
    place = rank(own, j) + popcount(word & before)
    word &= ~before
    frequencies, norms, count = own[FREQUENCIES], own[NORMS], own[COUNT]
    while True:
        while word:
            paragraph = (j << 6) + lowest(word)
            if paragraph >= high or place >= count:
                return
            x = paragraph - base
            if weight:
                scores[x] += np.int64(weight * share_at(own, frequencies, norms, place, paragraph))
            touched[x >> 6] |= np.uint64(1) << np.uint64(x & 63)
            place += 1
            word &= word - np.uint64(1)
        j += 1
        if j << 6 >= high:
            return
        word = u8_at(own[SET], j)


@compiled
def add_lows(own: Any, weight: Any, place: Any, low: Any, high: Any, base: Any, scores: Any, touched: Any) -> Any:
    """The same for a list without a set, from `place` on; all paragraphs from `low` to `high` lie in one stretch.

    Returns the place of the first posting from `high` on, or DAMAGED.
    """
    place = seek(own, place, low)
    end, lows = np.int64(u4_at(own[BOUNDS], (low >> STRETCH_BITS) + 1)), own[LOWS]
    first = (low & ~LOW) - base
    # Of a list with given scores, `norms` are those.
    frequencies, norms = own[FREQUENCIES], own[NORMS]
    while place < end:
        x = np.int64(u2_at(lows, place)) + first
        if x >= high - base:
            break
        if x < 0:
            return np.int64(DAMAGED)
        if not frequencies:
            scores[x] += i8_at(norms, place)
        elif weight:
            scores[x] += np.int64(weight * share_at(own, frequencies, norms, place, base + x))
        touched[x >> 6] |= np.uint64(1) << np.uint64(x & 63)
        place += 1
    return place


@compiled
def allocate(most: Any, paragraphs: Any, row: Any) -> Any:
    """Memory for a list with given scores and at most so many postings, of which `row` is filled.

    Returns the memory, and the lows (u2), bounds (u4) and scores (i8) in it.
    """
    parts = ((paragraphs + LOW) >> STRETCH_BITS) + 1
    memory = np.empty(8 * most + 4 * parts + 2 * most, np.uint8)
    scores = memory[: 8 * most].view(np.int64)
    bounds = memory[8 * most : 8 * most + 4 * parts].view(np.uint32)
    lows = memory[8 * most + 4 * parts :].view(np.uint16)
    row[:] = 0
    row[BOUNDS], row[LOWS], row[SCORES] = bounds.ctypes.data, lows.ctypes.data, scores.ctypes.data
    return memory, lows, bounds, scores


@compiled
def union(lists: Any, weights: Any, paragraphs: int, row: Any) -> Any:
    """Make the list of what is in any of some lists, with given scores, the sums of theirs.

    Fills `row` (see `posting_lists`). Returns how many paragraphs there are, or DAMAGED; the highest score; and memory
    that the row has addresses of.
    """
    n = len(lists)
    most = np.int64(0)
    for i in range(n):
        most += lists[i, COUNT]
    memory, lows, bounds, scores = allocate(min(most, np.int64(paragraphs)), paragraphs, row)
    current = np.zeros(n, np.int64)
    sums, touched = np.zeros(WINDOW, np.int64), np.zeros(WINDOW // 64, np.uint64)
    count, highest = np.int64(0), np.int64(0)
    for low in range(0, paragraphs, WINDOW):
        if low & LOW == 0:
            bounds[low >> STRETCH_BITS] = count
        high = min(low + WINDOW, paragraphs)
        for i in range(n):
            if lists[i, SET]:
                add_set(lists[i], weights[i], low, high, low, sums, touched)
            else:
                current[i] = add_lows(lists[i], weights[i], current[i], low, high, low, sums, touched)
                if current[i] < 0:
                    return np.int64(DAMAGED), highest, memory
        for t in range(len(touched)):
            word = touched[t]
            touched[t] = 0
            while word:
                x = (t << 6) + lowest(word)
                word &= word - np.uint64(1)
                # A damaged set may hold more than its postings.
                if count == len(lows):
                    return np.int64(DAMAGED), highest, memory
                lows[count], scores[count] = (low + x) & LOW, sums[x]
                highest = max(highest, sums[x])
                sums[x] = 0
                count += 1
    bounds[-1] = row[COUNT] = count
    return count, highest, memory
