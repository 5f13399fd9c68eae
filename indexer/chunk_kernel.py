"""The compiled loop of `chunks`: one go over the code points of a text, which names the chunks to look into.

Of the usual letters (Latin ones) it knows which they are without marks, and makes a number of those of each run of
letters; a table says which numbers are looked for. Runs may share a number, and a chunk with anything else in it
(marks, other scripts, `1.234`, `C++`) is always named: what is named is only to be looked into.

Only `chunks.warm` imports this module: importing numba and compiling take seconds the first time on a machine.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.compiling import compiled
from indexer.vietnamese import LONGEST_TOKEN, fold

Numbers = NDArray[np.uint16]
Flags = NDArray[np.uint8]

_PARTING, _BLANK, _ODD, _POINT = range(4)
"""What a character is: it parts tokens, or chunks; its chunk must be looked into; or so if it stands between digits.
Every other number is a letter without marks, by its code point."""

_USUAL = (range(0x250), range(0x1E00, 0x1F00), range(0x2010, 0x2028), range(0x2030, 0x205F))
"""Latin letters with and without marks, and punctuation."""

_WHOLE, _PREFIX = 1, 2
_SLOTS = 1 << 15
_FACTOR = 31
_BITS = 0xFFFFFFFF


@functools.cache
def kinds() -> Numbers:
    """What each code point below the length of the table is; those above are odd."""
    table = np.full(max(map(max, _USUAL)) + 1, _ODD, np.uint16)
    for code in (code for codes in _USUAL for code in codes):
        table[code] = _kind(chr(code))
    return table


def _kind(character: str) -> int:
    if character in " \n":
        return _BLANK
    if character in ".,":
        return _POINT
    if character.isalnum():
        plain = fold(unicodedata.normalize("NFC", character.lower()))
        return ord(plain) if len(plain) == 1 and "0" <= plain <= "\uffff" else _ODD
    category = unicodedata.category(character)
    return _ODD if character in "+#" or category[0] == "M" or category == "Cf" else _PARTING


def flags(wanted: Iterable[str], prefixes: Iterable[str]) -> Flags:
    """The table of what is looked for: forms without marks, and what such forms begin with."""
    table = np.zeros(_SLOTS, np.uint8)
    table[list(map(_slot, wanted))] = _WHOLE
    if slots := list(map(_slot, prefixes)):
        table[slots] |= _PREFIX
    return table


@functools.lru_cache(1 << 14)
def _slot(form: str) -> int:
    """The place of a form in the table of what is looked for; as in `find`."""
    number = 0
    for letter in form:
        number = (number * _FACTOR + ord(letter)) & _BITS
    return (number ^ number >> 15) & (_SLOTS - 1)


@compiled
def _is_met(number: Any, size: Any, flags: Any) -> Any:
    """Whether a run of letters is looked for, or too long to be one token."""
    return size > LONGEST_TOKEN or flags[(number ^ number >> 15) & (_SLOTS - 1)] & _WHOLE != 0


@compiled
def _is_digit(code: Any) -> Any:
    return 48 <= code <= 57


@compiled
def find(codes: Any, kinds: Any, flags: Any, prefixes: Any) -> Any:
    """The members of `chunks.Found`, a row each, of a text given as code points."""
    length = len(codes)
    rows = np.empty((4, length + 1), np.int32)
    count = place = at = parted = 0
    while at <= length:
        start = at
        number = size = 0
        named = has_token = False
        while at < length:
            code = codes[at]
            kind = kinds[code] if code < len(kinds) else _ODD
            if kind == _BLANK:
                break
            if kind > _POINT:
                number = (number * _FACTOR + kind) & _BITS
                size += 1
                if prefixes and flags[(number ^ number >> 15) & (_SLOTS - 1)] & _PREFIX:
                    named = True
            else:
                if kind == _ODD:
                    named = True
                elif kind == _POINT and start < at < length - 1:
                    named = named or (_is_digit(codes[at - 1]) and _is_digit(codes[at + 1]))
                if size:
                    has_token = True
                    named = named or _is_met(number, size, flags)
                number = size = 0
            at += 1
        if size:
            has_token = True
            named = named or _is_met(number, size, flags)
        if named:
            rows[0, count], rows[1, count], rows[2, count], rows[3, count] = place, start, at, parted
            count += 1
            parted = 0
        elif has_token:
            parted = 1
        place += 1
        at += 1
    return rows[:, :count]


def compile_all() -> None:
    """Call everything once, as it will be called."""
    codes = np.frombuffer("a b".encode("utf-32-le"), np.uint32)
    find(codes, kinds(), flags(["b"], []), False)
