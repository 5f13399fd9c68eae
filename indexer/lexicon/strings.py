"""Many strings as two arrays: their UTF-8 one after another, and where each begins."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

_MOST_KNOWN = 4_096
"""Places that are remembered: some 500 kB."""
_LONGEST_KNOWN = 64


def view(table: NDArray[Any]) -> memoryview:
    """A memory view of a table: it reads single entries faster than numpy."""
    return memoryview(cast(Any, table))


Place = tuple[int, bool]
"""The number of a string, and that it is there; or before which one it would stand."""


class StringPool:
    """The strings of a blob by number; in code point order if written so."""

    def __init__(self, blob: NDArray[Any], at: NDArray[Any]) -> None:
        if not len(at) or at[0] != 0 or at[-1] != len(blob):
            raise ValueError("the strings do not fit their table")
        self._blob = view(blob)
        self._at = view(at)
        self._known: dict[str, Place] = {}
        """Places that were looked for; with too many all are forgotten."""

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, number: int) -> str:
        return str(self._raw(number), "utf-8", "replace")

    def place(self, string: str) -> Place:
        """The number of a string, and that it is there; or before which one it would stand. They must ascend."""
        # A query asks for each of its syllables some six times.
        found = self._known.get(string)
        if found is None:
            sought = string.encode("utf-8", "replace")
            at = bisect_left(range(len(self)), sought, key=self._raw)
            found = at, at < len(self) and self._raw(at) == sought
            if len(string) <= _LONGEST_KNOWN:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[string] = found
        return found

    def prefixed(self, prefix: str) -> range:
        """The numbers of the strings that begin with `prefix`. The strings must ascend."""
        sought = prefix.encode("utf-8", "replace")
        size = len(sought)
        start = bisect_left(range(len(self)), sought, key=self._raw)
        stop = bisect_right(range(len(self)), sought, start, key=lambda number: self._raw(number)[:size])
        return range(start, stop)

    def _raw(self, number: int) -> bytes:
        return bytes(self._blob[self._at[number] : self._at[number + 1]])


def pooled(name: str, strings: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The two arrays of some strings, by their names."""
    # There may be a million, so none is kept in memory twice.
    encoded, ends = bytearray(), array("I", [0])
    for string in strings:
        encoded += string.encode("utf-8", "replace")
        ends.append(len(encoded))
    return {name: np.frombuffer(encoded, np.uint8), f"{name}_at": np.frombuffer(ends, np.uint32)}
