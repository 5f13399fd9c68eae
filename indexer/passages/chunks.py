"""The chunks of texts that may hold what a query looks for; a chunk is what stands between two blanks.

Re-ranking and highlighting look through whole passages for a few words of a query. A `ChunkFinder` names the chunks
that may hold one of them; only these are made tokens, and hardly any chunk is. Of a text in normal form
(`indexer.vietnamese.is_plain`) the tokens are those of its chunks.

Of the usual letters (Latin ones) it is known which they are without diacritics, and a number is made of those of each
run of letters; a table says which numbers are looked for. Runs may share a number, and a chunk with anything else in it
(combining diacritics, other scripts, `1.234`, `C++`) is always named: what is named is only to be looked into.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.loops import loop, on_warm
from indexer.passages.characters import Bounds, Codes, bounds, codes
from indexer.vietnamese import LONGEST_TOKEN, Tokens, fold, is_plain, tokens

Letters: TypeAlias = NDArray[np.uint16]
Flags: TypeAlias = NDArray[np.uint8]

LONGEST_CACHED = 64
"""A chunk of more characters is tokenized each time."""

_PARTING, _BLANK, _ODD, _SIGN, _POINT = range(5)
"""What a character is: it parts tokens, or chunks; its chunk must be looked into (an odd character, or a sign that may
belong to a token); or so if it stands between digits. Every other number is the code point of a letter without
diacritics.
"""

_USUAL = (range(0x250), range(0x1E00, 0x1F00), range(0x2010, 0x2028), range(0x2030, 0x205F))
"""Latin letters with and without diacritics, and punctuation."""

_END = np.uint32(0x20)
"""A text ends as a chunk does."""
_WHOLE, _PREFIX = 1, 2
_BEFORE_I_OR_Y = frozenset(["", "h", "k", "l", "m", "qu", "s", "t", "v"])
_SLOTS = 1 << 15
_FACTOR = 31
_BITS = 0xFFFFFFFF

TEXT, PLACE, START, END, SEPARATED, NUMBER = range(6)
"""The rows of what is found."""


class Candidates(NamedTuple):
    """The chunks of several texts to look into."""

    codes: Codes
    """The code points of the texts, side by side."""
    bounds: Bounds
    """Where each text starts there, and where the last one ends."""
    rows: NDArray[np.int32]
    """A column for each chunk, in order: which text and which chunk of it, where it starts and ends in `codes`, 1 where
    tokens stand between it and the one before it here (before the first: before it in the text), and its number."""
    different: list[str]
    """The chunks by their numbers, which equal ones share."""


class ChunkFinder:
    """Looks for tokens whose letters without diacritics are among `wanted`, or begin with one of `prefixes`.

    It may name a chunk that holds none of them, but leaves out none that does. Line ends part chunks as blanks do. Safe
    to share between threads.
    """

    def __init__(self, wanted: Iterable[str], prefixes: Iterable[str] = ()) -> None:
        prefixes = tuple(prefixes)
        self._has_prefixes = bool(prefixes)
        self._flags = np.zeros(_SLOTS, np.uint8)
        # What is one form may be spelled with either letter in a text.
        spelled = {spelling for form in wanted for spelling in (form, *_with_other_letter(form))}
        self._flags[list(map(_slot, spelled))] = _WHOLE
        if prefixes:
            self._flags[list(map(_slot, prefixes))] |= _PREFIX

    def candidates(self, texts: Sequence[str], *, normal: bool = False) -> Candidates:
        """The chunks of texts to look into; a text not in normal form is one chunk.

        With `normal`, all are taken to be in normal form.
        """
        every = "".join(texts)
        given, ends = codes(every), bounds(texts)
        whole = np.zeros(len(texts), np.bool_)
        rows, firsts, usual = _find(given, ends, whole, _letters(), self._flags, self._has_prefixes)
        if not normal and not usual.all():
            for at in np.flatnonzero(~usual).tolist():
                whole[at] = not is_plain(texts[at])
            if whole.any():
                rows, firsts, _ = _find(given, ends, whole, _letters(), self._flags, self._has_prefixes)
        spans = rows[[START, END]][:, firsts].T.tolist()
        return Candidates(given, ends, rows, [every[start:end] for start, end in spans])


def _with_other_letter(form: str) -> tuple[str, ...]:
    """A form without diacritics with the other of i and y at its end, where it may be spelled so."""
    if form[-1:] not in ("i", "y") or form[:-1] not in _BEFORE_I_OR_Y:
        return ()
    return (form[:-1] + ("y" if form[-1] == "i" else "i"),)


_cached_tokens = functools.lru_cache(1 << 14)(tokens)


def chunk_tokens(chunk: str) -> Tokens:
    """The tokens of a chunk, remembered for a while."""
    return _cached_tokens(chunk) if len(chunk) <= LONGEST_CACHED else tokens(chunk)


@functools.cache
def _letters() -> Letters:
    """What each code point below the length of the table is; those above are odd."""
    table = np.full(max(map(max, _USUAL)) + 1, _ODD, np.uint16)
    for code in chain.from_iterable(_USUAL):
        table[code] = _letter(chr(code))
    return table


def _letter(character: str) -> int:
    if character in " \n":
        return _BLANK
    if character in ".,":
        return _POINT
    if character in "+#":
        return _SIGN
    if not is_plain(character):
        return _ODD
    if character.isalnum():
        plain = fold(unicodedata.normalize("NFC", character.lower()))
        return ord(plain) if len(plain) == 1 and "0" <= plain <= "\uffff" else _ODD
    category = unicodedata.category(character)
    return _ODD if category[0] == "M" or category == "Cf" else _PARTING


@functools.lru_cache(1 << 14)
def _slot(form: str) -> int:
    """The place of a form in the table of what is looked for; as in `_find`."""
    number = 0
    for letter in form:
        number = (number * _FACTOR + ord(letter)) & _BITS
    return (number ^ number >> 15) & (_SLOTS - 1)


@loop
def _is_digit(code: Any) -> Any:
    return 48 <= code <= 57


@loop
def resized(rows: Any, columns: Any, kept: Any) -> Any:
    """Rows of so many columns, of which the first are those kept. (Slices would take seconds to compile.)"""
    found = np.empty((len(rows), columns), np.int32)
    for row in range(len(rows)):
        for column in range(kept):
            found[row, column] = rows[row, column]
    return found


@loop
def _numbered(codes: Any, rows: Any) -> Any:
    """Give each different chunk a number; returns the column of the first chunk of each number."""
    count = rows.shape[1]
    size = 16
    while size < 2 * count:
        size *= 2
    table = np.full(size, -1, np.int32)
    firsts = np.empty(count, np.int32)
    numbers = 0
    for at in range(count):
        start, end = rows[START, at], rows[END, at]
        number = end - start
        for place in range(start, end):
            number = (number * _FACTOR + codes[place]) & _BITS
        slot = (number ^ number >> 15) & (size - 1)
        while True:
            other = table[slot]
            if other < 0:
                table[slot] = numbers
                firsts[numbers] = at
                rows[NUMBER, at] = numbers
                numbers += 1
                break
            first = rows[START, firsts[other]]
            if rows[END, firsts[other]] - first == end - start:
                same = True
                for place in range(end - start):
                    if codes[first + place] != codes[start + place]:
                        same = False
                        break
                if same:
                    rows[NUMBER, at] = other
                    break
            slot = (slot + 1) & (size - 1)
    return firsts[:numbers]


@loop
def _find(codes: Any, bounds: Any, whole: Any, letters: Any, flags: Any, prefixes: Any) -> Any:
    """The chunks to look into of the texts `codes[bounds[t]:bounds[t + 1]]`: the rows of `Candidates`.

    Returns (rows, firsts, usual). `firsts` has the first column of each number. `usual` says of each text whether it
    has but characters that are in normal form. A text that is `whole` is one chunk.
    """
    rows = np.empty((6, 256), np.int32)
    count = 0
    usual = np.ones(len(bounds) - 1, np.bool_)
    for text in range(len(bounds) - 1):
        at, stop = bounds[text], bounds[text + 1]
        start = at
        place = separated = 0
        number = size = 0
        named, has_token = whole[text], False
        while True:
            code = codes[at] if at < stop else _END
            kind = letters[code] if code < len(letters) else _ODD
            if kind > _POINT:
                number = (number * _FACTOR + kind) & _BITS
                size += 1
                if prefixes and flags[(number ^ number >> 15) & (_SLOTS - 1)] & _PREFIX:
                    named = True
                at += 1
                continue
            if size:
                # A run of letters ends: it may be looked for, or be too long to be one token.
                has_token = True
                if size > LONGEST_TOKEN or flags[(number ^ number >> 15) & (_SLOTS - 1)] & _WHOLE:
                    named = True
                number = size = 0
            if kind == _ODD:
                named = True
                usual[text] = False
            elif kind == _SIGN:
                named = True
            elif kind == _POINT:
                if start < at < stop - 1 and _is_digit(codes[at - 1]) and _is_digit(codes[at + 1]):
                    named = True
            elif at == stop or (kind == _BLANK and not whole[text]):
                if named:
                    if count == rows.shape[1]:
                        rows = resized(rows, 2 * count, count)
                    rows[TEXT, count], rows[PLACE, count], rows[START, count] = text, place, start
                    rows[END, count], rows[SEPARATED, count] = at, separated
                    count += 1
                    separated = 0
                elif has_token:
                    separated = 1
                place += 1
                named = has_token = False
                if at == stop:
                    break
                start = at + 1
            at += 1
    rows = resized(rows, count, count)
    return rows, _numbered(codes, rows), usual


@on_warm
def _compile() -> None:
    ChunkFinder(["b"]).candidates(["a b"])
