"""The vocabulary of an index: each term with its document frequency, in a file that is mapped into memory.

The file has a head of two numbers (u8), how many terms there are and how many bytes all are; then where each term ends
(u8), how often it occurs (u4) and the terms, sorted, as UTF-8. A term begins with the letter of its field.
"""

from __future__ import annotations

import heapq
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.durable import sync_directory
from indexer.errors import IndexDamaged
from indexer.schema import Column, Columns, Field, PairColumn

LETTER: Mapping[Field, str] = {field: chr(ord("a") + at) for at, field in enumerate(Field)}
"""What the terms of a field begin with."""

MOST_IN_MEMORY = 2_000_000
"""Terms that are counted before they go to a file."""

Counted: TypeAlias = tuple[bytes, int]
"""A term as it is in the file, and its document frequency."""

_HEAD = 16
_BLOCK = 1 << 16


def term(field: Field, form: str) -> bytes:
    """A term as it is in a file."""
    return (LETTER[field] + form).encode("utf-8", "surrogatepass")


class Vocabulary:
    """The terms of a file, sorted."""

    def __init__(self, path: Path) -> None:
        size = path.stat().st_size
        data = np.memmap(path, np.uint8, "r") if size else np.zeros(0, np.uint8)
        count, length = (int(each) for each in data[:_HEAD].view("<u8")) if size >= _HEAD else (0, -1)
        if size != _HEAD + 12 * count + length:
            raise IndexDamaged(f"{path} has {size} bytes, which is not its length", "Remove it: it is fetched again.")
        self._ends: NDArray[np.uint64] = data[_HEAD : _HEAD + 8 * count].view("<u8")
        self.counts: NDArray[np.uint32] = data[_HEAD + 8 * count : _HEAD + 12 * count].view("<u4")
        self._bytes = memoryview(data.data)[_HEAD + 12 * count :]
        self._end_at = memoryview(self._ends.data)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, at: int) -> bytes:
        return bytes(self._bytes[self._end_at[at - 1] if at else 0 : self._end_at[at]])

    def find(self, wanted: bytes) -> int:
        """The place of a term, or where it would be."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def frequency(self, wanted: bytes) -> int:
        """The document frequency of a term; 0 where there is none."""
        at = self.find(wanted)
        return int(self.counts[at]) if at < len(self) and self[at] == wanted else 0

    def beginning(self, prefix: bytes) -> range:
        """The places of the terms that begin so."""
        # No byte of UTF-8 is 0xff.
        return range(self.find(prefix), self.find(prefix + b"\xff"))

    def items(self, places: range | None = None) -> Iterator[Counted]:
        """Terms with their document frequencies, in order."""
        places = range(len(self)) if places is None else places
        for first in range(places.start, places.stop, _BLOCK):
            last = min(first + _BLOCK, places.stop)
            begins = [int(self._ends[first - 1]) if first else 0, *self._ends[first:last].tolist()]
            block, start = bytes(self._bytes[begins[0] : begins[-1]]), begins[0]
            for at, count in enumerate(self.counts[first:last].tolist()):
                yield block[begins[at] - start : begins[at + 1] - start], count


def write(path: Path, terms: Iterable[Counted]) -> dict[Field, int]:
    """Write sorted terms to a file, durably; returns how many each field has."""
    fields = {letter: field for field, letter in LETTER.items()}
    numbers = dict.fromkeys(Field, 0)
    with ExitStack() as stack:
        ends_file, counts_file, bytes_file = (
            stack.enter_context(tempfile.TemporaryFile(dir=path.parent)) for _ in "123"
        )
        count, end = 0, 0
        ends: list[int] = []
        counts: list[int] = []
        for name, frequency in terms:
            bytes_file.write(name)
            end += len(name)
            count += 1
            ends.append(end)
            counts.append(frequency)
            numbers[fields[chr(name[0])]] += 1
            if len(ends) == _BLOCK:
                _append(ends_file, counts_file, ends, counts)
        _append(ends_file, counts_file, ends, counts)
        with open(path, "wb") as file:
            file.write(np.array([count, end], "<u8").tobytes())
            for part in (ends_file, counts_file, bytes_file):
                part.seek(0)
                while chunk := part.read(1 << 20):
                    file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    sync_directory(path.parent)
    return numbers


def _append(ends_file: object, counts_file: object, ends: list[int], counts: list[int]) -> None:
    np.array(ends, "<u8").tofile(ends_file)  # type: ignore[arg-type]  # a file
    np.array(counts, "<u4").tofile(counts_file)  # type: ignore[arg-type]  # a file
    ends.clear()
    counts.clear()


def merged(added: Sequence[Iterable[Counted]], removed: Sequence[Iterable[Counted]] = ()) -> Iterator[Counted]:
    """The terms of several vocabularies, without the occurrences of others, in order."""
    signed = [*added, *(((name, -count) for name, count in each) for each in removed)]
    for name, same in groupby(heapq.merge(*signed), key=lambda item: item[0]):
        if total := sum(count for _, count in same):
            yield name, total


class VocabularyCounter:
    """Counts in how many paragraphs terms stand; beyond so many terms, in files of the folder."""

    def __init__(self, folder: Path, most: int = MOST_IN_MEMORY) -> None:
        self._folder, self._most = folder, most
        self._counts: Counter[bytes] = Counter()
        self._runs: list[Path] = []

    def add(self, tokens: Mapping[Field, Iterable[str]]) -> None:
        """Count the terms of a paragraph."""
        for field, own in tokens.items():
            self._counts.update({term(field, form) for form in own})
        self._spill()

    def add_columns(self, columns: Columns) -> None:
        """Count the terms of several paragraphs."""
        for field, column in columns.items():
            if isinstance(column, PairColumn):
                self._add_pairs(field, column.of)
            else:
                owners = np.repeat(np.arange(len(column.counts)), column.counts)
                terms = column.terms()
                distinct = np.unique(owners * len(terms) + column.numbers) if len(terms) else owners
                counts = np.bincount(distinct % max(len(terms), 1), minlength=len(terms))
                for at in np.flatnonzero(counts).tolist():
                    self._counts[term(field, terms[at])] += int(counts[at])
        self._spill()

    def _add_pairs(self, field: Field, column: Column) -> None:
        forms, numbers = column.forms, column.numbers.astype(np.int64)
        owners = np.repeat(np.arange(len(column.counts)), column.counts)
        inside = np.flatnonzero(owners[1:] == owners[:-1])
        pairs = numbers[inside] * len(forms) + numbers[inside + 1]
        order = np.lexsort([owners[inside], pairs])
        pairs, owners = pairs[order], owners[inside][order]
        is_new = np.ones(len(pairs), bool)
        is_new[1:] = (pairs[1:] != pairs[:-1]) | (owners[1:] != owners[:-1])
        distinct, counts = np.unique(pairs[is_new], return_counts=True)
        for pair, count in zip(distinct.tolist(), counts.tolist(), strict=True):
            first, second = divmod(pair, len(forms))
            self._counts[term(field, f"{forms[first]} {forms[second]}")] += count

    def _spill(self) -> None:
        if len(self._counts) > self._most:
            path = self._folder / f"run-{id(self):x}-{len(self._runs)}"
            write(path, self.items())
            self._runs.append(path)
            self._counts = Counter()

    def add_counts(self, counts: Mapping[bytes, int]) -> None:
        """Add what another has counted."""
        self._counts.update(counts)
        self._spill()

    def taken(self) -> dict[bytes, int]:
        """All that was counted, for another; it is forgotten here."""
        found = dict(merged([*(Vocabulary(run).items() for run in self._runs), self.items()]))
        self.forget()
        return found

    def items(self) -> Iterator[Counted]:
        """The terms that are in memory, in order."""
        yield from sorted(self._counts.items())

    def write(self, path: Path, others: Sequence[Iterable[Counted]] = ()) -> dict[Field, int]:
        """Write all terms to a file, with those of others; returns how many each field has."""
        runs = [Vocabulary(run).items() for run in self._runs]
        numbers = write(path, merged([*others, *runs, self.items()]))
        self.forget()
        return numbers

    def forget(self) -> None:
        """Forget all, and leave no file."""
        self._counts = Counter()
        for run in self._runs:
            run.unlink(missing_ok=True)
        self._runs = []
