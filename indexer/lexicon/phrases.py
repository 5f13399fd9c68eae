"""Phrases of the indexed text to suggest, collected while indexing.

Candidates are sequences of one to four words (two to six syllables) without punctuation inside that neither begin nor
end with a function word, and names: maximal sequences of capitalised syllables. `suggest` offers them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.counting import Counts, KeyCounter, Keys, counted

LONGEST = 6
"""Most syllables in a phrase."""

Ids: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]

_MOST_WORDS = 4
_MOST_KEYS = 2_000_000
_NONE = -1

_BASE = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_INVERSE = pow(_BASE, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class TokenFlags:
    """Properties of each token of a batch of text."""

    begins: Flags
    """It begins a word."""
    apart: Flags
    """Punctuation stands before it."""
    opens: Flags
    """It is the first of a sentence, or the first after an opening bracket or quotation mark."""
    capital: Flags
    """It begins with a capital letter."""
    barred: Flags
    """It is a function word or a number."""


class PhraseCounter:
    """Counts phrases given as rows of syllable numbers, in bounded memory.

    A phrase is identified by a 64-bit polynomial hash of its syllables (Karp and Rabin 1987), so that all phrases of a
    batch are hashed at once from prefix sums; two phrases that collide would be counted as one.
    """

    def __init__(self) -> None:
        self._counter = KeyCounter(_MOST_KEYS)
        self._keys: list[Keys] = []
        self._rows: list[Ids] = []
        self._kept = 0

    def add(self, rows: Ids, counts: Counts) -> None:
        """Add the counts of distinct phrases: rows of `LONGEST` numbers, padded with -1."""
        keys = _row_keys(rows)
        order = np.argsort(keys, kind="stable")
        self._keep(keys[order], counts[order], rows[order])

    def subtract(self, ids: Ids, tokens: TokenFlags) -> None:
        """Take off what was counted of these tokens, given their syllables' numbers."""
        starts, ends = _candidates(tokens)
        if len(starts):
            self._counter.subtract(*counted(_hashes(ids, starts, ends)))

    def counts_of(self, rows: Ids) -> Counts:
        """How often phrases were counted: rows of `LONGEST` numbers, padded with -1."""
        keys, counts = self._counter.total()
        sought = _row_keys(rows)
        places = np.searchsorted(keys, sought)
        known = places < len(keys)
        known[known] = keys[places[known]] == sought[known]
        found: Counts = np.zeros(len(rows), np.uint32)
        found[known] = counts[places[known]]
        return found

    def total(self, most: int | None, least: int) -> tuple[Ids, Counts]:
        """Rows and counts of the up to `most` (None: all) most frequent phrases counted at least `least` times."""
        self._compact()
        keys, counts = self._counter.total()
        if not len(keys):
            return np.zeros((0, LONGEST), np.int32), counts
        chosen = np.flatnonzero(counts >= least)
        if most is not None and len(chosen) > most:
            by_count = np.argsort(-counts[chosen].astype(np.int64), kind="stable")
            chosen = np.sort(chosen[by_count[:most]])
        return self._rows[0][np.searchsorted(self._keys[0], keys[chosen])], counts[chosen]

    def _keep(self, keys: Keys, counts: Counts, rows: Ids) -> None:
        self._counter.add(keys, counts)
        self._keys.append(keys)
        self._rows.append(rows)
        self._kept += len(keys)
        if self._kept > 2 * _MOST_KEYS:
            self._compact()

    def _compact(self) -> None:
        """One row for each key that is still counted."""
        if not self._keys:
            return
        keys, firsts = np.unique(np.concatenate(self._keys), return_index=True)
        counted, _ = self._counter.total()
        still = np.isin(keys, counted, assume_unique=True)
        self._keys = [keys[still]]
        self._rows = [np.concatenate(self._rows)[firsts[still]]]
        self._kept = len(self._keys[0])


def phrases_of(ids: Ids, tokens: TokenFlags, least: int) -> tuple[Ids, Counts]:
    """The distinct phrases of a batch of tokens, given their syllables' numbers, and how often each occurs in it.

    Each is a row of `LONGEST` numbers, padded with -1. What occurs less than `least` times is left out.
    """
    starts, ends = _candidates(tokens)
    if not len(starts):
        return np.zeros((0, LONGEST), np.int32), np.zeros(0, np.uint32)
    keys = _hashes(ids, starts, ends)
    order = np.argsort(keys)
    keys = keys[order]
    firsts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    counts = np.diff(firsts, append=len(keys)).astype(np.uint32)
    enough = counts >= least
    firsts, counts = firsts[enough], counts[enough]
    starts, ends = starts[order[firsts]], ends[order[firsts]]
    places = starts[:, None] + np.arange(LONGEST)
    inside = places < ends[:, None]
    return np.where(inside, ids[np.minimum(places, len(ids) - 1)], np.int32(_NONE)), counts


def _candidates(tokens: TokenFlags) -> tuple[Places, Places]:
    """Where the candidates of a batch start and end."""
    begins, apart, capital, barred = tokens.begins, tokens.apart, tokens.capital, tokens.barred
    size = len(begins)
    run = np.cumsum(apart)
    words = np.flatnonzero(begins)
    ends = np.append(words[1:], size)
    barred_word = barred[words] & (ends - words == 1)
    found = []
    for count in range(1, min(_MOST_WORDS, len(words)) + 1):
        last = slice(count - 1, None)
        first = slice(None, len(words) - count + 1)
        start, end = words[first], ends[last]
        good = (end - start >= 2) & (end - start <= LONGEST) & (run[end - 1] == run[start])
        good &= ~(barred_word[first] | barred_word[last])
        found.append((start[good], end[good]))
    # Names. One at the start of a sentence is left out: there its first syllable may be a common word.
    inner = capital & ~apart
    continues = np.append(inner[1:], False) & capital
    follows = np.concatenate(([False], continues[:-1]))
    starts = np.flatnonzero(continues & ~follows)
    ends_of_names = np.flatnonzero(follows & ~continues) + 1
    length = ends_of_names - starts
    word_number = np.cumsum(begins)
    next_begins = np.append(begins, True)[ends_of_names]
    counted_already = begins[starts] & next_begins
    counted_already &= word_number[ends_of_names - 1] - word_number[starts] < _MOST_WORDS
    good = (length <= LONGEST) & ~tokens.opens[starts] & ~counted_already
    found.append((starts[good], ends_of_names[good]))
    return np.concatenate([start for start, _ in found]), np.concatenate([end for _, end in found])


def _row_keys(rows: Ids) -> Keys:
    """The hash of each of some rows."""
    keys = np.zeros(len(rows), np.uint64)
    power = 1
    for column in rows.T:
        keys += np.where(column == _NONE, np.uint64(0), _mixed(column) * np.uint64(power))
        power = power * _BASE & _MASK
    return keys


def _mixed(ids: NDArray[np.int32]) -> Keys:
    """A well-mixed 64-bit number for each id (the finaliser of SplitMix64, Steele and others 2014)."""
    mixed = (ids.astype(np.uint64) + np.uint64(1)) * np.uint64(_BASE)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _powers(base: int, size: int) -> Keys:
    powers = np.full(size, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


def _hashes(ids: Ids, starts: Places, ends: Places) -> Keys:
    """Of each span the sum of its mixed ids times BASE to the power of their place in it, modulo 2^64."""
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(_mixed(ids) * _powers(_BASE, len(ids)), dtype=np.uint64)))
    return (sums[ends] - sums[starts]) * _powers(_INVERSE, len(ids))[starts]
