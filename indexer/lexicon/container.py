"""The file of a lexicon: named flat arrays behind a header, written once, then read by memory map.

    magic "TDLEXICN" | u32 version | u32 bytes of the table | u64 bytes of the whole file | u32 CRC-32 of the sections
    u32 CRC-32 of the table | table: UTF-8 JSON {name: [numpy type, offset, length]} | sections, each on 8 bytes

Everything is little-endian. `store` defines the arrays.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.errors import LexiconUnusable

VERSION = 2
_READ = (1, 2)
MALFORMED = (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)
"""What reading a file raises whose checksums are right and whose content cannot be."""
CHECKED_AT_OPEN = 64 << 20
"""The CRC of a file of at most so many bytes is verified when it is opened (under 30 ms)."""

Sections: TypeAlias = dict[str, NDArray[Any]]

_MAGIC = b"TDLEXICN"
_HEADER = struct.Struct("<8sIIQII")
_TYPES = frozenset(["|u1", "<u4", "<u8"])
_HINT = "Search goes on without repair and suggestions. Build the index again to have them."


def write_sections(path: Path, sections: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of uint8, uint32 or uint64 to a new file and fsync it."""
    table: dict[str, list[object]] = {}
    contents: list[NDArray[Any]] = []
    offset = checksum = 0
    for name, array in sections.items():
        kind = array.dtype.newbyteorder("<").str
        table[name] = [kind, offset, len(array)]
        # Arrays of hundreds of megabytes are not copied.
        contents.append(np.ascontiguousarray(array, kind).view(np.uint8))
        contents.append(np.zeros(-contents[-1].nbytes % 8, np.uint8))
        offset += contents[-2].nbytes + contents[-1].nbytes
    for content in contents:
        checksum = zlib.crc32(content.data, checksum)
    head = json.dumps(table).encode()
    head += b" " * (-(_HEADER.size + len(head)) % 8)
    total = _HEADER.size + len(head) + offset
    with open(path, "wb") as file:
        file.write(_HEADER.pack(_MAGIC, VERSION, len(head), total, checksum, zlib.crc32(head)))
        file.write(head)
        for content in contents:
            file.write(content.data)
        file.flush()
        os.fsync(file.fileno())


def read_sections(path: Path, *, check: bool | None = None) -> Sections:
    """The arrays of a file, as read-only views of a memory map that lives as long as they do.

    Raises `LexiconUnusable` when the file is missing, of another version, cut short or altered. `check` says whether
    to compare the CRC of the whole content; None: when the file is small enough (`CHECKED_AT_OPEN`).
    """
    try:
        with open(path, "rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise LexiconUnusable(f"there is no lexicon in {path.parent}", _HINT) from None
    except (OSError, ValueError) as error:
        raise LexiconUnusable(f"the lexicon {path} cannot be read: {error}", _HINT) from None
    damage = damaged(path)
    if len(mapped) < _HEADER.size:
        raise damage
    magic, version, size, total, checksum, table_checksum = _HEADER.unpack_from(mapped)
    if magic != _MAGIC:
        raise damage
    if version not in _READ:
        raise LexiconUnusable(
            f"the lexicon {path} is of version {version}; this program reads {' and '.join(map(str, _READ))}", _HINT
        )
    start = _HEADER.size + size
    head = mapped[_HEADER.size : start]
    if total != len(mapped) or zlib.crc32(head) != table_checksum:
        raise damage
    if check or (check is None and total <= CHECKED_AT_OPEN):
        with memoryview(mapped) as content, content[start:] as sections:
            if zlib.crc32(sections) != checksum:
                raise damage
    try:
        return {
            name: _section(mapped, kind, start + offset, length)
            for name, (kind, offset, length) in json.loads(head).items()
        }
    except MALFORMED:
        raise damage from None


def damaged(path: Path, why: object = "") -> LexiconUnusable:
    """The error of a file that is not what was written."""
    return LexiconUnusable(f"the lexicon {path} is damaged{': ' if why else ''}{why}", _HINT)


def identity(path: Path) -> tuple[int, int]:
    """What tells a file from any other: its size and checksum, by its own header; raises `LexiconUnusable`."""
    try:
        with open(path, "rb") as file:
            _, _, _, total, checksum, _ = _HEADER.unpack(file.read(_HEADER.size))
    except (OSError, struct.error) as error:
        raise LexiconUnusable(f"the lexicon {path} cannot be read: {error}", _HINT) from None
    return total, checksum


def _section(mapped: mmap.mmap, kind: str, offset: int, length: int) -> NDArray[Any]:
    if kind not in _TYPES:
        raise ValueError(kind)
    return np.frombuffer(mapped, np.dtype(kind), length, offset)
