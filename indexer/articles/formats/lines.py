"""Formats with one record per line: numbered lines in bounded memory, each of which becomes a draft or a reason."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.limits import Limits

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SKIPPED_AT_ONCE = 64 * 1024
_READ_AT_ONCE = 1 << 20


def read_whole(stream: BinaryIO, limits: Limits) -> bytes:
    """All of a stream; raises `Unfit` where that is more than `limits.file_bytes`."""
    pieces, left = [], limits.file_bytes
    while piece := stream.read(_READ_AT_ONCE):
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            raise Unfit(f"the file is longer than {limits.file_bytes:,} bytes, the limit")
    return b"".join(pieces)


def drafts_of_lines(
    stream: BinaryIO, limits: Limits, draft_of: Callable[[str], Draft]
) -> Iterator[tuple[int, Draft | Unfit]]:
    """What `draft_of` makes of each line that is not blank, or the `Unfit` that it raises.

    Lines are numbered from 1 and end with LF alone, so a bad line cannot spoil the next. `draft_of` gets them decoded,
    without their end and without a byte order mark. A line that is no UTF-8 or over `limits.line_bytes` is unfit; one
    so long is never held whole. Raises `Unfit` for a stream in UTF-16.
    """
    for number, line in numbered_lines(stream, limits):
        if isinstance(line, Unfit):
            yield number, line
        elif not line.isspace() and line:
            yield number, _draft(line, draft_of)


def numbered_lines(stream: BinaryIO, limits: Limits) -> Iterator[tuple[int, str | Unfit]]:
    """The lines of a stream as `drafts_of_lines` gives them, blank ones too; `Unfit` for one that cannot be read."""
    number = 0
    while line := stream.readline(limits.line_bytes + 2):
        number += 1
        if number == 1:
            if line.startswith(UTF16_MARKS):
                raise Unfit("is UTF-16; convert it to UTF-8")
            line = line.removeprefix(codecs.BOM_UTF8)
        content = line.rstrip(b"\r\n")
        if len(content) > limits.line_bytes:
            while not line.endswith(b"\n") and (line := stream.readline(_SKIPPED_AT_ONCE)):
                pass
            yield number, Unfit(f"the line is longer than {limits.line_bytes:,} bytes, the limit")
            continue
        try:
            yield number, content.decode("utf-8")
        except UnicodeDecodeError as error:
            yield number, Unfit(f"is not UTF-8 at byte {error.start} of the line")


def _draft(line: str, draft_of: Callable[[str], Draft]) -> Draft | Unfit:
    try:
        return draft_of(line)
    except Unfit as error:
        return error
