"""Matching and counting: which paragraphs match, and how many have each facet value.

`match` counts in how many lists each paragraph is, 64 paragraphs at a time, by bit-sliced addition (O'Neil and Quass
1997; Kaser and Lemire 2014 on such threshold queries).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.memory import u2_at, u4_at, u8_at
from indexer.engine.whoosh.kernel.posting_lists import BOUNDS, DAMAGED, LOW, LOWS, SET, WINDOW, find, has, popcount
from indexer.engine.whoosh.packing import STRETCH_BITS
from indexer.loops import compiled

ABSENT = 0xFFFFFFFF

PLANES = 8
"""Bits of a count of lists."""


@compiled
def match(lists: Any, each: Any, minimum: int, allowed: Any, paragraphs: int, words: Any) -> Any:
    """Set `words` to the paragraphs in at least `minimum` of `lists`; returns how many, or DAMAGED.

    A list counts as much as `each` (i8) says; empty: 1. `allowed` (words) says which may match; empty: all may.
    """
    count = len(lists)
    most = each.sum() if len(each) else count
    planes_used = 1
    while most >> planes_used:
        planes_used += 1
    width = WINDOW // 64
    planes = np.zeros((PLANES, width), np.uint64)
    carry = np.zeros(width, np.uint64)
    adding = np.zeros(width, np.uint64)
    current = np.zeros(count, np.int64)
    total = np.int64(0)
    for first in range(0, len(words), width):
        used = min(width, len(words) - first)
        low = first * 64
        planes[:planes_used] = 0
        for i in range(count):
            if lists[i, SET]:
                for j in range(used):
                    carry[j] = u8_at(lists[i, SET], first + j)
            else:
                lows, bounds, stretch = lists[i, LOWS], lists[i, BOUNDS], low >> STRETCH_BITS
                place = max(current[i], np.int64(u4_at(bounds, stretch)))
                end = np.int64(u4_at(bounds, stretch + 1))
                carry[:] = 0
                while place < end:
                    x = np.int64(u2_at(lows, place)) - (low & LOW)
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
            counts = each[i] if len(each) else 1
            for bit in range(planes_used):
                if not (counts >> bit) & 1:
                    continue
                adding[:] = carry
                for p in range(bit, planes_used):
                    for j in range(used):
                        both = planes[p, j] & adding[j]
                        planes[p, j] ^= adding[j]
                        adding[j] = both
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
            total += popcount(found)
    return total


@compiled
def count_articles(words: Any, ends: Any) -> Any:
    """How many articles have any paragraph of a set; `ends` (words) has the last paragraph of each article.

    64 paragraphs at a time: adding a mask of all an article's paragraphs but the last to those of the set carries into
    the last one exactly where any is set (Lamport 1975, on several values in a word).
    """
    count = np.int64(0)
    # Whether the article that reaches into the next word has any so far.
    open_ = np.uint64(0)
    for j in range(len(words)):
        end = ends[j]
        members = words[j] | open_
        sums = (members & ~end) + ~end
        count += popcount((sums | members) & end)
        if end:
            # What lies above the last end belongs to the article that goes on.
            upto = end
            for shift in range(6):
                upto |= upto >> np.uint64(1 << shift)
            open_ = np.uint64((members & ~upto) != 0)
        else:
            open_ = np.uint64(members != 0)
    return count


@compiled
def count_by_article(words: Any, bounds: Any, counts: Any) -> Any:
    """Set `counts` to how many of the set are in each article; returns how many articles have any.

    `bounds` (u4): per article + 1, its first paragraph; they ascend and end within `words`.
    """
    ranks = np.zeros(len(words) + 1, np.int64)
    for j in range(len(words)):
        ranks[j + 1] = ranks[j] + popcount(words[j])
    articles = np.int64(0)
    before = np.int64(0)
    for i in range(len(counts)):
        end = np.int64(bounds[i + 1])
        if end >> 6 > len(words) or (end >> 6 == len(words) and end & 63):
            return np.int64(DAMAGED)
        upto = ranks[end >> 6]
        if end & 63:
            upto += popcount(words[end >> 6] & ((np.uint64(1) << np.uint64(end & 63)) - np.uint64(1)))
        counts[i] = upto - before
        articles += upto > before
        before = upto
    return articles


@compiled
def count_article_values(by_article: Any, column: Any, counts: Any) -> Any:
    """Add `by_article` (i8) to the `counts` of the value of each article (`column`; ABSENT: none); 0 or DAMAGED."""
    for article in range(len(by_article)):
        if by_article[article] and column[article] != ABSENT:
            if column[article] >= len(counts):
                return DAMAGED
            counts[column[article]] += by_article[article]
    return 0


@compiled
def count_listed_values(by_article: Any, ends: Any, numbers: Any, counts: Any) -> Any:
    """The same where each article has several values: `numbers` up to `ends` (u4), from where those before it end."""
    at = np.int64(0)
    for article in range(len(by_article)):
        end = np.int64(ends[article])
        if end < at or end > len(numbers):
            return DAMAGED
        if by_article[article]:
            for place in range(at, end):
                if numbers[place] >= len(counts):
                    return DAMAGED
                counts[numbers[place]] += by_article[article]
        at = end
    return 0


@compiled
def count_values(words: Any, column: Any, counts: Any) -> Any:
    """Add to `counts` how often each value of `column` (a number per paragraph) stands in a set; 0 or DAMAGED."""
    for paragraph in range(len(column)):
        if has(words, paragraph):
            if column[paragraph] >= len(counts):
                return DAMAGED
            counts[column[paragraph]] += 1
    return 0


@compiled
def hold(lists: Any, paragraphs: Any, held: Any) -> None:
    """Set `held` (bool, list by paragraph) to which of `lists` hold which of `paragraphs` (i8, ascending)."""
    current = np.zeros(len(lists), np.int64)
    for i in range(len(lists)):
        for at in range(len(paragraphs)):
            held[i, at] = find(lists[i], current, i, paragraphs[at]) >= 0
