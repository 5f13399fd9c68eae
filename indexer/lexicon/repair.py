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
from enum import IntEnum

import numpy as np

from indexer.lexicon.bigrams import UNKNOWN, BigramModel, log_odds_to_probability
from indexer.lexicon.channel import PRIORS, Arc, Channel, Habit, is_listed
from indexer.lexicon.inputs import BREAK
from indexer.lexicon.lattice import Step, best
from indexer.lexicon.store import Lexicon
from indexer.vietnamese import fold, has_diacritics, is_spelled_like_a_syllable, is_syllable, word_syllables

LONGEST_QUERY = 64
"""Most syllables that are corrected; later ones are left as they are."""

_BOUND = 100
_CACHED = 1 << 8
_COMMON = 0.001
_SEEN = 3
_SHORT = 3
"""Of so few syllables, the first and the last have one neighbour and little else that speaks against their letters."""


class Leeway(IntEnum):
    """What of a typed form may be changed."""

    NOTHING = 0
    DIACRITICS = 1
    NAME = 2
    """Letters too, but not into a Vietnamese syllable."""
    OF_NAME = 3
    """Letters too, but only into what the text has as a name behind the form before."""
    LETTERS = 4


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


class Repairer:
    """Repairs queries by one lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._model = BigramModel(lexicon)
        self._channel = Channel(lexicon)
        # Plans are kept for whole queries; runs of words are repeated in others.
        self._repair = functools.lru_cache(_CACHED)(self._repaired)

    def repair(self, forms: Sequence[str], leeway: Sequence[Leeway] = ()) -> Repair:
        """The likeliest reading of the forms of a query (see `indexer.vietnamese.forms`).

        `leeway` says what of each form may be changed, without it anything. Letters stay as they are where they stand
        side by side with their neighbours in the text (without any diacritics: with one of them), and where what they
        would be changed to does not.
        """
        return self._repair(tuple(forms), tuple(leeway) or (Leeway.LETTERS,) * len(forms))

    def _repaired(self, forms: tuple[str, ...], leeway: tuple[Leeway, ...]) -> Repair:
        typed, rest = forms[:LONGEST_QUERY], forms[LONGEST_QUERY:]
        if not typed:
            return Repair(rest, (), Habit.MARKED, 0.0)
        # Errors in letters are considered only where no reading of the diacritics fits the text: that leaves clean
        # queries unchanged, and most queries cheap.
        kept = [each is Leeway.NOTHING for each in leeway]
        if len(typed) == 1 and (_is_a_word(typed[0]) or typed[0] in word_syllables()) and self._stands(typed, 0):
            # Nothing beside it says that another was meant: `voi` is not `với`.
            kept = [True]
        arcs = self._channel.arcs(typed, [False] * len(typed), kept)
        habits = habits_of(typed, arcs)
        path, habit, score = best(self._model, arcs, len(typed), habits)
        doubtful = self._doubtful(path)
        if habit is Habit.MARKED:
            # That other diacritics fit better says that what was typed does not fit, not that its letters are right.
            doubtful = [is_doubtful or not step.kept for is_doubtful, step in zip(doubtful, path, strict=True)]
        doubtful = [is_doubtful and may >= Leeway.NAME for is_doubtful, may in zip(doubtful, leeway, strict=False)]
        if any(doubtful):
            doubtful = [is_doubtful and not self._stands(typed, at) for at, is_doubtful in enumerate(doubtful)]
        while any(doubtful):
            arcs = self._channel.arcs(typed, doubtful, kept)
            path, habit, score = best(self._model, arcs, len(typed), habits)
            guessed = {at for at in self._guessed(typed, path, leeway) if doubtful[at]}
            if not guessed:
                break
            # Each round has fewer of them.
            doubtful = [is_doubtful and at not in guessed for at, is_doubtful in enumerate(doubtful)]
            if not any(doubtful):
                arcs = self._channel.arcs(typed, doubtful, kept)
                path, habit, score = best(self._model, arcs, len(typed), habits)
        literal = [Step(arc, 0) for arc in arcs if arc.options.kept]
        if len(typed) == 1 and habit >= Habit.TELEX and _is_a_word(typed[0]) and self._lexicon.count(typed[0]):
            # Of a foreign word that the text has, the keys say nothing: `queen`, `host`.
            return Repair(typed, (), Habit.MARKED, 0.0)
        changes = tuple(_changes(path))
        if len(changes) == len(typed) == 2 and any(map(has_diacritics, typed)) and all(map(is_syllable, typed)):
            # Two syllables are hardly two slips, though the text has them nowhere: `má tui` is not `ma tuý`.
            return Repair(forms, (), Habit.MARKED, 0.0)
        margin = score - self._score(literal, habits) if changes else 0.0
        return Repair(tuple(step.form for step in path) + rest, changes, habit, max(margin, 0.0))

    def _stands(self, typed: Sequence[str], at: int) -> bool:
        """Whether a form stands in the text as it was typed: of what has no diacritics, its letters do.

        In a query with diacritics, beside each of its neighbours; in one without, where letters are all that is known,
        one of them is enough. A form without neighbours need only stand there: nothing says that another was meant. Of
        what has diacritics and is no syllable the letters say nothing: `việtnam`.
        """
        if len(typed) == 1:
            return self._lexicon.count(typed[at]) >= _SEEN
        if has_diacritics(typed[at]) and not is_syllable(typed[at]):
            return False
        enough = all if any(map(has_diacritics, typed)) else any
        return enough(self._beside(typed, at))

    def _beside(self, typed: Sequence[str], at: int) -> list[bool]:
        """Of each neighbour of a form, whether the two stand side by side in the text."""
        pairs = itertools.pairwise(typed[max(at - 1, 0) : at + 2])
        return [self._lexicon.stand_beside(*pair) for pair in pairs]

    def _guessed(self, typed: Sequence[str], path: Sequence[Step], leeway: Sequence[Leeway]) -> set[int]:
        """The forms whose letters a reading changes though neither neighbour is known to stand beside the new ones.

        Of letters that stand beside one neighbour, those that are not known to stand beside both when changed.
        What has diacritics and is no syllable is a slip in any case. In a short query with diacritics, a word of the
        text at either end is what was meant: `giá cam` is not `giá cao`. Of names, those that become a syllable, or
        what is no name.
        """
        found = set()
        numbers = [step.number for step in path]
        is_short = len(path) <= _SHORT and any(map(has_diacritics, typed))
        for at, step in enumerate(path):
            place = step.arc.start[0]
            form = typed[place]
            if step.kept or step.arc.end != (place + 1, 0) or step.arc.start[1] or fold(step.form) == fold(form):
                continue
            if leeway[place] is Leeway.NAME and is_syllable(step.form):
                found.add(place)
            if leeway[place] is Leeway.OF_NAME and not (at and self._are_name(path[at - 1].form, step.form)):
                found.add(place)
            if len(path) == 1 or (has_diacritics(form) and not is_syllable(form)):
                continue
            pairs = itertools.pairwise(numbers[max(at - 1, 0) : at + 2])
            seen = [self._lexicon.pair_count_of(first, second) for first, second in pairs]
            if is_short and len(seen) == 1 and form in word_syllables() and self._lexicon.count(form) >= _SEEN:
                found.add(place)
            # Against a syllable of the language better evidence is needed than against anything else.
            least = _SEEN if is_listed(form) else 1
            if max(seen) < least or (min(seen) < least and any(self._beside(typed, place))):
                found.add(place)
        return found

    def _are_name(self, first: str, second: str) -> bool:
        """Whether two forms that stand side by side in the text are mostly a name: `Công Lương`, not `bản gốc`."""
        capitals = self._lexicon.capital_pair_count(first, second)
        return capitals >= _SEEN and 2 * capitals >= self._lexicon.pair_count(first, second)

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
        numbers = np.array([UNKNOWN, *(step.number for step in path), BREAK], np.int64)
        likelihood = float(self._model.readings(numbers[:-1], numbers[1:]).trace())
        costs = sum(step.arc.options.costs[:, step.choice] for step in path) + np.array(PRIORS)
        return likelihood + float(costs[habits].max())


def _is_a_word(form: str) -> bool:
    """Whether a form is a word as it stands: one of the dictionary, or foreign letters, which need no diacritics."""
    return is_listed(form) if has_diacritics(form) else not is_spelled_like_a_syllable(form)


def habits_of(forms: Sequence[str], arcs: Sequence[Arc]) -> list[Habit]:
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
