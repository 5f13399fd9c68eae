"""Compiled loops over postings: which paragraphs match, the best k of them, and their scores.

    memory        reading arrays by address
    compiled      how the functions are compiled
    unpacking     the packed record of a term
    reading       how a list of postings is described and read; the arguments that return everywhere
    counting      which paragraphs match, by bit-sliced addition; facets
    best          the best k by MaxScore, and the scores within ranges
    conjunction   the best k of what is in every one of some lists, in one pass
    phrases       which paragraphs hold forms side by side, or near each other in order

Scores are integers, UNIT to one: sums do not depend on the order of addition, so equal paragraphs have equal scores
and stand in document order. Importing this package imports numba; what it compiles is kept on disk where there is a
folder for that.
"""

from __future__ import annotations

from indexer.engine.whoosh.kernel.best import best_k, match_and_best, score_ranges
from indexer.engine.whoosh.kernel.conjunction import conjunction
from indexer.engine.whoosh.kernel.counting import (
    count_article_values,
    count_articles,
    count_by_article,
    count_values,
    match,
)
from indexer.engine.whoosh.kernel.phrases import MOST_SLOP, phrase
from indexer.engine.whoosh.kernel.reading import COLUMNS, COUNT, ESCAPE, NORMS, UNIT, highest
from indexer.engine.whoosh.kernel.unpacking import unpack_positions, unpack_postings

__all__ = [
    "COLUMNS",
    "COUNT",
    "ESCAPE",
    "MOST_SLOP",
    "NORMS",
    "UNIT",
    "best_k",
    "conjunction",
    "count_article_values",
    "count_articles",
    "count_by_article",
    "count_values",
    "highest",
    "match",
    "match_and_best",
    "phrase",
    "score_ranges",
    "unpack_positions",
    "unpack_postings",
]
