"""The language model: how likely a syllable follows another, by the counts of a lexicon.

Bigrams with absolute discounting, backed off to unigrams (Ney, Essen and Kneser 1994).
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.store import Lexicon

Numbers: TypeAlias = NDArray[np.int64]
Logs: TypeAlias = NDArray[np.float64]

UNKNOWN = -1
"""The number of a form the lexicon does not know."""
_DISCOUNT = 0.75
_ADDED = 0.5


class BigramModel:
    """The model of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._total = float(lexicon.counts.sum(dtype=np.int64)) + _ADDED * (len(lexicon.counts) + 1)

    def logs(self, firsts: Numbers, seconds: Numbers) -> Logs:
        """The logarithm of the probability of each of `seconds` after each of `firsts`: one row for each first."""
        lexicon = self._lexicon
        known = np.maximum(seconds, 0).astype(np.uint32)
        alone = (np.where(seconds == UNKNOWN, 0, lexicon.counts[known]) + _ADDED) / self._total
        if not len(lexicon.seconds):
            return np.tile(np.log(alone), (len(firsts), 1))
        found = np.zeros((len(firsts), len(seconds)), np.int64)
        rows = np.zeros((len(firsts), 2), np.int64)
        contexts = np.ones(len(firsts))
        for at, first in enumerate(firsts.tolist()):
            if first != UNKNOWN and (context := int(lexicon.counts[first])):
                start, stop = lexicon.rows[first], lexicon.rows[first + 1]
                rows[at] = start, stop
                contexts[at] = context
                found[at] = lexicon.seconds[start:stop].searchsorted(known)
        starts, sizes = rows[:, :1], rows[:, 1:] - rows[:, :1]
        places = np.minimum(starts + np.minimum(found, np.maximum(sizes - 1, 0)), len(lexicon.seconds) - 1)
        seen = np.where((lexicon.seconds[places] == seconds) & (sizes > 0), lexicon.pair_counts[places], 0)
        kept = np.maximum(seen - _DISCOUNT, 0.0)
        # The mass the discount takes off goes to all forms, as likely as each is alone; all mass of an unseen context.
        spread = np.where(sizes > 0, _DISCOUNT * sizes / contexts[:, None], 1.0)
        logs: Logs = np.log(kept / contexts[:, None] + spread * alone)
        return logs

    def log(self, first: int, second: int) -> float:
        """The same of one pair."""
        return float(self.logs(np.array([first]), np.array([second]))[0, 0])


def log_odds_to_probability(log_odds: float) -> float:
    """The probability that has these log-odds (in nats)."""
    if log_odds < 0:
        return 1.0 - log_odds_to_probability(-log_odds)
    return 1.0 / (1.0 + math.exp(-log_odds))
