"""The date histogram of results: a bar for each year, or for each month if the dates are within one year.

This computes values and geometry; `_timeline.html` draws it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from indexer import Results, SearchRequest
from webapp.requests.parameters import ONE_DAY

Step = Literal["decade", "year", "month"]

WIDTH, HEIGHT = 256.0, 72.0
"""The height of the drawing, in its own units; the height of the highest bar."""

YEARS_AT_MOST = 40
"""With a longer range of years, a bar is a decade."""

FEWEST_PLACES = 9
"""The width is divided among at least so many bars: two years should not fill all of it."""

_LABEL_WIDTH = {"decade": 34.0, "year": 32.0, "month": 12.0}


@dataclass(slots=True)  # A page makes dozens, and a frozen one takes three times as long.
class Bar:
    """A period from `first` to before `end`, and the number of result passages in it.

    `chosen` is true if it overlaps the dates requested. It extends from `place` to `place + width` and is `height`
    high. `labelled` is true if there is space for its name below it.
    """

    first: datetime.date
    end: datetime.date
    count: int
    chosen: bool
    place: float
    width: float
    height: float
    labelled: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars in chronological order; `year` is the year whose months they are."""

    step: Step
    year: int | None
    bars: tuple[Bar, ...]


def timeline(asked: SearchRequest, results: Results) -> Timeline | None:
    """The histogram of the facets "year" and "month" of `results`; None if there is nothing to compare."""
    year = _year_asked_for(asked)
    if year is not None:
        months = {int(name[5:7]): count for name, count in _dated(results, "month") if int(name[:4]) == year}
        spans = [(_month(year, month), _month(year, month + 1), months.get(month, 0)) for month in range(1, 13)]
        return Timeline("month", year, _bars(asked, "month", spans)) if months else None
    years = {int(name): count for name, count in _dated(results, "year")}
    if months_of_all := _few_months(asked, results, years):
        return months_of_all
    if len(years) < 2 and not (asked.after or asked.before):
        return None
    if not years:
        return None
    step: Step = "year" if max(years) - min(years) < YEARS_AT_MOST else "decade"
    length = 1 if step == "year" else 10
    begins = range(min(years) // length * length, max(years) + 1, length)
    counts = [sum(years.get(begin + more, 0) for more in range(length)) for begin in begins]
    spans = [(_january(begin), _january(begin + length), count) for begin, count in zip(begins, counts, strict=True)]
    return Timeline(step, None, _bars(asked, step, spans))


def _few_months(asked: SearchRequest, results: Results, years: Mapping[int, int]) -> Timeline | None:
    """The months of one or two years side by side, where that is all there is: one or two bars would say little."""
    months = dict(_dated(results, "month"))
    if not months or not years or max(years) - min(years) > 1:
        return None
    listed = [(year, month) for year in range(min(years), max(years) + 1) for month in range(1, 13)]
    spans = [
        (_month(year, month), _month(year, month + 1), months.get(f"{year:04d}-{month:02d}", 0))
        for year, month in listed
    ]
    return Timeline("month", min(years) if len(years) == 1 else None, _bars(asked, "month", spans))


def _dated(results: Results, name: str) -> Iterable[tuple[str, int]]:
    return results.facets[name].values if name in results.facets else ()


def _year_asked_for(asked: SearchRequest) -> int | None:
    """The year that contains the dates requested, if there is one."""
    if asked.after and asked.before and asked.after.year == asked.before.year:
        return asked.after.year
    return None


def _bars(asked: SearchRequest, step: Step, spans: list[tuple[datetime.date, datetime.date, int]]) -> tuple[Bar, ...]:
    most = max(count for _, _, count in spans)
    place = WIDTH / max(len(spans), FEWEST_PLACES)
    every = -(-_LABEL_WIDTH[step] // place)
    asked_first, asked_last = asked.after or datetime.date.min, asked.before or datetime.date.max
    bars = []
    for number, (first, end, count) in enumerate(spans):
        # Even one passage must be visible beside thousands.
        height = max(3.0, HEIGHT * count / most) if count else 0.0
        chosen = first <= asked_last and end - ONE_DAY >= asked_first
        labelled = number % every == 0
        bars.append(
            Bar(first, end, count, chosen, round(number * place, 2), round(place, 2), round(height, 2), labelled)
        )
    return tuple(bars)


def _month(year: int, month: int) -> datetime.date:
    """The first day of a month; month 13 is January of the next year."""
    return datetime.date(year, month, 1) if month < 13 else _january(year + 1)


def _january(year: int) -> datetime.date:
    """The first day of a year, or the nearest valid date."""
    if year > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(max(year, datetime.MINYEAR), 1, 1)
