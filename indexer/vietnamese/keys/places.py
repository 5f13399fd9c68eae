"""Where the keys of texts may be: digits, what may join letters, Roman numerals, abbreviations.

Many texts are looked at at once, as one array of code points; a table has what each of these is, and the letter without
diacritics. One short text is done sooner by patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..folding import fold
from .capitals import LONGEST

_OF_WORD, _DIGIT, _JOINT, _NUMERAL, _CAPITAL, _POINT, _PLAIN_CAPITAL = 1, 2, 4, 8, 16, 32, 64
_DIGITS, _JOINTS, _NUMERALS = "0123456789", "-‐‑‒–'’‘ʼʻ´`&", "IVXLCDM"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZĐƯƠÂĂÊÔ"
"""The letters between which a point may stand inside of a word: `V.League`."""
_KINDS = {
    **{letter: _CAPITAL | (_PLAIN_CAPITAL if letter.isascii() else 0) for letter in CAPITALS},
    **dict.fromkeys(_DIGITS, _DIGIT),
    **dict.fromkeys(_JOINTS, _JOINT),
    **dict.fromkeys(_NUMERALS, _NUMERAL | _CAPITAL | _PLAIN_CAPITAL),
    ".": _POINT,
}
_DIGITS_IN = re.compile(f"[{_DIGITS}]+")
_JOINTS_IN = re.compile(rf"(?<=[^\W_])[{_JOINTS}](?=[^\W_])|(?<=[{CAPITALS}])\.(?=[{CAPITALS}])")
_NUMERALS_IN = re.compile(rf"(?<![^\W_])[{_NUMERALS}]+(?![^\W_])")
_ABBREVIATIONS_IN = re.compile(rf"(?<![^\W_])[A-Z]{{2,{LONGEST}}}(?![^\W_])")
_BITS = 21
_TABLE = np.zeros(0x110000, "<u4")
"""Code point -> that of the small letter without diacritics, where that is one character, and above it what it is.

0 is one that was not met yet.
"""


class Places(NamedTuple):
    """Where a text may have keys. `text` is its source in small letters without diacritics, of the same length.

    `digits` are where runs of digits start and end, `joints` the hyphens, apostrophes and ampersands between letters or
    digits and the points between capitals, `numerals` where words start that may be Roman numerals, `abbreviations`
    where those of a few capitals do.
    """

    text: str
    digits: Sequence[tuple[int, int]]
    joints: Sequence[int]
    numerals: Sequence[int]
    abbreviations: Sequence[int]


def plain(text: str) -> str:
    """A text in small letters without diacritics, of the same length."""
    return _as_text(_looked_up(text))


def places_of(source: str) -> Places | None:
    """Where one text in normal form may have keys; None where it has no such place."""
    digits = [match.span() for match in _DIGITS_IN.finditer(source)]
    joints = [match.start() for match in _JOINTS_IN.finditer(source)]
    numerals = [match.start() for match in _NUMERALS_IN.finditer(source)]
    abbreviations = [match.start() for match in _ABBREVIATIONS_IN.finditer(source)]
    found = digits, joints, numerals, abbreviations
    return Places(plain(source), *found) if any(found) else None


def places(sources: Sequence[str]) -> Iterator[Places | None]:
    """`places_of` each of several texts."""
    # Between texts, before and behind them stands a character that is nothing.
    found = _looked_up("\n".join(("", *sources, "")))
    text, kinds = _as_text(found), found >> _BITS
    of_word = kinds & _OF_WORD != 0
    starts, ends = _runs(kinds & _DIGIT != 0)
    joins = kinds & _JOINT != 0
    joins[1:-1] &= of_word[:-2] & of_word[2:]
    capital = kinds & _CAPITAL != 0
    joins[1:-1] |= (kinds[1:-1] & _POINT != 0) & capital[:-2] & capital[2:]
    joints = np.flatnonzero(joins)
    numerals, behind = _runs(kinds & _NUMERAL != 0)
    numerals = numerals[~of_word[numerals - 1] & ~of_word[behind]]
    short, behind = _runs(kinds & _PLAIN_CAPITAL != 0)
    short = short[(behind - short > 1) & (behind - short <= LONGEST) & ~of_word[short - 1] & ~of_word[behind]]
    firsts = np.cumsum([1, *(len(source) + 1 for source in sources)])
    every = [_of_texts(each, firsts) for each in (starts, ends, joints, numerals, short)]
    for at, (source, first) in enumerate(zip(sources, firsts.tolist(), strict=False)):
        begun, ended, *others = (each[at] for each in every)
        if begun or any(others):
            yield Places(text[first : first + len(source)], list(zip(begun, ended, strict=True)), *others)
        else:
            yield None


def _runs(has: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where runs of what is true start and end; neither the first nor the last is true."""
    edges = np.flatnonzero(has[1:] != has[:-1]) + 1
    return edges[::2], edges[1::2]


def _of_texts(found: NDArray[np.intp], firsts: NDArray[np.intp]) -> list[list[int]]:
    """The places in each text, counted from where it starts."""
    # A run may end where the next text would begin, but for the character between.
    of_text = np.searchsorted(firsts, found, "right") - 1
    own = (found - firsts[of_text]).tolist()
    cuts = np.searchsorted(of_text, np.arange(len(firsts))).tolist()
    return [own[first:after] for first, after in pairwise(cuts)]


def _looked_up(text: str) -> NDArray[np.uint32]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    found: NDArray[np.uint32] = _TABLE[codes]
    if not found.all():
        for code in set(codes[found == 0].tolist()):
            character = chr(code)
            small = fold(character.lower())
            kind = _KINDS.get(character, 0) | (_OF_WORD if character.isalnum() else 0)
            _TABLE[code] = (ord(small) if len(small) == 1 else code) | kind << _BITS
        found = _TABLE[codes]
    return found


def _as_text(found: NDArray[np.uint32]) -> str:
    return (found & (1 << _BITS) - 1).tobytes().decode("utf-32-le", "surrogatepass")
