"""Conjunctions: the best k of the paragraphs that are in all of some lists, found, counted and scored in one pass.

The shortest list without a bitset leads. Its paragraphs are filtered by the bitsets, and then by the other lists in
ascending order of length (Culpepper and Moffat 2010); a list not much longer than the remaining candidates is converted
to a bitset first. If all lists have bitsets, those are intersected 64 paragraphs at a time.

Few matches are looked up in each list (`looking_up`), very large results processed like a disjunction (`best`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.best import best_k
from indexer.engine.whoosh.kernel.counting import count_articles
from indexer.engine.whoosh.kernel.looking_up import best_of, in_set, is_looked_up
from indexer.engine.whoosh.kernel.memory import u2_at, u4_at, u8_at
from indexer.engine.whoosh.kernel.posting_lists import BOUNDS, COUNT, LOW, LOWS, SET, find, members
from indexer.engine.whoosh.packing import STRETCH_BITS
from indexer.loops import compiled

SEEK = 16
"""To seek a paragraph in a list without a set takes so many times as long as to add one of its postings to a set."""


@compiled
def _intersect(lists: Any, required: Any, allowed: Any, paragraphs: Any, words: Any) -> Any:
    """Set `words` to the paragraphs in all the required lists; returns them (u4)."""
    lead: Any = np.int64(-1)
    for i in range(required - 1, -1, -1):
        if not lists[i, SET]:
            lead = i
    if lead < 0:
        if len(allowed):
            words[:] = allowed
        else:
            words[:] = ~np.uint64(0)
        for i in range(required):
            for j in range(len(words)):
                words[j] &= u8_at(lists[i, SET], j)
        return in_set(words)
    found = members(lists[lead], paragraphs)
    count = np.int64(len(found))
    if len(allowed):
        count = _keep(allowed.ctypes.data, found, count)
    for i in range(required):
        if lists[i, SET]:
            count = _keep(lists[i, SET], found, count)
    for i in range(required):
        if i == lead or lists[i, SET]:
            continue
        if lists[i, COUNT] + len(words) < SEEK * count:
            words[:] = 0
            _mark(lists[i], paragraphs, words)
            count = _keep(words.ctypes.data, found, count)
        else:
            count = _keep_found(lists[i], found, count)
    words[:] = 0
    for j in range(count):
        words[found[j] >> 6] |= np.uint64(1) << np.uint64(found[j] & 63)
    return found[:count]


@compiled
def _keep(set_: Any, found: Any, count: Any) -> Any:
    """Keep of the first `count` paragraphs those in a set (its address), in order; returns how many they are.

    Without a branch that depends on a paragraph, as in `best`.
    """
    kept = np.int64(0)
    for j in range(count):
        paragraph = found[j]
        found[kept] = paragraph
        kept += np.int64((u8_at(set_, paragraph >> 6) >> np.uint64(paragraph & 63)) & np.uint64(1))
    return kept


@compiled
def _keep_found(own: Any, found: Any, count: Any) -> Any:
    """The same of those in a list without a set."""
    current, kept = np.zeros(1, np.int64), np.int64(0)
    for j in range(count):
        paragraph = found[j]
        if find(own, current, 0, np.int64(paragraph)) >= 0:
            found[kept] = paragraph
            kept += 1
    return kept


@compiled
def _mark(own: Any, paragraphs: Any, words: Any) -> None:
    """Add the paragraphs of a list without a set to a set."""
    for stretch in range((paragraphs + LOW) >> STRETCH_BITS):
        for place in range(u4_at(own[BOUNDS], stretch), u4_at(own[BOUNDS], stretch + 1)):
            paragraph = (stretch << STRETCH_BITS) + np.int64(u2_at(own[LOWS], place))
            if paragraph < paragraphs:
                words[paragraph >> 6] |= np.uint64(1) << np.uint64(paragraph & 63)


@compiled
def _articles(found: Any, article_of: Any) -> Any:
    """How many articles some paragraphs, ascending, are of."""
    count = np.int64(0)
    for j in range(len(found)):
        count += j == 0 or article_of[found[j]] != article_of[found[j - 1]]
    return count


@compiled
def conjunction(
    lists: Any,
    weights: Any,
    bounds: Any,
    required: int,
    allowed: Any,
    article_of: Any,
    ends: Any,
    base: int,
    article_base: int,
    grouped: bool,
    best_scores: Any,
    best_numbers: Any,
    best_articles: Any,
    filled: int,
    words: Any,
    counts: Any,
) -> Any:
    """Add the paragraphs that are in each of the first `required` lists to the best so far; see `best_k`.

    The required lists come in ascending order of length, those that only add scores after them, in ascending order of
    bound per posting. Sets `words` to the paragraphs found and `counts` (i8) to how many they and their articles are
    (for `ends` see `count_articles`). `allowed` (words) says which may match; empty: all may.
    """
    found = _intersect(lists, required, allowed, len(article_of), words)
    counts[0] = len(found)
    counts[1] = count_articles(words, ends) if len(found) > len(words) else _articles(found, article_of)
    if not len(best_scores):
        return filled
    if not is_looked_up(lists, len(found), len(words)):
        return best_k(
            lists, weights, bounds, words, article_of,
            base, article_base, grouped, best_scores, best_numbers, best_articles, filled, 0, len(article_of),
        )  # fmt: skip
    return best_of(
        lists, weights, bounds, required, found, article_of,
        base, article_base, grouped, best_scores, best_numbers, best_articles, filled,
    )  # fmt: skip
