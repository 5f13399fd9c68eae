"""Reading URL parameters of a search into a `SearchRequest`, or a list of errors.

Pages and JSON both read them here, so that a URL means the same in both; `bodies` converts JSON bodies to the same
form. `webapp.contract` declares the parameters. `indexer` reads the query language inside `q`.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from werkzeug.datastructures import MultiDict

from indexer import Filters, SearchRequest, Settings
from webapp.contract.declared import (
    REASON_LIMIT,
    REMOVAL_PARAMETERS,
    SUGGEST_PARAMETERS,
    VALUES_LIMIT,
    WAIT_PARAMETERS,
    Group,
    Highlight,
    NearDuplicates,
    Parameter,
    export_parameters,
    search_parameters,
    similar_parameters,
)

ONE_DAY = datetime.timedelta(days=1)

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")

_FLAGS = {"0": False, "1": True, "false": False, "true": True}


@dataclass(frozen=True, slots=True)
class ParameterError:
    """A parameter that could not be read: its name and what it must be."""

    parameter: str
    detail: str


class ParametersInvalid(Exception):
    """At least one parameter could not be read; `errors` names each of them.

    `place` is the JSON Pointer, as a URI fragment, of the object they stand in; None where they stand in an address.
    """

    def __init__(self, errors: tuple[ParameterError, ...], place: str | None = None) -> None:
        super().__init__("; ".join(f"{error.parameter}: {error.detail}" for error in errors))
        self.errors = errors
        self.place = place


@dataclass(frozen=True, slots=True)
class ApiSearch:
    """A search by the JSON endpoint: the request, the parts of each result, and the form of highlights."""

    request: SearchRequest
    parts: tuple[str, ...]
    highlight: Highlight


def read_search(given: MultiDict[str, str], settings: Settings, group: Group = "none") -> SearchRequest:
    """The search request of the parameters `given`; raises `ParametersInvalid`.

    `group` is the default of that parameter. Unknown parameters are ignored. An empty parameter counts as absent, as a
    form sends it.
    """
    reader = _ParameterReader(given, search_parameters(settings))
    request = _request(reader, settings, group)
    reader.finish()
    return request


def read_api_search(given: MultiDict[str, str], settings: Settings) -> ApiSearch:
    """The question that the parameters `given` stand for, all of `search_parameters`; raises `ParametersInvalid`."""
    reader = _ParameterReader(given, search_parameters(settings))
    asked = ApiSearch(
        request=_request(reader, settings, "none"),
        parts=reader.names("fields"),
        highlight=cast(Highlight, reader.choice("highlight")),
    )
    reader.finish()
    return asked


def _request(reader: _ParameterReader, settings: Settings, group: Group) -> SearchRequest:
    per_page, page = reader.number("per_page"), reader.number("page")
    if page * per_page > settings.depth_limit:
        deepest = settings.depth_limit // per_page
        reader.fail("page", f"is {page}; with {per_page} a page, paging ends at page {deepest}")
    after, last = reader.days()
    return SearchRequest(
        text=reader.text("q"),
        page=page,
        per_page=per_page,
        sort=reader.choice("sort"),
        group=cast(Group, reader.choice("group") if reader.text("group") else group),
        filters=Filters({row.name: reader.values(row.name) for row in settings.schema.filters}),
        after=after,
        before=last,
        facets=reader.names("facets"),
        literal=reader.flag("literal"),
        facet_values=reader.number("facet_values"),
        explain=reader.flag("explain"),
        near_duplicates=cast(NearDuplicates, reader.choice("near_duplicates")),
    )


def read_suggest(given: MultiDict[str, str]) -> tuple[str, int]:
    """The text typed so far and the most suggestions wanted; raises `ParametersInvalid`.

    White space at the end of the text is kept: it says that the last syllable is complete.
    """
    reader = _ParameterReader(given, SUGGEST_PARAMETERS)
    limit = reader.number("limit")
    reader.finish()
    return without_controls(reader.exact("q")), limit


def read_similar(given: MultiDict[str, str], settings: Settings) -> tuple[str, int, int]:
    """The article's id, the position of the passage in it, and the most passages wanted; raises `ParametersInvalid`."""
    reader = _ParameterReader(given, similar_parameters(settings))
    article_id, position, limit = reader.exact("id"), reader.number("position"), reader.number("limit")
    reader.finish()
    return article_id, position, limit


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """An export: what is found, the form of the file, and the fields of each passage (none: the usual ones)."""

    request: SearchRequest
    format: str
    fields: tuple[str, ...]


def read_export(given: MultiDict[str, str], settings: Settings) -> ExportRequest:
    """The export that the parameters stand for; raises `ParametersInvalid`."""
    reader = _ParameterReader(given, export_parameters(settings))
    after, last = reader.days()
    request = SearchRequest(
        text=reader.text("q"),
        sort=reader.choice("sort"),
        filters=Filters({row.name: reader.values(row.name) for row in settings.schema.filters}),
        after=after,
        before=last,
        literal=reader.flag("literal"),
    )
    asked = ExportRequest(request, reader.choice("format"), reader.names("fields"))
    reader.finish()
    return asked


def read_wait(given: MultiDict[str, str]) -> float:
    """How many seconds a request waits until its change is published; raises `ParametersInvalid`."""
    reader = _ParameterReader(given, WAIT_PARAMETERS)
    seconds = reader.number("wait")
    reader.finish()
    return seconds


