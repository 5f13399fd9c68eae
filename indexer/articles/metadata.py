"""Conversion of a draft's attributes to the values of metadata fields, by the type of each field.

What cannot be read costs that value, never the article, and leaves a `FieldWarning`. What no field is declared for is
kept as it is, to be shown with the article.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from indexer.articles.bylines import people_in
from indexer.articles.dates import parse_date
from indexer.articles.limits import Limits
from indexer.articles.model import FieldWarning
from indexer.articles.splitting import trim
from indexer.schema import LARGEST, FieldType, MetadataField, Schema, Value, exact, facet_key

_UNSAFE_IN_URL = re.compile(r"[\s\x00-\x20\x7f<>\"\\]")
_DIGITS = re.compile("-?[0-9]{1,15}")


class Metadata(NamedTuple):
    """What is kept of some attributes; as in `ArticleInfo` and `Article`."""

    values: dict[str, tuple[Value, ...]]
    undeclared: str
    warnings: tuple[FieldWarning, ...]


class _Unreadable(ValueError):
    """A value that its field cannot have; the message goes on from the name of the field."""


def read_metadata(attributes: Mapping[str, object], schema: Schema, limits: Limits) -> Metadata:
    """What the fields of `schema` have of `attributes`. None, blank strings and empty lists are the same as absent."""
    values: dict[str, tuple[Value, ...]] = {}
    warnings: list[FieldWarning] = []
    for row in schema.of_articles:
        if attributes.get(row.name) is not None and (read := _values(attributes[row.name], row, limits, warnings)):
            values[row.name] = read
    known = {row.name for row in schema.of_articles}
    rest = {name: value for name, value in attributes.items() if name not in known and not _is_empty(value)}
    return Metadata(values, _undeclared(rest, limits, warnings) if rest else "", tuple(warnings))


def _values(given: object, row: MetadataField, limits: Limits, warnings: list[FieldWarning]) -> tuple[Value, ...]:
    listed = given if isinstance(given, list | tuple) else [given]
    if row.people:
        listed = [name for each in listed for name in (people_in(each) if isinstance(each, str) else [each])]
    if isinstance(given, list | tuple) and not row.many:
        warnings.append(FieldWarning(row.name, f"must be {_WANTED[row.type]}, not {name_of(given)}"))
        return ()
    found: dict[object, Value] = {}
    for place, each in enumerate(listed[: limits.values], 1):
        try:
            value = _READERS[row.type](each, limits)
        except _Unreadable as error:
            which = f" (value {place})" if len(listed) > 1 else ""
            warnings.append(FieldWarning(row.name, f"{error}{which}"))
            continue
        if value is not None:
            # Counted once, an article with a value in two writings is found by either.
            single = len(listed) == 1 or row.type is not FieldType.KEYWORD
            found.setdefault(value if single else facet_key(str(value)), value)
    if len(listed) > limits.values:
        warnings.append(
            FieldWarning(row.name, f"has {len(listed):,} values; those after the first {limits.values:,} are too many")
        )
    return tuple(found.values())


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def _undeclared(rest: Mapping[str, object], limits: Limits, warnings: list[FieldWarning]) -> str:
    """A JSON object of `rest`, as much of it as there is room for."""
    kept: list[str] = []
    left = limits.undeclared_bytes
    for name, value in rest.items():
        shown = f"{name!s:.40}".encode("utf-8", "replace").decode()
        try:
            text = json.dumps({name: value}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))[1:-1]
            size = len(text.encode("utf-8"))
        except UnicodeEncodeError:
            warnings.append(FieldWarning(shown, "holds half a surrogate pair"))
            continue
        except (ValueError, TypeError, RecursionError):
            warnings.append(FieldWarning(shown, "is nothing that JSON can hold"))
            continue
        if size > left:
            warnings.append(
                FieldWarning(shown, f"is no declared field, and such may take {limits.undeclared_bytes:,} bytes")
            )
            continue
        left -= size + 1
        kept.append(text)
    return "{" + ",".join(kept) + "}" if kept else ""


def _text_of(value: object, most: int) -> str | None:
    if not isinstance(value, str):
        raise _Unreadable(f"must be a string, not {name_of(value)}")
    text = trim(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _Unreadable(f"holds half a surrogate pair at character {error.start + 1}") from None
    if len(text) > most:
        raise _Unreadable(f"has {len(text):,} characters; the limit is {most:,}")
    return text or None


def _keyword(value: object, limits: Limits) -> Value | None:
    return _text_of(value, limits.label_characters)


def _text(value: object, limits: Limits) -> Value | None:
    return _text_of(value, limits.attribute_characters)


def _number(value: object, limits: Limits) -> Value | None:
    if isinstance(value, str):
        # Whole ones only: 1.234 is a thousand to some and little more than one to others.
        if not value.strip():
            return None
        if not _DIGITS.fullmatch(value.strip()):
            raise _Unreadable(f"is {value[:40]!r}; it must be a number")
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Unreadable(f"must be a number, not {name_of(value)}")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise _Unreadable(f"is beyond {LARGEST:,}, up to which whole numbers are exact")
    if not math.isfinite(value):
        raise _Unreadable("is a number that is not finite")
    return exact(value)


def _date(value: object, limits: Limits) -> Value | None:
    if isinstance(value, datetime.date):
        return value.date() if isinstance(value, datetime.datetime) else value
    text = _text_of(value, limits.attribute_characters)
    if text is None:
        return None
    try:
        return parse_date(text)
    except ValueError:
        raise _Unreadable(f"is {text[:40]!r}; it must be like 2023-12-26 or 26/12/2023") from None


def _address(value: object, limits: Limits) -> Value | None:
    """The address, if it is one that a page may link to."""
    url = _text_of(value, limits.url_characters)
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or _UNSAFE_IN_URL.search(url):
        raise _Unreadable("must be an http or https address")
    return url


_READERS: Mapping[FieldType, Callable[[object, Limits], Value | None]] = {
    FieldType.KEYWORD: _keyword,
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.ADDRESS: _address,
}
_WANTED: Mapping[FieldType, str] = {
    FieldType.KEYWORD: "a string",
    FieldType.TEXT: "a string",
    FieldType.NUMBER: "a number",
    FieldType.DATE: "a date",
    FieldType.ADDRESS: "an address",
}


def name_of(value: object) -> str:
    """What a JSON value is called in a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number" if is_finite(value) else "a number that is not finite"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list | tuple) else "an object"


def is_finite(value: int | float) -> bool:
    """Whether a number is one; an int may be larger than any float, and `math.isfinite` would make it one."""
    return isinstance(value, int) or math.isfinite(value)
