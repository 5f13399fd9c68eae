"""The histogram of results over time: a bar for each year, or for each month once the dates lie within one year.

Values and geometry only; `_timeline.html` draws it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from indexer import Results, SearchRequest
from webapp.requests.parameters import ONE_DAY

Step = Literal["decade", "year", "month"]

WIDTH, HEIGHT = 256.0, 72.0
"""Of the drawing, in its own units; a bar is at most as high."""

YEARS_AT_MOST = 40
"""With a longer span of years a bar stands for a decade."""

FEWEST_PLACES = 9
"""There is room for at least so many bars: two years should not fill the whole width."""

_LABEL_WIDTH = {"decade": 34.0, "year": 32.0, "month": 12.0}


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of time, `first` to before `end`, and how many passages of the results lie in it.

    `chosen` says that it lies within the dates asked for, wholly or in part. `place` to `place + width` is where it
    stands, `height` how high it is. `labelled` says that there is room for its name below it.
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
    """The bars in order of time; `year` is the year whose months they are."""

    step: Step
    year: int | None
    bars: tuple[Bar, ...]


def timeline(asked: SearchRequest, results: Results) -> Timeline | None:
    """The histogram of the facets "year" and "month" of `results`; None where fewer than two spans have anything."""
    year = _year_asked_for(asked)
    if year is not None:
        months = {int(name[5:7]): count for name, count in _dated(results, "month") if int(name[:4]) == year}
        spans = [(_month(year, month), _month(year, month + 1), months.get(month, 0)) for month in range(1, 13)]
        return Timeline("month", year, _bars(asked, "month", spans)) if months else None
    years = {int(name): count for name, count in _dated(results, "year")}
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


def _dated(results: Results, name: str) -> Iterable[tuple[str, int]]:
    return results.facets[name].values if name in results.facets else ()


def _year_asked_for(asked: SearchRequest) -> int | None:
    """The one year that the dates asked for lie in."""
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
        # Something must be seen of even one passage beside thousands.
        height = max(3.0, HEIGHT * count / most) if count else 0.0
        chosen = first <= asked_last and end - ONE_DAY >= asked_first
        labelled = number % every == 0
        bars.append(
            Bar(first, end, count, chosen, round(number * place, 2), round(place, 2), round(height, 2), labelled)
        )
    return tuple(bars)


def _month(year: int, month: int) -> datetime.date:
    """The first day of a month; the thirteenth is the next year's first."""
    return datetime.date(year, month, 1) if month < 13 else _january(year + 1)


def _january(year: int) -> datetime.date:
    """The first day of a year, or the nearest day there is."""
    if year > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(max(year, datetime.MINYEAR), 1, 1)
