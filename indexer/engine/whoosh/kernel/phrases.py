"""Which paragraphs hold some forms side by side, and how often.

Paragraphs are intersected as in `conjunction`; only in those that hold every form are positions looked at.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.adding import allocate
from indexer.engine.whoosh.kernel.memory import u1_at, u4_at
from indexer.engine.whoosh.kernel.posting_lists import (
    BLOCKS,
    COUNT,
    DAMAGED,
    LOW,
    NORMS,
    POSITIONS,
    POSITIONS_END,
    find,
    frequency_at,
    members,
    norm_at,
)
from indexer.engine.whoosh.packing import BLOCK, STRETCH_BITS
from indexer.loops import compiled

MOST_BITS = 35

BYTE, LEFT, POSITION, PLACE, START = range(5)
"""Of a form in a paragraph: where its next position is packed, how many are left with it, and the last one read; the
place of the posting, and where its positions start. Before the first paragraph PLACE is -1."""


@compiled
def _begin(own: Any, place: Any, text: Any) -> Any:
    """Go to the first position of a posting, mostly one after that of before; returns 0, or DAMAGED."""
    block = place // BLOCK
    if text[PLACE] >= block * BLOCK and text[PLACE] <= place:
        first, at = text[PLACE], text[START]
    else:
        first, at = block * BLOCK, np.int64(u4_at(own[BLOCKS], block))
    before = np.int64(0)
    for i in range(first, place):
        before += frequency_at(own, i)
    end = own[POSITIONS_END]
    while before > 0:
        if at >= end:
            return np.int64(DAMAGED)
        before -= u1_at(own[POSITIONS], at) < 128
        at += 1
    text[BYTE], text[LEFT], text[POSITION] = at, frequency_at(own, place), -1
    text[PLACE], text[START] = place, at
    return _read(own, text)


@compiled
def _read(own: Any, text: Any) -> Any:
    """Read the next position, which is there unless the list is damaged; returns 0, or DAMAGED."""
    at, step = text[BYTE], np.int64(0)
    for shift in range(0, MOST_BITS, 7):
        if at >= own[POSITIONS_END]:
            break
        byte = np.int64(u1_at(own[POSITIONS], at))
        at += 1
        step |= (byte & 127) << shift
        if byte < 128:
            text[BYTE] = at
            text[POSITION] += step + 1
            return np.int64(0)
    return np.int64(DAMAGED)


@compiled
def _reach(own: Any, text: Any, wanted: Any) -> Any:
    """Go to the first position not before `wanted`; returns 0, or DAMAGED. Where there is none, LEFT becomes 0."""
    while text[LEFT] and text[POSITION] < wanted:
        text[LEFT] -= 1
        if text[LEFT] and _read(own, text) < 0:
            return np.int64(DAMAGED)
    return np.int64(0)


@compiled
def _side_by_side(lists: Any, steps: Any, texts: Any) -> Any:
    """How often each form stands just its step behind the first one in a paragraph, or DAMAGED."""
    count = np.int64(0)
    while texts[0, LEFT]:
        first = texts[0, POSITION]
        whole = True
        for i in range(1, len(lists)):
            if _reach(lists[i], texts[i], first + steps[i]) < 0:
                return np.int64(DAMAGED)
            if texts[i, LEFT] == 0:
                return count
            if texts[i, POSITION] != first + steps[i]:
                whole = False
                break
        count += whole
        if _reach(lists[0], texts[0], first + 1) < 0:
            return np.int64(DAMAGED)
    return count


@compiled
def phrase(lists: Any, steps: Any, weight: float, paragraphs: int, row: Any) -> Any:
    """Make the list of a phrase, with given scores; what is filled and returned is that of `union`.

    `lists` has a row for each form in the order of the phrase, with the norms of the field; each form stands `steps`
    (i8) behind the first one. `weight` is that of the field.
    """
    n = len(lists)
    order = np.argsort(lists[:, COUNT])
    current, places, texts = np.zeros(n, np.int64), np.zeros(n, np.int64), np.full((n, 5), -1)
    lead = order[0]
    memory, lows, bounds, scores = allocate(lists[lead, COUNT], paragraphs, row)
    led = members(lists[lead], paragraphs)
    found, highest, stretch = np.int64(0), np.int64(0), 0
    for place in range(len(led)):
        paragraph = np.int64(led[place])
        places[lead] = place
        there = True
        for j in range(1, n):
            i = order[j]
            places[i] = find(lists[i], current, i, paragraph)
            if places[i] < 0:
                there = False
                break
        if not there:
            continue
        for i in range(n):
            if _begin(lists[i], places[i], texts[i]) < 0:
                return np.int64(DAMAGED), highest, memory
        count = _side_by_side(lists, steps, texts)
        if count < 0:
            return np.int64(DAMAGED), highest, memory
        if count:
            while stretch <= paragraph >> STRETCH_BITS:
                bounds[stretch] = found
                stretch += 1
            score = np.int64(weight * (count / (count + norm_at(lists[0, NORMS], paragraph))))
            lows[found], scores[found] = paragraph & LOW, score
            highest = max(highest, score)
            found += 1
    bounds[stretch:] = row[COUNT] = found
    return found, highest, memory
