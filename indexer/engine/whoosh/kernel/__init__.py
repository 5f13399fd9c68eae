"""Compiled loops over postings: which paragraphs match, the best k of them, and their scores.

    memory        reading arrays by address
    posting_lists how a list of postings is described and read; the arguments that return everywhere
    tables        where terms and their records lie
    finding       terms among all
    heads         the packed record of a term
    records       the packed records of many terms, whole
    describing    where the lists of terms lie
    counting      which paragraphs match, by bit-sliced addition; facets
    adding        the scores of lists added up; unions
    best          the best k by MaxScore, and the scores within ranges
    looking_up    the best k of few, each looked up in every list
    matching      which paragraphs match and the best of them, in one call
    conjunction   the best k of what is in every one of some lists, in one pass
    phrases       which paragraphs hold forms side by side

Scores are integers, UNIT to one: sums do not depend on the order of addition, so equal paragraphs have equal scores
and stand in document order. Importing this package imports numba; what it compiles is kept on disk where there is a
folder for that.
"""

# ruff: noqa: E402  # numba is loaded as this project needs it before anything imports it.
from __future__ import annotations

from indexer.loops import load_numba

load_numba()

from indexer.engine.whoosh.kernel.adding import union
from indexer.engine.whoosh.kernel.best import best_k, score_ranges
from indexer.engine.whoosh.kernel.conjunction import conjunction
from indexer.engine.whoosh.kernel.counting import (
    count_article_values,
    count_articles,
    count_by_article,
    count_listed_values,
    count_values,
    hold,
    match,
)
from indexer.engine.whoosh.kernel.describing import describe
from indexer.engine.whoosh.kernel.finding import FOUND_COLUMNS, find_terms
from indexer.engine.whoosh.kernel.heads import (
    DF,
    FIRST_PAIR,
    NUMBERS,
    PAIRS,
    read_head,
    read_short,
)
from indexer.engine.whoosh.kernel.matching import match_and_best
from indexer.engine.whoosh.kernel.phrases import phrase
from indexer.engine.whoosh.kernel.posting_lists import (
    BOUNDS,
    COLUMNS,
    COUNT,
    LOWS,
    NORM_COLUMNS,
    SCORES,
    SET,
    UNIT,
)

__all__ = [
    "BOUNDS",
    "COLUMNS",
    "COUNT",
    "DF",
    "FIRST_PAIR",
    "FOUND_COLUMNS",
    "LOWS",
    "NORM_COLUMNS",
    "NUMBERS",
    "PAIRS",
    "SCORES",
    "SET",
    "UNIT",
    "best_k",
    "conjunction",
    "count_article_values",
    "count_articles",
    "count_by_article",
    "count_listed_values",
    "count_values",
    "describe",
    "find_terms",
    "hold",
    "match",
    "match_and_best",
    "phrase",
    "read_head",
    "read_short",
    "score_ranges",
    "union",
]
