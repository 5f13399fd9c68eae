"""What was most likely meant by what was typed: a noisy channel over the language model of the indexed text.

The best reading is the one of the highest probability P(meant) * P(typed | meant), found by Viterbi's algorithm over a
lattice of candidates (Kernighan, Church and Gale 1990; Brill and Moore 2000), for each habit of typing at once. What
may be meant by a syllable, and how likely a slip is, lives in `channel`; how likely a text is, in `bigrams`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.batch import BREAK
from indexer.lexicon.bigrams import UNKNOWN, BigramModel, log_odds_to_probability
from indexer.lexicon.channel import PRIORS, Arc, Channel, Habit, Options
from indexer.lexicon.store import Lexicon
from indexer.vietnamese import is_marked

LONGEST_QUERY = 64
"""Syllables that are repaired; what follows is left as it is."""

_BEAM = 40
_BOUND = 100
_COMMON = 0.001
_SEEN = 3
_MOST_LIKELY, _MOST_FITTING = 8, 8
_IMPOSSIBLE = -20.0


@dataclass(frozen=True, slots=True)
class Change:
    """Typed forms `start` to `end` (exclusive) are replaced by `forms`."""

    start: int
    end: int
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """The likeliest reading of a query.

    `margin` is how much likelier it is than what was typed, as log-odds in nats (0 when nothing is changed);
    `confidence` the same as a probability, from .5 to 1.
    """

    forms: tuple[str, ...]
    changes: tuple[Change, ...]
    habit: Habit
    margin: float

    @property
    def confidence(self) -> float:
        """The probability that the reading, rather than the letters as typed, is what was meant."""
        return log_odds_to_probability(self.margin)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Forms that may have been meant, and the logarithm of how likely that is (comparable within one answer)."""

    forms: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Step:
    """A choice among the options of an arc."""

    arc: Arc
    choice: int

    @property
    def kept(self) -> bool:
        return self.arc.options.kept and self.choice == 0

    @property
    def form(self) -> str:
        return self.arc.options.forms[self.choice]

    @property
    def number(self) -> int:
        return int(self.arc.options.numbers[self.choice])


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
    steps: list[_Step]
    origins: NDArray[np.intp]


