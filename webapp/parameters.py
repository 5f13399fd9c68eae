"""The parameters of a search, as they stand in a URL, become a `SearchRequest`, or a list of what is wrong.

Pages and JSON read them here, so that one address means one thing in both. The query language inside `q` is
`indexer`'s own.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from werkzeug.datastructures import MultiDict

from indexer import FACETS, Kind, SearchRequest, Settings

Sort = Literal["relevance", "date"]
Group = Literal["none", "article"]

VALUES_LIMIT = 20
"""Most values of a parameter that may be given several times."""

FACET_VALUES = 100
FACET_VALUES_LIMIT = 1_000
"""How many values of each facet come by default, and at most."""

SUGGESTIONS = 8
SUGGESTIONS_LIMIT = 20
"""How many suggestions come by default, and at most."""

ONE_DAY = datetime.timedelta(days=1)

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class ParameterError:
    """A parameter that could not be read: its name and what it must be."""

    parameter: str
    detail: str


class ParametersInvalid(Exception):
    """At least one parameter could not be read; `errors` names each of them."""

    def __init__(self, errors: tuple[ParameterError, ...]) -> None:
        super().__init__("; ".join(f"{error.parameter}: {error.detail}" for error in errors))
        self.errors = errors


def read_search(given: MultiDict[str, str], settings: Settings, group: Group = "none") -> SearchRequest:
    """The request that the parameters `given` stand for; raises `ParametersInvalid`.

    `group` is what counts where the parameter is absent. Parameters of other names are ignored. An empty parameter
    counts as absent, as a form sends it.
    """
    reader = _Reader(given, [])
    per_page = reader.number("per_page", settings.page_size, settings.page_size_limit)
    page = reader.number("page", 1, None)
    if page is not None and per_page is not None and page * per_page > settings.depth_limit:
        deepest = settings.depth_limit // per_page
        reader.fail("page", f"is {page}; with {per_page} a page, paging ends at page {deepest}")
    # As in the query language: `after` is the first day, `before` the day after the last one.
    after, end = reader.date("after"), reader.date("before")
    if after and end and after >= end:
        reader.fail("before", "must be later than `after`")
    request = SearchRequest(
        text=reader.text("q"),
        page=page or 1,
        per_page=per_page or 1,
        sort=cast(Sort, reader.choice("sort", get_args(Sort), "relevance")),
        group=cast(Group, reader.choice("group", get_args(Group), group)),
        sources=reader.values("source"),
        authors=reader.values("author"),
        kinds=reader.kinds("kind"),
        after=after,
        before=end and end - ONE_DAY,
        facets=reader.names("facets", FACETS),
        literal=reader.choice("literal", ("0", "1"), "0") == "1",
        facet_values=reader.number("facet_values", FACET_VALUES, FACET_VALUES_LIMIT) or 1,
    )
    if reader.errors:
        raise ParametersInvalid(tuple(reader.errors))
    return request


def read_suggest(given: MultiDict[str, str]) -> tuple[str, int]:
    """The text typed so far and the most suggestions wanted; raises `ParametersInvalid`.

    White space at the end of the text is kept: it says that the last syllable is complete.
    """
    reader = _Reader(given, [])
    limit = reader.number("limit", SUGGESTIONS, SUGGESTIONS_LIMIT)
    if limit is None:
        raise ParametersInvalid(tuple(reader.errors))
    return without_controls(given.get("q", "")), limit


def read_similar(given: MultiDict[str, str], settings: Settings) -> tuple[str, int, int]:
    """The article's id, the position of the passage in it, and the most passages wanted; raises `ParametersInvalid`."""
    reader = _Reader(given, [])
    article_id = given.get("id", "")
    if not article_id:
        reader.fail("id", "must be the id of an article")
    position = reader.text("position")
    if not re.fullmatch(r"[0-9]{1,9}", position):
        reader.fail("position", "must be a whole number from 0")
    limit = reader.number("limit", settings.page_size, settings.page_size_limit)
    if reader.errors or limit is None:
        raise ParametersInvalid(tuple(reader.errors))
    return article_id, int(position), limit


def without_controls(text: str) -> str:
    """`text` with control characters as spaces: they are part of no word, and no page may hold them."""
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)


@dataclass(slots=True)
class _Reader:
    given: MultiDict[str, str]
    errors: list[ParameterError]

    def fail(self, name: str, detail: str) -> None:
        self.errors.append(ParameterError(name, detail))

    def text(self, name: str) -> str:
        return without_controls(self.given.get(name, "")).strip()

    def values(self, name: str) -> tuple[str, ...]:
        values = [without_controls(value).strip() for value in self.given.getlist(name)]
        distinct = tuple(dict.fromkeys(value for value in values if value))
        if len(distinct) > VALUES_LIMIT:
            self.fail(name, f"is given {len(distinct)} times; at most {VALUES_LIMIT} count")
        return distinct

    def number(self, name: str, default: int, high: int | None) -> int | None:
        text = self.text(name)
        if not text:
            return default
        # Nine digits bound the work of int() and of whoever multiplies it.
        number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
        if number < 1 or (high is not None and number > high):
            self.fail(name, "must be a whole number from 1" + (f" to {high}" if high else ""))
            return None
        return number

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        text = self.text(name) or default
        if text not in allowed:
            self.fail(name, f"must be one of: {', '.join(allowed)}")
            return default
        return text

    def names(self, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Some of the names allowed, parted by commas or given one by one."""
        given = (part.strip() for value in self.given.getlist(name) for part in value.split(","))
        names = tuple(dict.fromkeys(part for part in given if part))
        if not set(names) <= set(allowed):
            self.fail(name, f"must be some of: {', '.join(allowed)}")
        return names

    def kinds(self, name: str) -> tuple[str, ...]:
        values = self.values(name)
        if any(value not in tuple(Kind) for value in values):
            self.fail(name, f"must be one of: {', '.join(Kind)}")
        return values

    def date(self, name: str) -> datetime.date | None:
        text = self.text(name)
        if not text:
            return None
        try:
            day = _first_day(text)
            if day > datetime.date.min:
                return day
        except ValueError:
            pass
        self.fail(name, "must be a date written YYYY, YYYY-MM or YYYY-MM-DD")
        return None


def _first_day(text: str) -> datetime.date:
    """The first day of a year, a month or a day; raises ValueError."""
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(text)
    return datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))


def as_arguments(request: SearchRequest, settings: Settings, **changed: object) -> Mapping[str, Any]:
    """The parameters of the address that asks for `request`, in a fixed order, without those at their default.

    `changed` replaces some of them; None leaves one out. A change without a `page` begins at page 1 again.
    """
    arguments: dict[str, Any] = {
        "q": request.text,
        "sort": request.sort if request.sort != "relevance" else None,
        "source": list(request.sources),
        "author": list(request.authors),
        "kind": list(request.kinds),
        "after": request.after and request.after.isoformat(),
        "before": request.before and (request.before + ONE_DAY).isoformat(),
        "literal": 1 if request.literal else None,
        "per_page": request.per_page if request.per_page != settings.page_size else None,
        "page": None,
    }
    arguments.update(changed)
    return {name: value for name, value in arguments.items() if value and (name, value) != ("page", 1)}
