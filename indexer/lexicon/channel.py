"""The error model of query correction: candidates for each typed syllable, and the probability of each typing error.

A query is typed in one of a few habits: with all diacritics; with none; with some; raw Telex; raw VNI. Each habit has
its own costs, so that a query without any diacritics is read as one whose diacritics are all missing, while a single
syllable without diacritics among others with them is taken as typed. Costs are logarithms of probabilities. `repair`
chooses the best reading of a whole query.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.diacritics import HOOK, TILDE, diacritics, is_marked, shapes
from indexer.lexicon.edits import confusions, one_edit
from indexer.lexicon.store import Lexicon
from indexer.vietnamese import canonical, fold, has_diacritics, is_syllable, word_syllables
from indexer.vietnamese.tones import TONES, is_spelled_like_a_syllable
from indexer.vietnamese.typing import Partly, decode_partly, decode_telex, decode_vni


class Habit(IntEnum):
    """How a query was typed."""

    MARKED = 0
    UNMARKED = 1
    HALF_MARKED = 2
    TELEX = 3
    VNI = 4


PRIORS = (-0.5, -1.4, -3.0, -3.0, -3.0)
"""The log prior of each habit."""

Costs = tuple[float, float, float, float, float]
"""A cost for each habit."""

LONGEST_REPAIRED = 24
"""A longer token is left as it is."""
MOST_CANDIDATES = 32
"""Most candidates for one position, the likeliest in isolation."""

_CACHED = 1 << 12
_NEVER = -30.0
_IMPOSSIBLE = -20.0
_HALF = -0.7
_MISSING = -5.0
_WRONG_TONE = -5.0
_WRONG_MARK = -5.5
_HOOK_FOR_TILDE = -3.0
_KNOWN = 3
_KNOWN_SYLLABLE, _KNOWN_WORD = -1.0, -6.0
_LISTED = -1.0
_PARTLY: tuple[Costs, Costs] = ((-8.0, _NEVER, -8.0, -1.0, _NEVER), (-2.0, 0.0, -1.0, -0.5, _NEVER))
_PARTLY_VNI: Costs = (-5.0, -5.0, -5.0, _NEVER, -1.0)
_UNKNOWN_LETTER = -1.5
_NO_SYLLABLE = -8.0
_SPLIT = -2.5
_JOIN = -6.0
_SHORTEST_WORD = 3
"""The fewest letters of a part of a token that is no syllable: `new` of `newzealand`."""
_SHORTEST_SPLIT = 4
_MOST_PIECE_FORMS = 12
_LONGEST_SYLLABLE = 7
_LONGEST_PIECE = 12
_VOWELS = "aeiouy"


@dataclass(frozen=True, slots=True)
class Options:
    """The candidates for one piece of typed text: forms, their numbers in the lexicon, and costs.

    `costs` has a row for each habit and a column for each form. `kept` is true if the first form is what was typed;
    `decoded` has the habits whose raw keys alone explain one of the forms.
    """

    forms: tuple[str, ...]
    numbers: NDArray[np.int64]
    costs: NDArray[np.float64]
    kept: bool = False
    decoded: tuple[Habit, ...] = ()


@dataclass(frozen=True, slots=True)
class Arc:
    """The options for the typed text between two places; a place is (token, code point in it)."""

    start: tuple[int, int]
    end: tuple[int, int]
    options: Options


class Channel:
    """Proposes candidates from one lexicon."""

    _most: int | None = MOST_CANDIDATES

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        # A form rarer than this is as likely a misspelling in the text itself, so it is not proposed. In little text
        # most forms are rare, and a form of the dictionary is not a misspelling.
        self._least = max(2, lexicon.syllables // 2_000_000)
        self._listed = _listed(lexicon)
        self.options = functools.lru_cache(_CACHED)(self._options)
        self._split = functools.lru_cache(_CACHED)(self._pieced)
        self._joined = functools.lru_cache(_CACHED)(self._together)
        self._only = functools.lru_cache(_CACHED)(self._unchanged)

    def arcs(self, forms: Sequence[str], doubtful: Sequence[bool], kept: Sequence[bool] = ()) -> list[Arc]:
        """All candidates for a query. `doubtful[i]`: there is no evidence that form i belongs between its
        neighbours; `kept[i]`: it is right as it is."""
        found = []
        for at, form in enumerate(forms):
            if kept and kept[at]:
                found.append(Arc((at, 0), (at + 1, 0), self._only(form)))
                continue
            found.append(Arc((at, 0), (at + 1, 0), self.options(form, doubtful[at])))
            if doubtful[at]:
                found += [
                    Arc((at, start), (at + 1, 0) if end == len(form) else (at, end), options)
                    for start, end, options in self._split(form)
                ]
            if at + 1 < len(forms) and (doubtful[at] or doubtful[at + 1]) and not (kept and kept[at + 1]):
                joined = self._joined(form, forms[at + 1])
                if joined:
                    found.append(Arc((at, 0), (at + 2, 0), joined))
        return found

    def _options(self, form: str, doubtful: bool) -> Options:
        """The candidates for one token as one syllable; the first is the token itself."""
        decodable = len(form) <= LONGEST_REPAIRED
        telex = self._known(decode_telex(form)) if decodable else None
        vni = self._known(decode_vni(form)) if decodable else None
        known = self._lexicon.number(form)
        never = _NEVER if has_diacritics(form) else 0.0
        kept: Costs = (0.0, never, _HALF if never else 0.0, -8.0 if telex else never, -8.0 if vni else never)
        if known < 0 and _letters_typed(form):
            # The model gives every unknown form the same small probability, but longer forms are less likely each.
            kept = _plus(kept, _UNKNOWN_LETTER * max(0, len(form) - _SHORTEST_SPLIT))
            if has_diacritics(form) and not is_syllable(form):
                kept = _plus(kept, _NO_SYLLABLE)
        others: dict[str, Costs] = {}
        numbers = {form: known}
        for decoded in filter(None, (telex, vni)):
            numbers[decoded] = self._lexicon.number(decoded)
        if telex:
            others[telex] = (_NEVER if known > 0 else -5.0, _NEVER, _NEVER, 0.0, _NEVER)
        if vni:
            others[vni] = (_NEVER if known > 0 else -5.0, _NEVER, _NEVER, _NEVER, 0.0)
        if decodable and known < 0 and (partly := decode_partly(form)):
            for number in self._lexicon.same_letters(fold(partly.letters)):
                other = self._lexicon.form(number)
                if self._is_common(number) and _goes_on(partly, other):
                    numbers[other] = number
                    _likelier(others, other, _PARTLY_VNI if not form.isalpha() else _PARTLY[partly.letters[0] == "đ"])
        # A syllable of the dictionary was hardly typed by a slip.
        likely = _LISTED if is_listed(form) else 0.0
        if decodable and form.isalpha():
            letters = fold(form)
            for number in self._lexicon.same_letters(letters):
                other = self._lexicon.form(number)
                if other != form and self._is_common(number):
                    numbers[other] = number
                    costs = _costs_of_marks(form, other)
                    _likelier(others, other, _plus(costs, likely) if likely else costs)
            if doubtful and len(form) >= 2:
                trust = self._trust(form) + likely
                for number, cost in self._edited(letters):
                    other = self._lexicon.form(number)
                    numbers[other] = number
                    _likelier(others, other, _edit_costs(form, other, cost + trust))
        ranked = sorted(others.items(), key=lambda item: -self._promise(numbers[item[0]], item[1]))[: self._most]
        return self._as_options([(form, kept), *ranked], numbers, kept=True)

    def _unchanged(self, form: str) -> Options:
        """The token itself; it says nothing of the habit."""
        return self._as_options([(form, (0.0, 0.0, 0.0, 0.0, 0.0))], kept=True)

    def _as_options(
        self, choices: Sequence[tuple[str, Costs]], known: Mapping[str, int] | None = None, *, kept: bool = False
    ) -> Options:
        """Forms and their costs as options; `known` has the numbers of forms that were looked up already."""
        forms = tuple(form for form, _ in choices)
        number_of = self._lexicon.number if known is None else known.__getitem__
        numbers = np.array(list(map(number_of, forms)), np.int64)
        costs = np.array([costs for _, costs in choices]).T
        raw = (costs == 0.0) & (costs[Habit.UNMARKED] < _IMPOSSIBLE)
        decoded = tuple(habit for habit in (Habit.TELEX, Habit.VNI) if raw[habit].any())
        return Options(forms, numbers, costs, kept, decoded)

    def _is_common(self, number: int) -> bool:
        return self._lexicon.count_of(number) >= (1 if number in self._listed else self._least)

    def _trust(self, form: str) -> float:
        """The evidence against an error in a form that is in the index: weak for a syllable, which any error may
        produce; strong for anything else, which is a name, a foreign word or a code.
        """
        if self._lexicon.count(form) < _KNOWN:
            return 0.0
        return _KNOWN_SYLLABLE if is_syllable(form) else _KNOWN_WORD

    def _promise(self, number: int, costs: Costs) -> float:
        return max(costs) + 0.5 * self._lexicon.count_of(number).bit_length()

    def _known(self, form: str | None) -> str | None:
        return form if form is not None and self._lexicon.count(form) else None

    def _edited(self, letters: str) -> Iterator[tuple[int, float]]:
        """The numbers of forms whose letters are one edit from the typed ones, with the cost of the edit."""
        neighbours = self._lexicon.neighbours(letters)
        for other in confusions(letters):
            if other not in neighbours:
                neighbours[other] = self._lexicon.same_letters(other)
        for other, numbers in neighbours.items():
            cost = one_edit(letters, other)
            if cost is not None:
                for number in numbers:
                    if self._is_common(number):
                        yield number, cost

    def _pieced(self, form: str) -> list[tuple[int, int, Options]]:
        """The splits of a token into known syllables, each with its [start, end) in the token.

        Digits behind letters are a piece too: `số13`; not those that may be keys of VNI.
        """
        size, letters = len(form), _letters_typed(form)
        digits = form[len(letters) :]
        if not letters or not (2 if digits else _SHORTEST_SPLIT) <= size <= LONGEST_REPAIRED:
            return []
        pieces: dict[tuple[int, int], list[str]] = {}
        reachable = {0}
        for start in range(len(letters)):
            if start not in reachable:
                continue
            for end in range(start + 1, min(start + _LONGEST_PIECE, len(letters)) + 1):
                if end - start < size and (forms := self._pieces(form[start:end])):
                    pieces[start, end] = forms
                    reachable.add(end)
        if digits and len(letters) in reachable and self._lexicon.count(digits):
            pieces[len(letters), size] = [digits]
        useful = {size}
        for start, end in sorted(pieces, key=lambda piece: -piece[0]):
            if end in useful:
                useful.add(start)
        found = []
        for (start, end), forms in pieces.items():
            if end not in useful or start not in useful:
                continue
            choices = []
            typed = canonical(form[start:end])
            for other in forms:
                costs = _costs_of_marks(typed, other)
                choices.append((other, _plus(costs, _SPLIT) if start and start < len(letters) else costs))
            found.append((start, end, self._as_options(choices)))
        return found

    def _pieces(self, typed: str) -> list[str]:
        """The candidates for a piece of a token: syllables, or a longer known word as it is."""
        typed = canonical(typed)
        marked = has_diacritics(typed)
        frequent = [
            self._lexicon.form(number) for number in self._lexicon.same_letters(fold(typed)) if self._is_common(number)
        ]
        # Without diacritics, many a syllable is none by its letters: `duong`.
        syllabic = is_syllable(typed) or (not marked and any(map(is_syllable, frequent)))
        if len(typed) >= _SHORTEST_WORD and not syllabic:
            return [form for form in frequent if form == typed]
        forms = [
            form
            for form in frequent
            if is_syllable(form)
            and (len(form) > 1 or has_diacritics(form) or form in _VOWELS)
            and (not marked or form == typed)
        ]
        # A piece may be one that the text does not have.
        if not forms and typed in word_syllables():
            return [typed]
        return sorted(forms, key=lambda form: -self._lexicon.count(form))[:_MOST_PIECE_FORMS]

    def _together(self, first: str, second: str) -> Options | None:
        """The syllables that two tokens make if one was split by a space: `th ành`."""
        whole = first + second
        if len(whole) > _LONGEST_SYLLABLE or not whole.isalpha() or (is_syllable(first) and is_syllable(second)):
            return None
        choices = []
        for number in self._lexicon.same_letters(fold(whole)):
            other = self._lexicon.form(number)
            if self._is_common(number) and is_syllable(other):
                choices.append((other, _plus(_costs_of_marks(whole, other), _JOIN)))
        return self._as_options(choices) if choices else None


def _letters_typed(form: str) -> str:
    """The letters of a token that has no more than digits behind them, which are no keys of VNI; of any other none."""
    letters = form.rstrip("0123456789")
    if letters != form and not has_diacritics(letters) and is_spelled_like_a_syllable(letters):
        letters = "" if decode_vni(form) is not None or decode_partly(form) else letters
    return letters if letters.isalpha() else ""


def is_listed(form: str) -> bool:
    """Whether a form, typed with its diacritics, is a syllable of the dictionary's words."""
    return has_diacritics(form) and form in word_syllables()


