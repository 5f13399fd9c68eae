"""Which paragraphs hold some forms side by side, or near each other in order, and how often.

Paragraphs are intersected as in `conjunction`; only in those that hold every form are positions looked at.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.compiled import compiled
from indexer.engine.whoosh.kernel.memory import f4_at, u4_at
from indexer.engine.whoosh.kernel.reading import COUNT, DAMAGED, IDS, find

MOST_SLOP = 1 << 31
"""More than any two positions are apart."""


@compiled
def _side_by_side(texts: Any, steps: Any, places: Any, at: Any) -> Any:
    """How often each form stands just its step behind the first one in a paragraph."""
    n = len(texts)
    for i in range(n):
        at[i] = u4_at(texts[i, 1], places[i])
    count = np.int64(0)
    for start in range(at[0], np.int64(u4_at(texts[0, 1], places[0] + 1))):
        first = np.int64(u4_at(texts[0, 0], start))
        whole = True
        for i in range(1, n):
            end, wanted = np.int64(u4_at(texts[i, 1], places[i] + 1)), first + steps[i]
            while at[i] < end and np.int64(u4_at(texts[i, 0], at[i])) < wanted:
                at[i] += 1
            if at[i] == end:
                return count
            if np.int64(u4_at(texts[i, 0], at[i])) != wanted:
                whole = False
                break
        count += whole
    return count


@compiled
def _in_order(texts: Any, slop: Any, places: Any, at: Any) -> Any:
    """From how many places of the first form the others can be reached in order, each at its first place from there."""
    n = len(texts)
    for i in range(n):
        at[i] = u4_at(texts[i, 1], places[i])
    count = np.int64(0)
    for start in range(at[0], np.int64(u4_at(texts[0, 1], places[0] + 1))):
        first = np.int64(u4_at(texts[0, 0], start))
        last = first
        for i in range(1, n):
            end = np.int64(u4_at(texts[i, 1], places[i] + 1))
            while at[i] < end and np.int64(u4_at(texts[i, 0], at[i])) <= last:
                at[i] += 1
            if at[i] == end:
                return count
            last = np.int64(u4_at(texts[i, 0], at[i]))
        count += last - first - (n - 1) <= slop
    return count


@compiled
def phrase(
    lists: Any,
    texts: Any,
    steps: Any,
    order: Any,
    slop: int,
    sets: Any,
    ranks: Any,
    weight: float,
    norms: int,
    paragraphs: int,
    ids: Any,
    scores: Any,
) -> Any:
    """Fill `ids` (u4) and `scores` (i8) with the paragraphs that hold a phrase; returns how many, or DAMAGED.

    `lists` has a row for each form in the order of the phrase, `order` (i8) their numbers in ascending order of
    length. `texts` (i8, n x 2): addresses of each form's positions (u4) and of where those of its postings begin
    (u4, one more than postings). With `slop` 0 each form stands `steps` (i8) behind the first one; otherwise see
    `Phrase`. `weight` and `norms` (an address) are those of the field.
    """
    n = len(lists)
    current, places, at = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    lead = order[0]
    found = np.int64(0)
    for place in range(lists[lead, COUNT]):
        paragraph = np.int64(u4_at(lists[lead, IDS], place))
        if paragraph >= paragraphs:
            return np.int64(DAMAGED)
        places[lead] = place
        there = True
        for j in range(1, n):
            i = order[j]
            places[i] = find(lists[i], sets, ranks, current, i, paragraph)
            if places[i] < 0:
                there = False
                break
        if not there:
            continue
        count = _in_order(texts, slop, places, at) if slop else _side_by_side(texts, steps, places, at)
        if count:
            ids[found] = paragraph
            scores[found] = np.int64(weight * (count / (count + np.float64(f4_at(norms, paragraph)))))
            found += 1
    return found
