"""Texts in half the bytes: a number of two bytes stands for a syllable with the blank before it.

Vietnamese is written in some thousand syllables, so a table of all of them is small enough to be part of the format:
texts are coded word by word against a fixed table, as in Moura, Navarro, Ziviani and Baeza-Yates 2000 ("Fast and
flexible word searching on compressed text"), blanks being implied. Each text is read by itself, in a few microseconds,
and the first paragraph of an index takes no more than the last. Numbers, in order:

    CHARACTERS   the code points below it, each itself
    PLAIN        at the beginning of a text: UTF-8 follows, of a text that has other code points; the second of the two
                 where that has an odd number of bytes, and one of zero follows
    PAIRS        two printable characters of ASCII
    SYLLABLES    the syllables of `syllables.txt`, four numbers each: with a blank before it and without, small and
                 beginning with a capital

The syllables are those of `vietnamese.tones` that stand in pyvi's words, with their tones placed in either style and
with i and y. Their order is part of the format: `TABLE` tells one table from another.
"""

from __future__ import annotations

import importlib.resources
import os
import re
import zlib
from collections.abc import Callable, Iterator
from typing import ClassVar

import numpy as np

from indexer.engine.whoosh import text_loops
from indexer.engine.whoosh.arrays import (
    VERIFY_STRINGS,
    Array,
    ArrayFile,
    ArrayFileWriter,
    StringsWriter,
    damaged,
    decode,
    encode,
)
from indexer.loops import compiled, on_warm

SECTION, PLAIN_SECTION = "codes", "texts"
"""Where texts are in a file; in one that is older, as UTF-8."""

CHARACTERS = 0x2500
PLAIN = CHARACTERS, CHARACTERS + 1
PAIRS = CHARACTERS + 2
_FIRST, _LAST = " ", "~"
_PRINTABLE = ord(_LAST) - ord(_FIRST) + 1
SYLLABLES = PAIRS + _PRINTABLE**2
_WITH_CAPITAL, _WITHOUT_BLANK, _VARIANTS = 1, 2, 4

