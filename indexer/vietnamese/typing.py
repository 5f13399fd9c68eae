"""Decoding of raw keystrokes of an input method that was off: Telex (`quoocs`) and VNI (`quo61c`).

It decodes one token; whether the decoded syllable is likelier than the token itself (`test`, `usd` decode too) is for
the caller to judge, who knows the index.

Both methods allow the keys of diacritics and tone anywhere after the letter they change (`quoocs`, `quoosc`, `quocso`),
so a token is split into plain letters and a set of keys, and the keys are then assigned to letters in whatever way
makes a well-formed syllable.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from .tones import is_syllable, place_tone

LONGEST_TYPED = 16
"""Longer tokens are not a syllable in either method (`nghieengs` has 9 keys)."""

_TELEX_TONES = {"z": 0, "f": 1, "s": 2, "r": 3, "x": 4, "j": 5}
_VNI_TONES = {"0": 0, "2": 1, "1": 2, "3": 3, "4": 4, "5": 5}
_VOWELS = frozenset("aăâeêioôơuưy")
_HOOKED = frozenset("uoa")
"""Letters that Telex w changes; after any other letter w is itself a letter, ư."""
_CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"u": "ư", "o": "ơ"}
_BREVE = {"a": "ă"}
_RAW_TELEX = {"dd": "đ", "aa": "â", "ee": "ê", "oo": "ô", "uwow": "ươ", "uow": "ươ", "uwo": "ươ"} | {
    "aw": "ă",
    "ow": "ơ",
    "uw": "ư",
}
_RAW_VNI = {"d9": "đ", "a6": "â", "e6": "ê", "o6": "ô", "u7o7": "ươ", "uo7": "ươ", "u7o": "ươ", "a8": "ă"} | {
    "o7": "ơ",
    "u7": "ư",
}
"""What keys make, the longest first."""
_CACHED = 1 << 14
_MOST_READINGS = 8


@functools.lru_cache(_CACHED)
def decode_telex(typed: str) -> str | None:
    """The syllable meant by raw Telex keys in lower case: `ddooij` -> `đội`, `nguwowif` and `nguoiwf` -> `người`.

    Letters with diacritics may be among the keys (`đưowcj`). None when the keys make no well-formed syllable, or change
    nothing. The tone is placed in the new style.
    """
    if not 2 <= len(typed) <= LONGEST_TYPED or not typed.isalpha():
        return None
    readings = [""]
    tone: int | None = None
    hooks = 0
    for key in typed:
        letters = readings[0]
        if key in _TELEX_TONES and not _VOWELS.isdisjoint(letters):
            if tone == _TELEX_TONES[key]:
                return None  # Pressing a tone key twice cancels it: the letter itself is meant.
            tone = _TELEX_TONES[key]
        elif key == "w":
            if _HOOKED.isdisjoint(letters):
                readings = [reading + "ư" for reading in readings]
            else:
                hooks += 1
        elif key == "d" and letters.startswith(("d", "đ")):
            if letters[0] == "đ":
                return None
            readings = ["đ" + reading[1:] for reading in readings]
        else:
            readings = [longer for reading in readings for longer in _add_letter(reading, key)]
    found = (_best(letters, tone or 0, hooks, 0, 0, typed) for letters in readings[:_MOST_READINGS])
    return next(filter(None, found), None)


def _add_letter(reading: str, key: str) -> list[str]:
    """The letters so far with one more Telex key, which is a circumflex if it repeats a letter (`toio` -> `tôi`).

    It need not be one: `ngoaof` is ngoào. A third time cancels it: `xooong` -> `xoong`.
    """
    marked = _CIRCUMFLEX.get(key)
    if marked is None:
        return [reading + key]
    if reading.endswith(marked):
        return [reading[:-1] + key + key]
    at = reading.rfind(key)
    if at < 0:
        return [reading + key]
    circumflexed = reading[:at] + marked + reading[at + 1 :]
    return [circumflexed] if at == len(reading) - 1 else [circumflexed, reading + key]


@functools.lru_cache(_CACHED)
def decode_vni(typed: str) -> str | None:
    """The syllable meant by raw VNI keys in lower case: `d9o6i5` -> `đội`, `ngu7o7i2` and `nguoi72` -> `người`.

    As `decode_telex` in all else.
    """
    if not 2 <= len(typed) <= LONGEST_TYPED or not typed[0].isalpha() or typed.isalpha():
        return None
    letters: list[str] = []
    tone: int | None = None
    hooks = circumflexes = breves = 0
    for key in typed:
        if key in _VNI_TONES:
            if tone is not None:
                return None
            tone = _VNI_TONES[key]
        elif key == "6":
            circumflexes += 1
        elif key == "7":
            hooks += 1
        elif key == "8":
            breves += 1
        elif key == "9":
            if letters[0] != "d":
                return None
            letters[0] = "đ"
        elif key.isalpha():
            letters.append(key)
        else:
            return None
    return _best("".join(letters), tone or 0, hooks, circumflexes, breves, typed)


def decode_typing(typed: str) -> tuple[str, ...]:
    """The syllables that `typed` may stand for as raw keys of either method, distinct; empty when there are none."""
    readings = (decode_telex(typed), decode_vni(typed))
    return tuple(dict.fromkeys(reading for reading in readings if reading is not None))


class Partly(NamedTuple):
    """What raw keys say of a syllable that they do not spell out: its letters so far, and its tone (0: none typed)."""

    letters: str
    tone: int


@functools.lru_cache(_CACHED)
def decode_partly(typed: str) -> Partly | None:
    """What keys of either method say of a syllable, as far as they go: `ddien` begins with đ, `ngieen` has ê.

    None when there are no such keys, or they change a letter that cannot be.
    """
    if not 3 <= len(typed) <= LONGEST_TYPED or not typed[0].isalpha():
        return None
    vni = not typed.isalpha()
    tones = _VNI_TONES if vni else _TELEX_TONES
    keys, tone = (typed[:-1], tones[typed[-1]]) if typed[-1] in tones else (typed, 0)
    letters = keys
    for raw, marked in (_RAW_VNI if vni else _RAW_TELEX).items():
        letters = letters.replace(raw, marked)
    if letters == keys or not letters.isalpha():
        return None
    return Partly(letters, tone)


def _best(letters: str, tone: int, hooks: int, circumflexes: int, breves: int, typed: str) -> str | None:
    """The first assignment of the keys to letters that makes a syllable.

    `hooks` counts keys that mean a horn or (Telex w, where it fits no horn) a breve; one of them is enough for both
    letters of `ươ`.
    """
    if circumflexes > 1 or breves > 1 or hooks > 2:
        return None
    telex = typed.isalpha()
    for hooked in _hooked(letters, hooks, breve_too=telex):
        for marked in _marked(hooked, _CIRCUMFLEX, circumflexes):
            for whole in _marked(marked, _BREVE, breves):
                found = place_tone(whole, tone)
                if found is not None and found != typed and is_syllable(found):
                    return found
    return None


def _hooked(letters: str, hooks: int, *, breve_too: bool) -> Iterator[str]:
    if not hooks:
        yield letters
        return
    for pair in ("uo", "ưo", "uơ"):
        if pair in letters:
            yield letters.replace(pair, "ươ", 1)
    if hooks == 1:
        yield from _marked(letters, _HORN, 1)
        if breve_too:
            yield from _marked(letters, _BREVE, 1)


def _marked(letters: str, marked: dict[str, str], count: int) -> Iterator[str]:
    """`letters` with `count` (0 or 1) of its letters replaced, one way after another."""
    if not count:
        yield letters
        return
    for at, letter in itertools.islice(enumerate(letters), LONGEST_TYPED):
        if letter in marked:
            yield letters[:at] + marked[letter] + letters[at + 1 :]
