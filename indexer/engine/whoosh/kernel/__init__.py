"""Compiled loops over postings: which paragraphs match, the best k of them, and their scores.

    memory        reading arrays by address
    compiled      how the functions are compiled
    reading       how a list of postings is described and read; the arguments that return everywhere
    finding       a term among all
    heads         the packed record of a term
    counting      which paragraphs match, by bit-sliced addition; facets
    adding        the scores of lists added up; unions
    best          the best k by MaxScore, and the scores within ranges
    conjunction   the best k of what is in every one of some lists, in one pass
    phrases       which paragraphs hold forms side by side, or near each other in order

Scores are integers, UNIT to one: sums do not depend on the order of addition, so equal paragraphs have equal scores
and stand in document order. Importing this package imports numba; what it compiles is kept on disk where there is a
folder for that.
"""

from __future__ import annotations

from indexer.engine.whoosh.kernel.adding import union
from indexer.engine.whoosh.kernel.best import best_k, match_and_best, score_ranges
from indexer.engine.whoosh.kernel.conjunction import conjunction
from indexer.engine.whoosh.kernel.counting import (
    count_article_values,
    count_articles,
    count_by_article,
    count_values,
    match,
)
from indexer.engine.whoosh.kernel.finding import find_string
from indexer.engine.whoosh.kernel.heads import (
    DF,
    EXCEPTIONS,
    FIRST_PAIR,
    NUMBERS,
    PAIRS,
    PLACE,
    read_exceptions,
    read_head,
    read_short,
)
from indexer.engine.whoosh.kernel.phrases import MOST_SLOP, phrase
from indexer.engine.whoosh.kernel.reading import COLUMNS, COUNT, NORMS, UNIT, highest

__all__ = [
    "COLUMNS",
    "COUNT",
    "DF",
    "EXCEPTIONS",
    "FIRST_PAIR",
    "MOST_SLOP",
    "NORMS",
    "NUMBERS",
    "PAIRS",
    "PLACE",
    "UNIT",
    "best_k",
    "conjunction",
    "count_article_values",
    "count_articles",
    "count_by_article",
    "count_values",
    "find_string",
    "highest",
    "match",
    "match_and_best",
    "phrase",
    "read_exceptions",
    "read_head",
    "read_short",
    "score_ranges",
    "union",
]
