"""The best k of the paragraphs that are in every one of some lists: found, counted and scored in one go.

The shortest list without a set leads, and the rest are looked into for its paragraphs, in ascending order of length, so
that most are ruled out early (Culpepper and Moffat 2010). Where all have sets, those are intersected 64 paragraphs at a
time. What is found is scored by looking it up in each list, from the shortest on, until what is left cannot lead among
the best; unless it is very much.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.best import best_k, insert
from indexer.engine.whoosh.kernel.compiled import compiled
from indexer.engine.whoosh.kernel.counting import count_articles
from indexer.engine.whoosh.kernel.memory import lowest, u8_at
from indexer.engine.whoosh.kernel.reading import SET, find, has, is_in, members, popcount, value

MANY = 4096
"""Paragraphs in every list beyond which the lists are gone through as for a disjunction, rather than looked into."""


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
        return _in_set(words)
    found = members(lists[lead], paragraphs)
    count = 0
    current = np.zeros(required, np.int64)
    words[:] = 0
    for place in range(len(found)):
        paragraph = np.int64(found[place])
        there = not len(allowed) or has(allowed, paragraph) == 1
        for i in range(required):
            if not there:
                break
            there = i == lead or is_in(lists[i], current, i, paragraph)
        if there:
            found[count] = paragraph
            count += 1
            words[paragraph >> 6] |= np.uint64(1) << np.uint64(paragraph & 63)
    return found[:count]


@compiled
def _in_set(words: Any) -> Any:
    """The paragraphs of a set (u4), ascending."""
    count = np.int64(0)
    for j in range(len(words)):
        count += popcount(words[j])
    found = np.empty(count, np.uint32)
    place = 0
    for j in range(len(words)):
        word = words[j]
        while word:
            found[place] = (j << 6) + lowest(word)
            place += 1
            word &= word - np.uint64(1)
    return found


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
    n, k = len(lists), len(best_scores)
    found = _intersect(lists, required, allowed, len(article_of), words)
    counts[0] = len(found)
    counts[1] = count_articles(words, ends) if len(found) > len(words) else _articles(found, article_of)
    if not k:
        return filled
    if len(found) > MANY:
        return best_k(
            lists, weights, bounds, words, article_of,
            base, article_base, grouped, best_scores, best_numbers, best_articles, filled, 0, len(article_of),
        )  # fmt: skip
    threshold = best_scores[k - 1] if filled == k else np.int64(-1)
    current = np.zeros(n, np.int64)
    highest = np.int64(0)
    for i in range(n):
        highest += bounds[i]
    for j in range(len(found)):
        paragraph = np.int64(found[j])
        score, potential = np.int64(0), highest
        for step in range(n):
            if potential <= threshold:
                break
            # The required lists first to last, then those that only add last to first.
            i = step if step < required else n - 1 - (step - required)
            at = find(lists[i], current, i, paragraph)
            more = value(lists[i], weights[i], at, paragraph) if at >= 0 else np.int64(0)
            score += more
            potential += more - bounds[i]
        if potential <= threshold:
            continue
        article = np.int64(article_of[paragraph])
        filled = insert(
            best_scores, best_numbers, best_articles, filled, grouped, score, base + paragraph, article_base + article
        )
        if filled == k:
            threshold = best_scores[k - 1]
    return filled
