"""Posting lists as the kernel reads them: their description by memory addresses, and access to their postings.

Common arguments of the kernel's functions (the module `lists` prepares them; nothing here knows of terms):

    lists         i8, n x COLUMNS: where each list lies in memory (see the constants)
    weights       f8 per list: what tf / (tf + norm) is multiplied by, in UNITs
    words         u8 per 64 paragraphs: a set of paragraphs, the first in the lowest bit

A list has the layout that `packing` defines for frequent terms, also if it is short or given. The code that prepares it
checks the description: bounds ascend from 0 to the number of postings, and a set has no paragraph that does not exist.
A paragraph read from lows, or a place found by ranks, is never used as an index unchecked; a function that meets a
damaged list returns DAMAGED.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.memory import f8_at, i8_at, lowest, u1_at, u2_at, u4_at, u8_at
from indexer.engine.whoosh.packing import ESCAPE, STRETCH_BITS
from indexer.loops import compiled

UNIT = float(1 << 32)
"""A score of one, as an integer (int64 holds scores up to two thousand million)."""

WINDOW = 2048
"""Paragraphs looked at together: their sums stay in the first-level cache. A multiple of 64 that divides a stretch."""

LOW = (1 << STRETCH_BITS) - 1
DAMAGED = -1
NONE = 1 << 60
"""Greater than any paragraph."""

# What a row of `lists` says. SET and RANKS are indexed by the word of a paragraph, the rest by place.
COUNT = 0
"""Postings."""
BOUNDS = 1
"""Address of the place of the first posting of each stretch, and of the end (u4)."""
LOWS = 2
"""Address of its paragraphs within their stretches (u2), where it has no set."""
SET, RANKS = 3, 4
"""Addresses of its set (u8), or 0 where it has none, and of the ranks of the set's words (u2)."""
FREQUENCIES = 5
"""Address of its frequencies (u1, ESCAPE for those among the exceptions); 0 for a list with given scores."""
NORMS = SCORES = 6
"""Address of the field's norms (see NORM_BASE), or of the given scores (i8)."""
EXCEPTIONS_AT, EXCEPTION_VALUES, EXCEPTIONS = 7, 8, 9
"""Addresses of the exceptions, the places of their postings (u8) and their frequencies (u4); and how many there are."""
BLOCKS, POSITIONS, POSITIONS_END = 10, 11, 12
"""Addresses of where the positions of each block begin (u4), and of the packed positions; and their bytes."""
LEAST_NORM = 13
"""No paragraph of the list has a lower norm than this, in UNITs; 0 where that is not known."""
COLUMNS = 14

NORM_BASE, NORM_STEP = 0, 1
"""The norm of a paragraph of l tokens is NORM_BASE + NORM_STEP * l (f8)."""
LENGTHS, LENGTH_BYTES = 2, 3
"""Address of how many tokens each paragraph has, and the bytes of such a number: 1, 2 or 4 (i8)."""
NORM_COLUMNS = 4


