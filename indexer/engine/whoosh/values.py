"""The values of a metadata field in a segment: a table of distinct values, and which of them each article has.

Sections of the file `articles` for a field, whose names begin with `field.` and its own, so that they are those of
nothing else: the table `values` (strings; numbers as f8; days since 1970-01-01 as i4); for keywords `keys`, by which
they are compared (`indexer.schema.facet_key`); and `numbers` (u4), which of the table each article has, or ABSENT.
Where an article of the segment has several, `numbers` holds those of all articles one after another, of which article i
has those between `ends[i - 1]` and `ends[i]`.
"""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from indexer.engine.value_counts import ValueCounts
from indexer.engine.whoosh.arrays import Array, ArrayFile, ArrayFileWriter, StringTable, decode, encode
from indexer.schema import FieldType, MetadataField, Value, exact, facet_key, value_text

ABSENT = 0xFFFFFFFF
EPOCH = datetime.date(1970, 1, 1).toordinal()

MOST_TEXTS = 4096
"""Values remembered as they were read; when there are more, all are forgotten."""

_KINDS: dict[FieldType, tuple[type, ...]] = {
    FieldType.KEYWORD: (str,),
    FieldType.TEXT: (str,),
    FieldType.ADDRESS: (str,),
    FieldType.NUMBER: (int, float),
    FieldType.DATE: (datetime.date,),
}


def _section(row: MetadataField) -> str:
    """What the names of the sections of a field begin with."""
    return f"field.{row.name}"


class Countable(NamedTuple):
    """What a facet counts: its distinct `values` as they are shown, the `keys` under which they are counted together.

    `numbers` and `ends` say which each article has, as in the head of this file.
    """

    values: list[str]
    keys: list[str]
    numbers: Array
    ends: Array | None


class ValuesWriter:
    """Collects the values of one field."""

    def __init__(self, row: MetadataField) -> None:
        self._row = row
        self._table: dict[Value, int] = {}
        self._numbers, self._counts = array("I"), array("I")

    def add(self, values: tuple[Value, ...]) -> None:
        """The values of the next article; raises `ValueError` for those of another type."""
        for value in values:
            if not isinstance(value, _KINDS[self._row.type]):
                raise ValueError(f"field {self._row.name} is {self._row.type}, and cannot have {value!r:.60}")
            self._numbers.append(self._table.setdefault(value, len(self._table)))
        self._counts.append(len(values))

    def write(self, file: ArrayFileWriter) -> None:
        """Write the sections."""
        name, kind = _section(self._row), self._row.type
        counts, numbers = np.array(self._counts, np.int64), np.array(self._numbers, np.uint32)
        if counts.max(initial=0) > 1:
            file.write(f"{name}.ends", "<u4", np.cumsum(counts))
            file.write(f"{name}.numbers", "<u4", numbers)
        else:
            column = np.full(len(counts), ABSENT, np.uint32)
            column[counts > 0] = numbers
            file.write(f"{name}.numbers", "<u4", column)
        if kind is FieldType.NUMBER:
            file.write(f"{name}.values", "<f8", list(self._table))  # type: ignore[arg-type]  # numbers, as `add` saw
        elif kind is FieldType.DATE:
            file.write(f"{name}.values", "<i4", [days(date) for date in self._table])  # type: ignore[arg-type]  # as above
        else:
            file.write_strings(f"{name}.values", (encode(str(value)) for value in self._table))
        if kind is FieldType.KEYWORD:
            file.write_strings(f"{name}.keys", (encode(facet_key(str(value))) for value in self._table))


