"""Kinds of spelling errors (slips) that turn one syllable into another, and their relative frequencies.

They are for syllables known to be wrong (`corrections`): there only the relative frequencies of the kinds matter, and
those are counted on labelled errors. For a whole query, where nothing is known to be wrong, `indexer.lexicon.channel`
has other costs.
"""

from __future__ import annotations

import functools
import math
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from indexer.lexicon.diacritics import HOOK, TILDE, diacritics, shapes
from indexer.lexicon.edits import (
    BESIDE,
    CODAS_CONFUSED,
    ONSETS_CONFUSED,
    confusions,
)
from indexer.vietnamese import fold

LANGUAGE_WEIGHT = 0.55
"""The weight of the language model relative to the kind of slip. Below 1, since bigrams are overconfident where the
text is unusual. Chosen with the counts by five-fold cross-validation on the development half, as is the next."""
STRONGEST_WEIGHT = 0.4
"""The additional weight of the strongest association with a neighbour, as the logarithm of how much likelier than by
chance the two are adjacent: one recognised word (`tách biệt`) is better evidence than two merely common neighbours."""

FILE = Path(__file__).with_name("slips.tsv")
_DOUBT = 2.0
_LONG = 6
_SHARE = 0.002
_VOWELS = frozenset("aeiouy")
_ONSETS = {
    frozenset(("s", "x")): "s for x",
    frozenset(("ch", "tr")): "ch for tr",
    frozenset(("d", "gi")): "d for gi or r",
    frozenset(("d", "r")): "d for gi or r",
    frozenset(("gi", "r")): "d for gi or r",
    frozenset(("l", "n")): "l for n",
}
_ENDS = {frozenset(("n", "ng")): "n for ng", frozenset(("c", "t")): "c for t", frozenset("iy"): "i for y"}
_RIMES = """
    ay ây, au âu, ăm âm, ăp âp, im iêm, ip iêp, iu iêu, ưu ươu, ưu iêu, ươu iêu, in inh, it ich, ên ênh, êt êch,
    inh ênh, ich êch, ưng ương, ưc ươc, âng ưng, âc ưc, ang ương, un uôn, ung uông, ong ông, oc ôc, om ôm, ôm ơm, op ôp,
    ôp ơp, iên uyên, iêt uyêt, an oan, ang oang, at oat, ăt oăt, en oen, e oe, et oet, ăn en, am ap, ai ay, ao au,
    oi ôi, ôi ơi, ui uôi, ưi ươi
"""
RIMES_CONFUSED = frozenset(frozenset(pair.split()) for pair in _RIMES.split(","))
"""Rimes without tones that sound alike in some dialect, or that have two spellings (`dày`, `dầy`)."""


@functools.cache
def counts() -> Mapping[str, tuple[int, int]]:
    """For each kind of slip: how often it was the error made, and how many candidates it would explain.

    Counted by `python -m benchmarks.spelling --slips --index DIR`, which writes the file, on the development half with
    an index of 7,784 Wikipedia articles: 763 slips.
    """
    lines = (line.split("\t") for line in FILE.read_text("utf-8").splitlines()[1:])
    return {kind: (int(made), int(possible)) for kind, made, possible in lines}


@functools.cache
def slip_cost(kind: str) -> float:
    """The smoothed log probability that a candidate of this kind is the right one."""
    made, possible = counts().get(kind, (0, 0))
    return math.log((made + _DOUBT * _SHARE) / (possible + _DOUBT))


@functools.lru_cache(1 << 12)
def confusions_of_both(letters: str) -> tuple[str, ...]:
    """The results of two typical confusions in `letters`, mostly of onset and coda: `xác`, `sát`."""
    found = dict.fromkeys(twice for once in confusions(letters) for twice in confusions(once))
    return tuple(other for other in found if other != letters and other not in confusions(letters))


def moved(typed: str, meant: str) -> bool:
    """Whether one letter of a long form moved (`pelnaty`); in short forms that would relate almost any two.

    The forms must be neighbours in the sense of `Lexicon.neighbours`.
    """
    return typed != meant and len(typed) == len(meant) >= _LONG and sorted(typed) == sorted(meant)


def kind_of_slip(typed: str, meant: Sequence[str]) -> str:
    """The kind of slip that turns the forms `meant` into the one form `typed`: a key of `counts`, or an unseen kind.

    A kind says how the letters differ, with their diacritics (`ơ`, `đ`), and whether the tone differs as well.
    """
    if len(meant) > 1:
        return "run together"
    return _kind(typed, meant[0])


