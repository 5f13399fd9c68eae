"""The best k of the paragraphs that match, and the scores within ranges: MaxScore (Turtle and Flood 1995) in windows.

Lists whose maximum scores together cannot reach the k-th best so far are not traversed, only probed for paragraphs that
other lists contributed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.adding import add_lows, add_set
from indexer.engine.whoosh.kernel.memory import lowest, u8_at
from indexer.engine.whoosh.kernel.posting_lists import (
    DAMAGED,
    SET,
    WINDOW,
    find,
    following,
    has,
    value,
)  # fmt: skip
from indexer.engine.whoosh.packing import STRETCH_BITS
from indexer.loops import compiled


@compiled
def insert(
    scores: Any, numbers: Any, articles: Any, filled: Any, grouped: Any, score: Any, number: Any, article: Any
) -> Any:
    """Insert a paragraph into the best, if it is one; returns how many there are. Earlier ones precede equal ones."""
    slot = filled
    if grouped:
        for j in range(filled):
            if articles[j] == article:
                slot = j
                break
        if slot < filled and scores[slot] >= score:
            return filled
    if slot == filled:
        if filled < len(scores):
            filled += 1
        elif scores[filled - 1] >= score:
            return filled
        else:
            slot = filled - 1
    while slot > 0 and scores[slot - 1] < score:
        scores[slot] = scores[slot - 1]
        numbers[slot] = numbers[slot - 1]
        articles[slot] = articles[slot - 1]
        slot -= 1
    scores[slot] = score
    numbers[slot] = number
    articles[slot] = article
    return filled


@compiled
def _candidates(
    words: Any, base: Any, high: Any, above: Any, threshold: Any, scores: Any, touched: Any, found: Any, own: Any
) -> Any:
    """Move the paragraphs of `words` whose score and `above` exceed the threshold to `found`, their scores to `own`.

    Returns how many they are; `scores` and `touched` are empty again. Without a branch that depends on a paragraph:
    most fail, and branch prediction would not help. The same goes for `_filter`.
    """
    count = np.int64(0)
    for t in range((high - base + 63) >> 6):
        word, inside = touched[t], words[(base >> 6) + t]
        touched[t] = 0
        while word:
            bit = lowest(word)
            x = (t << 6) + bit
            word &= word - np.uint64(1)
            found[count], own[count] = base + x, scores[x]
            count += np.int64((inside >> np.uint64(bit)) & np.uint64(1)) & np.int64(scores[x] + above > threshold)
            scores[x] = 0
    return count


@compiled
def _filter(set_: Any, bound: Any, threshold: Any, count: Any, found: Any, own: Any, potentials: Any) -> Any:
    """Take `bound` off the potentials of those of `count` candidates that are not in a set (its address).

    Returns how many are left that exceed the threshold.
    """
    left = np.int64(0)
    for c in range(count):
        paragraph = found[c]
        there = np.int64((u8_at(set_, paragraph >> 6) >> np.uint64(paragraph & 63)) & np.uint64(1))
        potential = potentials[c] - (bound & (there - 1))
        found[left], own[left], potentials[left] = paragraph, own[c], potential
        left += potential > threshold
    return left


@compiled
def best_k(
    lists: Any,
    weights: Any,
    bounds: Any,
    words: Any,
    article_of: Any,
    base: int,
    article_base: int,
    grouped: bool,
    best_scores: Any,
    best_numbers: Any,
    best_articles: Any,
    filled: int,
    first: int,
    end: int,
) -> Any:
    """Add the paragraphs of `words` from `first` to `end` to the best so far; returns how many those are, or DAMAGED.

    The range is within the segment and begins at a multiple of 64. `bounds` (i8): the highest score of each list. Lists
    should come in ascending order of bound per posting: the first are those which it pays most not to go through.
    `base` and `article_base` are what is added to the numbers of this segment's paragraphs and articles. `best_*` are
    in descending order of score, `filled` of them used. With `grouped` there is one of each article, its best.
    """
    n, k = len(lists), len(best_scores)
    current = np.zeros(n, np.int64)
    below = np.zeros(n + 1, np.int64)
    for i in range(n):
        below[i + 1] = below[i] + bounds[i]
    scores, touched = np.zeros(WINDOW, np.int64), np.zeros(WINDOW // 64, np.uint64)
    # One more than there can be: what fails is written too, behind those that have not.
    found, own, potentials = np.zeros((3, WINDOW + 1), np.int64)
    threshold = best_scores[k - 1] if filled == k else np.int64(-1)
    # Lists before this one are looked into only; of those with a set, its address and bound.
    essential = 0
    with_sets = 0
    sets, set_bounds = np.zeros(n, np.int64), np.zeros(n, np.int64)
    # The first paragraph of each list that is not before `low`, once it was looked for.
    ahead = np.full(n, -1, np.int64)
    low: Any = np.int64(first)
    count = np.int64(end)
    while low < count:
        while essential < n and below[essential + 1] <= threshold:
            if lists[essential, SET]:
                sets[with_sets], set_bounds[with_sets] = lists[essential, SET], bounds[essential]
                with_sets += 1
            essential += 1
        nearest = count
        for i in range(essential, n):
            if ahead[i] < low:
                ahead[i] = following(lists[i], current, i, low, count)
            nearest = min(nearest, ahead[i])
        if threshold >= 0:
            # Nothing before the next paragraph of an essential list can be among the best.
            if nearest >= count:
                break
            low = nearest & ~63
        else:
            # Until there are k, all paragraphs are candidates, even without a score.
            touched[:] = ~np.uint64(0)
        # A window lies within a stretch.
        high = min((low & ~(WINDOW - 1)) + WINDOW, count)
        for i in range(essential, n):
            if ahead[i] >= high:
                continue
            if lists[i, SET]:
                add_set(lists[i], weights[i], low, high, low, scores, touched)
            else:
                current[i] = add_lows(lists[i], weights[i], current[i], low, high, low, scores, touched)
                if current[i] < 0:
                    return np.int64(DAMAGED)
        left = _candidates(words, low, high, below[essential], threshold, scores, touched, found, own)
        for c in range(left):
            potentials[c] = own[c] + below[essential]
        for j in range(with_sets - 1, -1, -1):
            left = _filter(sets[j], set_bounds[j], threshold, left, found, own, potentials)
        for c in range(left):
            paragraph, score, potential = found[c], own[c], potentials[c]
            for i in range(essential - 1, -1, -1):
                if potential <= threshold:
                    break
                place = find(lists[i], current, i, paragraph)
                if place >= 0:
                    more = value(lists[i], weights[i], place, paragraph)
                    score += more
                    potential += more - bounds[i]
                elif not lists[i, SET]:
                    potential -= bounds[i]
            if potential <= threshold:
                continue
            article = article_base + np.int64(article_of[paragraph])
            filled = insert(best_scores, best_numbers, best_articles, filled, grouped, score, base + paragraph, article)
            if filled == k:
                threshold = best_scores[k - 1]
        low = high
    return filled


@compiled
def score_ranges(lists: Any, weights: Any, paragraphs: int, words: Any, ranges: Any, scores: Any) -> Any:
    """Add to `scores` (i8) those of the paragraphs of `ranges` (i8, n x 2: from, to), one range after another.

    Those of paragraphs that are not in `words` become -1. Returns 0, or DAMAGED.
    """
    offset = np.int64(0)
    touched = np.zeros((1 << STRETCH_BITS) // 64 + 1, np.uint64)
    for r in range(len(ranges)):
        low, high = ranges[r, 0], min(ranges[r, 1], paragraphs)
        for i in range(len(lists)):
            start, place = low, np.int64(0)
            while start < high:
                stop = min(((start >> STRETCH_BITS) + 1) << STRETCH_BITS, high)
                own = scores[offset + start - low :]
                if lists[i, SET]:
                    add_set(lists[i], weights[i], start, stop, start, own, touched)
                else:
                    place = add_lows(lists[i], weights[i], place, start, stop, start, own, touched)
                    if place < 0:
                        return np.int64(DAMAGED)
                start = stop
        for x in range(high - low):
            if not has(words, low + x):
                scores[offset + x] = -1
        offset += ranges[r, 1] - ranges[r, 0]
    return np.int64(0)
