"""The terms of several sorted tables, merged: each once, in order, and its number for each of the tables that has it.

They may be millions, so they are merged a piece at a time, and written to a file as they come.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, compress
from typing import IO

import numpy as np

from indexer.engine.whoosh.arrays import PIECE, Array, StringTable, split

AHEAD = 1 << 12
"""Terms of each table that are merged at a time, at most."""

READ_AT_ONCE = 1 << 19
"""Terms read before the mapped pages of the tables are dropped."""


class MergedTerms:
    """Terms in order, in an open file that is empty at first. Only their sizes are held."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sizes = array("I")

    def __len__(self) -> int:
        return len(self._sizes)

    def merge(self, tables: Sequence[StringTable], let_go: Callable[[], None]) -> list[Array]:
        """Add the terms of sorted tables; for each table, the numbers of its terms. `let_go` is called now and then."""
        most = sum(map(len, tables))
        numbers = [np.empty(len(table), np.min_scalar_type(most)) for table in tables]
        at = [0] * len(tables)
        read = 0
        while left := [i for i, table in enumerate(tables) if at[i] < len(table)]:
            ends = {i: min(at[i] + AHEAD, len(tables[i])) for i in left}
            # Of every table those up to here are at hand.
            last = min(tables[i][ends[i] - 1] for i in left)
            parts = {i: tables[i].items(at[i], bisect_right(tables[i], last, at[i], ends[i])) for i in left}
            # They are sorted already, each for itself, which sorting makes use of.
            terms = list(dict.fromkeys(sorted(chain.from_iterable(parts.values()))))
            numbered = dict(zip(terms, range(len(self), len(self) + len(terms)), strict=True))
            for i, part in parts.items():
                numbers[i][at[i] : at[i] + len(part)] = [numbered[term] for term in part]
                at[i] += len(part)
                read += len(part)
            self._file.write(b"".join(terms))
            self._sizes.extend(map(len, terms))
            if read >= READ_AT_ONCE:
                let_go()
                read = 0
        return numbers

    def select(self, kept: Array) -> Iterator[bytes]:
        """The terms at which `kept` is true."""
        self._file.seek(0)
        for low in range(0, len(self), PIECE):
            sizes = np.array(self._sizes[low : low + PIECE], np.int64)
            terms = split(self._file.read(int(sizes.sum())), np.cumsum(sizes))
            yield from compress(terms, kept[low : low + PIECE].tolist())
