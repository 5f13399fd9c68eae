"""Compiled loops over postings: which paragraphs match, the best k of them, and the scores within ranges.

`match` counts in how many lists each paragraph is, 64 paragraphs at a time, by bit-sliced addition (O'Neil and Quass
1997; Kaser and Lemire 2014 on such threshold queries). `best_k` is MaxScore (Turtle and Flood 1995) in windows of
paragraphs: lists whose highest scores together cannot reach the k-th best so far are not gone through, only looked
into for paragraphs that others brought. Scores are integers, UNIT to one: sums do not depend on the order of addition,
so equal paragraphs have equal scores and stand in document order.

Arguments that return in several functions (`lists` prepares them; nothing here knows of terms or files):

    lists         i8, n x COLUMNS: where each list lies in memory (see the constants)
    weights       f8 per list: what tf / (tf + norm) is multiplied by, in UNITs
    words         u8 per 64 paragraphs: a set of paragraphs, the first in the lowest bit
    sets, ranks   words of long lists, a row each; and per word (u4) how many of the list come before it

A paragraph read from a list is never used as an index unchecked; a function that meets a damaged one returns DAMAGED.
Importing this module imports numba; what it compiles is kept on disk where there is a folder for that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from indexer.engine.whoosh.memory import f4_at, i8_at, u1_at, u4_at, u8_at

UNIT = float(1 << 32)
"""A score of one, as an integer (int64 holds scores up to two thousand million)."""

WINDOW = 2048
"""Paragraphs looked at together: their sums stay in the first-level cache. A multiple of 64."""

PLANES = 8
"""Bits of a count of lists."""

ESCAPE = 255
DAMAGED = -1
ABSENT = 0xFFFFFFFF

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
START = 5
"""The number of its first posting in the field, by which exceptions are found."""
EXCEPTIONS_AT, EXCEPTION_VALUES, EXCEPTIONS = 6, 7, 8
"""Addresses of the field's exceptions, their postings' numbers (u8) and frequencies (u4); and how many there are."""
COLUMNS = 9


def _compiled(function: Callable[..., Any]) -> Any:
    """The function compiled when first called, without Python's lock; kept on disk where a folder can be written."""
    try:
        return numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder for the cache
        return numba.njit(nogil=True, error_model="numpy")(function)


