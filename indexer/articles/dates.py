"""Parsing of publication dates as newsrooms and their programs write them."""

from __future__ import annotations

import datetime
import re
import unicodedata
from contextlib import suppress
from email.utils import parsedate_to_datetime

_LONGEST = 200
_NOT_IN_NUMBER = r"(?<![\d/.-])"
# Day first, as in Vietnam: 26/12/2023, 26-12-2023, 26.12.2023; year first: 2024-5-1, 2024/05/01.
_DAY_FIRST = re.compile(
    rf"{_NOT_IN_NUMBER}(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)(?P<year>\d{{4}})(?!\d)"
)
_YEAR_FIRST = re.compile(
    rf"{_NOT_IN_NUMBER}(?P<year>\d{{4}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?!\d)"
)
_IN_WORDS = re.compile(
    r"\b(?P<day>\d{1,2})\s*(?:,|-|/)?\s*(?:tháng|thg)\.?\s*(?P<month>\d{1,2}|giêng|chạp|tư)\s*[,/-]?\s*(?:năm\s*)?"
    r"(?P<year>\d{4})\b",
    re.IGNORECASE,
)
_MONTHS = {"giêng": 1, "tư": 4, "chạp": 12}
# What may stand around a date: the day of the week, the time, the zone, words that say what date it is.
# Atomic, so that no text takes longer than its length.
_AROUND = re.compile(
    r"(?>thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật|cn|t[2-7]|ngày(?:\s+(?:đăng|xuất\s+bản))?|đăng|xuất\s+bản"
    r"|cập\s+nhật|lúc|vào|gmt|utc|ict|am|pm|sa|ch|sáng|trưa|chiều|tối"
    r"|\d{1,2}\s?(?::|h|g|giờ)(?:\s?\d{1,2})?(?:\s?(?::|phút|')\s?(?:\d{1,2}(?:\.\d+)?)?)?|\+\d{1,2}(?::?\d{2})?|[^\w]|_)++",
    re.IGNORECASE,
)


def parse_date(text: str) -> datetime.date:
    """The day of a date and perhaps a time; raises ValueError for anything else.

    Read are ISO 8601, RFC 2822 (`Wed, 01 May 2024 08:00:00 +0700`), numbers with the day first (`26/12/2023`) or the
    year first (`2024-5-1`), and `ngày 1 tháng 5 năm 2024`, with the day of the week, the time and the zone around them
    (`Thứ tư, 1/5/2024, 08:00 (GMT+7)`). The day is the one that is written: a time zone does not move it.
    """
    text = unicodedata.normalize("NFC", text[: 2 * _LONGEST]).strip()
    if len(text) > _LONGEST:
        raise ValueError("is too long to be a date")
    with suppress(ValueError):
        return datetime.datetime.fromisoformat(text).date()
    for pattern in (_DAY_FIRST, _YEAR_FIRST, _IN_WORDS):
        found = pattern.search(text)
        if found and _is_around(text[: found.start()]) and _is_around(text[found.end() :].removeprefix("T")):
            return _day(found)
    for written in (text, f"{text} 00:00:00"):
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            return parsedate_to_datetime(written).date()
    raise ValueError("is no date")


def date_in(text: str) -> datetime.date | None:
    """The first day that is written in a short text, whatever stands around it; None without one."""
    with suppress(ValueError):
        return parse_date(text)
    for pattern in (_DAY_FIRST, _YEAR_FIRST, _IN_WORDS):
        for found in pattern.finditer(text[:_LONGEST]):
            try:
                return _day(found)
            except ValueError:
                continue
    return None


def _is_around(text: str) -> bool:
    return not text or _AROUND.fullmatch(text) is not None


def _day(found: re.Match[str]) -> datetime.date:
    month = found["month"].lower()
    return datetime.date(int(found["year"]), _MONTHS[month] if month in _MONTHS else int(month), int(found["day"]))
