"""What was read, kept in a temporary file until it is written: no lock is held while sources are read."""

from __future__ import annotations

import contextlib
import pickle
import tempfile
from collections.abc import Generator, Iterator
from typing import TypeVar

Each = TypeVar("Each")

IN_MEMORY = 32 * 1024 * 1024
"""Bytes that are kept in memory; more go to a file without a name, which no other process can open."""


@contextlib.contextmanager
def spooled(given: Generator[Each, None, None]) -> Iterator[Iterator[Each]]:
    """Take all there is; gives it in order, once, for the length of a `with` block. Raises `OSError`."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file, contextlib.closing(given):
        count = 0
        for each in given:
            pickle.dump(each, file, pickle.HIGHEST_PROTOCOL)
            count += 1
        file.seek(0)
        yield (pickle.load(file) for _ in range(count))
