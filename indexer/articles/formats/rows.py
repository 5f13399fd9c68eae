"""Rows of text (.csv, .tsv): with a header that names fields each row is an article; otherwise the file is one."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.decoding import decode
from indexer.articles.formats.building import Blocks
from indexer.articles.formats.lines import UTF16_MARKS, numbered_lines, read_whole
from indexer.articles.formats.table import Header, header_of
from indexer.articles.limits import Limits

_DELIMITERS = ",;\t|"
_MOST_LINES = 5_000
"""Lines that a quoted cell may have; a quote that is never closed costs its own row only."""


def read(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The draft of each row under a header that names fields, or of the whole; raises `Unfit`."""
    head = stream.readline(limits.line_bytes + 2)
    if head.startswith(UTF16_MARKS):
        raise Unfit("is UTF-16; convert it to UTF-8")
    try:
        first = head.decode("utf-8-sig")
    except UnicodeDecodeError:
        first = ""
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        header = header_of(_cells(first, delimiter)) if len(head) <= limits.line_bytes else None
    except csv.Error:
        header = None
    if header is None:
        yield 1, _as_text(head + read_whole(stream, limits), id, limits)
        return
    for number, row in _rows(stream, limits):
        yield number + 1, _draft(row, header, delimiter, f"{id}/{number + 1}")


def _cells(row: str, delimiter: str) -> list[str]:
    csv.field_size_limit(max(csv.field_size_limit(), len(row) + 1))
    rows = list(csv.reader([row], delimiter=delimiter, strict=True))
    return [cell for each in rows for cell in each]


def _draft(row: str | Unfit, header: Header, delimiter: str, id: str) -> Draft | Unfit:
    if isinstance(row, Unfit):
        return row
    try:
        cells = _cells(row, delimiter)
        return header.draft(cells, [None] * len(cells), id)
    except csv.Error as error:
        return Unfit(f"is no row of cells: {error}")
    except Unfit as error:
        return error


def _rows(stream: BinaryIO, limits: Limits) -> Iterator[tuple[int, str | Unfit]]:
    """The rows that are not blank, of as many lines as quotes ask for, each with the number of its first line."""
    lines = numbered_lines(stream, limits)
    waiting: deque[tuple[int, str | Unfit]] = deque()
    while True:
        taken = waiting.popleft() if waiting else next(lines, None)
        if taken is None:
            return
        number, row = taken
        if isinstance(row, Unfit) or row.count('"') % 2 == 0:
            if isinstance(row, Unfit) or row.strip():
                yield number, row
            continue
        further: list[tuple[int, str | Unfit]] = []
        parts, size, closed = [row], len(row), False
        while not closed and len(further) < _MOST_LINES and size <= limits.line_bytes:
            following = waiting.popleft() if waiting else next(lines, None)
            if following is None:
                break
            further.append(following)
            if isinstance(following[1], Unfit):
                break
            parts.append(following[1])
            size += len(following[1])
            closed = following[1].count('"') % 2 == 1
        if closed:
            yield number, "\n".join(parts)
        else:
            yield number, Unfit("has a quoted cell that never ends")
            waiting.extendleft(reversed(further))


def _as_text(data: bytes, id: str, limits: Limits) -> Draft | Unfit:
    """A table without such a header: each row is a paragraph."""
    if len(data) > limits.file_bytes:
        return Unfit(f"the file is longer than {limits.file_bytes:,} bytes, the limit")
    blocks = Blocks(limits)
    try:
        text, notes = decode(data)
        lines = text.splitlines()
        delimiter = max(_DELIMITERS, key=lambda each: sum(line.count(each) for line in lines[:100]))
        csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
        for row in csv.reader(lines, delimiter=delimiter):
            cells = [cell for cell in row if cell.strip()]
            if len(cells) == 1:
                blocks.add([(cells[0], None)])
            else:
                blocks.add_row([[[(cell, None)]] for cell in cells])
        return blocks.draft(id, limits, notes=notes)
    except csv.Error as error:
        return Unfit(f"is no table of cells: {error}")
    except Unfit as error:
        return error
