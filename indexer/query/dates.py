"""The dates of a query: as `indexer.schema.days_of` reads them, 5/1 of this year, and days counted from today."""

from __future__ import annotations

import datetime
import re
import unicodedata

from indexer.query.field_names import key_of
from indexer.schema import days_of
from indexer.schema.spans import Days

ZONE = datetime.timezone(datetime.timedelta(hours=7))
"""A day begins when it does in Vietnam, wherever the server stands."""

_DAY = datetime.timedelta(days=1)
_THIS_YEAR = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})")
_LAST_DAYS = re.compile(r"([1-9][0-9]{0,2}) ngay(?: qua)?|last ([1-9][0-9]{0,2}) days")

_SPAN_NAMED = re.compile(r"^(?:th[aá]ng\s+(?=[0-9]{1,2}[-/][0-9]{4}$)|n[aă]m\s+(?=[0-9]{4}$))", re.IGNORECASE)

_RELATIVE = (
    *("hom nay", "hom qua", "tuan nay", "tuan truoc", "thang nay", "thang truoc", "nam nay", "nam ngoai"),
    *("today", "yesterday", "this week", "last week", "this month", "last month", "this year", "last year"),
)
_ENGLISH = dict(zip(_RELATIVE[8:], _RELATIVE[:8], strict=True))

_SEVERAL = re.compile(
    rf"{'|'.join(_RELATIVE)}|{_LAST_DAYS.pattern}|thang [0-9]{{1,2}}[/-][0-9]{{4}}|nam [0-9]{{4}}|khong ro"
)

UNKNOWN = frozenset(("khong ro", "unknown"))
"""What a query writes, diacritics and case apart, for articles without a date."""

_WORD = r"[\w\u0300-\u036f/-]{1,24}+"
_SOME_WORDS = [re.compile(rf"(?:{_WORD}\s++){{{more}}}{_WORD}(?!\.\w)") for more in (2, 1)]


def several_words_at(text: str, start: int) -> re.Match[str] | None:
    """A date of two or three words that stands at `start` without quotes."""
    matches = (pattern.match(text, start) for pattern in _SOME_WORDS)
    return next((match for match in matches if match and _SEVERAL.fullmatch(key_of(match[0]))), None)


def today() -> datetime.date:
    """The day it is in Vietnam."""
    return datetime.datetime.now(ZONE).date()


def days_meant(text: str, now: datetime.date | None = None) -> Days | None:
    """The days that a date in a query means, counted from `now` (by default today); None for what is none."""
    text = unicodedata.normalize("NFC", text)
    if found := days_of(_SPAN_NAMED.sub("", text)):
        return found
    now = now or today()
    if match := _THIS_YEAR.fullmatch(text):
        return days_of(f"{match[1]}/{match[2]}/{now.year:04d}")
    words = key_of(text.strip())
    if match := _LAST_DAYS.fullmatch(words):
        return Days(now - (int(match[1] or match[2]) - 1) * _DAY, now)
    return _relative(_ENGLISH.get(words, words), now)


def _relative(words: str, now: datetime.date) -> Days | None:
    monday = now - now.weekday() * _DAY
    month, before = now.replace(day=1), now.replace(day=1) - _DAY
    match words:
        case "hom nay":
            return Days(now, now)
        case "hom qua":
            return Days(now - _DAY, now - _DAY)
        case "tuan nay":
            return Days(monday, monday + 6 * _DAY)
        case "tuan truoc":
            return Days(monday - 7 * _DAY, monday - _DAY)
        case "thang nay":
            return days_of(f"{month:%Y-%m}")
        case "thang truoc":
            return days_of(f"{before:%Y-%m}")
        case "nam nay":
            return days_of(f"{now.year:04d}")
        case "nam ngoai":
            return days_of(f"{now.year - 1:04d}")
    return None
