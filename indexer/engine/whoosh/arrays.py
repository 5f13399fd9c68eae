"""The file format of segments: named flat arrays with checksums, written once and memory-mapped.

    head       8 bytes, MAGIC
    sections   little-endian arrays, each beginning at a multiple of 8 bytes, zero bytes between them
    directory  UTF-8 JSON: role, segment, meta, and per section [dtype, offset, count, CRC-32]
    tail       length and CRC-32 of the directory, size of the file, MAGIC

A file is written once, with its sections' checksums, and never changed. Opening reads only the tail and the directory;
the modules that name the arrays document them.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from indexer.engine.whoosh.string_checks import first_not_after, first_not_utf8
from indexer.errors import IndexDamaged

Array: TypeAlias = npt.NDArray[Any]

MAGIC = b"timdoan\x01"
TAIL = struct.Struct("<IIQ8s")
ALIGNMENT, BUFFER = 8, 1 << 20
PIECE = 1 << 16  # Strings that are written at a time.
_TYPES = frozenset(("|u1", "u1", "<u1", "<u2", "<u4", "<u8", "|i1", "i1", "<i1", "<i2", "<i4", "<i8", "<f4", "<f8"))
"""Of numbers alone: no array may hold objects."""
VERIFY_CHUNK = 1 << 24
VERIFY_STRINGS = 1 << 14
"""Bytes and strings that are read before what was mapped of them is dropped."""

ENCODING, ENCODING_ERRORS = "utf-8", "surrogatepass"
"""How text is encoded: any Python string is restored exactly, lone surrogates included."""

REBUILD = "Nothing was deleted. Go back to the previous generation, or build the index again."


def damaged(path: str, why: str) -> IndexDamaged:
    """The error that names the file and the damage."""
    return IndexDamaged(f"{os.path.basename(path)}: {why}", REBUILD)


def encode(text: str) -> bytes:
    """The stored bytes of `text`; they sort in the order of code points."""
    return text.encode(ENCODING, ENCODING_ERRORS)


def decode(data: bytes) -> str:
    """The inverse of `encode`; raises UnicodeDecodeError for bytes that are not its output."""
    return data.decode(ENCODING, ENCODING_ERRORS)


def split(data: bytes, ends: Array) -> list[bytes]:
    """The strings that stand one after another in `data`, each up to one of `ends`."""
    return [data[start:end] for start, end in pairwise([0, *ends.tolist()])]


def index_dtype(largest: int) -> str:
    """The narrower of the two types that can store offsets up to `largest`."""
    return "<u4" if largest < 1 << 32 else "<u8"


def as_words(flags: Array) -> Array:
    """A flag per paragraph as a set (see `kernel.posting_lists`)."""
    data = np.packbits(flags, bitorder="little")
    return np.concatenate([data, np.zeros(-len(data) % 8, np.uint8)]).view(np.uint64)


def address(array: Array) -> int:
    """The memory address of an array's values."""
    return int(array.__array_interface__["data"][0])


class Section:
    """One array being written; values are appended in order."""

    def __init__(self, descriptor: int, dtype: str, offset: int) -> None:
        self.dtype, self.offset, self.crc, self.written = dtype, offset, 0, 0
        self._descriptor = descriptor
        self._pending = bytearray()

    @property
    def count(self) -> int:
        """Values appended so far."""
        return self.written // np.dtype(self.dtype).itemsize

    def append(self, values: npt.ArrayLike) -> None:
        """Append an array, converted to the section's type."""
        self.append_bytes(np.ascontiguousarray(values, self.dtype).tobytes())

    def append_bytes(self, data: bytes) -> None:
        """Append values in their file format."""
        self.written += len(data)
        self._pending += data
        if len(self._pending) >= BUFFER:
            self.flush()

    def flush(self) -> None:
        """Write the buffer to the file, without fsync."""
        self.crc = zlib.crc32(self._pending, self.crc)
        at = self.offset + self.written - len(self._pending)
        view = memoryview(self._pending)
        while view:
            done = os.pwrite(self._descriptor, view, at)
            view, at = view[done:], at + done
        self._pending = bytearray()


