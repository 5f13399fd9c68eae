"""Which kind of slip turns one syllable into another, and how often each kind is the one that was made.

For a syllable that is known to be a slip (`Repairer.alternatives`): then only the relative frequencies of the kinds
matter, and they are counted where people labelled slips. What a whole query may mean is weighed by `channel` instead,
for nobody says there that anything is wrong.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from indexer.lexicon.edits import BESIDE, CODAS_CONFUSED, ONSETS_CONFUSED
from indexer.lexicon.marks import HOOK, TILDE, marks
from indexer.vietnamese import fold

LANGUAGE_WEIGHT = 0.7
"""The weight of the language model beside a slip counted. Below 1, for a pair of syllables says less than it claims of
a place where the text is unusual. Chosen with the counts, by two folds of the half looked at."""

COUNTS = {
    "hook for tilde": (62, 91),
    "tone missing": (95, 560),
    "tone added": (37, 378),
    "tone wrong": (85, 921),
    "shape missing": (59, 232),
    "shape added": (43, 277),
    "shape wrong": (9, 131),
    "tone and shape": (13, 1207),
    "mark misplaced": (3, 5),
    "i for y": (57, 83),
    "s for x": (14, 31),
    "ch for tr": (14, 41),
    "d for gi or r": (22, 119),
    "l for n": (0, 47),
    "another onset": (1, 88),
    "n for ng": (16, 113),
    "c for t": (13, 42),
    "another end": (6, 129),
    "sound and marks": (6, 2393),
    "doubled": (6, 8),
    "swapped": (9, 55),
    "left out": (31, 709),
    "added": (19, 579),
    "beside": (22, 842),
    "replaced": (43, 3113),
    "letter and marks": (22, 9644),
    "run together": (10, 92),
}
"""Of each kind of slip: how often it had been made, of how many candidates that it would explain.

Counted by `python -m benchmarks.spelling --slips --index DIR` in the half looked at, with an index of 7,784 Wikipedia
articles: 763 slips.
"""

_DOUBT = 2.0
_SHARE = 0.02
_ONSETS = {
    frozenset(("s", "x")): "s for x",
    frozenset(("ch", "tr")): "ch for tr",
    frozenset(("d", "gi")): "d for gi or r",
    frozenset(("d", "r")): "d for gi or r",
    frozenset(("gi", "r")): "d for gi or r",
    frozenset(("l", "n")): "l for n",
}
_ENDS = {frozenset(("n", "ng")): "n for ng", frozenset(("c", "t")): "c for t", frozenset("iy"): "i for y"}
_OF_SOUND = frozenset((*_ONSETS.values(), *_ENDS.values(), "another onset", "another end"))


@functools.cache
def slip_cost(kind: str) -> float:
    """The logarithm of how likely a candidate of this kind is the right one, smoothed."""
    right, candidates = COUNTS.get(kind, (0, 0))
    return math.log((right + _DOUBT * _SHARE) / (candidates + _DOUBT))


def kind_of_slip(typed: str, meant: Sequence[str]) -> str:
    """The kind that turns the forms `meant` into the one form `typed`: a key of `COUNTS`, or "other"."""
    if len(meant) > 1:
        return "run together"
    return _kind(typed, meant[0])


@functools.lru_cache(1 << 14)
def _kind(typed: str, meant: str) -> str:
    letters, tone, shape = _of_letters(fold(typed), fold(meant)), *_of_marks(typed, meant)
    if letters == "":
        return "tone and shape" if tone and shape else tone or shape or "mark misplaced"
    if letters == "other" or not (tone or shape):
        return letters
    return "sound and marks" if letters in _OF_SOUND else "letter and marks"


def _of_letters(typed: str, meant: str) -> str:
    """The kind of a slip between letters without marks; "" when they are the same."""
    if typed == meant:
        return ""
    for first, second in ONSETS_CONFUSED:
        for one, other in ((first, second), (second, first)):
            if typed.startswith(one) and other + typed[len(one) :] == meant:
                return _ONSETS.get(frozenset((one, other)), "another onset")
    for first, second in CODAS_CONFUSED:
        for one, other in ((first, second), (second, first)):
            if typed.endswith(one) and len(typed) > len(one) and typed[: -len(one)] + other == meant:
                return _ENDS.get(frozenset((one, other)), "another end")
    if len(typed) == len(meant):
        return _of_replaced(typed, meant)
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    at = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    if longer[:at] + longer[at + 1 :] != shorter:
        return "other"
    if longer is meant:
        return "left out"
    return "doubled" if at and longer[at] == longer[at - 1] else "added"


def _of_replaced(typed: str, meant: str) -> str:
    first, *more = [at for at, letter in enumerate(typed) if letter != meant[at]]
    one, other = typed[first], meant[first]
    if not more:
        if {one, other} == {"i", "y"}:
            return "i for y"
        return "beside" if one + other in BESIDE else "replaced"
    swapped = more == [first + 1] and typed[first : first + 2] == meant[first : first + 2][::-1]
    return "swapped" if swapped else "other"


def _of_marks(typed: str, meant: str) -> tuple[str, str]:
    """The kinds of slip in the tone and in the marks of letters; "" where they are as meant."""
    typed_shapes, typed_tone = marks(typed)
    shapes, tone = marks(meant)
    if typed_tone == tone:
        of_tone = ""
    elif {typed_tone, tone} == {HOOK, TILDE}:
        of_tone = "hook for tilde"
    elif not typed_tone:
        of_tone = "tone missing"
    else:
        of_tone = "tone wrong" if tone else "tone added"
    typed_kinds, kinds = sorted(mark for _, mark in typed_shapes), sorted(mark for _, mark in shapes)
    if typed_kinds == kinds:
        return of_tone, ""
    if len(typed_kinds) != len(kinds):
        return of_tone, "shape missing" if len(typed_kinds) < len(kinds) else "shape added"
    return of_tone, "shape wrong"
