"""The likeliest path over a lattice of candidates: Viterbi's algorithm, for each habit of typing at once.

What the candidates are is decided in `channel`, how likely one follows another in `bigrams`; `repair` reads the path.
`best` runs compiled (`kernel`) once `warm` was called, and in numpy before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.bigrams import BEAM, BigramModel, Logs, Numbers
from indexer.lexicon.channel import PRIORS, Arc, Habit
from indexer.lexicon.inputs import BREAK


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


def warm() -> None:
    """Compile what is run for each query, or load what was compiled before."""
    global _compiled
    if _compiled is None:
        from indexer.lexicon import kernel

        kernel.compile_all()
        _compiled = kernel


_compiled: ModuleType | None = None


def logs(model: BigramModel, firsts: Numbers, seconds: Numbers) -> Logs:
    """`BigramModel.logs`, compiled where that is warm."""
    if _compiled is None:
        return model.logs(firsts, seconds)
    found: Logs = _compiled.logs(model.tables, firsts, seconds)
    return found


def best(model: BigramModel, arcs: Sequence[Arc], size: int, habits: Sequence[Habit]) -> Path:
    """The likeliest path over the arcs of a query of `size` forms, which may have been typed in one of `habits`."""
    if _compiled is None:
        return best_in_numpy(model, arcs, size, habits)
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
    path, row, score = _compiled.viterbi(model.tables, np.array(rows), numbers, costs, priors)
    steps = []
    at = len(owners) - 1
    for option in path[::-1].tolist():
        while owners[at][1] > option:
            at -= 1
        steps.append(Step(owners[at][0], option - owners[at][1]))
    return steps[::-1], habits[row], score


@dataclass(frozen=True, slots=True)
class _Arrivals:
    """The ways over one arc: for each habit and each choice the best score, and the way it came by to its start."""

    arc: Arc
    scores: NDArray[np.float64]
    origins: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Place:
    """The best ways to have read everything before a place, one column for each, with the last syllable's number."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]
    steps: list[Step]
    origins: NDArray[np.intp]


def best_in_numpy(model: BigramModel, arcs: Sequence[Arc], size: int, habits: Sequence[Habit]) -> Path:
    """What `best` gives, not compiled: the oracle of its tests."""
    outgoing: defaultdict[tuple[int, int], list[Arc]] = defaultdict(list)
    for arc in arcs:
        outgoing[arc.start].append(arc)
    start, end = (0, 0), (size, 0)
    places = {start: _Place(np.array([BREAK]), np.array([[PRIORS[habit]] for habit in habits]), [], _NOWHERE)}
    arriving: defaultdict[tuple[int, int], list[_Arrivals]] = defaultdict(list)
    for place in sorted(outgoing):
        if place != start:
            if place not in arriving:
                continue
            places[place] = _gathered(arriving[place])
        here = places[place]
        for arc in outgoing[place]:
            steps = model.logs(here.numbers, arc.options.numbers)
            scores = here.scores[:, :, None] + steps  # habits x ways here x options
            reached = scores.max(axis=1) + arc.options.costs[habits]
            arriving[arc.end].append(_Arrivals(arc, reached, scores.argmax(axis=1)))
    last = places[end] = _gathered(arriving[end])
    finals = last.scores + model.logs(last.numbers, np.array([BREAK]))[:, 0]
    row, column = map(int, np.unravel_index(int(finals.argmax()), finals.shape))
    path: list[Step] = []
    place, way = end, column
    while place != start:
        step = places[place].steps[way]
        way = int(places[place].origins[row, way])
        path.append(step)
        place = step.arc.start
    return path[::-1], habits[row], float(finals[row, column])


_NOWHERE = np.zeros((0, 0), np.intp)


def _gathered(arriving: Sequence[_Arrivals]) -> _Place:
    """The `BEAM` best of the ways that arrive at a place."""
    scores = np.concatenate([arrivals.scores for arrivals in arriving], axis=1)
    origins = np.concatenate([arrivals.origins for arrivals in arriving], axis=1)
    numbers = np.concatenate([arrivals.arc.options.numbers for arrivals in arriving])
    steps = [Step(arrivals.arc, choice) for arrivals in arriving for choice in range(len(arrivals.arc.options.forms))]
    if len(steps) > BEAM:
        relative = (scores - scores.max(axis=1, keepdims=True)).max(axis=0)
        chosen = np.sort(np.argpartition(-relative, BEAM)[:BEAM])
        scores, origins, numbers = scores[:, chosen], origins[:, chosen], numbers[chosen]
        steps = [steps[at] for at in chosen]
    return _Place(numbers, scores, steps, origins)
