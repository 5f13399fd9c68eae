"""Spreadsheets (.xls, .xlsx): under a header that names fields each row is an article; otherwise all sheets are one."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.building import Blocks
from indexer.articles.formats.lines import read_whole
from indexer.articles.formats.packages import Package
from indexer.articles.formats.table import Cell, header_of, shown
from indexer.articles.limits import Limits
from indexer.articles.model import Kind

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The name of the stream that holds a .xlsx with a password."""
_MOST_CELLS = 5_000_000


class _Row(NamedTuple):
    """A row: its number from 1, its cells and the names of their fonts."""

    number: int
    cells: Sequence[Cell]
    fonts: Sequence[str | None]


_Sheet = tuple[str, Iterator[_Row]]
"""The name of a sheet and its rows that are not blank."""


def read_xls(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The drafts of a workbook of Excel 97 to 2003; raises `Unfit`."""
    import xlrd

    data = read_whole(stream, limits)
    if not data.startswith(_OLE):
        raise Unfit("is no workbook of Excel 97 to 2003")
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        yield from _drafts([(sheet.name, _xls_rows(book, sheet)) for sheet in book.sheets()], id, limits)
    except Unfit:
        raise
    except Exception as error:  # Of a damaged workbook xlrd raises what it happens upon.
        if _LOCKED in data:
            raise Unfit("is protected by a password") from None
        raise Unfit(f"is no workbook that can be read: {error}") from None


def _xls_rows(book: Book, sheet: Sheet) -> Iterator[_Row]:
    import xlrd

    for number in range(sheet.nrows):
        cells: list[Cell] = []
        fonts: list[str | None] = []
        for cell in sheet.row(number):
            value: Cell = cell.value
            if cell.ctype == xlrd.XL_CELL_DATE:
                try:
                    value = xlrd.xldate_as_datetime(float(cell.value), book.datemode)
                except (ValueError, OverflowError):
                    value = cell.value
            elif cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_EMPTY):
                value = None
            cells.append(value)
            xf = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
            fonts.append(book.font_list[xf.font_index].name if xf is not None else None)
        yield _Row(number + 1, cells, fonts)


def read_xlsx(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The drafts of a workbook of Excel; raises `Unfit`."""
    data = read_whole(stream, limits)
    Package(data, "workbook of Excel (.xlsx)", limits).check_size()
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        yield from _drafts([(sheet.title, _xlsx_rows(sheet)) for sheet in book.worksheets], id, limits)
    except Unfit:
        raise
    except Exception as error:  # Of a damaged workbook openpyxl raises what it happens upon.
        raise Unfit(f"is no workbook that can be read: {error}") from None


def _xlsx_rows(sheet: Any) -> Iterator[_Row]:
    # What a sheet says of its size may be anything.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [None if cell.data_type == "e" else cell.value for cell in row]
        yield _Row(number, cells, [cell.font.name if cell.value is not None and cell.font else None for cell in row])


def _drafts(sheets: Sequence[_Sheet], id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The articles of all sheets; the rows of one that has no header are text."""
    blocks = Blocks(limits)
    left = _MOST_CELLS
    last = 0
    for name, all_rows in sheets:
        rows = (row for row in all_rows if any(cell not in (None, "") for cell in row.cells))
        first = next(rows, None)
        if first is None:
            continue
        if (header := header_of(first.cells)) is not None:
            own = f"{id}/{name}" if len(sheets) > 1 else id
            for row in rows:
                # The rows of several sheets get numbers of their own.
                last = max(row.number, last + 1)
                try:
                    size = sum(len(cell) for cell in row.cells if isinstance(cell, str))
                    if size > limits.line_bytes:
                        raise Unfit(f"the row has {size:,} characters; the limit is {limits.line_bytes:,}")
                    yield last, header.draft(row.cells, row.fonts, f"{own}/{row.number}")
                except Unfit as error:
                    yield last, error
            continue
        if len(sheets) > 1:
            blocks.add([(name, None)], Kind.HEADING)
        for row in itertools.chain([first], rows):
            left -= len(row.cells)
            if left < 0:
                raise Unfit(f"has more than {_MOST_CELLS:,} cells, the limit")
            _add(blocks, row)
    if blocks.runs:
        yield last + 1, blocks.draft(id, limits)
    elif not last:
        raise Unfit("holds no text")


def _add(blocks: Blocks, row: _Row) -> None:
    filled = [(shown(cell), font) for cell, font in zip(row.cells, row.fonts, strict=True) if cell not in (None, "")]
    if len(filled) == 1:
        blocks.add(filled)
    else:
        blocks.add_row([[[run]] for run in filled])
