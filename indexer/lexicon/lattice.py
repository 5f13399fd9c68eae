"""The likeliest path over a lattice of candidates: Viterbi's algorithm, for each habit of typing at once.

What the candidates are is decided in `channel`, how likely one follows another in `bigrams`; `repair` reads the path.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer.lexicon.bigrams import SEEN_WORDS, UNKNOWN, BigramModel, context, empty_tables, likelihood
from indexer.lexicon.channel import PRIORS, Arc, Habit
from indexer.loops import loop, on_warm

BEAM = 40
"""The ways to have read everything before a place that are followed, the likeliest ones."""
NEVER = -1e300
"""The logarithm of the probability of what cannot be."""


@dataclass(frozen=True, slots=True)
class Step:
    """A choice among the options of an arc."""

    arc: Arc
    choice: int

    @property
    def kept(self) -> bool:
        """Whether it leaves what was typed as it is."""
        return self.arc.options.kept and self.choice == 0

    @property
    def form(self) -> str:
        """The form chosen."""
        return self.arc.options.forms[self.choice]

    @property
    def number(self) -> int:
        """The number of the form chosen."""
        return int(self.arc.options.numbers[self.choice])


Path = tuple[list[Step], Habit, float]
"""Steps, the habit they are likeliest under, and the logarithm of their probability."""


def best(model: BigramModel, arcs: Sequence[Arc], size: int, habits: Sequence[Habit]) -> Path:
    """The likeliest path over the arcs of a query of `size` forms, which may have been typed in one of `habits`."""
    arcs = sorted(arcs, key=lambda arc: arc.start)
    places = {place: at for at, place in enumerate(sorted({arc.start for arc in arcs} | {(size, 0)}))}
    first = 0
    rows, owners = [], []
    for arc in arcs:
        count = len(arc.options.forms)
        # An arc to where no other begins leads nowhere.
        if arc.end in places:
            rows.append((places[arc.start], places[arc.end], first, first + count))
        owners.append((arc, first))
        first += count
    numbers = np.concatenate([arc.options.numbers for arc in arcs])
    costs = np.concatenate([arc.options.costs for arc in arcs], axis=1)[habits]
    priors = np.array([PRIORS[habit] for habit in habits])
    scores, origins = np.full((first, len(habits)), NEVER), np.full((first, len(habits)), -1)
    path, row, score = _viterbi(model.tables, np.array(rows), numbers, costs, priors, scores, origins)
    steps = []
    at = len(owners) - 1
    for option in path[::-1].tolist():
        while owners[at][1] > option:
            at -= 1
        steps.append(Step(owners[at][0], option - owners[at][1]))
    return steps[::-1], habits[row], score


ROUNDING = 1e-6
"""More than what sums of a few logarithms are off by."""


@loop
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
    return np.asarray(arrived)[np.argsort(behind, kind="mergesort")[:BEAM]]


@loop
def _is_hopeless(scores: Any, before: Any, option: Any, costs: Any) -> Any:
    """Whether going on from one option to another betters its score under no habit, however likely the step."""
    hopeless = True
    for h in range(len(costs)):
        hopeless &= scores[before, h] + costs[h, option] <= scores[option, h] - ROUNDING
    return hopeless


@loop
def _viterbi(tables: Any, arcs: Any, numbers: Any, costs: Any, priors: Any, scores: Any, origins: Any) -> Any:
    """The options of the best path from first to last, the row of its habit, and its score.

    `arcs` (rows: start, end, first option, end of options) ascend by start; place 0 is the start, the highest the end.
    `costs` has a row for each habit. `scores` and `origins`, a row for each option and a column for each habit, are
    for what is worked out: filled with NEVER and -1.
    """
    habits = len(priors)
    last = 0
    for a in range(len(arcs)):
        last = max(last, arcs[a, 1])
    a = 0
    for place in range(last):
        arrived = _arrived(arcs, place, scores)
        kept = _kept(arrived, scores)
        while a < len(arcs) and arcs[a, 0] == place:
            for option in range(arcs[a, 2], arcs[a, 3]):
                if place == 0:
                    # A query seldom begins where a sentence does.
                    step = math.log(likelihood(tables, UNKNOWN, numbers[option], 0, 0, 0, 0, SEEN_WORDS))
                    for h in range(habits):
                        scores[option, h] = priors[h] + step + costs[h, option]
            if place > 0:
                for before in kept:
                    first = numbers[before]
                    low, high, more_low, more_high = context(tables, first)
                    for option in range(arcs[a, 2], arcs[a, 3]):
                        if _is_hopeless(scores, before, option, costs):
                            continue
                        likely = likelihood(tables, first, numbers[option], low, high, more_low, more_high, SEEN_WORDS)
                        step = math.log(likely)
                        for h in range(habits):
                            reached = scores[before, h] + step + costs[h, option]
                            if reached > scores[option, h]:
                                scores[option, h] = reached
                                origins[option, h] = before
            a += 1
    best, habit = NEVER, 0
    end = -1
    for option in _kept(_arrived(arcs, last, scores), scores):
        first = numbers[option]
        low, high, more_low, more_high = context(tables, first)
        step = math.log(likelihood(tables, first, 0, low, high, more_low, more_high, SEEN_WORDS))
        for h in range(habits):
            if end < 0 or scores[option, h] + step > best:
                best, habit, end = scores[option, h] + step, h, option
    size = 0
    way = end
    while way >= 0:
        size += 1
        way = origins[way, habit]
    path = np.empty(size, np.int64)
    way = end
    for at in range(size - 1, -1, -1):
        path[at] = way
        way = origins[way, habit]
    return path, habit, best


@loop
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
                reached = False
                for h in range(scores.shape[1]):
                    reached |= scores[option, h] > NEVER
                if reached:
                    found[size] = option
                    size += 1
    return found[:size]


@on_warm
def _compile() -> None:
    some, scores, origins = np.zeros(1, np.int64), np.full((1, 1), NEVER), np.full((1, 1), -1)
    _viterbi(empty_tables(), np.array([[0, 1, 0, 1]]), some, np.zeros((1, 1)), np.zeros(1), scores, origins)
