"""Texts as arrays of code points, and what kind of character each code point is."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sized
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.loops import compiled
from indexer.passages.sentences import CLOSERS

Codes: TypeAlias = NDArray[np.uint32]
Bounds: TypeAlias = NDArray[np.int64]
Kinds: TypeAlias = NDArray[np.uint8]

SPACE, LOWER, UPPER, WORD, STOP, CLOSER = 1, 2, 4, 8, 16, 32
"""White space; a small letter; a capital; a letter or digit (`[^\\W_]`); what may end a sentence; and close one."""

_LAST = 0x40000
"""No code point from here on is of any of these kinds."""
_LAST_CASED = 0x20000


def codes(text: str) -> Codes:
    """The code points of a text; of a lone surrogate, its own."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def bounds(texts: Iterable[Sized]) -> Bounds:
    """Where each of some texts (or lists) starts when they stand side by side, and where the last one ends."""
    return np.array(list(accumulate(map(len, texts), initial=0)))


@functools.cache
def kinds() -> Kinds:
    """The kinds of each code point below the length of the table; those above have none."""
    table = np.zeros(_LAST, np.uint8)
    every = "".join(map(chr, range(_LAST)))
    for pattern, kind in ((r"\s+", SPACE), (r"[^\W_]+", WORD), (r"[.!?…]", STOP), (f"[{CLOSERS}]", CLOSER)):
        for match in re.finditer(pattern, every):
            table[match.start() : match.end()] |= kind
    cased = every[:_LAST_CASED]
    table[[code for code, character in enumerate(cased) if character.islower()]] |= LOWER
    table[[code for code, character in enumerate(cased) if character.isupper()]] |= UPPER
    return table


@compiled
def is_of(kinds: Any, code: Any, kind: Any) -> Any:
    """Whether a code point is of a kind."""
    return code < len(kinds) and kinds[code] & kind != 0