@functools.lru_cache(1 << 14)
def _kind(typed: str, meant: str) -> str:
    tone = _of_tone(diacritics(typed)[1], diacritics(meant)[1])
    letters = _of_letters(_without_tone(typed), _without_tone(meant))
    if not letters:
        return tone or "tone misplaced"
    return f"{letters}, tone" if tone else letters


def _without_tone(form: str) -> str:
    """The form without its tone: each letter stays one character (`trường` -> `trương`)."""
    parts = unicodedata.normalize("NFD", form)
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in "\u0300\u0301\u0303\u0309\u0323"))


def _of_tone(typed: str, meant: str) -> str:
    if typed == meant:
        return ""
    if {typed, meant} == {HOOK, TILDE}:
        return "hook for tilde"
    if not typed:
        return "tone missing"
    return "tone wrong" if meant else "tone added"


def _of_letters(typed: str, meant: str) -> str:
    """The kind of slip between toneless letters; "" when they are the same."""
    if typed == meant:
        return ""
    plain, plain_meant = fold(typed), fold(meant)
    if plain == plain_meant:
        return _of_shapes(typed, meant)
    if sound := _of_sounds(typed, meant):
        return sound
    if _rimes_confused(typed, meant):
        return "rime"
    if edit := _of_edit(typed, meant):
        return edit
    if _of_edit(plain, plain_meant):
        return "letter and shape"
    if plain_meant in confusions(plain) or plain_meant in confusions_of_both(plain):
        return "two sounds"
    return "letter moved" if moved(plain, plain_meant) else "other"


def _of_shapes(typed: str, meant: str) -> str:
    """The kind of slip between forms whose letters differ only in their diacritics."""
    if shapes(typed) == shapes(meant):
        return "mark misplaced"
    if _rimes_confused(typed, meant):
        return "rime of the same letters"
    places = [at for at, letter in enumerate(typed) if letter != meant[at]]
    if all(typed[at] in "dđ" for at in places):
        return "bar missing" if typed[places[0]] == "d" else "bar added"
    more = sum(fold(letter) != letter for letter in typed) - sum(fold(letter) != letter for letter in meant)
    return "shape missing" if more < 0 else "shape added" if more else "shape wrong"


def _of_sounds(typed: str, meant: str) -> str:
    """The kind of a confusion of one onset or coda; "" when it is none."""
    for first, second in ONSETS_CONFUSED:
        for one, other in ((first, second), (second, first)):
            if typed.startswith(one) and other + typed[len(one) :] == meant:
                return _ONSETS.get(frozenset((one, other)), "another onset")
    for first, second in CODAS_CONFUSED:
        for one, other in ((first, second), (second, first)):
            if typed.endswith(one) and len(typed) > len(one) and typed[: -len(one)] + other == meant:
                return _ENDS.get(frozenset((one, other)), "another end")
    return ""


def _rimes_confused(typed: str, meant: str) -> bool:
    """Whether the two have the same onset and confusable rimes."""
    at = 0
    while at < min(len(typed), len(meant)) and typed[at] == meant[at] and fold(typed[at]) not in _VOWELS:
        at += 1
    return frozenset((typed[at:], meant[at:])) in RIMES_CONFUSED


def _of_edit(typed: str, meant: str) -> str:
    """The kind of one letter added, left out, replaced or swapped, and where; "" when it is none."""
    if len(typed) == len(meant):
        return _of_replaced(typed, meant)
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    at = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    if longer[:at] + longer[at + 1 :] != shorter:
        return ""
    if longer is meant:
        return f"left out {_place(longer, at)}"
    return "doubled" if at and fold(longer[at]) == fold(longer[at - 1]) else f"added {_place(longer, at)}"


def _of_replaced(typed: str, meant: str) -> str:
    first, *more = [at for at, letter in enumerate(typed) if letter != meant[at]]
    one, other = fold(typed[first]), fold(meant[first])
    if not more:
        if {one, other} == {"i", "y"}:
            return "i for y"
        return f"{'beside' if one + other in BESIDE else 'replaced'} {_place(typed, first)}"
    swapped = more == [first + 1] and typed[first : first + 2] == meant[first : first + 2][::-1]
    return "swapped" if swapped else ""


def _place(letters: str, at: int) -> str:
    if not at:
        return "first"
    return "vowel" if fold(letters[at]) in _VOWELS else "consonant"
