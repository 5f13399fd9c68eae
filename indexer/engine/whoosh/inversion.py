"""Inversion: the tokens of one field, paragraph after paragraph, become postings in order of terms.

Sort-based (Witten, Moffat and Bell 1999, section 5.2): tokens are numbered and kept in one array; when that or its
dictionary has grown to the budget, one sort makes a run of it, a file of postings like any other, and the dictionary
starts anew. At the end the runs are merged as segments are. So memory is bounded whatever the number of paragraphs.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence

import numpy as np

from indexer.engine.whoosh.arrays import encode
from indexer.engine.whoosh.merge import Source, merge_postings
from indexer.engine.whoosh.postings import Postings, PostingsWriter

BYTES_PER_TOKEN = 40
"""The memory of a token while its run is sorted: its number, sort key, order, paragraph and position."""

BYTES_PER_TERM = 200
"""The memory of a distinct term: a string of a dozen code points, its number, its place in the dictionary."""


class _Numbers(dict[str, int]):
    """Numbers for terms, in the order in which they are first met."""

    def __missing__(self, form: str) -> int:
        number = self[form] = len(self)
        return number


class Inverter:
    """Inverts one field into the file `path`, with at most about `budget` bytes of memory.

    Runs are written beside it as `path.run0`, `path.run1` and so on, and removed at the end.
    """

    def __init__(self, path: str, segment: str, budget: int) -> None:
        self._path, self._segment, self._budget = path, segment, budget
        self._runs: list[str] = []
        self._begin()

    def add(self, tokens: Sequence[str]) -> None:
        """The tokens of the next paragraph."""
        self._tokens.extend(map(self._numbers.__getitem__, tokens))
        self._lengths.append(len(tokens))
        if len(self._tokens) * BYTES_PER_TOKEN + len(self._numbers) * BYTES_PER_TERM > self._budget:
            self._spill()

    def finish(self) -> None:
        """Write the file."""
        if not self._runs:
            self._write_run(self._path)
            return
        self._spill()
        sources, base = [], 0
        for path in self._runs:
            run = Postings(path, self._segment)
            sources.append(Source(run, base))
            base += len(run.lengths)
        merge_postings(self._path, self._segment, sources, base)
        self.abandon()

    def abandon(self) -> None:
        """Remove the runs."""
        for path in self._runs:
            if os.path.exists(path):
                os.unlink(path)
        self._runs = []

    def _begin(self) -> None:
        self._numbers = _Numbers()
        self._tokens = array("I")
        self._lengths = array("I")

    def _spill(self) -> None:
        if self._lengths:
            path = f"{self._path}.run{len(self._runs)}"
            self._runs.append(path)
            self._write_run(path)
            self._begin()

    def _write_run(self, path: str) -> None:
        numbers = np.frombuffer(self._tokens, np.uint32) if self._tokens else np.empty(0, np.uint32)
        lengths = np.frombuffer(self._lengths, np.uint32) if self._lengths else np.empty(0, np.uint32)
        terms = sorted(self._numbers)
        rank = np.empty(len(terms), np.uint64)
        rank[np.fromiter(map(self._numbers.__getitem__, terms), np.int64, len(terms))] = np.arange(len(terms))
        # Term in the upper half, place in the lower: the sort is stable because every key is distinct.
        keys = rank[numbers] << np.uint64(32)
        keys |= np.arange(len(numbers), dtype=np.uint64)
        keys.sort()
        places = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        keys >>= np.uint64(32)
        owners = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
        starts = np.cumsum(lengths, dtype=np.int64) - lengths
        ids = owners[places]
        positions = places - starts[ids]
        first = np.ones(len(ids), bool)
        first[1:] = (ids[1:] != ids[:-1]) | (keys[1:] != keys[:-1])
        begins = np.flatnonzero(first)
        frequencies = np.diff(begins, append=len(ids))
        longest = int(lengths.max()) if len(lengths) else 0
        writer = PostingsWriter(path, self._segment, len(begins), len(numbers), longest)
        try:
            writer.append(ids[begins], frequencies, positions)
            writer.finish(
                map(encode, terms),
                np.bincount(keys[begins].astype(np.int64), minlength=len(terms)),
                np.bincount(keys.astype(np.int64), minlength=len(terms)),
                lengths,
            )
        except BaseException:
            writer.abandon()
            raise
