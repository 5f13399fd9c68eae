"""The date histogram of results: a bar for each year, month or day, by how long a span is looked at.

This computes values and geometry; `_timeline.html` draws it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from indexer import Results, SearchRequest
from webapp.pages import presentation
from webapp.pages.languages import gettext
from webapp.requests.parameters import ONE_DAY

Step = Literal["decade", "year", "month", "day"]

WIDTH, HEIGHT = 256.0, 72.0
"""The height of the drawing, in its own units; the height of the highest bar."""

TOP, BOTTOM = -4.0, 92.0
"""What a pointer may touch of a bar reaches from above the highest to below the labels."""

MARGIN = 0.12
"""The share of the place of a bar that is free on either side of it."""

YEARS_AT_MOST = 40
"""With a longer range of years, a bar is a decade."""

MONTHS_AT_MOST = 24
"""A span of up to so many months, begun ones included, is shown by months."""

MONTHS_BY_DAYS = 2
"""A span of up to so many is shown by days."""

FEWEST_PLACES = 8
"""The width is divided among at least so many bars: two years should not fill all of it."""

DIGIT, GAP = 7.0, 4.0
"""How wide a character of a label is, and how far two labels keep from each other, in the units of the drawing."""


@dataclass(slots=True)  # A page makes dozens, and a frozen one takes three times as long.
class Bar:
    """A period from `first` to before `end`, and the number of result passages in it.

    `chosen` is true if it overlaps the dates requested. It extends from `place` to `place + width` and is `height`
    high.
    """

    first: datetime.date
    end: datetime.date
    count: int
    chosen: bool
    place: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars in chronological order; `year` is the one that all of them lie in, `month` the first day of the one
    whose days they are, where there is just one."""

    step: Step
    year: int | None
    bars: tuple[Bar, ...]
    month: datetime.date | None = None


class Named(NamedTuple):
    """A bar as it is shown: the `address` and `name` of its span, that with what it `counts`; the `label` below it,
    centred `at`; as paths the `shape` of it and its `reach`, where a pointer meets it."""

    bar: Bar
    address: str
    name: str
    counts: str
    label: str
    at: float
    shape: str
    reach: str


def named(drawn: Timeline, address: Callable[[str, str], str]) -> list[Named]:
    """The bars that are shown, in the reader's language: those with a count or a label.

    `address` gives that of the results from one day until before another, both YYYY-MM-DD.
    """
    passages = gettext("đoạn")
    names: dict[Step, Callable[[datetime.date], str]] = {
        "day": presentation.day,
        "month": presentation.month,
        "decade": _decade,
        "year": _year,
    }
    name_of = names[drawn.step]
    texts = labels(drawn)
    found = []
    for number, bar in enumerate(drawn.bars):
        label, at = texts.get(number, ("", 0.0))
        if bar.count or label:
            name = name_of(bar.first)
            counts = f"{name}: {presentation.number(bar.count)} {passages}"
            leads_to = address(bar.first.isoformat(), bar.end.isoformat())
            shape = _path(bar.place + bar.width * MARGIN, HEIGHT - bar.height, bar.width * (1 - 2 * MARGIN), bar.height)
            reach = _path(bar.place, TOP, bar.width, BOTTOM - TOP)
            found.append(Named(bar, leads_to, name, counts, label, at, shape, reach))
    return found


