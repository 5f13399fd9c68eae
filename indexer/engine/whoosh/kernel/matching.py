"""What matches, and the best of it, where not everything must be met."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.best import best_k
from indexer.engine.whoosh.kernel.counting import count_articles, match
from indexer.engine.whoosh.kernel.looking_up import best_of, in_set, is_looked_up
from indexer.engine.whoosh.kernel.posting_lists import DAMAGED
from indexer.loops import compiled


@compiled
def match_and_best(
    counted: Any,
    each: Any,
    minimum: int,
    allowed: Any,
    counts: Any,
    lists: Any,
    weights: Any,
    bounds: Any,
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
    """`match`, `count_articles` and the best of the paragraphs before `end` in one call; returns what `best_k` does.

    For short lists calls are much of the time. `counts` (i8) become how many match, how many articles those are of, and
    1 where so few match that the best of all of them were found, whatever `end` is.
    """
    found = match(counted, each, minimum, allowed, len(article_of), words)
    if found < 0:
        return np.int64(DAMAGED)
    counts[0], counts[1], counts[2] = found, count_articles(words, ends), 0
    if end == 0 or not found:
        return np.int64(filled)
    if is_looked_up(lists, found, len(words)):
        counts[2] = 1
        return np.int64(
            best_of(
                lists, weights, bounds, 0, in_set(words), article_of,
                base, article_base, grouped, best_scores, best_numbers, best_articles, filled,
            )
        )  # fmt: skip
    return np.int64(
        best_k(
            lists, weights, bounds, words, article_of,
            base, article_base, grouped, best_scores, best_numbers, best_articles, filled, 0, end,
        )
    )  # fmt: skip
