"""Where in a text something stands that a query may look for, found chunk by chunk: what stands between two blanks.

`marking` and `rerank` look through whole passages for a few words of a query. A `Finder` names the chunks that may
hold one of them; only these are made tokens, and hardly any chunk is. Of a text in normal form
(`indexer.vietnamese.is_plain`) the tokens are those of its chunks. Here each chunk is read once and remembered;
`find_all` finds the same in compiled loops (`indexer.passages.loops.chunks`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from itertools import accumulate
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.vietnamese import Tokens, fold, is_plain, tokens

LONGEST_CACHED = 64
"""A chunk of more characters is read anew each time."""

_SEVERAL = " "
"""Stands for the letters of a chunk of several tokens."""

_CACHED = 1 << 16


class Found(NamedTuple):
    """The chunks of a text that may hold what is looked for, in order; one value of each member for each of them."""

    places: list[int]
    """Which chunk of the text it is."""
    starts: list[int]
    ends: list[int]
    parted: list[int]
    """1 where tokens stand between it and the one before it here (before the first: before it in the text), else 0."""


class Looked(NamedTuple):
    """The chunks of several texts to look into, as `indexer.passages.loops.chunks` finds them."""

    codes: NDArray[np.uint32]
    """The code points of the texts, side by side."""
    bounds: NDArray[np.int64]
    """Where each text starts there, and where the last one ends."""
    rows: NDArray[np.int32]
    different: list[str]
    """The chunks by their numbers."""


class Finder:
    """Looks for tokens whose letters without diacritics are among `wanted`, or begin with one of `prefixes`.

    It may name a chunk that holds none of them, but leaves out none that does. Line ends part chunks as blanks do. Safe
    to share between threads.
    """

    def __init__(self, wanted: Iterable[str], prefixes: Iterable[str] = ()) -> None:
        # In a chunk of several tokens any may be met: without the compiled loop it is looked into whatever is wanted.
        self._wanted = {*wanted, _SEVERAL}
        self._prefixes = tuple(prefixes)
        self._table: NDArray[np.uint8] | None = None

    def find(self, text: str) -> Found:
        """The chunks of a text to look into."""
        chunks = text.replace("\n", " ").split(" ")
        forms = list(map(letters.__getitem__, chunks))
        offsets = list(accumulate(map(len, chunks), initial=0))
        found = Found([], [], [], [])
        before = -1
        for at, plain in enumerate(forms):
            if plain in self._wanted or plain.startswith(self._prefixes):
                found.places.append(at)
                found.starts.append(offsets[at] + at)
                found.ends.append(offsets[at + 1] + at)
                found.parted.append(int(any(forms[before + 1 : at])))
                before = at
        return found

    def find_all(self, texts: Sequence[str], kernel: ModuleType, *, normal: bool = False) -> Looked:
        """The chunks of several texts to look into, found compiled; a text not in normal form is one chunk.

        With `normal`, all are taken to be so.
        """
        every = "".join(texts)
        codes, bounds = kernel.characters.codes(every), kernel.characters.bounds(texts)
        chunks = kernel.chunks
        whole = np.zeros(len(texts), np.bool_)
        given = chunks.letters(), self._flags(kernel), bool(self._prefixes)
        rows, firsts, usual = chunks.find(codes, bounds, whole, *given)
        if not normal and not usual.all():
            for at in np.flatnonzero(~usual).tolist():
                whole[at] = not is_plain(texts[at])
            if whole.any():
                rows, firsts, _ = chunks.find(codes, bounds, whole, *given)
        starts, ends = rows[[chunks.START, chunks.END]][:, firsts].tolist()
        return Looked(codes, bounds, rows, [every[start:end] for start, end in zip(starts, ends, strict=True)])

    def _flags(self, kernel: ModuleType) -> NDArray[np.uint8]:
        if self._table is None:
            self._table = kernel.chunks.flags(self._wanted, self._prefixes)
        return self._table


class _Letters(dict[str, str]):
    """What stands between two blanks -> the form of its token without diacritics; `_SEVERAL`; "" when it has no
    token."""

    def __missing__(self, chunk: str) -> str:
        forms = tokens(chunk).forms
        found = _SEVERAL if len(forms) > 1 else fold(forms[0]) if forms else ""
        if len(chunk) <= LONGEST_CACHED:
            if len(self) >= _CACHED:
                self.clear()
            self[chunk] = found
        return found


letters = _Letters()

_cached_tokens = functools.lru_cache(1 << 14)(tokens)


def chunk_tokens(chunk: str) -> Tokens:
    """The tokens of a chunk, remembered for a while."""
    return _cached_tokens(chunk) if len(chunk) <= LONGEST_CACHED else tokens(chunk)