class ArrayFileWriter:
    """Writes a new file of arrays; `finish` makes it durable, `abandon` removes it."""

    def __init__(self, path: str, role: str, segment: str) -> None:
        self.path = path
        self._role, self._segment = role, segment
        self._sections: dict[str, Section] = {}
        self._end: int | None = len(MAGIC)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.pwrite(self._descriptor, MAGIC, 0)

    def reserve(self, name: str, dtype: str, count: int) -> Section:
        """A section of exactly `count` values; several may be filled alternately."""
        section = self._begin(name, dtype)
        self._end = section.offset + count * np.dtype(dtype).itemsize
        return section

    def stream(self, name: str, dtype: str) -> Section:
        """A section of unknown size; the next section may begin only when this one is complete."""
        section = self._begin(name, dtype)
        self._end = None
        return section

    def write(self, name: str, dtype: str, values: npt.ArrayLike) -> None:
        """A whole section at once."""
        array = np.ascontiguousarray(values, dtype)
        self.reserve(name, dtype, array.size).append(array)

    def write_strings(self, name: str, items: Iterable[bytes], step: int = PIECE) -> list[bytes]:
        """A table of strings, read back by `StringTable`; returns every `step`-th of them, from the first on."""
        table = StringsWriter(self, name)
        stream = iter(items)
        kept: list[bytes] = []
        written = 0
        while piece := list(islice(stream, PIECE)):
            table.extend(piece)
            kept += piece[-written % step :: step]
            written += len(piece)
        table.finish()
        return kept

    def finish(self, meta: dict[str, Any] | None = None) -> None:
        """Write the directory and the tail, fsync and close."""
        for section in self._sections.values():
            section.flush()
        end = self._next_offset()
        directory = json.dumps(
            {
                "role": self._role,
                "segment": self._segment,
                "meta": meta or {},
                "sections": {name: [s.dtype, s.offset, s.count, s.crc] for name, s in self._sections.items()},
            }
        ).encode()
        size = end + len(directory) + TAIL.size
        tail = TAIL.pack(len(directory), zlib.crc32(directory), size, MAGIC)
        os.pwrite(self._descriptor, directory + tail, end)
        os.fsync(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = -1

    def abandon(self) -> None:
        """Close the file, if it is open, and remove it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        if os.path.exists(self.path):
            os.unlink(self.path)

    def _begin(self, name: str, dtype: str) -> Section:
        section = Section(self._descriptor, dtype, self._next_offset())
        self._sections[name] = section
        return section

    def _next_offset(self) -> int:
        end = self._end
        if end is None:
            last = list(self._sections.values())[-1]
            end = last.offset + last.written
        return -(-end // ALIGNMENT) * ALIGNMENT


class StringsWriter:
    """A table of strings being written: the bytes of all, then the end offset of each."""

    def __init__(self, file: ArrayFileWriter, name: str) -> None:
        self._file, self._name = file, name
        self._bytes = file.stream(name, "|u1")
        self._ends: list[Array] = []
        self._pending: list[int] = []

    def append(self, item: bytes) -> None:
        """Append one string."""
        self._bytes.append_bytes(item)
        self._pending.append(self._bytes.written)
        if len(self._pending) >= BUFFER:
            self._pack()

    def extend(self, items: Sequence[bytes]) -> None:
        """Append several at once, which is much faster."""
        self._pack()
        sizes = np.fromiter(map(len, items), np.int64, len(items))
        ends = np.cumsum(sizes) + self._bytes.written
        self._bytes.append_bytes(b"".join(items))
        self._ends.append(ends.astype(index_dtype(self._bytes.written)))

    def finish(self) -> None:
        """Write where the strings end."""
        self._pack()
        section = self._file.reserve(
            self._name + ".ends", index_dtype(self._bytes.written), sum(len(ends) for ends in self._ends)
        )
        for ends in self._ends:
            section.append(ends)
        self._ends = []

    def _pack(self) -> None:
        self._ends.append(np.array(self._pending, index_dtype(self._bytes.written)))
        self._pending = []


class ArrayFile:
    """A memory-mapped file of arrays. Raises `IndexDamaged` when it is not one, or not the one expected."""

    def __init__(self, path: str, role: str, segment: str) -> None:
        self.path = path
        try:
            with open(path, "rb") as file:
                self.size = os.fstat(file.fileno()).st_size
                if self.size < len(MAGIC) + TAIL.size:
                    raise damaged(path, f"truncated: only {self.size} bytes are left")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise damaged(path, "the file is missing") from None
        except OSError as error:
            raise damaged(path, f"cannot be read: {error.strerror}") from error
        self.meta: dict[str, Any] = {}
        self._sections: dict[str, tuple[np.dtype[Any], int, int, int]] = {}
        self._end = 0
        self._read_directory(role, segment)

    def has(self, name: str) -> bool:
        """Whether there is a section `name`."""
        return name in self._sections

    def array(self, name: str) -> Array:
        """The section `name`, read-only, without copying it."""
        try:
            dtype, offset, count, _ = self._sections[name]
        except KeyError:
            raise damaged(self.path, f"has no section {name!r}") from None
        return np.frombuffer(self._map, dtype, count, offset)

    def view(self, name: str) -> memoryview[int]:
        """The section `name`, of integers, for reading single values."""
        return memoryview(self.array(name).data)

    def strings(self, name: str) -> StringTable:
        """The table of strings `name`."""
        return StringTable(self.array(name), self.array(name + ".ends"), self.path)

    def let_go(self) -> None:
        """Drop the mapped pages of the file from memory; the kernel reads them again when needed."""
        self._map.madvise(mmap.MADV_DONTNEED)

    def verify(self) -> Iterator[str]:
        """A sentence for each section with a wrong checksum."""
        name = os.path.basename(self.path)
        at = len(MAGIC)
        for section, (dtype, offset, count, crc) in self._sections.items():
            if any(self._map[at:offset]):
                yield f"{name}: the bytes before section {section!r} are damaged"
            at = offset + count * dtype.itemsize
            actual = 0
            for start in range(offset, at, VERIFY_CHUNK):
                actual = zlib.crc32(self._map[start : min(start + VERIFY_CHUNK, at)], actual)
                self.let_go()
            if actual != crc:
                yield f"{name}: section {section!r} is damaged (its checksum differs)"
        if any(self._map[at : self._end]):
            yield f"{name}: the bytes before the directory are damaged"

    def _read_directory(self, role: str, segment: str) -> None:
        length, crc, size, magic = TAIL.unpack(self._map[-TAIL.size :])
        if self._map[: len(MAGIC)] != MAGIC or magic != MAGIC or size != self.size:
            raise damaged(self.path, "is truncated, damaged, or no file of this index")
        self._end = self.size - TAIL.size - length
        data = self._map[max(self._end, 0) : self.size - TAIL.size]
        if self._end < 0 or zlib.crc32(data) != crc:
            raise damaged(self.path, "its directory is damaged (its checksum differs)")
        try:
            directory = json.loads(data)
            found, self.meta = (directory["role"], directory["segment"]), dict(directory["meta"])
            self._sections = {name: self._section(*each) for name, each in directory["sections"].items()}
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise damaged(self.path, f"its directory cannot be: {error}") from None
        if found != (role, segment):
            raise damaged(self.path, f"belongs elsewhere: {found[0]} of {found[1]}")

    def _section(self, dtype: Any, offset: Any, count: Any, crc: Any) -> tuple[np.dtype[Any], int, int, int]:
        """What a directory says of a section; raises `ValueError` for what it cannot say, whatever its checksum."""
        if dtype not in _TYPES or not all(type(number) is int and number >= 0 for number in (offset, count, crc)):
            raise ValueError("a section has no type, or no place")
        kind: np.dtype[Any] = np.dtype(dtype)
        if not len(MAGIC) <= offset <= offset + count * kind.itemsize <= self._end:
            raise ValueError("a section lies outside the file")
        return kind, offset, count, crc


class StringTable:
    """A table of strings in a file of arrays: item i is `data[ends[i - 1]:ends[i]]`."""

    def __init__(self, data: Array, ends: Array, path: str) -> None:
        self.data, self.ends, self._path = data, ends, path
        self._bytes = memoryview(data.data)
        self._ends = memoryview(ends.data)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, i: int) -> bytes:
        return bytes(self._bytes[self._ends[i - 1] if i else 0 : self._ends[i]])

    def __iter__(self) -> Iterator[bytes]:
        return (self[i] for i in range(len(self)))

    def items(self, low: int, high: int) -> list[bytes]:
        """The strings from `low` up to `high`, which is faster than one by one."""
        start, end = (int(self.ends[at - 1]) if at else 0 for at in (low, high))
        return split(bytes(self._bytes[start:end]), self.ends[low:high].astype(np.int64) - start)

    def bounds(self, i: int) -> tuple[int, int]:
        """Where the bytes of string `i` begin and end in `data`."""
        return self._ends[i - 1] if i else 0, self._ends[i]

    def raw(self, i: int) -> memoryview[int]:
        """The bytes of string `i`, where they lie in the file."""
        return self._bytes[slice(*self.bounds(i))]

    def text(self, i: int) -> str:
        """String `i`, decoded."""
        try:
            return str(self.raw(i), ENCODING, ENCODING_ERRORS)
        except UnicodeDecodeError:
            raise damaged(self._path, f"text {i} is not valid UTF-8") from None

    def lower_bound(self, item: bytes) -> int:
        """The first index whose string is not less than `item`, in a sorted table."""
        return bisect_left(self, item)

    def find(self, item: bytes) -> int | None:
        """The index of `item` in a sorted table, or None."""
        at = self.lower_bound(item)
        return at if at < len(self) and self[at] == item else None

    def with_prefix(self, prefix: bytes) -> range:
        """The indices of the strings that begin with `prefix`, in a sorted table."""
        low = self.lower_bound(prefix)
        head = len(prefix)
        return range(low, bisect_left(range(low, len(self)), True, key=lambda i: self[i][:head] != prefix) + low)

    def verify(self, what: str, sorted_: bool = False, let_go: Callable[[], None] = lambda: None) -> Iterator[str]:
        """A sentence for the first string that does not decode or is not in order; `let_go` is called now and then."""
        name = os.path.basename(self._path)
        ends = self.ends.astype(np.int64)
        if np.any(np.diff(ends, prepend=0) < 0) or (len(ends) and ends[-1] != len(self.data)):
            yield f"{name}: the bounds of the {what} are damaged"
            return
        for first in range(0, len(self), VERIFY_STRINGS):
            # With the last of those before, which the first of these is compared with.
            before = max(first - 1, 0)
            stops = ends[before : first + VERIFY_STRINGS]
            starts = np.concatenate((ends[before - 1 : before] if before else ends[:1] * 0, stops[:-1]))
            data = bytes(self._bytes[starts[0] : stops[-1]])
            where = starts - starts[0], stops - starts[0]
            if (wrong := first_not_utf8(data, *where)) is not None:
                yield f"{name}: {what} {before + wrong} is not valid UTF-8"
                return
            if sorted_ and (wrong := first_not_after(data, *where)) is not None:
                yield f"{name}: {what} {before + wrong} is out of order"
                return
            let_go()
