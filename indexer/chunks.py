"""Where in a text something stands that a query may look for, found chunk by chunk: what stands between two blanks.

`marking` and `reranking` look through whole passages for a few words of a query. A `Finder` names the chunks that may
hold one of them; only these are made tokens, and hardly any chunk is. Of a text in normal form
(`indexer.vietnamese.is_plain`) the tokens are those of its chunks. The loop runs compiled (`chunk_kernel`) once `warm`
was called; before, each chunk is read once and remembered.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from itertools import accumulate
from types import ModuleType
from typing import NamedTuple

import numpy as np

from indexer.vietnamese import Tokens, fold, tokens

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


class Finder:
    """Looks for tokens whose letters without marks are among `wanted`, or begin with one of `prefixes`.

    It may name a chunk that holds none of them, but leaves out none that does. Line ends part chunks as blanks do. Safe
    to share between threads.
    """

    def __init__(self, wanted: Iterable[str], prefixes: Iterable[str] = ()) -> None:
        # In a chunk of several tokens any may be met: without the compiled loop it is looked into whatever is wanted.
        self._wanted = {*wanted, _SEVERAL}
        self._prefixes = tuple(prefixes)
        self._flags = _compiled.flags(self._wanted, self._prefixes) if _compiled is not None else None

    def find(self, text: str) -> Found:
        """The chunks of a text to look into."""
        if self._flags is None or _compiled is None:
            return self._find_in_python(text)
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        columns = _compiled.find(codes, _compiled.kinds(), self._flags, bool(self._prefixes))
        return Found._make(columns.tolist())

    def _find_in_python(self, text: str) -> Found:
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


class _Letters(dict[str, str]):
    """What stands between two blanks -> the form of its token without marks; `_SEVERAL`; "" when it has no token."""

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


_compiled: ModuleType | None = None
"""The module `chunk_kernel`, once `warm` has imported it."""


def warm() -> None:
    """Compile the loop over a text, or load what was compiled before."""
    global _compiled
    if _compiled is None:
        from indexer import chunk_kernel

        chunk_kernel.compile_all()
        _compiled = chunk_kernel