@compiled
def popcount(word: Any) -> Any:
    """The bits set in a word (Warren 2012, section 5.1)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def has(words: Any, paragraph: Any) -> Any:
    """Whether a paragraph is in a set."""
    return (words[paragraph >> 6] >> np.uint64(paragraph & 63)) & np.uint64(1)


@compiled
def rank(own: Any, word: Any) -> Any:
    """How many postings of a list with a set come before a word of it."""
    return np.int64(u4_at(own[BOUNDS], word >> (STRETCH_BITS - 6))) + np.int64(u2_at(own[RANKS], word))


@compiled
def seek(own: Any, place: Any, wanted: Any) -> Any:
    """The first place from `place` on, within its stretch, whose paragraph is not before `wanted`, by galloping.

    Where that stretch has none: the end of it. `own` has no set.
    """
    lows, stretch = own[LOWS], wanted >> STRETCH_BITS
    place = max(place, np.int64(u4_at(own[BOUNDS], stretch)))
    end = np.int64(u4_at(own[BOUNDS], stretch + 1))
    low = np.int64(wanted & LOW)
    if place >= end or np.int64(u2_at(lows, place)) >= low:
        return place
    step = np.int64(1)
    while place + step < end and np.int64(u2_at(lows, place + step)) < low:
        place += step
        step *= 2
    first, last = place + 1, min(end, place + step)
    while first < last:
        middle = (first + last) >> 1
        if np.int64(u2_at(lows, middle)) < low:
            first = middle + 1
        else:
            last = middle
    return first


@compiled
def following(own: Any, current: Any, i: Any, wanted: Any, end: Any) -> Any:
    """The first paragraph of list `i` from `wanted` on, or NONE; `current` is moved on where there is no set.

    Where it has a set, only paragraphs before `end` are looked for.
    """
    if own[SET]:
        j = wanted >> 6
        word = u8_at(own[SET], j) & (~np.uint64(0) << np.uint64(wanted & 63))
        while not word:
            j += 1
            if j << 6 >= end:
                return np.int64(NONE)
            word = u8_at(own[SET], j)
        return (j << 6) + lowest(word)
    stretch = wanted >> STRETCH_BITS
    place = seek(own, current[i], wanted)
    current[i] = place
    if place >= own[COUNT]:
        return np.int64(NONE)
    while np.int64(u4_at(own[BOUNDS], stretch + 1)) <= place:
        stretch += 1
    return (stretch << STRETCH_BITS) + np.int64(u2_at(own[LOWS], place))


@compiled
def find(own: Any, current: Any, i: Any, paragraph: Any) -> Any:
    """The place of a paragraph in list `i`, whose row is `own`, or -1; `current` is moved on where there is no set."""
    if own[SET]:
        word = u8_at(own[SET], paragraph >> 6)
        bit = np.uint64(1) << np.uint64(paragraph & 63)
        if not word & bit:
            return np.int64(-1)
        place = rank(own, paragraph >> 6) + popcount(word & (bit - np.uint64(1)))
        return place if place < own[COUNT] else np.int64(-1)
    place = seek(own, current[i], paragraph)
    current[i] = place
    if place >= np.int64(u4_at(own[BOUNDS], (paragraph >> STRETCH_BITS) + 1)):
        return np.int64(-1)
    return place if np.int64(u2_at(own[LOWS], place)) == paragraph & LOW else np.int64(-1)


@compiled
def members(own: Any, paragraphs: Any) -> Any:
    """The paragraphs of a list (u4) in the order of its postings; fewer than those where it is damaged."""
    found = np.empty(own[COUNT], np.uint32)
    count = np.int64(0)
    if own[SET]:
        for j in range((paragraphs + 63) >> 6):
            word = u8_at(own[SET], j)
            while word:
                if count == len(found):
                    return found
                found[count] = (j << 6) + lowest(word)
                count += 1
                word &= word - np.uint64(1)
        return found[:count]
    for stretch in range((paragraphs + LOW) >> STRETCH_BITS):
        for place in range(u4_at(own[BOUNDS], stretch), u4_at(own[BOUNDS], stretch + 1)):
            paragraph = (stretch << STRETCH_BITS) + np.int64(u2_at(own[LOWS], place))
            if paragraph >= paragraphs:
                return found[:count]
            found[count] = paragraph
            count += 1
    return found


@compiled
def _escaped(own: Any, place: Any) -> Any:
    """The frequency of a posting whose frequency is escaped, from the exceptions."""
    wanted = np.uint64(place)
    low, high = np.int64(0), own[EXCEPTIONS]
    while low < high:
        middle = (low + high) >> 1
        if u8_at(own[EXCEPTIONS_AT], middle) < wanted:
            low = middle + 1
        else:
            high = middle
    if low < own[EXCEPTIONS] and u8_at(own[EXCEPTIONS_AT], low) == wanted:
        return np.int64(u4_at(own[EXCEPTION_VALUES], low))
    return np.int64(ESCAPE)


@compiled
def frequency_at(own: Any, place: Any) -> Any:
    """How often the term stands in the paragraph of a posting."""
    frequency = np.int64(u1_at(own[FREQUENCIES], place))
    return _escaped(own, place) if frequency == ESCAPE else frequency


@compiled
def norm_at(norms: Any, paragraph: Any) -> Any:
    """The norm of a paragraph in a field, whose `norms` lie at that address."""
    lengths, size = i8_at(norms, LENGTHS), i8_at(norms, LENGTH_BYTES)
    if size == 2:
        length = np.float64(u2_at(lengths, paragraph))
    elif size == 1:
        length = np.float64(u1_at(lengths, paragraph))
    else:
        length = np.float64(u4_at(lengths, paragraph))
    return f8_at(norms, NORM_BASE) + f8_at(norms, NORM_STEP) * length


@compiled
def share_at(own: Any, frequencies: Any, norms: Any, place: Any, paragraph: Any) -> Any:
    """tf / (tf + norm) of a posting; for loops, which read the two addresses of `own` once."""
    frequency = np.float64(u1_at(frequencies, place))
    if frequency == ESCAPE:
        frequency = np.float64(_escaped(own, place))
    return frequency / (frequency + norm_at(norms, paragraph))


@compiled
def share(own: Any, place: Any, paragraph: Any) -> Any:
    """tf / (tf + norm) of a posting."""
    return share_at(own, own[FREQUENCIES], own[NORMS], place, paragraph)


@compiled
def value(own: Any, weight: Any, place: Any, paragraph: Any) -> Any:
    """The score of a posting."""
    if own[FREQUENCIES] == 0:
        return i8_at(own[SCORES], place)
    return np.int64(weight * share(own, place, paragraph))


@compiled
def highest(own: Any, paragraphs: Any) -> Any:
    """The highest tf / (tf + norm) of a list (a row of `lists`)."""
    best = 0.0
    found = members(own, paragraphs)
    for place in range(len(found)):
        best = max(best, share(own, place, np.int64(found[place])))
    return best
