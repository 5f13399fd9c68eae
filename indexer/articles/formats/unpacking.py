"""Unpacking within limits: a small packed file may hold far more than anybody wants to read."""

from __future__ import annotations

import gzip
import io
import os
import time
from typing import TYPE_CHECKING, BinaryIO, cast

from indexer.articles.limits import Limits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_READ_AT_ONCE = 1 << 18


class PackedTooMuch(Exception):
    """A packed file holds more than its size allows, or takes too long to unpack; the message says which."""


def unpacked(stream: BinaryIO, limits: Limits) -> BinaryIO:
    """What a file packed with gzip holds; reading it raises `PackedTooMuch`."""
    return cast(BinaryIO, io.BufferedReader(_Unpacked(stream, limits), _READ_AT_ONCE))


class _Unpacked(io.RawIOBase):
    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        size = os.fstat(stream.fileno()).st_size if _has_descriptor(stream) else _length(stream)
        self._packed = gzip.GzipFile(fileobj=stream)
        self._limits = limits
        self._most = max(limits.unpacked_bytes_always, size * limits.unpacked_ratio)
        self._bytes, self._seconds = 0, 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Unpack up to the length of a buffer."""
        target = memoryview(buffer)
        start = time.perf_counter()
        # What is within the limit is given before what is not is complained of.
        data = self._packed.read1(min(len(target), max(1, self._most - self._bytes)))
        self._seconds += time.perf_counter() - start
        self._bytes += len(data)
        if self._bytes > self._most:
            raise PackedTooMuch(
                f"the gzip file holds more than {self._most:,} bytes, {self._limits.unpacked_ratio} times its size"
            )
        if self._seconds > self._limits.unpacking_seconds:
            raise PackedTooMuch(f"unpacking it takes more than {self._limits.unpacking_seconds:,} seconds")
        target[: len(data)] = data
        return len(data)


def _has_descriptor(stream: BinaryIO) -> bool:
    try:
        stream.fileno()
    except OSError:
        return False
    return True


def _length(stream: BinaryIO) -> int:
    """How much is left of a stream that is no file."""
    at = stream.tell()
    end = stream.seek(0, io.SEEK_END)
    stream.seek(at)
    return end - at
