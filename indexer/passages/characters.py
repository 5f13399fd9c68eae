"""Texts as arrays of code points, and what kind of character each code point is."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sized
from itertools import accumulate
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.loops import on_warm

Codes: TypeAlias = NDArray[np.uint32]
Bounds: TypeAlias = NDArray[np.int64]
Kinds: TypeAlias = NDArray[np.uint8]

SPACE, LOWER, UPPER, WORD, STOP, CLOSER, COMBINING, LINE_END = 1, 2, 4, 8, 16, 32, 64, 128
"""White space; a small letter; a capital; a letter or digit (`[^\\W_]`); what may end a sentence; what may close it
before the blank; a combining diacritic; the end of a line."""

_PATTERNS = ((r"\s+", SPACE), (r"[^\W_]+", WORD), (r"[.!?…]", STOP), ("[\"'”’»)\\]]", CLOSER), (r"\n", LINE_END))
_END = 0x110000
_FIRST_RARE = 0x2100
"""Vietnamese text has hardly ever a code point from here on."""
_LAST = 0x40000
"""No code point from here on is of any of these kinds."""


def codes(text: str) -> Codes:
    """The code points of a text; of a lone surrogate, its own."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def bounds(texts: Iterable[Sized]) -> Bounds:
    """Where each of some texts (or lists) starts when they stand side by side, and where the last one ends."""
    return np.array(list(accumulate(map(len, texts), initial=0)))


def kinds(codes: Codes) -> Kinds:
    """A table of the kinds of code points, right for all of `codes`."""
    # The whole of it takes 60 ms to make, which a single command need not wait for.
    return _kinds(_FIRST_RARE if codes.max(initial=0) < _FIRST_RARE else _LAST)


@on_warm
def _make_kinds() -> None:
    kinds(np.zeros(0, np.uint32))
    kinds(np.array([_FIRST_RARE], np.uint32))


@functools.cache
def _kinds(last: int) -> Kinds:
    table = np.zeros(_END, np.uint8)
    every = "".join(map(chr, range(last)))
    for pattern, kind in _PATTERNS:
        for match in re.finditer(pattern, every):
            table[match.start() : match.end()] |= kind
    for code, character in enumerate(every):
        if character.islower():
            table[code] |= LOWER
        elif character.isupper():
            table[code] |= UPPER
        elif unicodedata.combining(character):
            table[code] |= COMBINING
    return table
