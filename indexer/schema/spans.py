"""Ranges of numbers and dates, as typed in a query or a URL: `1990`, `1990..2000`, `2023-01..`.

Either end may be left out. A year or a month as an end stands for all its days.
"""

from __future__ import annotations

import datetime
import math
import re
from typing import NamedTuple

TO = ".."
"""The separator between the ends of a span."""

NUMBER = r"-?[0-9]{1,16}(?:\.[0-9]{1,24})?(?:e[-+]?[0-9]{1,3})?"

_NUMBER = re.compile(NUMBER)
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?:[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2}))?)?")
_YEAR_LAST = re.compile(r"(?:(?P<day>[0-9]{1,2})[-/.])?(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})")


class Days(NamedTuple):
    """The first and the last day that a date names; None: an open end."""

    first: datetime.date | None
    last: datetime.date | None


class Numbers(NamedTuple):
    """The least and the greatest number of a span; None: an open end."""

    first: float | None
    last: float | None


def days_of(text: str) -> Days | None:
    """The days of YYYY, YYYY-MM, YYYY-MM-DD, MM/YYYY or DD/MM/YYYY (separated by `-`, `/` or `.`); else None."""
    match = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match["year"]), int(match["month"] or 0), int(match["day"] or 0)
    try:
        first = datetime.date(year, month or 1, day or 1)
        if match["day"]:
            return Days(first, first) if day else None
        if match["month"] and not month:
            return None
        after = (year, month + 1) if month and month < 12 else (year + 1, 1)
        last = datetime.date(*after, 1) - datetime.timedelta(days=1) if after[0] <= datetime.MAXYEAR else None
        return Days(first, last or datetime.date.max)
    except ValueError:
        return None


def day_span(text: str) -> Days:
    """The days of a span; raises `ValueError`."""
    found = [days_of(end) if end else Days(None, None) for end in _ends(text)]
    first, last = found[0], found[-1]
    if first is None or last is None:
        raise ValueError(text)
    return Days(first.first, last.last)


def number_span(text: str) -> Numbers:
    """The numbers of a span; raises `ValueError`."""
    ends = _ends(text)
    if not all(_NUMBER.fullmatch(end) for end in ends if end):
        raise ValueError(text)
    found = Numbers(*(float(end) if end else None for end in (ends[0], ends[-1])))
    if math.inf in map(abs, filter(None, found)):  # 1e999
        raise ValueError(text)
    return found


def _ends(text: str) -> list[str]:
    """The ends of a span, or the one value that it is; raises `ValueError` where there is neither."""
    ends = [end.strip() for end in text.split(TO, 1)]
    if not any(ends):
        raise ValueError(text)
    return ends
