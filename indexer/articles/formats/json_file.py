"""JSON files: one article, a list of articles (or an object whose only list holds them), or one after another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.decoding import decode
from indexer.articles.formats.json_lines import read_record
from indexer.articles.formats.lines import read_whole
from indexer.articles.limits import Limits
from indexer.articles.metadata import name_of

_SPACE = re.compile(r"[\s,]*")
_BLANK = re.compile(r"\s*")
_LISTS = ("articles", "items", "data", "records", "docs", "documents", "posts", "results")


def read(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The draft of each article, or why there is none, with the line it begins on; raises `Unfit`.

    An article without an id gets that of the file, and its number where there are several.
    """
    text, notes = decode(read_whole(stream, limits))
    text = text.removeprefix("\ufeff")
    listed = text.lstrip().startswith("[")
    last = 0
    several = listed
    for number, (line, value) in enumerate(_values(text, listed, limits.line_bytes), 1):
        records = _inside(value) if not listed else None
        for inner, record in enumerate([value] if records is None else records, 1):
            several = several or records is not None or number > 1
            # Several on one line get numbers of their own.
            last = max(line, last + 1)
            own = f"{id}/{inner if records is not None else number}" if several else id
            yield last, _draft(record, own, limits, notes)


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _values(text: str, listed: bool, most: int) -> Iterator[tuple[int, Any]]:
    """The values of a list, or those one after another, each with its line."""
    decoder = json.JSONDecoder()
    at = _after(_BLANK, text, 0) + listed
    line, counted = 1, 0
    while True:
        at = _after(_SPACE, text, at)
        line, counted = line + text.count("\n", counted, at), at
        if at >= len(text) and not listed:
            return
        if listed and text[at : at + 1] == "]":
            return
        begin = at
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise Unfit(f"is not JSON from line {error.lineno} on: {error.msg} at character {error.colno}") from None
        except RecursionError:
            raise Unfit(f"is nested too deeply in line {line}") from None
        except ValueError as error:  # an integer of thousands of digits
            raise Unfit(f"is not JSON that can be read from line {line} on: {error}") from None
        if listed and at - begin > most:
            value = Unfit(f"the record has {at - begin:,} characters; the limit is {most:,}")
        yield line, value


def _inside(value: object) -> list[Any] | None:
    """The articles of an object that is a list of them under a usual name."""
    if isinstance(value, Mapping) and "text" not in value and "paragraphs" not in value:
        for name in _LISTS:
            held = value.get(name)
            if isinstance(held, list) and held and all(isinstance(each, Mapping) for each in held):
                return held
    return None


def _draft(record: object, id: str, limits: Limits, notes: Sequence[str]) -> Draft | Unfit:
    if isinstance(record, Unfit):
        return record
    if not isinstance(record, Mapping):
        return Unfit(f"holds {name_of(record)}; an article is an object with `id`, `title` and `text`")
    if record.get("id") is None and record.get("_id") is None:
        record = {**record, "id": id}
    try:
        draft = read_record(record, limits)
    except Unfit as error:
        return error
    return replace(draft, notes=(*draft.notes, *notes)) if notes else draft