class Values:
    """The values of one field, mapped into memory."""

    def __init__(self, file: ArrayFile, row: MetadataField) -> None:
        self.row = row
        name = _section(row)
        self.numbers = file.array(f"{name}.numbers")
        self.ends = file.array(f"{name}.ends") if file.has(f"{name}.ends") else None
        self._strings: StringTable | None = None
        self._table = np.empty(0)
        if row.type in (FieldType.NUMBER, FieldType.DATE):
            self._table = file.array(f"{name}.values")
        else:
            self._strings = file.strings(f"{name}.values")
        self._keys = file.strings(f"{name}.keys") if row.type is FieldType.KEYWORD else None
        # Single values are read through memory views: that is several times faster than through numpy.
        self._number_at = memoryview(self.numbers.data)
        self._end_at = None if self.ends is None else memoryview(self.ends.data)
        self._read: dict[int, Value] = {}
        self._countable: dict[str, Countable] = {}

    def __len__(self) -> int:
        return len(self._table) if self._strings is None else len(self._strings)

    def of(self, article: int) -> tuple[Value, ...]:
        """The values of article number `article`."""
        if self._end_at is None:
            number = self._number_at[article]
            return () if number == ABSENT else (self._value(number),)
        low, high = self._end_at[article - 1] if article else 0, self._end_at[article]
        return tuple([self._value(number) for number in self._number_at[low:high]])

    def _value(self, number: int) -> Value:
        value = self._read.get(number)
        if value is None:
            if len(self._read) >= MOST_TEXTS:
                self._read = {}
            value = self._read[number] = self._read_value(number)
        return value

    def _read_value(self, number: int) -> Value:
        if self._strings is not None:
            return self._strings.text(number)
        if self.row.type is FieldType.DATE:
            return datetime.date.fromordinal(int(self._table[number]) + EPOCH)
        return exact(float(self._table[number]))

    def keys(self) -> list[str]:
        """The key of each keyword of the table."""
        return [] if self._keys is None else [decode(key) for key in self._keys]

    def between(self, first: float | None, last: float | None) -> Array:
        """Per value of the table, whether it is a number or day within these bounds (None: open)."""
        wanted = np.full(len(self), self._strings is None)
        if self._strings is None:
            if first is not None:
                wanted &= self._table >= first
            if last is not None:
                wanted &= self._table <= last
        return wanted

    def articles_with(self, wanted: Array) -> Array:
        """Per article, whether it has any of the values at which `wanted` is true."""
        if self.ends is None:
            # ABSENT takes the last place, which is false.
            places = np.minimum(self.numbers, len(wanted))
            found: Array = np.append(wanted, False)[places]
            return found
        sums = np.concatenate(([0], np.cumsum(wanted[self.numbers], dtype=np.int64)))
        ends = self.ends.astype(np.int64)
        some: Array = sums[ends] > sums[np.concatenate(([0], ends[:-1]))]
        return some

    def count(self, live: Array | None, found: ValueCounts) -> None:
        """Add how many of the articles of which `live` is true (None: of all) have any value, and have each."""
        if self.ends is None:
            numbers = self.numbers if live is None else self.numbers[live]
            numbers = numbers[numbers != ABSENT]
            having = len(numbers)
        else:
            sizes = sizes_of(self.ends)
            numbers = self.numbers if live is None else self.numbers[np.repeat(live, sizes)]
            having = int(np.count_nonzero(sizes if live is None else sizes[live]))
        if len(numbers) and numbers.max() >= len(self):
            raise LookupError(f"{self.row.name}: a value without text")
        found.articles += having
        counts = np.bincount(numbers, minlength=len(self))
        for number in np.flatnonzero(counts).tolist():
            found.add(str(self._read_value(number)), int(counts[number]))

    def sortable(self, table: Array | None = None) -> Array:
        """Per article its number or day, or what `table` has for its keyword (f8; nan: none). Of single values."""
        values = (self._table if table is None else table).astype(np.float64)
        sortable: Array = np.append(values, np.nan)[np.minimum(self.numbers, len(values))]
        return sortable

    def countable(self, unit: str = "") -> Countable:
        """What a facet counts: the values, or of dates the years ("Y"), months ("M") or days ("D"); remembered."""
        found = self._countable.get(unit)
        if found is None:
            found = self._countable[unit] = self._parts(unit) if unit else self._whole()
        return found

    def _whole(self) -> Countable:
        values = [value_text(self._read_value(number)) for number in range(len(self))]
        return Countable(values, self.keys() or values, self.numbers, self.ends)

    def _parts(self, unit: str) -> Countable:
        parts, part_of = np.unique(self._table.astype("M8[D]").astype(f"M8[{unit}]"), return_inverse=True)
        values = np.datetime_as_string(parts).tolist()
        if self.ends is None:
            numbers = np.append(part_of, ABSENT)[np.minimum(self.numbers, len(self))]
            return Countable(values, values, _like_mapped(numbers), None)
        # Two days of one year are one year.
        sizes = sizes_of(self.ends)
        owners = np.repeat(np.arange(len(sizes)), sizes)
        pairs = np.unique(owners * max(len(values), 1) + part_of[self.numbers])
        counts = np.bincount(pairs // max(len(values), 1), minlength=len(sizes))
        return Countable(values, values, _like_mapped(pairs % max(len(values), 1)), _like_mapped(np.cumsum(counts)))

    def verify(self, file: str) -> Iterator[str]:
        """A sentence for each thing that is not as the head of this file says."""
        name = self.row.name
        if self._strings is not None:
            yield from self._strings.verify(name)
        if self._keys is not None:
            yield from self._keys.verify(f"key of {name}")
        known = self.numbers < len(self)
        if self.ends is None:
            known |= self.numbers == ABSENT
        if not known.all():
            yield f"{file}: the column {name!r} names values that do not exist"
        ends = np.zeros(0, np.int64) if self.ends is None else self.ends.astype(np.int64)
        if np.any(np.diff(ends, prepend=0) < 0) or (len(ends) and ends[-1] != len(self.numbers)):
            yield f"{file}: the bounds of the column {name!r} are damaged"


def _like_mapped(numbers: Array) -> Array:
    """The numbers as those of a file are, read-only: to the compiled loops that is a type of its own."""
    found = numbers.astype(np.uint32)
    found.setflags(write=False)
    return found


def sizes_of(ends: Array) -> Array:
    """How many values each article has."""
    sizes: Array = np.diff(ends.astype(np.int64), prepend=np.int64(0))
    return sizes


def days(date: datetime.date) -> int:
    """A date as it is kept."""
    return date.toordinal() - EPOCH
