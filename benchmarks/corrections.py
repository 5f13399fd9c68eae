"""Corrections of a syllable that is known to be wrong, in its sentence: more than a query is repaired by.

No user asks for them yet. They show how much of what a lexicon knows the repair of a query leaves unused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.slips import (
    LANGUAGE_WEIGHT,
    STRONGEST_WEIGHT,
    confusions_of_both,
    kind_of_slip,
    moved,
    slip_cost,
)
from indexer.lexicon.bigrams import UNKNOWN, BigramModel, Numbers
from indexer.lexicon.channel import Arc, Channel, Habit
from indexer.lexicon.edits import ANY, TYPICAL, one_edit
from indexer.lexicon.inputs import BREAK
from indexer.lexicon.lattice import Step, best
from indexer.lexicon.repair import LONGEST_QUERY, habits_of
from indexer.lexicon.store import Lexicon


@dataclass(frozen=True, slots=True)
class Correction:
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


class _ThoroughChannel(Channel):
    """Also proposes rare forms, forms of two confusions, and those with one letter moved."""

    _most = None

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__(lexicon)
        self._least = 2

    def _edited(self, letters: str) -> Iterator[tuple[int, float]]:
        yield from super()._edited(letters)
        neighbours = self._lexicon.neighbours(letters)
        both = {other: self._lexicon.same_letters(other) for other in confusions_of_both(letters)}
        for other, numbers in (both | neighbours).items():
            cost = _of_two(letters, other) if other != letters and one_edit(letters, other) is None else None
            if cost is not None:
                yield from ((number, cost) for number in numbers if self._is_common(number))


def _of_two(typed: str, meant: str) -> float | None:
    """The cost of two confusions or a moved letter; None for anything else beyond one edit."""
    if meant in confusions_of_both(typed):
        return 2 * TYPICAL
    return ANY if moved(typed, meant) else None


class Corrector:
    """Corrects by one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._model = BigramModel(lexicon)
        self._channel, self._thorough = Channel(lexicon), _ThoroughChannel(lexicon)

    def corrections(self, forms: Sequence[str], at: int, limit: int = 5) -> list[Correction]:
        """Corrections of form `at` between its neighbours, likeliest first, whether or not it looks wrong.

        For a syllable known to be wrong, as when a user asks for other spellings: what was typed is never among them,
        and the kinds of error are weighted by how often each occurs (`slips`).
        """
        typed = tuple(forms[:LONGEST_QUERY])
        if not 0 <= at < len(typed):
            return []
        arcs = self._channel.arcs(typed, [False] * len(typed))
        path, habit, _ = best(self._model, arcs, len(typed), habits_of(typed, arcs))
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
        return [Correction(form, score) for form, score in ranked]

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
