"""The lists of postings that the loops of this folder go through: how a list is described, and how it is read.

Arguments that return in several functions (the module `lists` prepares them; nothing here knows of terms):

    lists         i8, n x COLUMNS: where each list lies in memory (see the constants)
    weights       f8 per list: what tf / (tf + norm) is multiplied by, in UNITs
    words         u8 per 64 paragraphs: a set of paragraphs, the first in the lowest bit
    sets, ranks   words of long lists, a row each; and per word (u4) how many of the list come before it

A paragraph read from a list is never used as an index unchecked; a function that meets a damaged one returns DAMAGED.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.compiled import compiled
from indexer.engine.whoosh.kernel.memory import f4_at, i8_at, u1_at, u4_at, u8_at

UNIT = float(1 << 32)
"""A score of one, as an integer (int64 holds scores up to two thousand million)."""

WINDOW = 2048
"""Paragraphs looked at together: their sums stay in the first-level cache. A multiple of 64."""

ESCAPE = 255
DAMAGED = -1

# What a row of `lists` says. Addresses are of the list's own first posting; NORMS is indexed by paragraph.
COUNT = 0
"""Postings."""
ROW = 1
"""The row of the list's set, or -1 where it has none."""
IDS = 2
"""Address of its paragraphs (u4)."""
FREQUENCIES = 3
"""Address of its frequencies (u1, ESCAPE for those among the exceptions); 0 for a list with given scores."""
NORMS = SCORES = 4
"""Address of the field's norms (f4), or of the given scores (i8)."""
EXCEPTIONS_AT, EXCEPTION_VALUES, EXCEPTIONS = 5, 6, 7
"""Addresses of the exceptions, the places of their postings (u8) and their frequencies (u4); and how many there are."""
COLUMNS = 8


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
def seek(ids: Any, place: Any, end: Any, wanted: Any) -> Any:
    """The first place from `place` on whose paragraph is not before `wanted`, by galloping."""
    if place >= end or u4_at(ids, place) >= wanted:
        return place
    step = 1
    while place + step < end and u4_at(ids, place + step) < wanted:
        place += step
        step *= 2
    low, high = place + 1, min(end, place + step)
    while low < high:
        middle = (low + high) >> 1
        if u4_at(ids, middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def find(own: Any, sets: Any, ranks: Any, current: Any, i: Any, paragraph: Any) -> Any:
    """The place of a paragraph in list `i`, whose row is `own`, or -1; `current` is moved on where there is no set."""
    if own[ROW] >= 0:
        word = sets[own[ROW], paragraph >> 6]
        bit = np.uint64(1) << np.uint64(paragraph & 63)
        if not word & bit:
            return np.int64(-1)
        place = np.int64(ranks[own[ROW], paragraph >> 6]) + popcount(word & (bit - np.uint64(1)))
    else:
        place = seek(own[IDS], current[i], own[COUNT], paragraph)
        current[i] = place
    if place < own[COUNT] and u4_at(own[IDS], place) == paragraph:
        return np.int64(place)
    return np.int64(-1)


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
        return np.float64(u4_at(own[EXCEPTION_VALUES], low))
    return np.float64(ESCAPE)


@compiled
def share(own: Any, place: Any, paragraph: Any) -> Any:
    """tf / (tf + norm) of a posting."""
    frequency = np.float64(u1_at(own[FREQUENCIES], place))
    if frequency == ESCAPE:
        frequency = _escaped(own, place)
    return frequency / (frequency + np.float64(f4_at(own[NORMS], paragraph)))


@compiled
def value(own: Any, weight: Any, place: Any, paragraph: Any) -> Any:
    """The score of a posting."""
    if own[FREQUENCIES] == 0:
        return i8_at(own[SCORES], place)
    return np.int64(weight * share(own, place, paragraph))


@compiled
def highest(own: Any) -> Any:
    """The highest tf / (tf + norm) of a list (a row of `lists`)."""
    best = 0.0
    for place in range(own[COUNT]):
        best = max(best, share(own, place, np.int64(u4_at(own[IDS], place))))
    return best
