"""Tables whose header names fields: each row is an article."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.encodings import Run, repair
from indexer.articles.model import Kind
from indexer.articles.splitting import split_paragraphs, trim

_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("id", "_id", "mã", "mã bài", "mã tin"), "id"),
    **dict.fromkeys(("title", "tiêu đề", "tựa đề", "tựa", "nhan đề", "tên bài"), "title"),
    **dict.fromkeys(("lead", "summary", "sapo", "sapô", "tóm tắt", "mô tả", "dẫn nhập"), "lead"),
    **dict.fromkeys(("text", "content", "body", "nội dung", "toàn văn"), "text"),
    **dict.fromkeys(("date", "published", "ngày", "ngày đăng", "ngày xuất bản", "ngày ban hành"), "date"),
    **dict.fromkeys(("author", "authors", "tác giả", "người viết"), "author"),
    **dict.fromkeys(("source", "nguồn", "báo"), "source"),
    **dict.fromkeys(("url", "link", "đường dẫn", "liên kết", "địa chỉ"), "url"),
    **dict.fromkeys(("section", "category", "chuyên mục", "thể loại"), "section"),
    **dict.fromkeys(("tags", "keywords", "từ khóa", "từ khoá", "thẻ"), "tags"),
}
_TEXT_FIELDS = ("title", "text", "lead")

Cell = str | int | float | datetime.date | None
"""A value of a table; a number that is whole is an int."""


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of a table's columns, by column; None for a column without a name."""

    fields: Sequence[str | None]

    def draft(self, cells: Sequence[Cell], fonts: Sequence[str | None], id: str) -> Draft:
        """The article of a row; `id` if the row has none. Raises `Unfit` for a row that is longer than the header."""
        extra = [cell for cell in cells[len(self.fields) :] if cell not in (None, "")]
        if extra:
            raise Unfit(f"has {len(cells):,} cells, but the header has {len(self.fields):,}")
        runs: list[list[Run]] = [[(shown(cell), font)] for cell, font in zip(cells, fonts, strict=True)]
        repaired = repair(runs)
        values: dict[str, object] = {}
        for field, cell, text in zip(self.fields, cells, repaired.texts, strict=False):
            if field and trim(text) and field not in values:
                values[field] = trim(text) if isinstance(cell, str) else cell
        paragraphs: list[tuple[str, Kind | None]] = []
        if lead := values.pop("lead", None):
            paragraphs.append((shown(lead), Kind.LEAD))
        paragraphs += [(text, None) for text in split_paragraphs(shown(values.pop("text", None)))]
        title = shown(values.pop("title", None))
        return Draft(shown(values.pop("id", None)) or id, title, paragraphs, values, notes=repaired.notes)


def header_of(cells: Sequence[Cell]) -> Header | None:
    """The header that a first row is, if it names a text or a title and another field; None: it is no header."""
    named = [
        unicodedata.normalize("NFC", " ".join(cell.split())).lower().strip(":* ") if isinstance(cell, str) else ""
        for cell in cells
    ]
    known = {_NAMES[name] for name in named if name in _NAMES}
    if len(known) < 2 or not known & set(_TEXT_FIELDS):
        return None
    while named and not named[-1]:
        named.pop()
    return Header([_NAMES.get(name, name) or None for name in named])


def shown(value: object) -> str:
    """A value as text: whole numbers without a point, days as they are written in Vietnam."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime.datetime) and (value.hour or value.minute):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    return str(value)
