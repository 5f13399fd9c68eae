"""The compiled loops of repair: the language model and Viterbi's algorithm over a lattice, as `bigrams` and `lattice`.

Only `lattice.warm` imports this module: importing numba and compiling take seconds the first time on a machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.lexicon.bigrams import ADDED, BEAM, DISCOUNT, NEVER, UNKNOWN, WORD_PAIRS, Tables
from indexer.loops import compiled

ROUNDING = 1e-6
"""More than what sums of a few logarithms are off by."""


@compiled
def _place(row: Any, low: Any, high: Any, wanted: Any) -> Any:
    """The first place of the ascending `row[low:high]` that is not below `wanted`."""
    while low < high:
        middle = (low + high) >> 1
        if row[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _word_row(tables: Any, first: Any) -> Any:
    """Where the dictionary's pairs of `first` begin and end."""
    pairs = tables.word_pairs
    if first == UNKNOWN:
        return 0, 0
    low = _place(pairs, 0, len(pairs), np.uint64(first) << np.uint64(32))
    high = _place(pairs, low, len(pairs), np.uint64(first + 1) << np.uint64(32))
    return low, high


@compiled
def _likely(tables: Any, first: Any, second: Any, low: Any, high: Any) -> Any:
    """The probability of `second` after `first`, whose pairs in the dictionary are those from `low` to `high`."""
    alone = ((np.float64(tables.counts[second]) if second != UNKNOWN else 0.0) + ADDED) / tables.total
    if first == UNKNOWN or tables.counts[first] == 0:
        return alone
    context = np.float64(tables.counts[first])
    start, stop = np.int64(tables.rows[first]), np.int64(tables.rows[first + 1])
    likely = alone
    if stop > start:
        likely = DISCOUNT * (stop - start) / context * alone
        if second != UNKNOWN:
            place = _place(tables.seconds, start, stop, np.uint32(second))
            if place < stop and tables.seconds[place] == second:
                likely += max(tables.pair_counts[place] - DISCOUNT, 0.0) / context
    if high > low:
        listed = 0.0
        if second != UNKNOWN:
            wanted = np.uint64(first) << np.uint64(32) | np.uint64(second)
            place = _place(tables.word_pairs, low, high, wanted)
            listed = 1.0 if place < high and tables.word_pairs[place] == wanted else 0.0
        likely = (context * likely + WORD_PAIRS * listed / (high - low)) / (context + WORD_PAIRS)
    return likely


@compiled
def logs(tables: Any, firsts: Any, seconds: Any) -> Any:
    """`BigramModel.logs`."""
    found = np.empty((len(firsts), len(seconds)))
    for i in range(len(firsts)):
        low, high = _word_row(tables, firsts[i])
        for j in range(len(seconds)):
            found[i, j] = np.log(_likely(tables, firsts[i], seconds[j], low, high))
    return found


@compiled
def _kept(arrived: Any, scores: Any) -> Any:
    """The `BEAM` of the options `arrived` whose scores are nearest to the best under any habit."""
    if len(arrived) <= BEAM:
        return arrived
    habits = scores.shape[1]
    best = np.full(habits, 2 * NEVER)
    for option in arrived:
        for h in range(habits):
            best[h] = max(best[h], scores[option, h])
    behind = np.empty(len(arrived))
    for i in range(len(arrived)):
        behind[i] = -2 * NEVER
        for h in range(habits):
            behind[i] = min(behind[i], best[h] - scores[arrived[i], h])
    return arrived[np.argsort(behind, kind="mergesort")[:BEAM]]


@compiled
def _is_hopeless(scores: Any, before: Any, option: Any, costs: Any) -> Any:
    """Whether going on from one option to another betters its score under no habit, however likely the step."""
    hopeless = True
    for h in range(len(costs)):
        hopeless &= scores[before, h] + costs[h, option] <= scores[option, h] - ROUNDING
    return hopeless


@compiled
def viterbi(tables: Any, arcs: Any, numbers: Any, costs: Any, priors: Any) -> Any:
    """`lattice.best`: the options of the best path from first to last, the row of its habit, and its score.

    `arcs` (rows: start, end, first option, end of options) ascend by start; place 0 is the start, the highest the end.
    """
    habits = len(priors)
    scores = np.full((len(numbers), habits), NEVER)
    origins = np.full((len(numbers), habits), -1)
    last = np.int64(0)
    for a in range(len(arcs)):
        last = max(last, arcs[a, 1])
    a = 0
    for place in range(last):
        arrived = _arrived(arcs, place, scores)
        kept = _kept(arrived, scores)
        while a < len(arcs) and arcs[a, 0] == place:
            for option in range(arcs[a, 2], arcs[a, 3]):
                if place == 0:
                    step = np.log(_likely(tables, 0, numbers[option], 0, 0))
                    for h in range(habits):
                        scores[option, h] = priors[h] + step + costs[h, option]
            if place > 0:
                for before in kept:
                    first = numbers[before]
                    low, high = _word_row(tables, first)
                    for option in range(arcs[a, 2], arcs[a, 3]):
                        if _is_hopeless(scores, before, option, costs):
                            continue
                        step = np.log(_likely(tables, first, numbers[option], low, high))
                        for h in range(habits):
                            reached = scores[before, h] + step + costs[h, option]
                            if reached > scores[option, h]:
                                scores[option, h] = reached
                                origins[option, h] = before
            a += 1
    best, habit = NEVER, 0
    end: Any = np.int64(-1)
    for option in _kept(_arrived(arcs, last, scores), scores):
        first = numbers[option]
        low, high = _word_row(tables, first)
        step = np.log(_likely(tables, first, 0, low, high))
        for h in range(habits):
            if end < 0 or scores[option, h] + step > best:
                best, habit, end = scores[option, h] + step, h, option
    size = 0
    way: Any = end
    while way >= 0:
        size += 1
        way = origins[way, habit]
    path = np.empty(size, np.int64)
    way = end
    for at in range(size - 1, -1, -1):
        path[at] = way
        way = origins[way, habit]
    return path, habit, best


@compiled
def _arrived(arcs: Any, place: Any, scores: Any) -> Any:
    """The options of the arcs that end at a place and were reached."""
    count = 0
    for a in range(len(arcs)):
        if arcs[a, 1] == place:
            count += arcs[a, 3] - arcs[a, 2]
    found = np.empty(count, np.int64)
    size = 0
    for a in range(len(arcs)):
        if arcs[a, 1] == place:
            for option in range(arcs[a, 2], arcs[a, 3]):
                if scores[option, :].max() > NEVER:
                    found[size] = option
                    size += 1
    return found[:size]


def compile_all() -> None:
    """Call everything once, as it will be called: with read-only arrays, as a memory map gives."""
    zeros, no_pairs = np.frombuffer(bytes(8), np.uint32), np.frombuffer(b"", np.uint64)
    tables = Tables(zeros, zeros, zeros, zeros, no_pairs, 1.0)
    some = np.zeros(1, np.int64)
    logs(tables, some, some)
    viterbi(tables, np.array([[0, 1, 0, 1]]), some, np.zeros((1, 1)), np.zeros(1))
