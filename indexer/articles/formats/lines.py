"""The lines of a stream, for formats that hold a record a line: numbered, and bounded whatever the stream holds."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

_SKIPPED_AT_ONCE = 64 * 1024


def numbered_lines(stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a stream, counted from 1; None for one over `longest` bytes, which is never held whole.

    Lines end with LF alone, so a bad line cannot spoil the next. A byte order mark before the first is left out.
    """
    number = 0
    while line := stream.readline(longest + 2):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line.rstrip(b"\r\n")) <= longest:
            yield number, line
            continue
        while not line.endswith(b"\n") and (line := stream.readline(_SKIPPED_AT_ONCE)):
            pass
        yield number, None