def read_removal(given: MultiDict[str, str]) -> tuple[bool, str, float]:
    """Whether an article is removed for good, why, and how long to wait; raises `ParametersInvalid`."""
    reader = _ParameterReader(given, REMOVAL_PARAMETERS)
    purge, reason, seconds = reader.flag("purge"), reader.text("reason"), reader.number("wait")
    if len(reason) > REASON_LIMIT:
        reader.fail("reason", f"has {len(reason):,} characters; at most {REASON_LIMIT} are kept")
    reader.finish()
    return purge, reason, seconds


def without_controls(text: str) -> str:
    """`text` with control characters as spaces: they are part of no word, and no page may hold them."""
    if text.isprintable():  # As nearly every text is.
        return text
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)


@dataclass(slots=True)
class _ParameterReader:
    """Reads parameters as they are declared; what is wrong is noted, and the default stands in for it."""

    given: MultiDict[str, str]
    declared: Mapping[str, Parameter]
    errors: list[ParameterError] = field(default_factory=list)

    def fail(self, name: str, detail: str) -> None:
        self.errors.append(ParameterError(name, detail))

    def finish(self) -> None:
        """Raise `ParametersInvalid` when anything was wrong."""
        if self.errors:
            raise ParametersInvalid(tuple(self.errors))

    def text(self, name: str) -> str:
        # Checked first: `get` of a missing name costs more than all the rest here.
        return without_controls(self.given.get(name, "")).strip() if name in self.given else ""

    def exact(self, name: str) -> str:
        """The text with nothing taken away, as ids are."""
        text = self.given.get(name, "")
        if not text and self.declared[name].required:
            self.fail(name, "must not be empty" if name in self.given else "must be given")
        return text

    def values(self, name: str) -> tuple[str, ...]:
        values = [without_controls(value).strip() for value in self.given.getlist(name)]
        distinct = tuple(dict.fromkeys(value for value in values if value))
        allowed, of_field = self.declared[name].allowed, self.declared[name].field
        if len(distinct) > VALUES_LIMIT:
            self.fail(name, f"is given {len(distinct)} times; at most {VALUES_LIMIT} count")
        elif allowed and not set(distinct) <= set(allowed):
            self.fail(name, f"must be one of: {', '.join(allowed)}")
        elif of_field and not all(map(of_field.accepts, distinct)):
            self.fail(name, f"must be {of_field.wanted}")
        return distinct

    def names(self, name: str) -> tuple[str, ...]:
        declared = self.declared[name]
        given = (part.strip() for value in self.given.getlist(name) for part in value.split(","))
        names = tuple(dict.fromkeys(part for part in given if part))
        if not set(names) <= set(declared.allowed):
            self.fail(name, f"must be some of: {', '.join(declared.allowed)}")
        return names or declared.default or ()

    def number(self, name: str) -> int:
        declared, text = self.declared[name], self.text(name)
        if not text and not declared.required:
            return int(declared.default)
        # Nine digits bound the work of int() and of whoever multiplies it.
        number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
        if number < declared.low or (declared.high is not None and number > declared.high):
            upwards = f"must be a whole number from {declared.low}"
            self.fail(name, upwards + (f" to {declared.high}" if declared.high else ""))
            return 1
        return number

    def choice(self, name: str) -> str:
        declared = self.declared[name]
        text = self.text(name) or declared.default
        if text not in declared.allowed:
            self.fail(name, f"must be one of: {', '.join(declared.allowed)}")
        return str(text)

    def flag(self, name: str) -> bool:
        text = self.text(name) or "0"
        if text not in _FLAGS:
            self.fail(name, f"must be one of: {', '.join(_FLAGS)}")
        return _FLAGS.get(text, False)

    def days(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last day: as in the query language, `before` is the day after the last one."""
        after, end = self.date("after"), self.date("before")
        if after and end and after >= end:
            self.fail("before", "must be later than `after`")
        return after, end and end - ONE_DAY

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


def as_arguments(request: SearchRequest, settings: Settings, /, **changed: object) -> Mapping[str, Any]:
    """The parameters of the address that asks for `request`, in a fixed order, without those at their default.

    `changed` replaces some of them; None leaves one out. A change without a `page` begins at page 1 again.
    """
    return with_changes(all_arguments(request, settings), **changed)


def with_changes(arguments: Mapping[str, Any], /, **changed: object) -> Mapping[str, Any]:
    """What `as_arguments` gives, of `all_arguments`: a page asks for a dozen changes of the same."""
    asked = {**arguments, **changed}
    return {name: value for name, value in asked.items() if value and (name, value) != ("page", 1)}


def all_arguments(request: SearchRequest, settings: Settings) -> Mapping[str, Any]:
    """The parameters of `as_arguments` in their order, those at their default as None."""
    return {
        "q": request.text,
        "sort": request.sort if request.sort != "relevance" else None,
        **{row.name: list(request.filters.of(row.name)) for row in settings.schema.filters},
        "after": request.after and request.after.isoformat(),
        "before": request.before and (request.before + ONE_DAY).isoformat(),
        "literal": 1 if request.literal else None,
        "near_duplicates": request.near_duplicates if request.near_duplicates != settings.near_duplicates else None,
        "per_page": request.per_page if request.per_page != settings.page_size else None,
        "page": None,
    }
