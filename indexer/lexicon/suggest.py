"""Query completion from phrases, titles and names of the indexed text, most frequent first.

Only text that occurs in the index is suggested. `phrases` collects the phrases; the page shows the suggestions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.bigrams import UNKNOWN
from indexer.lexicon.store import Lexicon
from indexer.vietnamese import NOT_AT_PHRASE_EDGE, canonical, fold, has_diacritics
from indexer.vietnamese.tones import split_tone
from indexer.vietnamese.typing import decode_typing

LONGEST_TYPED = 32
"""Most syllables of a text that is completed; a longer text gets no suggestion."""

_LONGEST_HEAD = 2
"""Most syllables that stand before the phrase in what is composed."""
_LONGEST_FORM = 24
# Of the phrases that begin with the letters typed, only the most frequent are considered: a bound on the work for a
# single letter, which begins tens of thousands.
_LOOKED_AT = 200
_FOLLOWERS = 40
# The bonus of each further syllable matched, as a logarithm of counts.
_SYLLABLE_MATCHED = 3.0
_AS_TYPED = 1.5
_LONE_SYLLABLE = -3.0
_UNSEEN = 0.02
_FRAGMENT = math.log(0.7)


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole query to suggest, and how often the phrase that completes it occurs in the indexed text.

    `composed` says that the phrase was put behind what was typed before, and need not follow it anywhere.
    """

    text: str
    count: int
    composed: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A suggestion, with the logarithm of how often its whole text likely occurs, and its score for ranking."""

    text: str
    count: int
    likely: float
    bonus: float
    composed: bool = False

    @property
    def score(self) -> float:
        return self.likely + self.bonus


class Suggester:
    """Completes queries by one lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def suggest(self, forms: Sequence[str], last_is_complete: bool, limit: int = 8) -> list[Completion]:
        """The likeliest completions, best first.

        `forms` are those of the text typed so far (see `indexer.vietnamese.forms`); `last_is_complete` is true if
        something follows the last one, so that a new syllable comes next. Diacritics typed must match; a syllable
        without any matches all; raw Telex and VNI keys are decoded.
        """
        if not forms or len(forms) > LONGEST_TYPED or any(len(form) > _LONGEST_FORM for form in forms) or limit < 1:
            return []
        complete = len(forms) if last_is_complete else len(forms) - 1
        typed = [*map(self._decoded, forms[:complete]), *forms[complete:]]
        found = self._found(typed, last_is_complete, limit)
        if not last_is_complete and (usual := canonical(typed[-1])) != typed[-1]:
            found = [*found, *self._found([*typed[:-1], usual], last_is_complete, limit)]
            found = sorted(found, key=lambda entry: (-entry.score, entry.text))[:limit]
        if not found and not last_is_complete:
            found = self._found([*typed[:-1], self._decoded(typed[-1])], last_is_complete, limit)
        return [Completion(entry.text, entry.count, entry.composed) for entry in found]

    def continuations(self, forms: Sequence[str], last_is_complete: bool, limit: int) -> list[Completion]:
        """What follows the text typed so far by one more syllable, most frequent first: names, and numbers that exist.

        The arguments are those of `suggest`.
        """
        if not forms or len(forms) > LONGEST_TYPED or limit < 1 or (len(forms) == 1 and not last_is_complete):
            return []
        found: dict[str, Completion] = {}
        for entry in self._syllables(list(forms), last_is_complete):
            known = found.get(entry.text)
            if known is None or entry.count > known.count:
                found[entry.text] = Completion(entry.text, entry.count, True)
        return sorted(found.values(), key=lambda entry: -entry.count)[:limit]

    def _found(self, typed: list[str], last_is_complete: bool, limit: int) -> list[_Candidate]:
        best: dict[str, _Candidate] = {}
        # Phrases that match more of the typed text are more reliable; shorter matches only fill the rest of the list.
        # What the text has behind a longer head is looked up in passages, not composed here.
        for matched in range(len(typed), max(0, len(typed) - 1 - _LONGEST_HEAD), -1):
            for entry in self._phrases(typed, matched, last_is_complete):
                known = best.get(entry.text)
                if known is None or entry.score > known.score:
                    best[entry.text] = entry
            best.pop(" ".join(typed), None)
            if len(best) >= limit:
                break
        else:
            for entry in self._syllables(typed, last_is_complete):
                best.setdefault(entry.text, entry)
            best.pop(" ".join(typed), None)
        ranked = sorted(best.values(), key=lambda entry: (-entry.score, entry.text))
        return _without_fragments(ranked[: 4 * limit])[:limit]

    def _phrases(self, typed: list[str], matched: int, last_is_complete: bool) -> Iterator[_Candidate]:
        """The phrases that begin with the last `matched` forms."""
        lexicon = self._lexicon
        head, tail = typed[:-matched], typed[-matched:]
        # Many phrases begin with the same few syllables.
        joints: dict[str, tuple[str, float]] = {}
        heads: dict[str, list[str]] = {}
        phrases = lexicon.phrases_prefixed(" ".join(map(fold, tail)) + (" " if last_is_complete else ""))
        for place in _most_frequent(phrases.counts, _LOOKED_AT):
            phrase = phrases.at(place)
            syllables = phrase.split(" ")
            if not all(map(_may_be, tail[:-1], syllables)):
                continue
            last = tail[-1], syllables[matched - 1]
            if not (_may_be(*last) if last_is_complete else may_become(*last)):
                continue
            count = int(phrases.counts[place])
            # A syllable without diacritics may mean itself; among syllables with diacritics it rather does.
            same = sum(a == b for a, b in zip(tail[:-1], syllables, strict=False)) / matched
            likely, before = math.log1p(count), head
            if head:
                after = syllables[0]
                if after not in joints:
                    joints[after] = self._joint(head[-1], after)
                variant, share = joints[after]
                if variant not in heads:
                    heads[variant] = self._with_marks(head, variant)
                before = heads[variant]
                likely += math.log(share)
            bonus = _SYLLABLE_MATCHED * (matched - 1) + _AS_TYPED * same
            yield _Candidate(" ".join([*before, phrase]), count, likely, bonus, bool(head))

    def _syllables(self, typed: list[str], last_is_complete: bool) -> Iterator[_Candidate]:
        """The single syllables that follow the last complete form in the text; without one, all that match."""
        lexicon = self._lexicon
        head = typed if last_is_complete else typed[:-1]
        prefix = "" if last_is_complete else typed[-1]
        if head:
            befores = [lexicon.number(head[-1])] if has_diacritics(head[-1]) else [*lexicon.same_letters(head[-1])]
            befores = [number for number in befores if number != UNKNOWN]
            if not befores:
                return
            rows = [lexicon.followers(number) for number in befores]
            numbers = np.concatenate([own for own, _ in rows])
            counts = np.concatenate([own for _, own in rows])
            meant = np.repeat(befores, [len(own) for own, _ in rows])
            if prefix:
                begin = lexicon.begin(numbers, fold(prefix))
                numbers, counts, meant = numbers[begin], counts[begin], meant[begin]
        else:
            numbers = lexicon.letters_prefixed(fold(prefix))
            counts = lexicon.counts[numbers].astype(np.int64)
        for place in _most_frequent(counts, _FOLLOWERS if head else _LOOKED_AT):
            form = lexicon.form(int(numbers[place]))
            if form and form not in NOT_AT_PHRASE_EDGE and may_become(prefix, form):
                count = int(counts[place])
                before = self._with_marks(head, lexicon.form(int(meant[place]))) if head else []
                yield _Candidate(" ".join([*before, form]), count, math.log1p(count), _LONE_SYLLABLE)

    def _with_marks(self, head: Sequence[str], variant: str) -> list[str]:
        """The head with `variant` as its last form; if it was typed without diacritics, the likely forms before
        that."""
        if any(map(has_diacritics, head)):
            return [*head[:-1], variant]
        found = [variant]
        for form in reversed(head[:-1]):
            found.append(self._joint(form, found[-1])[0])
        return found[::-1]

    def _joint(self, before: str, after: str) -> tuple[str, float]:
        """The share of the occurrences of `after` that follow `before`, smoothed.

        If `before` has no diacritics it may mean any form of its letters; the likeliest one is returned.
        """
        lexicon = self._lexicon
        second = lexicon.number(after)
        numbers = [lexicon.number(before)]
        if not has_diacritics(before):
            numbers += lexicon.same_letters(before)
        pairs = [lexicon.pair_count_of(number, second) for number in numbers]
        most = max(pairs)
        variant = lexicon.form(numbers[pairs.index(most)]) if most else before
        return variant, max(most, _UNSEEN) / max(lexicon.count_of(second), 1)

    def _decoded(self, form: str) -> str:
        if self._lexicon.count(form):
            return form
        return next((reading for reading in decode_typing(form) if self._lexicon.count(reading)), form)


