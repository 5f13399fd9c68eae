"""The language model: how likely a syllable follows another, by the counts of a lexicon and a dictionary's words.

Bigrams with absolute discounting, backed off to unigrams (Ney, Essen and Kneser 1994). A pair that stands in a word of
the dictionary counts as seen a little (a Dirichlet prior): that tells `đồng bào` from `đông báo` where little text was
read, and fades as there is more of it.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.store import Lexicon
from indexer.loops import loop, on_warm

Numbers: TypeAlias = NDArray[np.int64]
Logs: TypeAlias = NDArray[np.float64]

UNKNOWN = -1
"""The number of a form the lexicon does not know."""
DISCOUNT = 0.75
ADDED = 0.5
WORD_PAIRS = 1.0
"""How often a form counts as seen before those that follow it in the dictionary, all of them together."""
SEEN_WORDS = 4.0
"""How many times more a word of the dictionary that the text has counts as seen: so `tù binh`, once in a text, is
likelier than `từ bình`, two frequent syllables that never meet. With it .1 % more syllables of questions typed without
diacritics are read right by other text, and of 300 words that stand in one article 259 instead of 208."""


class Tables(NamedTuple):
    """The arrays of a lexicon (see `store`) that the model is computed from, and the sum of all counts.

    What changed since it was written (see `changed`) is in `more_pairs`, ascending, and `more_counts`: these stand for
    what the rows have. `followers` is then how many forms follow each; all three are empty where nothing has changed.
    """

    counts: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    seconds: NDArray[np.uint32]
    pair_counts: NDArray[np.uint32]
    word_pairs: NDArray[np.uint64]
    more_pairs: NDArray[np.uint64]
    more_counts: NDArray[np.uint32]
    followers: NDArray[np.uint32]
    total: float


class BigramModel:
    """The model of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        total = float(lexicon.counts.sum(dtype=np.int64)) + ADDED * (lexicon.size + 1)
        self.tables = Tables(
            lexicon.counts,
            lexicon.row_starts,
            lexicon.seconds,
            lexicon.pair_counts,
            lexicon.word_pairs,
            lexicon.more_pairs,
            lexicon.more_counts,
            lexicon.follower_counts,
            total,
        )

    def logs(self, firsts: Numbers, seconds: Numbers) -> Logs:
        """The logarithm of the probability of each of `seconds` after each of `firsts`: one row for each first."""
        found = np.empty((len(firsts), len(seconds)))
        _logs(self.tables, firsts, seconds, 0.0, found)
        return found

    def readings(self, firsts: Numbers, seconds: Numbers) -> Logs:
        """The same with what makes a reading of words likelier (`SEEN_WORDS`): no probabilities, they sum to more."""
        found = np.empty((len(firsts), len(seconds)))
        _logs(self.tables, firsts, seconds, SEEN_WORDS, found)
        return found

    def log(self, first: int, second: int) -> float:
        """The same of one pair."""
        return float(self.logs(np.array([first]), np.array([second]))[0, 0])


@loop
def _place(row: Any, low: Any, high: Any, wanted: Any) -> Any:
    """The first place of the ascending `row[low:high]` that is not below `wanted`."""
    while low < high:
        middle = (low + high) >> 1
        if row[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@loop
def context(tables: Any, first: Any) -> Any:
    """Where the dictionary's pairs of `first` begin and end, and its changed pairs."""
    if first == UNKNOWN:
        return 0, 0, 0, 0
    low, high = _bounds(tables.word_pairs, first)
    more_low, more_high = _bounds(tables.more_pairs, first)
    return low, high, more_low, more_high


@loop
def _bounds(pairs: Any, first: Any) -> Any:
    """Where the pairs of `first` begin and end."""
    low = _place(pairs, 0, len(pairs), first << 32)
    return low, _place(pairs, low, len(pairs), first + 1 << 32)


@loop
def _seen(tables: Any, first: Any, second: Any, more_low: Any, more_high: Any) -> Any:
    """How often `second` follows `first`, whose changed pairs are those from `more_low` to `more_high`."""
    if more_high > more_low:
        wanted = first << 32 | second
        place = _place(tables.more_pairs, more_low, more_high, wanted)
        if place < more_high and tables.more_pairs[place] == wanted:
            return 0 + tables.more_counts[place]
    if first + 1 >= len(tables.rows):
        return 0
    # To a compiler, unsigned numbers and signed ones together are floats; what is added to 0 is signed.
    start, stop = 0 + tables.rows[first], 0 + tables.rows[first + 1]
    place = _place(tables.seconds, start, stop, second)
    return 0 + tables.pair_counts[place] if place < stop and tables.seconds[place] == second else 0


@loop
def likelihood(
    tables: Any, first: Any, second: Any, low: Any, high: Any, more_low: Any, more_high: Any, words: Any
) -> Any:
    """The probability of `second` after `first`, of which `context` says the other bounds.

    A pair that both the text and the dictionary have counts as seen `words` times more.
    """
    alone = ((tables.counts[second] if second != UNKNOWN else 0) + ADDED) / tables.total
    if first == UNKNOWN or tables.counts[first] == 0:
        return alone
    amount = float(tables.counts[first])
    followers = 0
    if len(tables.followers) > 0:
        followers = 0 + tables.followers[first]
    else:
        followers = 0 + tables.rows[first + 1] - tables.rows[first]
    likely = alone
    more = 0.0
    if followers > 0:
        # The mass the discount takes off goes to all forms, as likely as each is alone.
        likely = DISCOUNT * followers / amount * alone
        if second != UNKNOWN:
            seen = _seen(tables, first, second, more_low, more_high)
            if seen > 0:
                likely += max(seen - DISCOUNT, 0.0) / amount
                more = words / amount
    if high > low:
        listed = 0.0
        if second != UNKNOWN:
            wanted = first << 32 | second
            place = _place(tables.word_pairs, low, high, wanted)
            listed = 1.0 if place < high and tables.word_pairs[place] == wanted else 0.0
        likely += listed * more
        likely = (amount * likely + WORD_PAIRS * listed / (high - low)) / (amount + WORD_PAIRS)
    return likely


@loop
def _logs(tables: Any, firsts: Any, seconds: Any, words: Any, found: Any) -> None:
    """Into `found`: the logarithm of the likelihood of each of `seconds` after each of `firsts`, a row for each."""
    for i in range(len(firsts)):
        low, high, more_low, more_high = context(tables, firsts[i])
        for j in range(len(seconds)):
            likely = likelihood(tables, firsts[i], seconds[j], low, high, more_low, more_high, words)
            found[i, j] = math.log(likely)


def log_odds_to_probability(log_odds: float) -> float:
    """The probability that has these log-odds (in nats)."""
    if log_odds < 0:
        return 1.0 - log_odds_to_probability(-log_odds)
    return 1.0 / (1.0 + math.exp(-log_odds))


@on_warm
def _compile() -> None:
    some = np.zeros(1, np.int64)
    _logs(empty_tables(), some, some, 0.0, np.empty((1, 1)))


def empty_tables() -> Tables:
    """Those of a lexicon of one form and no pairs, read-only as a memory map gives them."""
    zeros, no_pairs = np.frombuffer(bytes(8), np.uint32), np.frombuffer(b"", np.uint64)
    return Tables(zeros, zeros, zeros, zeros, no_pairs, no_pairs, zeros[:0], zeros[:0], 1.0)
