"""Filters and facets of the results page: the values of each facet with their counts, as links that combine.

Dates are in `timeline`; what the parameters mean, in `webapp.requests.parameters`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from indexer import DATE_PARTS, Results, SearchRequest
from webapp.contract.declared import VALUES_LIMIT
from webapp.requests.parameters import ONE_DAY

SHOWN = 6
"""How many values of a facet stand open; the others are folded away below them."""

MOST = 50
"""How many values of a facet a page holds at all, the most frequent ones."""


@dataclass(frozen=True, slots=True)
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
    """The values of the facet `name`: `first` stand open, `more` are folded away."""

    name: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in force outside the query; `change` is the change of parameters that takes it away.

    `name` is a parameter, or "year", "month" where the days from `after` to `before` are just that.
    """

    name: str
    value: str | datetime.date
    change: Mapping[str, object]


def choices(asked: SearchRequest, results: Results) -> list[Choices]:
    """The facets in which there is something to choose, the chosen values first, then the most frequent."""
    found = []
    for name, facet in results.facets.items():
        if name in DATE_PARTS:
            continue
        counts, chosen = dict(facet.values), asked.filters.of(name)
        values = [*chosen, *(value for value in counts if value not in chosen)]
        if len(values) > 1 or chosen:
            listed = [_choice(name, value, counts.get(value), chosen) for value in values[:MOST]]
            open_ = max(SHOWN, len(chosen))
            # A single one is not worth a fold.
            open_ += len(listed) == open_ + 1
            found.append(Choices(name, tuple(listed[:open_]), tuple(listed[open_:])))
    return found


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
    return found


def period_of(first: datetime.date | None, last: datetime.date | None) -> str:
    """ "year" or "month" where the days from `first` to `last` are a whole one, else nothing."""
    if first is None or last is None or first.day != 1 or (last < datetime.date.max and (last + ONE_DAY).day != 1):
        return ""
    if first.year == last.year and (first.month, last.month) == (1, 12):
        return "year"
    return "month" if (first.year, first.month) == (last.year, last.month) else ""


def without_form_fields(given: MultiDict[str, str]) -> MultiDict[str, str] | None:
    """The parameters that the form of dates stands for; None where `given` does not come from it.

    The form asks for the last day (`to`), as people think of it; an address holds the day after (`before`). Days the
    wrong way round are turned round. What is no day is left for `webapp.requests` to refuse.
    """
    if "to" not in given:
        return None
    changed: MultiDict[str, str] = MultiDict(given)
    after, last = given.get("after", ""), changed.pop("to")
    first_day, last_day = _day(after), _day(last)
    if first_day and last_day and last_day < first_day:
        changed["after"], last_day = last, first_day
    changed["before"] = (last_day + ONE_DAY).isoformat() if last_day else last
    return changed


def _day(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < datetime.date.max else None


def hidden_fields(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """`arguments` of an address as fields of a form, (name, value)."""
    return [
        (name, str(value))
        for name, values in arguments.items()
        for value in (values if isinstance(values, list) else [values])
    ]
