"""Parsing of publication dates as newsrooms write them."""

from __future__ import annotations

import datetime
import re

# Day first, as in Vietnam: 26/12/2023, 26-12-2023, 26.12.2023, perhaps with the time after or before it.
_TIME = r"\d{1,2}[:hg]\d{2}(?::\d{2})?"
_DAY_FIRST = re.compile(
    rf"(?:{_TIME}[,\s]+)?(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)(?P<year>\d{{4}})"
    rf"(?:[,\s-]+{_TIME})?"
)


def parse_date(text: str) -> datetime.date:
    """The day of an ISO 8601 date or date and time, or of `26/12/2023` (day first); raises ValueError.

    The day is the one that is written: a time zone does not move it.
    """
    text = text.strip()
    if match := _DAY_FIRST.fullmatch(text):
        return datetime.date(int(match["year"]), int(match["month"]), int(match["day"]))
    return datetime.datetime.fromisoformat(text).date()
