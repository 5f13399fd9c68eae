"""The filters of a search as the end of a sentence: "trong Thanh Niên, tháng 8/2026"."""

from __future__ import annotations

import datetime

from indexer import SearchRequest
from webapp.pages.filters import is_undated, period_of
from webapp.pages.languages import gettext, language
from webapp.pages.presentation import day, month
from webapp.pages.wording import kind_label


def narrowed(asked: SearchRequest) -> str:
    """What follows "56 đoạn": what the results are narrowed to; empty without filters."""
    within = [value for name, values in asked.filters.items() if name != "kind" for value in values]
    kinds = [kind_label(kind).lower() for kind in asked.filters.of("kind")]
    first, last = asked.after, asked.before
    period = period_of(first, last)
    dates = ""
    if period == "month" and first:
        within.append(month(first).lower() if language() == "vi" else month(first))
    elif period == "year" and first:
        within.append(gettext("năm %(year)s", year=first.year))
    elif period == "date" and first:
        dates = gettext("ngày %(day)s", day=day(first))
    elif first and last and _are_years(first, last):
        dates = gettext("từ %(first)s đến %(last)s", first=first.year, last=last.year)
    elif first and last:
        dates = gettext("từ %(first)s đến %(last)s", first=day(first), last=day(last))
    elif first:
        dates = gettext("từ %(day)s", day=day(first))
    elif last:
        dates = gettext("đến %(day)s", day=day(last))
    elif is_undated(asked):
        dates = gettext("không rõ ngày")
    parts = [gettext("trong %(values)s", values=", ".join(within)) if within else "", dates]
    sentence = " ".join(filter(None, parts))
    if kinds:
        only = gettext("chỉ %(kinds)s", kinds=", ".join(kinds))
        sentence = f"{sentence}, {only}" if sentence else only
    return sentence


def _are_years(first: datetime.date, last: datetime.date) -> bool:
    return (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
