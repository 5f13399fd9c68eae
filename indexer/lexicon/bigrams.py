"""The language model: how likely a syllable follows another, by the counts of a lexicon and a dictionary's words.

Bigrams with absolute discounting, backed off to unigrams (Ney, Essen and Kneser 1994). A pair that stands in a word of
the dictionary counts as seen a little (a Dirichlet prior): that tells `đồng bào` from `đông báo` where little text was
read, and fades as there is more of it. `kernel` computes the same compiled.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.store import Lexicon

Numbers: TypeAlias = NDArray[np.int64]
Logs: TypeAlias = NDArray[np.float64]

UNKNOWN = -1
"""The number of a form the lexicon does not know."""
DISCOUNT = 0.75
ADDED = 0.5
BEAM = 40
"""The ways to have read everything before a place that are followed, the likeliest ones."""
NEVER = -1e300
"""The logarithm of the probability of what cannot be."""
WORD_PAIRS = 1.0
"""How often a form counts as seen before those that follow it in the dictionary, all of them together."""


class Tables(NamedTuple):
    """The arrays of a lexicon (see `store`) that the model is computed from, and the sum of all counts."""

    counts: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    seconds: NDArray[np.uint32]
    pair_counts: NDArray[np.uint32]
    word_pairs: NDArray[np.uint64]
    total: float


class BigramModel:
    """The model of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        total = float(lexicon.counts.sum(dtype=np.int64)) + ADDED * (len(lexicon.counts) + 1)
        self.tables = Tables(
            lexicon.counts, lexicon.row_starts, lexicon.seconds, lexicon.pair_counts, lexicon.word_pairs, total
        )

    def logs(self, firsts: Numbers, seconds: Numbers) -> Logs:
        """The logarithm of the probability of each of `seconds` after each of `firsts`: one row for each first."""
        tables = self.tables
        known = np.maximum(seconds, 0).astype(np.uint32)
        alone = (np.where(seconds == UNKNOWN, 0, tables.counts[known]) + ADDED) / tables.total
        likely = np.tile(alone, (len(firsts), 1))
        for at, first in enumerate(firsts.tolist()):
            if first == UNKNOWN or not (context := int(tables.counts[first])):
                continue
            start, stop = int(tables.rows[first]), int(tables.rows[first + 1])
            if stop > start:
                seen = _counted(tables.seconds[start:stop], known, tables.pair_counts[start:stop], seconds)
                # The mass the discount takes off goes to all forms, as likely as each is alone.
                spread = DISCOUNT * (stop - start) / context
                likely[at] = np.maximum(seen - DISCOUNT, 0.0) / context + spread * alone
            low, high = np.searchsorted(tables.word_pairs, _row_of(first)).tolist()
            if high > low:
                pairs = (tables.word_pairs[low:high] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
                listed = _counted(pairs, known, np.ones(len(pairs), np.uint32), seconds)
                likely[at] = (context * likely[at] + WORD_PAIRS * listed / (high - low)) / (context + WORD_PAIRS)
        return np.log(likely)

    def log(self, first: int, second: int) -> float:
        """The same of one pair."""
        return float(self.logs(np.array([first]), np.array([second]))[0, 0])


def _row_of(first: int) -> NDArray[np.uint64]:
    return np.array([first << 32, first + 1 << 32], np.uint64)


def _counted(
    row: NDArray[np.uint32], known: NDArray[np.uint32], counts: NDArray[np.uint32], seconds: Numbers
) -> NDArray[np.int64]:
    """The count of each of `seconds` in an ascending row; 0 where it is not in it."""
    places = np.minimum(row.searchsorted(known), len(row) - 1)
    return np.where(row[places] == seconds, counts[places], 0).astype(np.int64)


def log_odds_to_probability(log_odds: float) -> float:
    """The probability that has these log-odds (in nats)."""
    if log_odds < 0:
        return 1.0 - log_odds_to_probability(-log_odds)
    return 1.0 / (1.0 + math.exp(-log_odds))