class Repairer:
    """Repairs queries by one lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._model = BigramModel(lexicon)
        self._channel = Channel(lexicon)

    def repair(self, forms: Sequence[str]) -> Repair:
        """The likeliest reading of the forms of a query (see `indexer.vietnamese.forms`)."""
        typed = tuple(forms[:LONGEST_QUERY])
        rest = tuple(forms[LONGEST_QUERY:])
        if not typed:
            return Repair(rest, (), Habit.MARKED, 0.0)
        # Slips in letters are looked for only where the text speaks against what was typed, however it is marked: that
        # keeps clean queries as they are, and most queries cheap.
        arcs = self._channel.arcs(typed, [False] * len(typed))
        habits = _habits(typed, arcs)
        path, habit, score = self._best(arcs, len(typed), habits)
        doubtful = self._doubtful(path)
        if any(doubtful):
            arcs = self._pruned(self._channel.arcs(typed, doubtful), path)
            path, habit, score = self._best(arcs, len(typed), habits)
        literal = [_Step(arc, 0) for arc in arcs if arc.options.kept]
        changes = tuple(_changes(path))
        margin = score - self._score(literal, habits) if changes else 0.0
        return Repair(tuple(step.form for step in path) + rest, changes, habit, max(margin, 0.0))

    def alternatives(self, forms: Sequence[str], at: int, limit: int = 5) -> list[Alternative]:
        """What else form `at` may mean between its neighbours, likeliest first, whether or not it looks wrong.

        For a syllable that is known to be a slip, as when a user asks for other spellings.
        """
        typed = tuple(forms[:LONGEST_QUERY])
        if not 0 <= at < len(typed):
            return []
        arcs = self._channel.arcs(typed, [False] * len(typed))
        path, habit, _ = self._best(arcs, len(typed), _habits(typed, arcs))
        before = path[at - 1].number if at else BREAK
        found: dict[tuple[str, ...], float] = {}
        for arc in self._channel.arcs(typed, [place == at for place in range(len(typed))]):
            last = arc.end[0]
            if arc.start != (at, 0) or arc.end[1]:
                continue
            after = path[last].number if last < len(typed) else BREAK
            first = 1 if arc.options.kept else 0
            numbers = arc.options.numbers[first:]
            if len(numbers):
                scores = self._model.logs(np.array([before]), numbers)[0] + arc.options.costs[habit, first:]
                scores = scores + self._model.logs(numbers, np.array([after]))[:, 0]
                for form, score in zip(arc.options.forms[first:], scores.tolist(), strict=True):
                    found[form,] = max(score, found.get((form,), score))
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [Alternative(form, score) for form, score in ranked]

    def _doubtful(self, path: Sequence[_Step]) -> list[bool]:
        """Of each syllable of a reading, whether the text gives no strong sign that it belongs beside a neighbour.

        A strong sign is a pair seen `_BOUND` times as often as chance would have it: `quốc phòng`, `hà tĩnh`. Of a
        common syllable (`của`, `năm`), which stands beside anything, it is enough that both pairs were seen at all.
        """
        numbers = [UNKNOWN, *(step.number for step in path), UNKNOWN]
        counts = [self._lexicon.count_of(number) for number in numbers]
        pairs = [self._lexicon.pair_count_of(first, second) for first, second in itertools.pairwise(numbers)]
        chance = max(self._lexicon.syllables, 1)
        bound = [
            seen * chance >= _BOUND * max(first * second, 1)
            for seen, (first, second) in zip(pairs, itertools.pairwise(counts), strict=True)
        ]
        seen = [seen >= _SEEN for seen in pairs]
        seen[0] = seen[-1] = True
        return [
            not (bound[at] or bound[at + 1] or (count >= _COMMON * chance and seen[at] and seen[at + 1]))
            for at, count in enumerate(counts[1:-1])
        ]

    def _pruned(self, arcs: Sequence[Arc], path: Sequence[_Step]) -> list[Arc]:
        """The arcs with their likeliest options only: by themselves, or after what stands before in a first reading."""
        before = {step.arc.end: step.number for step in path}
        pruned = []
        for arc in arcs:
            options = arc.options
            if len(options.forms) > _MOST_LIKELY + _MOST_FITTING:
                first = np.array([before.get(arc.start, BREAK)])
                fit = self._model.logs(first, options.numbers)[0] + options.costs.max(axis=0)
                fitting = np.argsort(-fit[_MOST_LIKELY:], kind="stable")[:_MOST_FITTING] + _MOST_LIKELY
                chosen = [*range(_MOST_LIKELY), *fitting.tolist()]
                options = Options(
                    tuple(options.forms[at] for at in chosen),
                    options.numbers[chosen],
                    options.costs[:, chosen],
                    options.kept,
                )
            pruned.append(Arc(arc.start, arc.end, options))
        return pruned

    def _score(self, path: Sequence[_Step], habits: Sequence[Habit]) -> float:
        """The logarithm of the probability of one reading, under the habit that suits it best."""
        numbers = np.array([BREAK, *(step.number for step in path), BREAK], np.int64)
        likelihood = float(self._model.logs(numbers[:-1], numbers[1:]).trace())
        costs = sum(step.arc.options.costs[:, step.choice] for step in path) + np.array(PRIORS)
        return likelihood + float(costs[habits].max())

    def _best(self, arcs: Sequence[Arc], size: int, habits: list[Habit]) -> tuple[list[_Step], Habit, float]:
        """The likeliest path over the arcs, the habit it is likeliest under, and the logarithm of its probability."""
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
                logs = self._model.logs(here.numbers, arc.options.numbers)
                scores = here.scores[:, :, None] + logs  # habits x ways here x options
                best = scores.max(axis=1) + arc.options.costs[habits]
                arriving[arc.end].append(_Arrivals(arc, best, scores.argmax(axis=1)))
        last = places[end] = _gathered(arriving[end])
        finals = last.scores + self._model.logs(last.numbers, np.array([BREAK]))[:, 0]
        row, column = map(int, np.unravel_index(int(finals.argmax()), finals.shape))
        path: list[_Step] = []
        place, way = end, column
        while place != start:
            step = places[place].steps[way]
            way = int(places[place].origins[row, way])
            path.append(step)
            place = step.arc.start
        return path[::-1], habits[row], float(finals[row, column])


_NOWHERE = np.zeros((0, 0), np.intp)


def _gathered(arriving: Sequence[_Arrivals]) -> _Place:
    """The `_BEAM` best of the ways that arrive at a place."""
    scores = np.concatenate([arrivals.scores for arrivals in arriving], axis=1)
    origins = np.concatenate([arrivals.origins for arrivals in arriving], axis=1)
    numbers = np.concatenate([arrivals.arc.options.numbers for arrivals in arriving])
    steps = [_Step(arrivals.arc, choice) for arrivals in arriving for choice in range(len(arrivals.arc.options.forms))]
    if len(steps) > _BEAM:
        relative = (scores - scores.max(axis=1, keepdims=True)).max(axis=0)
        chosen = np.sort(np.argpartition(-relative, _BEAM)[:_BEAM])
        scores, origins, numbers = scores[:, chosen], origins[:, chosen], numbers[chosen]
        steps = [steps[at] for at in chosen]
    return _Place(numbers, scores, steps, origins)


def _habits(forms: Sequence[str], arcs: Sequence[Arc]) -> list[Habit]:
    """The habits a query may have been typed in."""
    habits = [Habit.MARKED, Habit.HALF_MARKED if any(map(is_marked, forms)) else Habit.UNMARKED]
    decoded = np.zeros(len(Habit), np.bool_)
    for arc in arcs:
        costs = arc.options.costs
        decoded |= ((costs == 0.0) & (costs[Habit.UNMARKED] < _IMPOSSIBLE)).any(axis=1)
    habits += [habit for habit in (Habit.TELEX, Habit.VNI) if decoded[habit]]
    return habits


def _changes(path: Sequence[_Step]) -> Iterator[Change]:
    """What differs from what was typed, one change for each run of pieces of one token."""
    start = 0
    pieces: list[str] = []
    for step in path:
        if step.kept:
            continue
        if step.arc.start[1] == 0:
            start, pieces = step.arc.start[0], []
        pieces.append(step.form)
        if step.arc.end[1] == 0:
            yield Change(start, step.arc.end[0], tuple(pieces))