@_compiled
def _popcount(word: Any) -> Any:
    """The bits set in a word (Warren 2012, section 5.1)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@_compiled
def _has(words: Any, paragraph: Any) -> Any:
    """Whether a paragraph is in a set."""
    return (words[paragraph >> 6] >> np.uint64(paragraph & 63)) & np.uint64(1)


@_compiled
def _seek(ids: Any, place: Any, end: Any, wanted: Any) -> Any:
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


@_compiled
def _escaped(own: Any, place: Any) -> Any:
    """The frequency of a posting whose frequency is escaped, from the exceptions of its field."""
    wanted = np.uint64(own[START] + place)
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


@_compiled
def _share(own: Any, place: Any, paragraph: Any) -> Any:
    """tf / (tf + norm) of a posting."""
    frequency = np.float64(u1_at(own[FREQUENCIES], place))
    if frequency == ESCAPE:
        frequency = _escaped(own, place)
    return frequency / (frequency + np.float64(f4_at(own[NORMS], paragraph)))


@_compiled
def highest(own: Any, paragraphs: int) -> Any:
    """The highest tf / (tf + norm) of a list (a row of `lists`), or DAMAGED."""
    best = 0.0
    for place in range(own[COUNT]):
        paragraph = np.int64(u4_at(own[IDS], place))
        if paragraph >= paragraphs:
            return float(DAMAGED)
        best = max(best, _share(own, place, paragraph))
    return best


@_compiled
def match(lists: Any, sets: Any, minimum: int, allowed: Any, paragraphs: int, words: Any) -> Any:
    """Set `words` to the paragraphs in at least `minimum` of `lists`; returns how many, or DAMAGED.

    `allowed` (words) says which may match; empty: all may.
    """
    count = len(lists)
    planes_used = 1
    while count >> planes_used:
        planes_used += 1
    width = WINDOW // 64
    planes = np.zeros((PLANES, width), np.uint64)
    carry = np.zeros(width, np.uint64)
    current = np.zeros(count, np.int64)
    total = np.int64(0)
    for first in range(0, len(words), width):
        used = min(width, len(words) - first)
        low = first * 64
        planes[:planes_used] = 0
        for i in range(count):
            if lists[i, ROW] >= 0:
                carry[:used] = sets[lists[i, ROW], first : first + used]
            else:
                ids, end, place = lists[i, IDS], lists[i, COUNT], current[i]
                carry[:] = 0
                while place < end:
                    x = np.int64(u4_at(ids, place)) - low
                    if x >= WINDOW:
                        break
                    if x < 0 or x + low >= paragraphs:
                        return np.int64(DAMAGED)
                    carry[x >> 6] |= np.uint64(1) << np.uint64(x & 63)
                    place += 1
                current[i] = place
            if minimum == 1:
                for j in range(used):
                    planes[0, j] |= carry[j]
                continue
            for p in range(planes_used):
                for j in range(used):
                    both = planes[p, j] & carry[j]
                    planes[p, j] ^= carry[j]
                    carry[j] = both
        for j in range(used):
            if minimum == 1:
                found = planes[0, j]
            else:
                more, equal = np.uint64(0), ~np.uint64(0)
                for p in range(planes_used - 1, -1, -1):
                    if (minimum >> p) & 1:
                        equal &= planes[p, j]
                    else:
                        more |= equal & planes[p, j]
                        equal &= ~planes[p, j]
                found = more | equal
                if minimum >> planes_used:
                    found = np.uint64(0)
            if len(allowed):
                found &= allowed[first + j]
            words[first + j] = found
            total += _popcount(found)
    return total


@_compiled
def count_by_article(words: Any, bounds: Any, counts: Any) -> Any:
    """Set `counts` to how many of the set are in each article; returns how many articles have any.

    `bounds` (u4): per article + 1, its first paragraph; they ascend and end within `words`.
    """
    ranks = np.zeros(len(words) + 1, np.int64)
    for j in range(len(words)):
        ranks[j + 1] = ranks[j] + _popcount(words[j])
    articles = np.int64(0)
    before = np.int64(0)
    for i in range(len(counts)):
        end = np.int64(bounds[i + 1])
        if end >> 6 > len(words) or (end >> 6 == len(words) and end & 63):
            return np.int64(DAMAGED)
        upto = ranks[end >> 6]
        if end & 63:
            upto += _popcount(words[end >> 6] & ((np.uint64(1) << np.uint64(end & 63)) - np.uint64(1)))
        counts[i] = upto - before
        articles += upto > before
        before = upto
    return articles


@_compiled
def count_values(words: Any, column: Any, counts: Any) -> Any:
    """Add to `counts` how often each value of `column` (a number per paragraph) stands in a set; 0 or DAMAGED."""
    for paragraph in range(len(column)):
        if _has(words, paragraph):
            if column[paragraph] >= len(counts):
                return DAMAGED
            counts[column[paragraph]] += 1
    return 0


@_compiled
def _insert(
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


@_compiled
def _find(own: Any, sets: Any, ranks: Any, current: Any, i: Any, paragraph: Any) -> Any:
    """The place of a paragraph in list `i`, whose row is `own`, or -1; `current` is moved on where there is no set."""
    if own[ROW] >= 0:
        word = sets[own[ROW], paragraph >> 6]
        bit = np.uint64(1) << np.uint64(paragraph & 63)
        if not word & bit:
            return np.int64(-1)
        place = np.int64(ranks[own[ROW], paragraph >> 6]) + _popcount(word & (bit - np.uint64(1)))
    else:
        place = _seek(own[IDS], current[i], own[COUNT], paragraph)
        current[i] = place
    if place < own[COUNT] and u4_at(own[IDS], place) == paragraph:
        return np.int64(place)
    return np.int64(-1)


@_compiled
def _value(own: Any, weight: Any, place: Any, paragraph: Any) -> Any:
    """The score of a posting."""
    if own[FREQUENCIES] == 0:
        return i8_at(own[SCORES], place)
    return np.int64(weight * _share(own, place, paragraph))


@_compiled
def count_article_values(by_article: Any, column: Any, counts: Any) -> Any:
    """Add `by_article` (i8) to the `counts` of the value of each article (`column`; ABSENT: none); 0 or DAMAGED."""
    for article in range(len(by_article)):
        if by_article[article] and column[article] != ABSENT:
            if column[article] >= len(counts):
                return DAMAGED
            counts[column[article]] += by_article[article]
    return 0


@_compiled
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
        current[i] = _seek(lists[i, IDS], current[i], lists[i, COUNT], low)
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
                current[i] = _seek(lists[i, IDS], current[i], lists[i, COUNT], low)
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
                    scores[x] += np.int64(weight * _share(own, place, paragraph))
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
            if not _has(words, paragraph):
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
                place = _find(lists[i], sets, ranks, current, i, paragraph)
                if place >= 0:
                    more = _value(lists[i], weights[i], place, paragraph)
                    score += more
                    potential += more - bounds[i]
                elif lists[i, ROW] < 0:
                    potential -= bounds[i]
            if potential <= threshold:
                continue
            article = article_base + np.int64(article_of[paragraph])
            filled = _insert(
                best_scores, best_numbers, best_articles, filled, grouped, score, base + paragraph, article
            )
            if filled == k:
                threshold = best_scores[k - 1]
        low = high
    return filled


@_compiled
def score_ranges(lists: Any, weights: Any, paragraphs: int, words: Any, ranges: Any, scores: Any) -> Any:
    """Add to `scores` (i8) those of the paragraphs of `ranges` (i8, n x 2: from, to), one range after another.

    Those of paragraphs that are not in `words` become -1. Returns 0, or DAMAGED.
    """
    offset = np.int64(0)
    for r in range(len(ranges)):
        low, high = ranges[r, 0], ranges[r, 1]
        for i in range(len(lists)):
            own = lists[i]
            for place in range(_seek(own[IDS], np.int64(0), own[COUNT], low), own[COUNT]):
                paragraph = np.int64(u4_at(own[IDS], place))
                if paragraph >= high:
                    break
                if paragraph < low or paragraph >= paragraphs:
                    return DAMAGED
                if own[FREQUENCIES] == 0:
                    scores[offset + paragraph - low] += i8_at(own[SCORES], place)
                else:
                    scores[offset + paragraph - low] += np.int64(weights[i] * _share(own, place, paragraph))
        for x in range(high - low):
            if not _has(words, low + x):
                scores[offset + x] = -1
        offset += high - low
    return 0
