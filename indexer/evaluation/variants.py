"""Typing variants of queries: the same text typed with another keyboard, with errors, or without diacritics.

    nomarks     no diacritics at all                        ho Ke Go
    halfmarks   each syllable with diacritics keeps or loses them, at even odds
    wrongtone   a fifth of the syllables with another tone that they can carry
    typo        a quarter of the syllables with one edit: a letter dropped, doubled, swapped with the next, or replaced
                by a key beside it
    telex, vni  the raw keys of an input method that was off: hoof Ker Goox, ho62 Ke3 Go64
    nfd         the same text with its diacritics decomposed
    tonestyle   the tone in the other style where there are two: hòa for hoà, and the other way round
    upper       capitals
    joined      a quarter of the blanks between two syllables left out, never two in a row

A variant is a pure function of the text and the id of its query, so that runs can be compared query by query.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

from indexer.vietnamese import has_diacritics, is_syllable, without_diacritics
from indexer.vietnamese.tones import TONES, other_style, place_tone, split_tone

WRONG_TONES = 0.2
TYPOS = 0.25
JOINED = 0.25
HALF = 0.5

_WORD = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")
_OO = re.compile("o([oO])", re.IGNORECASE)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

_TELEX_LETTERS = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
_VNI_LETTERS = {"ă": "a8", "â": "a6", "đ": "d9", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7"}
_TELEX_TONES = ("", "f", "s", "r", "x", "j")
_VNI_TONES = ("", "2", "1", "3", "4", "5")


def variant(name: str, key: str, text: str) -> str:
    """The variant `name` (a key of `VARIANTS`) of the query with id `key`."""
    # Seeded by a string, the generator gives the same draws in every process and on every platform.
    return VARIANTS[name](unicodedata.normalize("NFC", text), random.Random(f"{name}\t{key}"))


def encode_telex(syllable: str) -> str:
    """The Telex keys of a syllable, the tone last: `người` -> `nguwowif`. Syllables without diacritics are unchanged.

    Only the `oo` of a syllable takes a third key, which cancels the circumflex: `xoong` -> `xooong`.
    """
    return _keys(syllable, _TELEX_LETTERS, _TELEX_TONES)


def encode_vni(syllable: str) -> str:
    """The VNI keys of a syllable, the tone last: `người` -> `ngu7o7i2`."""
    return _keys(syllable, _VNI_LETTERS, _VNI_TONES)


def _keys(syllable: str, letters: Mapping[str, str], tones: tuple[str, ...]) -> str:
    parts = split_tone(unicodedata.normalize("NFC", syllable))
    if parts is None:
        return syllable
    toneless, tone = parts
    if letters is _TELEX_LETTERS and _OO.search(toneless) and is_syllable(syllable):
        toneless = _OO.sub(lambda match: match[0] + match[1], toneless)
    typed = []
    for letter in toneless:
        keys = letters.get(letter.lower(), letter.lower())
        if letter.isupper():
            keys = keys.upper() if syllable.isupper() and len(syllable) > 1 else keys.capitalize()
        typed.append(keys)
    last = tones[tone]
    return "".join(typed) + (last.upper() if syllable.isupper() and len(syllable) > 1 else last)


def _each(change: Callable[[str, random.Random], str]) -> Callable[[str, random.Random], str]:
    """A variant that changes one word of letters after another."""
    return lambda text, draw: _WORD.sub(lambda match: change(match[0], draw), text)


def _half(word: str, draw: random.Random) -> str:
    return without_diacritics(word) if has_diacritics(word) and draw.random() < HALF else word


def _wrong_tone(word: str, draw: random.Random) -> str:
    parts = split_tone(word)
    if parts is None or not is_syllable(word) or draw.random() >= WRONG_TONES:
        return word
    toneless, tone = parts
    others = [place_tone(toneless, other) for other in range(len(TONES)) if other != tone]
    # A rhyme that ends in a stop carries few tones, but always more than one.
    return draw.choice([other for other in others if other is not None])


def _typo(word: str, draw: random.Random) -> str:
    if not is_syllable(word) or draw.random() >= TYPOS:
        return word
    slips = [word[:at] + letter + word[at:] for at, letter in enumerate(word)]
    if len(word) > 1:
        slips += [word[:at] + word[at + 1 :] for at in range(len(word))]
    for at in range(len(word) - 1):
        if word[at].lower() != word[at + 1].lower():
            slips.append(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    for at, letter in enumerate(word):
        slips += [word[:at] + key + word[at + 1 :] for key in _beside(letter)]
    return draw.choice(slips)


def _beside(letter: str) -> list[str]:
    """The keys left and right of a letter, in its case; none for a letter with diacritics."""
    for row in _ROWS:
        at = row.find(letter.lower())
        if at >= 0:
            keys = row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
            return list(keys.upper() if letter.isupper() else keys)
    return []


def _joined(text: str, draw: random.Random) -> str:
    pieces: list[str] = []
    before = False
    at = 0
    for gap in _GAP.finditer(text):
        left = _WORD.findall(text[at : gap.start()])[-1]
        right = _WORD.match(text, gap.end())
        joins = draw.random() < JOINED and not before and right is not None
        before = joins and right is not None and is_syllable(left) and is_syllable(right[0])
        pieces += [text[at : gap.start()], "" if before else " "]
        at = gap.end()
    return "".join(pieces) + text[at:]


VARIANTS: Mapping[str, Callable[[str, random.Random], str]] = {
    "nomarks": lambda text, draw: without_diacritics(text),
    "halfmarks": _each(_half),
    "wrongtone": _each(_wrong_tone),
    "typo": _each(_typo),
    "telex": _each(lambda word, draw: encode_telex(word)),
    "vni": _each(lambda word, draw: encode_vni(word)),
    "nfd": lambda text, draw: unicodedata.normalize("NFD", text),
    "tonestyle": _each(lambda word, draw: other_style(word)),
    "upper": lambda text, draw: text.upper(),
    "joined": _joined,
}
"""Every variant by its name."""
