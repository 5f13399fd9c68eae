"""Filters and facets of the results page: the values of each facet with their counts, as links that combine.

Dates are in `timeline`; what the parameters mean, in `webapp.requests.parameters`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from indexer import DATE_PARTS, Results, SearchRequest, days_meant, today, without_diacritics
from webapp.contract.declared import VALUES_LIMIT
from webapp.requests.parameters import ONE_DAY, without_controls

SHOWN = 6
"""How many values of a facet stand open; the others are folded away below them."""

MOST = 50
"""How many values of a facet a page holds at all, the most frequent ones."""

UNDATED = "ngày:không rõ"
"""What asks for articles without a date in a query; no parameter does."""

_UNDATED = re.compile(rf"(?<!\S){UNDATED}(?!\S)", re.IGNORECASE)

FIND = "find."
"""What the parameter begins with that searches the values of a facet; no field has a point in its name."""

WANTED_CHARACTERS = 100


@dataclass(slots=True)  # A page makes dozens, and a frozen one takes three times as long.
class Choice:
    """A value of a facet; `change` is the change of parameters that takes it, or leaves it where it is chosen.

    `count` is None where the value was asked for in a writing that the articles do not have.
    """

    value: str
    count: int | None
    chosen: bool
    change: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Choices:
    """The values of the facet `name`: `first` stand open, `more` are folded away; `cut` if there are others still.

    With `wanted` they are those chosen and those that hold this text.
    """

    name: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]
    cut: bool = False
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in force, outside the query but for the one that asks for articles without a date (`UNDATED`).

    `change` is the change of parameters that takes it away. `name` is a parameter, "year", "month", "date" where the
    days from `after` to `before` are just that, or "undated".
    """

    name: str
    value: str | datetime.date
    change: Mapping[str, object]


def wanted_values(given: MultiDict[str, str], names: Iterable[str]) -> dict[str, str]:
    """By facet, the text that its values are searched for (see `FIND`)."""
    texts = {name: without_controls(given.get(FIND + name, "")).strip()[:WANTED_CHARACTERS] for name in names}
    return {name: text for name, text in texts.items() if text}


def choices(asked: SearchRequest, results: Results, wanted: Mapping[str, str] = MappingProxyType({})) -> list[Choices]:
    """The facets in which there is something to choose, the chosen values first, then the most frequent.

    `wanted` has texts that values must hold to be listed, diacritics and case apart.
    """
    found = []
    for name, facet in results.facets.items():
        if name in DATE_PARTS:
            continue
        counts, chosen = dict(facet.values), asked.filters.of(name)
        values = [*chosen, *(value for value in counts if value not in chosen)]
        if len(values) > 1 or chosen:
            text = wanted.get(name, "")
            if text:
                plain = _plain(text)
                values = [*chosen, *(value for value in values[len(chosen) :] if plain in _plain(value))]
            listed = [_choice(name, value, counts.get(value), chosen) for value in values[:MOST]]
            open_ = MOST if text else max(SHOWN, len(chosen))
            # A single one is not worth a fold.
            open_ += len(listed) == open_ + 1
            found.append(Choices(name, tuple(listed[:open_]), tuple(listed[open_:]), len(values) > MOST, text))
    return found


def _plain(text: str) -> str:
    return without_diacritics(text).casefold()


def _choice(name: str, value: str, count: int | None, chosen: Sequence[str]) -> Choice:
    if value in chosen:
        return Choice(value, count, True, {name: [other for other in chosen if other != value]})
    # One more than a request may carry takes the place of the last.
    return Choice(value, count, False, {name: [*chosen[: VALUES_LIMIT - 1], value]})


def filters(asked: SearchRequest) -> list[Filter]:
    """Every filter outside the query."""
    found: list[Filter] = []
    for name, values in asked.filters.items():
        found += [Filter(name, value, {name: [other for other in values if other != value]}) for value in values]
    if period := period_of(asked.after, asked.before):
        assert asked.after is not None
        found.append(Filter(period, asked.after, {"after": None, "before": None}))
    else:
        dates = (("after", asked.after), ("before", asked.before))
        found += [Filter(name, date, {name: None}) for name, date in dates if date]
    if is_undated(asked):
        found.append(Filter("undated", "", {"q": " ".join(_UNDATED.sub(" ", asked.text).split()) or None}))
    return found


def is_undated(asked: SearchRequest) -> bool:
    """Whether the query asks for articles without a date, as the links to them write it."""
    return _UNDATED.search(asked.text) is not None


def with_days_of(results: Results, asked: SearchRequest) -> SearchRequest:
    """`asked` with the dates that its query holds as well: the days that all results lie in.

    Where the two name no day together, it stays as it is.
    """
    first, last = results.days
    first = max((day for day in (first, asked.after) if day), default=None)
    last = min((day for day in (last, asked.before) if day), default=None)
    return asked if first and last and last < first else replace(asked, after=first, before=last)


def period_of(first: datetime.date | None, last: datetime.date | None) -> str:
    """ "year", "month" or "date" where the days from `first` to `last` are a whole one, else nothing."""
    if first is not None and first == last:
        return "date"
    if first is None or last is None or first.day != 1 or (last < datetime.date.max and (last + ONE_DAY).day != 1):
        return ""
    if first.year == last.year and (first.month, last.month) == (1, 12):
        return "year"
    return "month" if (first.year, first.month) == (last.year, last.month) else ""


class DateForm(NamedTuple):
    """The parameters that the form of dates stands for, and by field what was typed that is no date."""

    given: MultiDict[str, str]
    unread: Mapping[str, str]


def of_date_form(given: MultiDict[str, str]) -> DateForm | None:
    """What the form of dates asks for; None where `given` does not come from it.

    The form asks for the last day (`to`), as people think of it, and for days as they are written (5/1/2026, 1/2026,
    hôm qua); an address holds the first day and the day after the last (`before`). Days the wrong way round are turned
    round.
    """
    if "to" not in given:
        return None
    typed = {name: given.get(name, "").strip() for name in ("after", "to")}
    days = {name: days_meant(text) for name, text in typed.items()}
    first, until = days["after"], days["to"]
    if first and until and first.first and until.last and until.last < first.first:
        first, until = until, first
    changed = MultiDict([(name, value) for name, value in given.items(multi=True) if name not in (*typed, "before")])
    if first and first.first:
        changed["after"] = first.first.isoformat()
    if until and until.last:
        # The day after the last one that there is cannot be written.
        changed["before"] = (min(until.last, datetime.date.max - ONE_DAY) + ONE_DAY).isoformat()
    return DateForm(changed, {name: text for name, text in typed.items() if text and not days[name]})


def quick_periods() -> Mapping[str, tuple[datetime.date, datetime.date]]:
    """The first and the last day of periods that are often asked for, by name, as of today."""
    return _periods(today())


@lru_cache(maxsize=2)
def _periods(now: datetime.date) -> Mapping[str, tuple[datetime.date, datetime.date]]:
    names = {"today": "hôm nay", "yesterday": "hôm qua", "week": "7 ngày", "month": "tháng này", "year": "năm nay"}
    found = {name: days_meant(text, now) for name, text in names.items()}
    return {name: (days.first, days.last) for name, days in found.items() if days and days.first and days.last}


def hidden_fields(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """`arguments` of an address as fields of a form, (name, value)."""
    return [
        (name, str(value))
        for name, values in arguments.items()
        for value in (values if isinstance(values, list) else [values])
    ]
