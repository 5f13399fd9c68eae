"""Query correction: a noisy channel model over the language model of the indexed text.

The best reading maximizes P(meant) * P(typed | meant). Viterbi's algorithm finds it in a lattice of candidates
(Kernighan, Church and Gale 1990; Brill and Moore 2000). `channel` has the candidates and the error probabilities,
`bigrams` the language model, `lattice` the search for the best path.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.lexicon.bigrams import UNKNOWN, BigramModel, Numbers, log_odds_to_probability
from indexer.lexicon.channel import PRIORS, Arc, Channel, Habit
from indexer.lexicon.inputs import BREAK
from indexer.lexicon.lattice import Step, best
from indexer.lexicon.slips import LANGUAGE_WEIGHT, STRONGEST_WEIGHT, kind_of_slip, slip_cost
from indexer.lexicon.store import Lexicon
from indexer.vietnamese import has_diacritics

LONGEST_QUERY = 64
"""Most syllables that are corrected; later ones are left as they are."""

_BOUND = 100
_CACHED = 1 << 8
_COMMON = 0.001
_SEEN = 3


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
    `confidence` is the same as a probability, from .5 to 1.
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
class _Ties:
    """The fit of a candidate between its neighbours, as logarithms.

    `likely` is its probability there; `strongest` how much likelier than by chance it is next to the neighbour it is
    most strongly associated with.
    """

    likely: float
    strongest: float

    @property
    def weighed(self) -> float:
        return LANGUAGE_WEIGHT * self.likely + STRONGEST_WEIGHT * self.strongest


class Repairer:
    """Repairs queries by one lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._model = BigramModel(lexicon)
        self._channel = Channel(lexicon)
        # The pages and facets of one search repeat the query.
        self._repair = functools.lru_cache(_CACHED)(self._repaired)

    @functools.cached_property
    def _thorough(self) -> Channel:
        """The channel for forms known to be wrong; searches do not need it."""
        return Channel(self._lexicon, thorough=True)

    def repair(self, forms: Sequence[str]) -> Repair:
        """The likeliest reading of the forms of a query (see `indexer.vietnamese.forms`)."""
        return self._repair(tuple(forms))

    def _repaired(self, forms: tuple[str, ...]) -> Repair:
        typed, rest = forms[:LONGEST_QUERY], forms[LONGEST_QUERY:]
        if not typed:
            return Repair(rest, (), Habit.MARKED, 0.0)
        # Errors in letters are considered only where no reading of the diacritics fits the text: that leaves clean
        # queries unchanged, and most queries cheap.
        arcs = self._channel.arcs(typed, [False] * len(typed))
        habits = _habits(typed, arcs)
        path, habit, score = best(self._model, arcs, len(typed), habits)
        doubtful = self._doubtful(path)
        if any(doubtful):
            arcs = self._channel.arcs(typed, doubtful)
            path, habit, score = best(self._model, arcs, len(typed), habits)
        literal = [Step(arc, 0) for arc in arcs if arc.options.kept]
        changes = tuple(_changes(path))
        margin = score - self._score(literal, habits) if changes else 0.0
        return Repair(tuple(step.form for step in path) + rest, changes, habit, max(margin, 0.0))

    def alternatives(self, forms: Sequence[str], at: int, limit: int = 5) -> list[Alternative]:
        """Corrections of form `at` between its neighbours, likeliest first, whether or not it looks wrong.

        For a syllable known to be wrong, as when a user asks for other spellings: what was typed is never among them,
        and the kinds of error are weighted by how often each occurs (`slips`).
        """
        typed = tuple(forms[:LONGEST_QUERY])
        if not 0 <= at < len(typed):
            return []
        arcs = self._channel.arcs(typed, [False] * len(typed))
        path, habit, _ = best(self._model, arcs, len(typed), _habits(typed, arcs))
        arcs = self._thorough.arcs(typed, [place == at for place in range(len(typed))])
        before = path[at - 1].number if at else BREAK
        found: dict[tuple[str, ...], float] = {}

        def propose(whole: str, meant: tuple[str, ...], tie: _Ties, cost: float) -> None:
            # Where diacritics are missing or keys are raw, the cost of that habit is better evidence than the kind.
            by_kind = habit is Habit.MARKED
            score = tie.weighed + slip_cost(kind_of_slip(whole, meant)) if by_kind else tie.likely + cost
            found[meant] = max(score, found.get(meant, score))

        if pieces := self._pieces(arcs, at, habit):
            after = path[at + 1].number if at + 1 < len(typed) else BREAK
            numbers = np.array([step.number for step in pieces])
            inner = float(self._model.logs(numbers[:-1], numbers[1:]).trace()) if len(pieces) > 1 else 0.0
            (tie,) = self._ties(before, numbers[:1], numbers[-1:], after, inner)
            cost = sum(float(step.arc.options.costs[habit, step.choice]) for step in pieces)
            propose(typed[at], tuple(step.form for step in pieces), tie, cost)
        for arc in arcs:
            last = arc.end[0]
            if arc.start != (at, 0) or arc.end[1]:
                continue
            first = 1 if arc.options.kept else 0
            numbers = arc.options.numbers[first:]
            if len(numbers):
                after = path[last].number if last < len(typed) else BREAK
                ties = self._ties(before, numbers, numbers, after)
                costs = arc.options.costs[habit, first:].tolist()
                for other, tie, cost in zip(arc.options.forms[first:], ties, costs, strict=True):
                    propose("".join(typed[at:last]), (other,), tie, cost)
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [Alternative(form, score) for form, score in ranked]

    def _ties(self, before: int, firsts: Numbers, lasts: Numbers, after: int, inner: float = 0.0) -> Iterator[_Ties]:
        """The fit of each candidate, from one of `firsts` to one of `lasts`, between the numbers of its neighbours."""
        nothing, next_one = np.array([UNKNOWN]), np.array([after])
        left = self._model.logs(np.array([before]), firsts)[0]
        right = self._model.logs(lasts, next_one)[:, 0]
        alone = self._model.logs(nothing, firsts)[0]
        next_alone = float(self._model.logs(nothing, next_one)[0, 0])
        strongest = np.maximum(np.maximum(left - alone, right - next_alone), 0.0)
        yield from map(_Ties, (left + right + inner).tolist(), strongest.tolist())

    def _pieces(self, arcs: Sequence[Arc], at: int, habit: Habit) -> list[Step]:
        """The likeliest split of form `at` into syllables; empty when there is none."""
        inside = [arc for arc in arcs if arc.start[0] == at and (arc.start[1] or arc.end[1])]
        moved = [Arc((0, arc.start[1]), (arc.end[0] - at, arc.end[1]), arc.options) for arc in inside]
        return best(self._model, moved, 1, [habit])[0] if moved else []

    def _doubtful(self, path: Sequence[Step]) -> list[bool]:
        """For each syllable of a reading, whether the text has no strong evidence for it next to a neighbour.

        Strong evidence is a bigram `_BOUND` times as frequent as by chance: `quốc phòng`, `hà tĩnh`. For a common
        syllable (`của`, `năm`), which occurs next to anything, it is enough that both bigrams occur.
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

    def _score(self, path: Sequence[Step], habits: Sequence[Habit]) -> float:
        """The log probability of one reading, under its best habit."""
        numbers = np.array([BREAK, *(step.number for step in path), BREAK], np.int64)
        likelihood = float(self._model.logs(numbers[:-1], numbers[1:]).trace())
        costs = sum(step.arc.options.costs[:, step.choice] for step in path) + np.array(PRIORS)
        return likelihood + float(costs[habits].max())


def _habits(forms: Sequence[str], arcs: Sequence[Arc]) -> list[Habit]:
    """The habits a query may have been typed in."""
    habits = [Habit.MARKED, Habit.HALF_MARKED if any(map(has_diacritics, forms)) else Habit.UNMARKED]
    decoded = {habit for arc in arcs for habit in arc.options.decoded}
    return habits + sorted(decoded)


def _changes(path: Sequence[Step]) -> Iterator[Change]:
    """The differences from what was typed, one change for all pieces of a token."""
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