def _listed(lexicon: Lexicon) -> frozenset[int]:
    """The numbers of the forms that stand in words of the dictionary."""
    pairs = lexicon.word_pairs
    return frozenset(np.concatenate((pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF))).tolist())


def _goes_on(partly: Partly, other: str) -> bool:
    """Whether a form has all the diacritics that keys say, and the tone where they say one."""
    said, _ = diacritics(partly.letters)
    has, tone = diacritics(other)
    return said <= has and (not partly.tone or tone == TONES[partly.tone])


def _plus(costs: Costs, more: float) -> Costs:
    a, b, c, d, e = costs
    return (a + more, b + more, c + more, d + more, e + more)


def _likelier(others: dict[str, Costs], form: str, costs: Costs) -> None:
    known = others.get(form)
    if known is None:
        others[form] = costs
    else:
        a, b, c, d, e = map(max, known, costs)
        others[form] = (a, b, c, d, e)


def _costs_of_marks(typed: str, meant: str) -> Costs:
    """Costs of typing `meant` as `typed`, which has the same letters."""
    if typed == meant:
        half = _HALF if is_marked(typed) else 0.0
        none = _NEVER if is_marked(typed) else 0.0
        return (0.0, none, half, none, none)
    if not is_marked(typed):
        return (_MISSING, 0.0, _HALF, -7.0, -7.0)
    typed_shapes, typed_tone = diacritics(typed)
    meant_shapes, tone = diacritics(meant)
    cost = 0.0
    if typed_tone != tone:
        cost += _HOOK_FOR_TILDE if {typed_tone, tone} == {HOOK, TILDE} else _WRONG_TONE
    if typed_shapes != meant_shapes:
        cost += _WRONG_MARK if cost == 0.0 else -4.0
    return (cost, _NEVER, cost + _HALF, _NEVER, _NEVER)


def _edit_costs(typed: str, meant: str, cost: float) -> Costs:
    """Costs under each habit of an error in the letters, given the cost of the edit."""
    if not is_marked(typed):
        bare = 0.0 if not is_marked(meant) else _MISSING
        return (cost + bare, cost - 2.0, cost + min(bare, _HALF), cost - 4.0, cost - 4.0)
    if diacritics(typed)[1] != diacritics(meant)[1]:
        cost -= 4.0
    if shapes(typed) != shapes(meant):
        cost -= 3.0
    return (cost, _NEVER, cost + _HALF, _NEVER, _NEVER)
