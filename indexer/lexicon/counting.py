"""Counts of very many keys in bounded memory: sorted arrays, merged as they grow and pruned when they grow too large.

A key is a number; callers define its meaning (bigrams of syllables in `learn`, phrases in `phrases`).
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.uint64]
Counts: TypeAlias = NDArray[np.uint32]


_HALF, _SECOND = np.uint64(32), np.uint64(0xFFFFFFFF)


def counted(keys: Keys) -> tuple[Keys, Counts]:
    """The distinct keys in ascending order and how often each occurs."""
    return summed(np.sort(keys), np.ones(len(keys), np.uint32))


def summed(keys: Keys, counts: Counts) -> tuple[Keys, Counts]:
    """Sorted keys with counts, each key once with the sum of its counts (at most the largest uint32)."""
    if not len(keys):
        return keys, counts
    firsts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    totals = np.add.reduceat(counts, firsts, dtype=np.uint64)
    return keys[firsts], np.minimum(totals, np.iinfo(np.uint32).max).astype(np.uint32)


def renumbered(pairs: Keys, counts: Counts, numbers: NDArray[Any]) -> tuple[Keys, Counts]:
    """Pairs, each (first number << 32) | second number, in other numbers, ascending, with their counts.

    `numbers` has the other number of each; pairs that become one are added up.
    """
    firsts, seconds = (numbers[part.astype(np.int64)].astype(np.uint64) for part in (pairs >> _HALF, pairs & _SECOND))
    found = firsts << _HALF | seconds
    order = np.argsort(found, kind="stable")
    return summed(found[order], counts[order])


def _merge_into(larger: list[NDArray[Any]], smaller: tuple[Keys, Counts]) -> tuple[Keys, Counts]:
    """Two runs as one. `larger` is emptied, and its counts are changed: of very many keys there are not three copies.

    New keys of the smaller run are inserted into the larger, which takes less memory than sorting both.
    """
    counts, keys = larger.pop(), larger.pop()
    more, more_counts = smaller
    places = np.searchsorted(keys, more)
    known = places < len(keys)
    known[known] = keys[places[known]] == more[known]
    totals = counts[places[known]].astype(np.uint64) + more_counts[known]
    counts[places[known]] = np.minimum(totals, np.iinfo(np.uint32).max)
    places, more, more_counts = places[~known], more[~known], more_counts[~known]
    keys = np.insert(keys, places, more)
    return keys, np.insert(counts, places, more_counts)


class KeyCounter:
    """How often each key was seen, exactly, up to `budget` distinct keys.

    When there are more, the rarest are dropped: first all that were counted once, then those counted twice, and so on
    until at most three quarters of the budget are used. This is lossy counting (Manku and Motwani 2002): a count can
    only be too low, by at most the sum of the thresholds (`forgotten`).
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.forgotten = 0
        self._runs: list[tuple[Keys, Counts]] = []

    def add(self, keys: Keys, counts: Counts | None = None) -> None:
        """Count keys in any order, each once; or, with `counts`, ascending distinct keys that many times."""
        # Counts are changed later, and those given belong to the caller or to a mapped file.
        self._runs.append(counted(keys) if counts is None else (keys, counts.copy()))
        # Runs at least halve in size from first to last, so that each key is merged a logarithmic number of times.
        while len(self._runs) > 1 and len(self._runs[-2][0]) < 2 * len(self._runs[-1][0]):
            self._merge_last()
        if sum(len(run) for run, _ in self._runs) > self.budget:
            self._prune()

    def subtract(self, keys: Keys, counts: Counts) -> None:
        """Take ascending distinct keys that many times off; what is left with none is forgotten."""
        known, known_counts = self.total()
        places = np.searchsorted(known, keys)
        there = places < len(known)
        there[there] = known[places[there]] == keys[there]
        known_counts[places[there]] -= np.minimum(known_counts[places[there]], counts[there])
        left = known_counts > 0
        self._runs = [(known[left], known_counts[left])]

    def total(self) -> tuple[Keys, Counts]:
        """All keys in ascending order, and their counts."""
        while len(self._runs) > 1:
            self._merge_last()
        return self._runs[0] if self._runs else (np.zeros(0, np.uint64), np.zeros(0, np.uint32))

    def _merge_last(self) -> None:
        smaller, larger = sorted([self._runs.pop(), self._runs.pop()], key=lambda run: len(run[0]))
        arrays: list[NDArray[Any]] = [*larger]
        del larger
        self._runs.append(_merge_into(arrays, smaller))

    def _prune(self) -> None:
        keys, counts = self.total()
        least = 1
        while len(keys) > self.budget * 3 // 4:
            keep = counts > least
            keys, counts = keys[keep], counts[keep]
            self.forgotten += least
            least += 1
        self._runs = [(keys, counts)]
