"""JSON Lines: each line is a record, which becomes the draft of an article: its keys, and what each may hold.

Nothing is mended silently: a record whose known keys hold what they should not is unfit as a whole, with a
reason that names the key. Unknown keys are ignored.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from indexer.articles.assembly import Draft, Unfit, check_length
from indexer.articles.dates import parse_date
from indexer.articles.formats.lines import drafts_of_lines
from indexer.articles.limits import Limits
from indexer.articles.model import ArticleInfo, Kind
from indexer.articles.splitting import split_paragraphs, trim

_UNSAFE_IN_URL = re.compile(r"[\s\x00-\x20\x7f<>\"\\]")

Record = Mapping[str, Any]
"""An article as a JSON object; `read_record` documents its keys."""


def read(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The draft of each line that is not blank, or why there is none; raises `Unfit` for a stream in UTF-16."""
    return drafts_of_lines(stream, limits, lambda line: read_record(_parsed(line), limits))


def _parsed(line: str) -> Record:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise Unfit(f"is not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise Unfit("is nested too deeply") from None
    except ValueError as error:  # an integer of thousands of digits
        raise Unfit(f"is not JSON that can be read: {error}") from None
    if not isinstance(record, dict):
        raise Unfit(f"holds {_name(record)}; an article is an object with `id`, `title` and `text`")
    return record


def read_record(record: Record, limits: Limits) -> Draft:
    """The draft of the article that a record describes; raises `Unfit`.

    Keys: `id` or `_id` (a string or a number), `title`, and the text either as `text`, a string with blank
    lines between the paragraphs, or as `paragraphs`, a list of strings and of objects with `text` and, if
    known, `kind`. Optional: `url` (http or https), `date` (see `parse_date`), `source`, `author`. null is the
    same as absent.
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
    return Draft(
        ArticleInfo(
            id=_id(record),
            title=title,
            url=_url(record, limits),
            date=_date(record),
            source=_label(record, "source", limits),
            author=_label(record, "author", limits),
        ),
        paragraphs,
    )


def _name(value: object) -> str:
    """What a JSON value is called in a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number" if _is_finite(value) else "a number that is not finite"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"


def _is_finite(value: int | float) -> bool:
    # An int may be larger than any float, and isfinite() would make it one.
    return isinstance(value, int) or math.isfinite(value)


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
        raise Unfit(f"`{key}` must be a string, not {_name(value)}")
    return trim(_encodable(f"`{key}`", value)) or None


def _id(record: Record) -> str:
    """The id as a string. Both `id` and `_id` may be there if they are equal."""
    values = [record[key] for key in ("id", "_id") if record.get(key) is not None]
    if not values:
        raise Unfit("has no `id`")
    if len(values) > 1 and values[0] != values[1]:
        raise Unfit("`id` and `_id` differ; keep one of them")
    value = values[0]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_finite(value):
        return str(value)
    if not isinstance(value, str):
        raise Unfit(f"`id` must be a string or a number, not {_name(value)}")
    return trim(_encodable("`id`", value))


def _paragraphs(record: Record) -> list[tuple[str, Kind | None]]:
    text = _string(record, "text")
    items = record.get("paragraphs")
    if items is None:
        return [(part, None) for part in split_paragraphs(text or "")]
    if text is not None:
        raise Unfit("has both `text` and `paragraphs`; keep one of them")
    if not isinstance(items, list):
        raise Unfit(f"`paragraphs` must be a list, not {_name(items)}")
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
        raise Unfit(f"{where} must be a string or an object with a string `text`, not {_name(item)}")
    return trim(_encodable(where, item)), kind


def _kind(value: object, where: str) -> Kind | None:
    if value is None:
        return None
    if isinstance(value, str) and value in tuple(Kind):
        return Kind(value)
    raise Unfit(f"the `kind` of {where} must be one of {', '.join(Kind)}")


def _url(record: Record, limits: Limits) -> str | None:
    """The address, if it is one that a page may link to."""
    url = _string(record, "url")
    if url is None:
        return None
    check_length("`url`", url, limits.url_characters)
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or _UNSAFE_IN_URL.search(url):
        raise Unfit("`url` must be an http or https address; correct it or leave it out")
    return url


def _date(record: Record) -> datetime.date | None:
    text = _string(record, "date")
    if text is None:
        return None
    try:
        return parse_date(text)
    except ValueError:
        raise Unfit(f"`date` is {text[:40]!r}; it must be like 2023-12-26 or 26/12/2023") from None


def _label(record: Record, key: str, limits: Limits) -> str | None:
    value = _string(record, key)
    if value is not None:
        check_length(f"`{key}`", value, limits.label_characters)
    return value
