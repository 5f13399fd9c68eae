"""Passages as lines of a file: JSON Lines, CSV for spreadsheets, and Markdown to read and quote from."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from indexer.engine.base import Hit
from indexer.schema import Schema

_OF_PASSAGE = ("id", "title", "url", "date", "source", "author", "position", "kind", "page", "text", "score")
_USUAL = _OF_PASSAGE[:-1]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula."""


def export_fields(schema: Schema) -> tuple[str, ...]:
    """The names of what can be exported of a passage."""
    return (*_OF_PASSAGE, *(row.name for row in schema.of_articles if row.name not in _OF_PASSAGE))


def usual_fields(schema: Schema) -> tuple[str, ...]:
    """What is exported unless something else is asked for."""
    return (*_USUAL, *(row.name for row in schema.of_articles if row.name not in _OF_PASSAGE))


def exported(hits: Iterator[Hit], format: str, fields: Sequence[str]) -> Iterator[str]:
    """The text of a file with passages, piece by piece; `format` is one of `FORMATS`, `fields` of `export_fields`."""
    return _WRITERS[format](hits, fields)


def _row(hit: Hit, fields: Sequence[str]) -> dict[str, Any]:
    info, paragraph = hit.info, hit.paragraph
    known: Mapping[str, Callable[[], Any]] = {
        "id": lambda: info.id,
        "title": lambda: info.title,
        "url": lambda: info.url,
        "date": lambda: info.date.isoformat() if info.date else None,
        "source": lambda: info.source,
        "author": lambda: list(info.authors),
        "position": lambda: paragraph.position,
        "kind": lambda: paragraph.kind.value,
        "page": lambda: paragraph.page,
        "text": lambda: paragraph.text,
        "score": lambda: round(hit.score, 6),
    }
    return {
        name: known[name]() if name in known else [_plain(each) for each in info.values.get(name, ())]
        for name in fields
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _json_lines(hits: Iterator[Hit], fields: Sequence[str]) -> Iterator[str]:
    """An object a line; lists where a field may have several values."""
    for hit in hits:
        yield json.dumps(_row(hit, fields), ensure_ascii=False) + "\n"


def _csv(hits: Iterator[Hit], fields: Sequence[str]) -> Iterator[str]:
    """A header and a row a passage, by RFC 4180, after the mark by which spreadsheets know UTF-8.

    Several values are separated by semicolons. A text that a spreadsheet would take for a formula gets an apostrophe.
    """
    file = io.StringIO()
    writer = csv.writer(file)

    def taken() -> str:
        text = file.getvalue()
        file.seek(0)
        file.truncate()
        return text

    writer.writerow(fields)
    yield "\ufeff" + taken()
    for hit in hits:
        writer.writerow([_cell(value) for value in _row(hit, fields).values()])
        yield taken()


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _markdown(hits: Iterator[Hit], fields: Sequence[str]) -> Iterator[str]:
    """Each passage as a quotation with where it is from; of the passages of one article in a row, the head is once."""
    last = None
    for hit in hits:
        row = _row(hit, fields)
        head = {name: row[name] for name in ("title", "id", "source", "date", "author", "url") if row.get(name)}
        if last is None or last != hit.info.id:
            title = _escaped(str(head.pop("title", "") or hit.info.id))
            told = [", ".join(value) if isinstance(value, list) else str(value) for value in head.values()]
            yield f"## {title}\n\n" + (f"{_escaped(' · '.join(told))}\n\n" if told else "")
        last = hit.info.id
        if "text" in row:
            quoted = "\n".join(f"> {_escaped(line)}".rstrip() for line in hit.paragraph.text.splitlines())
            page = f" (trang {row['page']})" if row.get("page") else ""
            yield f"{quoted}{page}\n\n"


_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


_WRITERS: Mapping[str, Callable[[Iterator[Hit], Sequence[str]], Iterator[str]]] = {
    "jsonl": _json_lines,
    "csv": _csv,
    "md": _markdown,
}
FORMATS = tuple(_WRITERS)
