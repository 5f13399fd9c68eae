"""The best of few paragraphs: each is looked up in every list, in place of going through the lists.

From the list of the highest bound on, until the frequencies of a paragraph exclude it from the best; only the rest are
scored, which needs the paragraph's norm, a cache miss.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.best import insert
from indexer.engine.whoosh.kernel.memory import lowest, u1_at
from indexer.engine.whoosh.kernel.posting_lists import COUNT, FREQUENCIES, LEAST_NORM, UNIT, find, popcount, value
from indexer.loops import compiled

FEW = 8
"""Frequencies below it have their own upper bound of the score, so that most postings need no look at their norm."""

LOOK = 4
"""To look for a paragraph in a list takes so many times as long as to add one of its postings up, about."""


@compiled
def is_looked_up(lists: Any, found: Any, words: Any) -> Any:
    """Whether to look so many paragraphs up in some lists takes less time than to go through the lists.

    `words` are those of a set of the segment's paragraphs: going through a list takes a moment for each of them too.
    """
    postings = np.int64(0)
    for i in range(len(lists)):
        postings += lists[i, COUNT]
    return LOOK * len(lists) * found <= postings + len(lists) * words


@compiled
def in_set(words: Any) -> Any:
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
def _most(lists: Any, weights: Any, bounds: Any) -> Any:
    """The highest score (i8) in each list of a posting with frequency 0, 1, 2 ... and, last, of any."""
    most = np.empty((len(lists), FEW + 1), np.int64)
    for i in range(len(lists)):
        least = np.float64(lists[i, LEAST_NORM]) / UNIT
        for frequency in range(FEW):
            share = frequency / (frequency + least) if frequency else 0.0
            most[i, frequency] = min(bounds[i], np.int64(weights[i] * share) + 1)
        most[i, FEW] = bounds[i]
    return most


@compiled
def _at_most(own: Any, most: Any, place: Any) -> Any:
    """The highest score that the posting at a place may have, which its frequency tells; 0 for a place below 0."""
    if place < 0:
        return np.int64(0)
    if own[FREQUENCIES] == 0:
        return most[FEW]
    return most[min(np.int64(u1_at(own[FREQUENCIES], place)), np.int64(FEW))]


@compiled
def best_of(
    lists: Any,
    weights: Any,
    bounds: Any,
    required: int,
    found: Any,
    article_of: Any,
    base: int,
    article_base: int,
    grouped: bool,
    best_scores: Any,
    best_numbers: Any,
    best_articles: Any,
    filled: int,
) -> Any:
    """Add the paragraphs `found` (u4, ascending) to the best so far; see `best_k`.

    Each is in all of the first `required` lists, shortest first; the others come in ascending order of bound per
    posting.
    """
    n, k = len(lists), len(best_scores)
    threshold = best_scores[k - 1] if filled == k else np.int64(-1)
    current, places = np.zeros(n, np.int64), np.empty(n, np.int64)
    most = _most(lists, weights, bounds)
    highest = np.int64(0)
    for i in range(n):
        highest += bounds[i]
    for j in range(len(found)):
        paragraph = np.int64(found[j])
        potential = highest
        # The required lists first to last, then those that only add last to first.
        for step in range(n):
            if potential <= threshold:
                break
            i = step if step < required else n - 1 - (step - required)
            places[i] = find(lists[i], current, i, paragraph)
            potential += _at_most(lists[i], most[i], places[i]) - bounds[i]
        score = np.int64(0)
        for i in range(n):
            if potential <= threshold:
                break
            if places[i] >= 0:
                more = value(lists[i], weights[i], places[i], paragraph)
                score += more
                potential += more - _at_most(lists[i], most[i], places[i])
        if potential <= threshold:
            continue
        article = np.int64(article_of[paragraph])
        filled = insert(
            best_scores, best_numbers, best_articles, filled, grouped, score, base + paragraph, article_base + article
        )
        if filled == k:
            threshold = best_scores[k - 1]
    return filled