def _path(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as an SVG path, rounded to hundredths."""
    return f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h-{width:.2f}z"


def _year(first: datetime.date) -> str:
    return str(first.year)


def _decade(first: datetime.date) -> str:
    return f"{first.year}–{first.year + 9}"


def labels(drawn: Timeline) -> dict[int, tuple[str, float]]:
    """Number of a bar -> its label and the middle of that: as many as there is space for, beginnings of years first."""
    step, bars = drawn.step, drawn.bars
    begins = [number for number, bar in enumerate(bars) if _begins(drawn, bar.first)]
    characters = 4 if step in ("year", "decade") else 2
    every = math.ceil((DIGIT * characters + GAP) / bars[0].width)
    regular = [number for number, bar in enumerate(bars) if _is_regular(step, bar.first, number, every, len(bars))]
    placed: dict[int, tuple[str, float]] = {}
    for number in (*begins, *regular):
        label, bar = _label(drawn, bars[number].first), bars[number]
        half = DIGIT * len(label) / 2
        middle = bar.place + bar.width / 2
        at = min(max(middle, half), WIDTH - half)
        if at != middle and number not in begins:
            continue  # Only a beginning stands beside its bar rather than outside of the drawing.
        if all(abs(at - other) >= half + DIGIT * len(text) / 2 + GAP for text, other in placed.values()):
            placed[number] = label, round(at, 2)
    return placed


def _label(drawn: Timeline, first: datetime.date) -> str:
    if drawn.step == "day":
        return f"{first.day}/{first.month}" if _begins(drawn, first) else str(first.day)
    return str(first.month if drawn.step == "month" and not _begins(drawn, first) else first.year)


def _begins(drawn: Timeline, first: datetime.date) -> bool:
    """Whether a bar is the first of a year among several, or of a month."""
    if drawn.step == "day":
        return first.day == 1 and drawn.month is None
    return drawn.step == "month" and first.month == 1 and drawn.year is None


def _is_regular(step: Step, first: datetime.date, number: int, every: int, count: int) -> bool:
    """Whether a bar is one of those that have a label where there is space: every so many."""
    if step == "month":
        return (first.month - 1) % every == 0
    if step == "day":
        # Those of two months stand too close for more.
        return first.day == 1 or (first.day % 5 == 0 and first.day < 30) if count <= 31 else first.day in (10, 20)
    return number % every == 0


def days_shown(asked: SearchRequest) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last of the days that the histogram has bars for; None where a bar is longer than a day."""
    months = _months_asked_for(asked)
    if not 0 < len(months) <= MONTHS_BY_DAYS or months[-1][1] == datetime.date.max:
        return None
    return months[0][0], months[-1][1] - ONE_DAY


def timeline(
    asked: SearchRequest, results: Results, daily: Mapping[datetime.date, int] | None = None
) -> Timeline | None:
    """The histogram of the facets "year" and "month" of `results`; None if there is nothing to compare.

    `daily` are the counts of the days that `days_shown` names; without them months are shown instead.
    """
    months = _months_asked_for(asked)
    if daily and (shown := days_shown(asked)):
        days = [shown[0] + after * ONE_DAY for after in range((shown[1] - shown[0]).days + 1)]
        spans = [(each, each + ONE_DAY, daily.get(each, 0)) for each in days]
        month = shown[0] if len(months) == 1 else None
        return Timeline("day", _only_year(spans), _bars(asked, spans), month)
    year = _year_asked_for(asked)
    if year is not None:
        months = [(_month(year, month), _month(year, month + 1)) for month in range(1, 13)]
    if months and ((found := _monthly(asked, results, months)) or year is not None):
        return found
    years = {int(name): count for name, count in _dated(results, "year")}
    if years and max(years) - min(years) <= 1 and not (asked.after or asked.before):
        # One or two bars would say little.
        listed = [(year, month) for year in range(min(years), max(years) + 1) for month in range(1, 13)]
        if found := _monthly(asked, results, [(_month(*each), _month(each[0], each[1] + 1)) for each in listed]):
            return found
    if len(years) < 2 and not (asked.after or asked.before):
        return None
    if not years:
        return None
    step: Step = "year" if max(years) - min(years) < YEARS_AT_MOST else "decade"
    length = 1 if step == "year" else 10
    begins = range(min(years) // length * length, max(years) + 1, length)
    counts = [sum(years.get(begin + more, 0) for more in range(length)) for begin in begins]
    spans = [(_january(begin), _january(begin + length), count) for begin, count in zip(begins, counts, strict=True)]
    return Timeline(step, None, _bars(asked, spans))


def _monthly(
    asked: SearchRequest, results: Results, months: list[tuple[datetime.date, datetime.date]]
) -> Timeline | None:
    """The bars of months side by side; None where all are empty."""
    counts = dict(_dated(results, "month"))
    spans = [(first, end, counts.get(f"{first.year:04d}-{first.month:02d}", 0)) for first, end in months]
    if not any(count for _, _, count in spans):
        return None
    return Timeline("month", _only_year(spans), _bars(asked, spans))


def _only_year(spans: list[tuple[datetime.date, datetime.date, int]]) -> int | None:
    years = {first.year for first, _, _ in spans}
    return years.pop() if len(years) == 1 else None


def _dated(results: Results, name: str) -> Iterable[tuple[str, int]]:
    return results.facets[name].values if name in results.facets else ()


def _months_asked_for(asked: SearchRequest) -> list[tuple[datetime.date, datetime.date]]:
    """The months that the dates requested lie in, each from its first day until before the next; none if too many."""
    if asked.after is None or asked.before is None or asked.before < asked.after:
        return []
    count = (asked.before.year - asked.after.year) * 12 + asked.before.month - asked.after.month + 1
    if count > MONTHS_AT_MOST:
        return []
    first = asked.after.year * 12 + asked.after.month - 1
    places = [divmod(number, 12) for number in range(first, first + count)]
    return [(_month(year, month + 1), _month(year, month + 2)) for year, month in places]


def _year_asked_for(asked: SearchRequest) -> int | None:
    """The year that contains the dates requested, if there is one."""
    if asked.after and asked.before and asked.after.year == asked.before.year:
        return asked.after.year
    return None


def _bars(asked: SearchRequest, spans: list[tuple[datetime.date, datetime.date, int]]) -> tuple[Bar, ...]:
    most = max(count for _, _, count in spans)
    place = WIDTH / max(len(spans), FEWEST_PLACES)
    asked_first, asked_last = asked.after or datetime.date.min, asked.before or datetime.date.max
    bars = []
    for number, (first, end, count) in enumerate(spans):
        # Even one passage must be visible beside thousands.
        height = max(3.0, HEIGHT * count / most) if count else 0.0
        chosen = first <= asked_last and end - ONE_DAY >= asked_first
        bars.append(Bar(first, end, count, chosen, round(number * place, 2), round(place, 2), round(height, 2)))
    return tuple(bars)


def _month(year: int, month: int) -> datetime.date:
    """The first day of a month; month 13 is January of the next year."""
    return datetime.date(year, month, 1) if month < 13 else _january(year + 1)


def _january(year: int) -> datetime.date:
    """The first day of a year, or the nearest valid date."""
    if year > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(max(year, datetime.MINYEAR), 1, 1)