def _most_frequent(counts: NDArray[np.int64], most: int) -> list[int]:
    """The indices of the up to `most` highest counts, highest first; of equal ones the first."""
    chosen = np.arange(len(counts))
    if len(counts) > most:
        least = np.partition(counts, len(counts) - most)[-most]
        chosen = np.flatnonzero(counts >= least)
    ordered: list[int] = chosen[np.argsort(-counts[chosen], kind="stable")[:most]].tolist()
    return ordered


def _may_be(typed: str, form: str) -> bool:
    """Whether a typed form of the same letters may mean `form`: diacritics that were typed must match."""
    return typed == form or not has_diacritics(typed)


def may_become(typed: str, form: str) -> bool:
    """Whether a partly typed syllable may become `form`, whose letters begin with the typed ones.

    The tone may still be missing, and may move as letters are added; if a syllable has any diacritics, its other
    letters must match as typed: `dươ` becomes `dương`, not `đường`.
    """
    if form.startswith(typed) or not has_diacritics(typed):
        return True
    typed_parts, parts = split_tone(typed), split_tone(form)
    if typed_parts is None or parts is None:
        return False
    if typed_parts[1] not in (0, parts[1]):
        return False
    return parts[0].startswith(typed_parts[0])


def _without_fragments(ranked: list[_Candidate]) -> list[_Candidate]:
    """The list without those that are nearly always continued by a longer one in the list."""
    return [
        entry
        for entry in ranked
        if not any(
            longer.text.startswith(entry.text + " ") and longer.likely >= entry.likely + _FRAGMENT for longer in ranked
        )
    ]
