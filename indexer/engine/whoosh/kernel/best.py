"""The best k of the paragraphs that match, and the scores within ranges: MaxScore (Turtle and Flood 1995) in windows.

Lists whose highest scores together cannot reach the k-th best so far are not gone through, only looked into for
paragraphs that others brought.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.compiled import compiled
from indexer.engine.whoosh.kernel.counting import count_articles, match
from indexer.engine.whoosh.kernel.memory import i8_at, u4_at
from indexer.engine.whoosh.kernel.reading import (
    COUNT,
    DAMAGED,
    FREQUENCIES,
    IDS,
    ROW,
    SCORES,
    WINDOW,
    find,
    has,
    seek,
    share,
    value,
)  # fmt: skip


@compiled
def insert(
    scores: Any, numbers: Any, articles: Any, filled: Any, grouped: Any, score: Any, number: Any, article: Any
) -> Any:
    """Put a paragraph among the best, if it is; returns how many there are. What came first stays before its equals."""
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
def best_k(
    lists: Any,
    weights: Any,
    bounds: Any,
    sets: Any,
    ranks: Any,
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

    The range is within the segment. `bounds` (i8): the highest score of each list. Lists should come in ascending order
    of bound per posting: the first are those which it pays most not to go through. `base` and `article_base` are what
    is added to the numbers of this segment's paragraphs and articles. `best_*` are in descending order of score,
    `filled` of them used. With `grouped` there is one of each article, its best.
    """
    n = len(lists)
    current = np.zeros(n, np.int64)
    below = np.zeros(n + 1, np.int64)
    for i in range(n):
        below[i + 1] = below[i] + bounds[i]
    scores = np.zeros(WINDOW, np.int64)
    k = len(best_scores)
    threshold = best_scores[k - 1] if filled == k else np.int64(-1)
    # Lists before this one are looked into only; of those with a set, its row and bound.
    essential = 0
    with_sets = 0
    set_rows, set_bounds = np.zeros(n, np.int64), np.zeros(n, np.int64)
    low: Any = np.int64(first)
    count = np.int64(end)
    for i in range(n):
        current[i] = seek(lists[i, IDS], current[i], lists[i, COUNT], low)
    while low < count:
        while essential < n and below[essential + 1] <= threshold:
            if lists[essential, ROW] >= 0:
                set_rows[with_sets], set_bounds[with_sets] = lists[essential, ROW], bounds[essential]
                with_sets += 1
            essential += 1
        if threshold >= 0:
            # Nothing before the next paragraph of an essential list can be among the best.
            following: Any = np.int64(count)
            for i in range(essential, n):
                current[i] = seek(lists[i, IDS], current[i], lists[i, COUNT], low)
                if current[i] < lists[i, COUNT]:
                    following = min(following, np.int64(u4_at(lists[i, IDS], current[i])))
            if following >= count:
                break
            low = max(low, following)
        high = min(low + WINDOW, count)
        for i in range(essential, n):
            own, ids, size, place, weight = lists[i], lists[i, IDS], lists[i, COUNT], current[i], weights[i]
            is_given = own[FREQUENCIES] == 0
            while place < size:
                paragraph = np.int64(u4_at(ids, place))
                x = paragraph - low
                if paragraph >= high:
                    break
                if x < 0:
                    return DAMAGED
                if is_given:
                    scores[x] += i8_at(own[SCORES], place)
                else:
                    scores[x] += np.int64(weight * share(own, place, paragraph))
                place += 1
            current[i] = place
        for x in range(high - low):
            score = scores[x]
            if score == 0 and threshold >= 0:
                continue
            scores[x] = 0
            # The most it can still become.
            potential = score + below[essential]
            if potential <= threshold:
                continue
            paragraph = low + x
            if not has(words, paragraph):
                continue
            # Without a branch in the loop: most paragraphs fail here, and where they do cannot be foretold.
            word_at, shift = paragraph >> 6, np.uint64(paragraph & 63)
            for j in range(with_sets - 1, -1, -1):
                if potential <= threshold:
                    break
                there = np.int64((sets[set_rows[j], word_at] >> shift) & np.uint64(1))
                potential -= set_bounds[j] & (there - 1)
            for i in range(essential - 1, -1, -1):
                if potential <= threshold:
                    break
                place = find(lists[i], sets, ranks, current, i, paragraph)
                if place >= 0:
                    more = value(lists[i], weights[i], place, paragraph)
                    score += more
                    potential += more - bounds[i]
                elif lists[i, ROW] < 0:
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
def match_and_best(
    counted: Any,
    minimum: int,
    allowed: Any,
    counts: Any,
    lists: Any,
    weights: Any,
    bounds: Any,
    sets: Any,
    ranks: Any,
    words: Any,
    article_of: Any,
    ends: Any,
    base: int,
    article_base: int,
    grouped: bool,
    best_scores: Any,
    best_numbers: Any,
    best_articles: Any,
    filled: int,
    end: int,
) -> Any:
    """`match`, `count_articles` and `best_k` of the paragraphs before `end` in one call; returns what `best_k` does.

    For short lists calls are much of the time. `counts` (i8) become how many match, and how many articles those are of.
    """
    found = match(counted, sets, minimum, allowed, len(article_of), words)
    if found < 0:
        return np.int64(DAMAGED)
    counts[0], counts[1] = found, count_articles(words, ends)
    if end == 0 or not found:
        return np.int64(filled)
    return np.int64(
        best_k(
            lists, weights, bounds, sets, ranks, words, article_of,
            base, article_base, grouped, best_scores, best_numbers, best_articles, filled, 0, end,
        )
    )  # fmt: skip


@compiled
def score_ranges(lists: Any, weights: Any, paragraphs: int, words: Any, ranges: Any, scores: Any) -> Any:
    """Add to `scores` (i8) those of the paragraphs of `ranges` (i8, n x 2: from, to), one range after another.

    Those of paragraphs that are not in `words` become -1. Returns 0, or DAMAGED.
    """
    offset = np.int64(0)
    for r in range(len(ranges)):
        low, high = ranges[r, 0], ranges[r, 1]
        for i in range(len(lists)):
            own = lists[i]
            for place in range(seek(own[IDS], np.int64(0), own[COUNT], low), own[COUNT]):
                paragraph = np.int64(u4_at(own[IDS], place))
                if paragraph >= high:
                    break
                if paragraph < low or paragraph >= paragraphs:
                    return DAMAGED
                if own[FREQUENCIES] == 0:
                    scores[offset + paragraph - low] += i8_at(own[SCORES], place)
                else:
                    scores[offset + paragraph - low] += np.int64(weights[i] * share(own, place, paragraph))
        for x in range(high - low):
            if not has(words, low + x):
                scores[offset + x] = -1
        offset += high - low
    return 0
