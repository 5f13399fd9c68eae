"""Unpacking within limits: a small packed file may hold far more than anybody wants to read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, BinaryIO, cast

from indexer.articles.formats.content import Rejoined
from indexer.articles.limits import Limits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_READ_AT_ONCE = 1 << 18

_PACKERS: Mapping[bytes, tuple[str, Callable[[BinaryIO], io.BufferedIOBase]]] = {
    b"\x1f\x8b": ("gzip", lambda stream: gzip.GzipFile(fileobj=stream)),
    b"BZh": ("bzip2", bz2.BZ2File),
    b"\xfd7zXZ\0": ("xz", lzma.LZMAFile),
}
"""What packed files begin with, and what unpacks them."""


class PackedTooMuch(Exception):
    """A packed file holds more than its size allows, or takes too long to unpack; the message says which."""


def unpacked(stream: BinaryIO, limits: Limits) -> BinaryIO:
    """What a file packed with gzip holds; reading it raises `PackedTooMuch`."""
    return cast(BinaryIO, io.BufferedReader(_Unpacked(stream, limits, _size(stream), "gzip"), _READ_AT_ONCE))


def unpacked_by_content(stream: BinaryIO, limits: Limits) -> BinaryIO:
    """What a file holds that may be packed with gzip, bzip2 or xz; reading it raises `PackedTooMuch`."""
    size = _size(stream)
    head = stream.read(max(map(len, _PACKERS)))
    whole = cast(BinaryIO, io.BufferedReader(Rejoined(head, stream), _READ_AT_ONCE))
    packer = next((name for begin, (name, _) in _PACKERS.items() if head.startswith(begin)), None)
    if packer is None:
        return whole
    return cast(BinaryIO, io.BufferedReader(_Unpacked(whole, limits, size, packer), _READ_AT_ONCE))


class _Unpacked(io.RawIOBase):
    def __init__(self, stream: BinaryIO, limits: Limits, size: int, packer: str) -> None:
        self._packed = dict(_PACKERS.values())[packer](stream)
        self._packer, self._limits = packer, limits
        self._most = max(limits.unpacked_bytes_always, size * limits.unpacked_ratio)
        self._bytes, self._seconds = 0, 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Unpack up to the length of a buffer."""
        target = memoryview(buffer)
        start = time.perf_counter()
        # What is within the limit is given before what is not is complained of.
        try:
            data = self._packed.read1(min(len(target), max(1, self._most - self._bytes)))
        except OSError as error:
            if error.errno is not None or isinstance(error, gzip.BadGzipFile):
                raise
            # What bz2 says of damage is no error of the system's.
            raise EOFError(str(error)) from None
        self._seconds += time.perf_counter() - start
        self._bytes += len(data)
        if self._bytes > self._most:
            raise PackedTooMuch(
                f"the {self._packer} file holds more than {self._most:,} bytes, "
                f"{self._limits.unpacked_ratio} times its size"
            )
        if self._seconds > self._limits.unpacking_seconds:
            raise PackedTooMuch(f"unpacking it takes more than {self._limits.unpacking_seconds:,} seconds")
        target[: len(data)] = data
        return len(data)


def _size(stream: BinaryIO) -> int:
    """How many bytes a stream has in all: of one that cannot be measured, 0."""
    try:
        return os.fstat(stream.fileno()).st_size
    except OSError:  # It is no file.
        return _length(stream) if stream.seekable() else 0


def _length(stream: BinaryIO) -> int:
    """How much is left of a stream that is no file."""
    at = stream.tell()
    end = stream.seek(0, io.SEEK_END)
    stream.seek(at)
    return end - at