_WORDS = re.compile(r"( ?[^\W\d_]+)")
_PAIRED = re.compile(f"[{_FIRST}-{_LAST}]{{2}}|.", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_MOST_KEPT, _LONGEST_KEPT = 1 << 16, 32
"""Pieces of texts whose numbers are remembered, and the code points of one; when there are more, all are forgotten."""

COMPILED_FROM = 1_000_000
"""From so many code points on, written to a file, it pays to load compiled loops."""

_LISTED = importlib.resources.files("indexer.engine.whoosh").joinpath("syllables.txt").read_text("utf-8")
_OF_SYLLABLES = _LISTED.split()

TABLE = zlib.crc32(_LISTED.encode())
"""The checksum of the syllables, which a file names that is coded by them."""

NUMBERS = SYLLABLES + len(_OF_SYLLABLES) * _VARIANTS
"""How many numbers stand for something; those that follow do not."""


class _Pieces(dict[int, str]):
    """What each number stands for."""

    def __missing__(self, number: int) -> str:
        piece = self[number] = _piece(number)
        return piece


def _piece(number: int) -> str:
    if number < CHARACTERS:
        return chr(number)
    if PAIRS <= number < SYLLABLES:
        first, second = divmod(number - PAIRS, _PRINTABLE)
        return chr(ord(_FIRST) + first) + chr(ord(_FIRST) + second)
    if not SYLLABLES <= number < NUMBERS:
        raise ValueError(f"{number} stands for nothing")
    at, variant = divmod(number - SYLLABLES, _VARIANTS)
    syllable = _OF_SYLLABLES[at]
    if variant & _WITH_CAPITAL:
        syllable = syllable[0].upper() + syllable[1:]
    return syllable if variant & _WITHOUT_BLANK else f" {syllable}"


class _Unusual(Exception):
    """A text has a code point that is not below CHARACTERS."""


class _Coded(dict[str, bytes]):
    """The numbers of each piece of a text: of a syllable one, of anything else those of its characters."""

    def __init__(self) -> None:
        self._at = {syllable: at for at, syllable in enumerate(_OF_SYLLABLES)}

    def __missing__(self, piece: str) -> bytes:
        coded = np.array(self._numbers(piece), "<u2").tobytes()
        if len(piece) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[piece] = coded
        return coded

    def _numbers(self, piece: str) -> list[int]:
        syllable = piece.removeprefix(" ")
        small = syllable[:1].lower() + syllable[1:]
        at = self._at.get(small)
        if at is not None:
            variant = (_WITH_CAPITAL if small != syllable else 0) | (_WITHOUT_BLANK if piece == syllable else 0)
            number = SYLLABLES + at * _VARIANTS + variant
            # There are capitals of which the small letter has another: the sign of Kelvin.
            if _piece(number) == piece:
                return [number]
        return list(_spelled(piece))


def _spelled(piece: str) -> Iterator[int]:
    for pair in _PAIRED.findall(piece):
        if len(pair) == 2:
            yield PAIRS + (ord(pair[0]) - ord(_FIRST)) * _PRINTABLE + ord(pair[1]) - ord(_FIRST)
        elif ord(pair) < CHARACTERS:
            yield ord(pair)
        else:
            raise _Unusual


_pieces, _coded = _Pieces(), _Coded()


def pack(text: str) -> bytes:
    """A text as numbers of two bytes, little-endian: at most one for each code point, or its UTF-8."""
    try:
        return b"".join(map(_coded.__getitem__, _WORDS.split(text)))
    except _Unusual:
        return _plain(text)


def _plain(text: str) -> bytes:
    data = encode(text)
    odd = len(data) % 2
    return PLAIN[odd].to_bytes(2, "little") + data + b"\0" * odd


def unpack(data: bytes | memoryview[int]) -> str:
    """The inverse of `pack`; raises `ValueError` for what it does not make."""
    numbers = memoryview(data).cast("H").tolist()
    if numbers and numbers[0] in PLAIN:
        return decode(bytes(data[2 : len(data) - (numbers[0] - PLAIN[0])]))
    return "".join(map(_pieces.__getitem__, numbers))


class CompiledCoding:
    """`pack` and `unpack` by compiled loops, five to ten times as fast, to the same result."""

    def __init__(self) -> None:
        pieces = ["" if number in PLAIN else _piece(number) for number in range(CHARACTERS, NUMBERS)]
        self._starts = np.cumsum([0, *map(len, pieces)])
        self._units = np.frombuffer("".join(pieces).encode("utf-16-le"), np.uint16)
        self._longest = max(map(len, pieces))
        self._is_letter = np.zeros(CHARACTERS, bool)
        self._is_letter[[ord(each) for each in _LETTER.findall("".join(map(chr, range(CHARACTERS))))]] = True
        self._layout = CHARACTERS, PAIRS, ord(_FIRST), ord(_LAST), self._longest
        self._slots = np.full(text_loops.SLOTS, -1, np.int32)
        self._pack, self._unpack = compiled(text_loops.pack_codes), compiled(text_loops.unpack_numbers)
        self._fill = compiled(text_loops.fill)
        self._fill(self._starts, self._units, SYLLABLES - CHARACTERS, self._slots)
        self.unpack(np.frombuffer(self.pack("Bắt đầu"), np.uint8), 0, 4)

    def pack(self, text: str) -> bytes:
        """See `pack`."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        numbers = np.empty(len(codes), np.uint16)
        count = self._pack(codes, self._is_letter, self._starts, self._units, self._slots, self._layout, numbers)
        return _plain(text) if count == text_loops.UNNUMBERED else numbers[:count].tobytes()

    def unpack(self, data: Array, start: int, stop: int) -> str | None:
        """What bytes `start` to `stop` say; None where `unpack` must say it."""
        out = np.empty((stop - start) // 2 * self._longest, np.uint16)
        count = self._unpack(data, start, stop, self._starts, self._units, CHARACTERS, out)
        return None if count == text_loops.UNREADABLE else out[:count].tobytes().decode("utf-16-le")


_compiled: CompiledCoding | None = None


@on_warm
def compile_coding() -> None:
    """Have texts be read and written by compiled loops from now on."""
    global _compiled
    _compiled = _compiled or CompiledCoding()


class TextsWriter:
    """Texts being written to a file; `meta` is to be written with it."""

    meta: ClassVar[dict[str, int]] = {"syllables": TABLE}

    def __init__(self, file: ArrayFileWriter) -> None:
        self._strings = StringsWriter(file, SECTION)
        self._characters = 0

    def append(self, text: str) -> None:
        """Append one."""
        self._characters += len(text)
        if self._characters > COMPILED_FROM:
            compile_coding()
        self._strings.append((_compiled.pack if _compiled else pack)(text))

    def finish(self) -> None:
        """Write where they end."""
        self._strings.finish()


class Texts:
    """The texts of a file: coded, or in one that is older as UTF-8. Raises `IndexDamaged` for another table."""

    def __init__(self, of: ArrayFile) -> None:
        self._path = of.path
        self._is_coded = of.has(SECTION)
        self._strings = of.strings(SECTION if self._is_coded else PLAIN_SECTION)
        if self._is_coded and of.meta.get("syllables") != TABLE:
            raise damaged(of.path, "its texts were written by another table of syllables")

    def __len__(self) -> int:
        return len(self._strings)

    def __getitem__(self, i: int) -> str:
        if not self._is_coded:
            return self._strings.text(i)
        if _compiled:
            start, stop = self._strings.bounds(i)
            is_sound = start <= stop <= len(self._strings.data) and (stop - start) % 2 == 0
            if is_sound and (text := _compiled.unpack(self._strings.data, start, stop)) is not None:
                return text
        try:
            return unpack(self._strings.raw(i))
        except (ValueError, TypeError):
            raise damaged(self._path, f"text {i} is not one") from None

    def verify(self, let_go: Callable[[], None]) -> Iterator[str]:
        """A sentence for the first text that cannot be read; `let_go` is called now and then."""
        if not self._is_coded:
            yield from self._strings.verify("text", let_go=let_go)
            return
        name = os.path.basename(self._path)
        ends, numbers = self._strings.ends.astype(np.int64), self._strings.data
        if np.any(np.diff(ends, prepend=0) < 0) or (len(ends) and ends[-1] != len(numbers)) or np.any(ends % 2):
            yield f"{name}: the bounds of the texts are damaged"
            return
        ends, numbers = ends // 2, numbers.view("<u2")
        for first in range(0, len(self), VERIFY_STRINGS):
            stops = ends[first : first + VERIFY_STRINGS]
            starts = np.concatenate((ends[first - 1 : first] if first else [0], stops[:-1]))
            wrong = self._first_wrong(numbers, starts, stops)
            if wrong is not None:
                yield f"{name}: text {first + wrong} cannot be read"
                return
            let_go()

    @staticmethod
    def _first_wrong(numbers: Array, starts: Array, stops: Array) -> int | None:
        """The first of several texts that `unpack` would not take."""
        own = numbers[starts[0] : stops[-1]]
        sizes = stops - starts
        is_plain = np.zeros(len(starts), bool)
        is_plain[sizes > 0] = np.isin(own[(starts - starts[0])[sizes > 0]], PLAIN)
        stands_for_nothing = ((own >= NUMBERS) | np.isin(own, PLAIN)) & ~np.repeat(is_plain, sizes)
        wrong = set(np.repeat(np.arange(len(starts)), sizes)[stands_for_nothing][:1].tolist())
        for text in np.flatnonzero(is_plain).tolist():
            try:
                unpack(numbers[starts[text] : stops[text]].tobytes())
            except ValueError:
                wrong.add(text)
                break
        return min(wrong, default=None)
