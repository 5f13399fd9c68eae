"""The best k of the paragraphs that are in every one of some lists: found, counted and scored in one go.

Long lists have sets, which are intersected 64 paragraphs at a time; of the others the shortest leads, and the rest are
looked into for its paragraphs, in ascending order of length, so that most of them are ruled out early (Culpepper and
Moffat 2010). Scores are added up from the shortest list on, until what is left cannot lead among the best.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.best import insert
from indexer.engine.whoosh.kernel.compiled import compiled
from indexer.engine.whoosh.kernel.counting import count_articles
from indexer.engine.whoosh.kernel.memory import u4_at
from indexer.engine.whoosh.kernel.reading import COUNT, IDS, ROW, find, has, popcount, seek, value


@compiled
def _intersect(lists: Any, required: Any, sets: Any, allowed: Any, paragraphs: Any, words: Any) -> Any:
    """Set `words` to the paragraphs in all the required lists; returns them (u4)."""
    words[:] = ~np.uint64(0)
    if paragraphs & 63:
        words[-1] = (np.uint64(1) << np.uint64(paragraphs & 63)) - np.uint64(1)
    if len(allowed):
        words &= allowed
    lead: Any = np.int64(-1)
    for i in range(required - 1, -1, -1):
        if lists[i, ROW] >= 0:
            row = lists[i, ROW]
            for j in range(len(words)):
                words[j] &= sets[row, j]
        else:
            lead = i
    if lead < 0:
        return _members(words)
    found = np.empty(lists[lead, COUNT], np.uint32)
    count = 0
    current = np.zeros(required, np.int64)
    for place in range(lists[lead, COUNT]):
        paragraph = np.int64(u4_at(lists[lead, IDS], place))
        there = has(words, paragraph) == 1
        for i in range(lead + 1, required):
            if there and lists[i, ROW] < 0:
                ids = lists[i, IDS]
                current[i] = seek(ids, current[i], lists[i, COUNT], paragraph)
                there = current[i] < lists[i, COUNT] and u4_at(ids, current[i]) == paragraph
        if there:
            found[count] = paragraph
            count += 1
    words[:] = 0
    for j in range(count):
        words[found[j] >> 6] |= np.uint64(1) << np.uint64(found[j] & 63)
    return found[:count]


@compiled
def _members(words: Any) -> Any:
    """The paragraphs of a set (u4), ascending."""
    count = np.int64(0)
    for j in range(len(words)):
        count += popcount(words[j])
    found = np.empty(count, np.uint32)
    place = 0
    for j in range(len(words)):
        word = words[j]
        while word:
            below = (word & (~word + np.uint64(1))) - np.uint64(1)
            found[place] = np.uint32(j * 64 + popcount(below))
            place += 1
            word &= word - np.uint64(1)
    return found


@compiled
def conjunction(
    lists: Any,
    weights: Any,
    bounds: Any,
    required: int,
    sets: Any,
    ranks: Any,
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
    found = _intersect(lists, required, sets, allowed, len(article_of), words)
    counts[0], counts[1] = len(found), count_articles(words, ends)
    if not k:
        return filled
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
            at = find(lists[i], sets, ranks, current, i, paragraph)
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
