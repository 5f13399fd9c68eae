"""JSON Lines: each line is a record, which becomes the draft of an article: its keys, and what each may hold.

Entities of HTML are decoded, with a warning. Otherwise nothing is mended: a record whose id, title or text is not what
it should be is unfit as a whole, with a reason that names the key. Other keys are metadata, read in
`indexer.articles.metadata`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from html import unescape
from html.entities import html5
from typing import Any, BinaryIO

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.lines import drafts_of_lines
from indexer.articles.limits import Limits
from indexer.articles.metadata import is_finite, name_of
from indexer.articles.model import Kind
from indexer.articles.splitting import split_paragraphs, trim
from indexer.schema import BUILT_IN

_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,31}|(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}));")
_DECODED = "had HTML entities, which have been decoded"
_TEXT_NAMES = """
    content,contents,body,article,description,html,content_html,full_text,fulltext,paragraph,
    noidung,noi_dung,noi dung,nội dung,nội_dung
"""
_TEXT_KEYS = frozenset(name.strip() for name in _TEXT_NAMES.split(","))
_LONG = 400
"""Characters from which a string that no field reads may be the text of an article that has none."""

_KEYS_NAMED = 20
BUILT_IN_NAMES = frozenset(row.name for row in BUILT_IN)
_ARTICLE_KEYS = ("id", "_id", "title", "text", "paragraphs")

Record = Mapping[str, Any]
"""An article as a JSON object; `read_record` documents its keys."""


def read(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The draft of each line that is not blank, or why there is none; raises `Unfit` for a stream in UTF-16."""
    return drafts_of_lines(stream, limits, lambda line: read_record(parsed(line), limits))


def parsed(line: str) -> Record:
    """The record on a line; raises `Unfit`."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise Unfit(f"is not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise Unfit("is nested too deeply") from None
    except ValueError as error:  # an integer of thousands of digits
        raise Unfit(f"is not JSON that can be read: {error}") from None
    if not isinstance(record, dict):
        raise Unfit(f"holds {name_of(record)}; an article is an object with `id`, `title` and `text`")
    return record


def read_record(record: Record, limits: Limits) -> Draft:
    """The draft of the article that a record describes; raises `Unfit`.

    Keys: `id` or `_id` (a string or a number), `title`, and the text either as `text`, a string with blank
    lines between the paragraphs, or as `paragraphs`, a list of strings and of objects with `text` and, if
    known, `kind`. null is the same as absent. Every other key is an attribute of the draft.
    """
    title = _string(record, "title") or ""
    paragraphs = _paragraphs(record)
    if paragraphs and paragraphs[0][1] is Kind.TITLE:
        given = paragraphs.pop(0)[0]
        if title and given != title:
            raise Unfit("`title` and the paragraph of kind title differ; keep one of them")
        title = given
    # An article as the endpoint shows it has its title again wherever it is repeated.
    paragraphs = [(text, None if kind is Kind.TITLE and text == title else kind) for text, kind in paragraphs]
    if any(kind is Kind.TITLE for _, kind in paragraphs):
        raise Unfit("only the first of `paragraphs` may have the kind title")
    attributes = {key: value for key, value in record.items() if key not in _ARTICLE_KEYS}
    if not paragraphs and (unread := [key for key in attributes if _may_be_text(key, attributes[key])]):
        seen = ", ".join(f"{key!s:.40}" for key in list(record)[:_KEYS_NAMED])
        raise Unfit(f"has no `text`; keys seen: {seen}. Is it under `{unread[0]!s:.40}`? Name that `text`")
    notes: list[str] = []
    title = decoded(title, notes)
    paragraphs = [(decoded(text, notes), kind) for text, kind in paragraphs]
    return Draft(id_of(record), title, [each for each in paragraphs if each[0]], attributes, notes=notes)


def _may_be_text(key: str, value: object) -> bool:
    """Whether the text of an article seems to stand under a key that is not read for it."""
    if isinstance(value, str) and key not in BUILT_IN_NAMES:
        return bool(value.strip()) if key.lower() in _TEXT_KEYS else len(value) >= _LONG
    return isinstance(value, list) and key.lower() in _TEXT_KEYS and bool(value)


def decoded(text: str, notes: list[str]) -> str:
    """The text with HTML entities decoded, if it has any; that leaves a note."""
    if "&" not in text or not any(found[0][1:] in html5 or found[1] for found in _ENTITY.finditer(text)):
        return text
    if _DECODED not in notes:
        notes.append(_DECODED)
    return trim(_ENTITY.sub(lambda found: unescape(found[0]), text))


def _encodable(what: str, value: str) -> str:
    """`value`, unless it holds half a surrogate pair, which JSON can escape but no file can hold."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Unfit(f"{what} holds half a surrogate pair at character {error.start + 1}") from None
    return value


def _string(record: Record, key: str) -> str | None:
    """The trimmed string under `key`; None when it is absent, null or blank."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unfit(f"`{key}` must be a string, not {name_of(value)}")
    return trim(_encodable(f"`{key}`", value)) or None


def id_of(record: Record) -> str:
    """The id as a string; raises `Unfit`. Both `id` and `_id` may be there if they are equal."""
    values = [record[key] for key in ("id", "_id") if record.get(key) is not None]
    if not values:
        raise Unfit("has no `id`")
    if len(values) > 1 and values[0] != values[1]:
        raise Unfit("`id` and `_id` differ; keep one of them")
    value = values[0]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and is_finite(value):
        with suppress(ValueError):  # An int of thousands of digits.
            return str(value)
        raise Unfit("`id` is a number that is too long")
    if not isinstance(value, str):
        raise Unfit(f"`id` must be a string or a number, not {name_of(value)}")
    return trim(_encodable("`id`", value))


def _paragraphs(record: Record) -> list[tuple[str, Kind | None]]:
    text = _string(record, "text")
    items = record.get("paragraphs")
    if items is None:
        return [(part, None) for part in split_paragraphs(text or "")]
    if text is not None:
        raise Unfit("has both `text` and `paragraphs`; keep one of them")
    if not isinstance(items, list):
        raise Unfit(f"`paragraphs` must be a list, not {name_of(items)}")
    found = (_paragraph(item, number) for number, item in enumerate(items, 1))
    return [(part, kind) for part, kind in found if part]


def _paragraph(item: object, number: int) -> tuple[str, Kind | None]:
    """Trimmed text and given kind of one of `paragraphs`; a blank line inside does not part it."""
    where = f"paragraph {number}"
    kind = None
    if isinstance(item, dict):
        kind = _kind(item.get("kind"), where)
        item = item.get("text")
    if not isinstance(item, str):
        raise Unfit(f"{where} must be a string or an object with a string `text`, not {name_of(item)}")
    return trim(_encodable(where, item)), kind


def _kind(value: object, where: str) -> Kind | None:
    if value is None:
        return None
    if isinstance(value, str) and value in tuple(Kind):
        return Kind(value)
    raise Unfit(f"the `kind` of {where} must be one of {', '.join(Kind)}")
