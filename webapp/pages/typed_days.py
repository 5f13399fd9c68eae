"""Days that stand in a query as words: what is offered besides, the articles of those days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from indexer import Index, Results, SearchRequest, days_meant
from webapp.state import settings

MOST_DAYS = 2
"""So many days of a query are looked for."""

_DAY = re.compile(r"(?:ng[aà]y\s+)?((?:th[aá]ng\s+)?[0-9]{1,4}(?:[-/.][0-9]{1,4}){1,2})", re.IGNORECASE)
"""A day or a month, with another number beside: a year alone is mostly no date (`World Cup 2026`)."""
_CALLED = re.compile(r"(?:ng[aà]y|th[aá]ng|h[oô]m)\s+$", re.IGNORECASE)
"""What a date is called, before it."""


class TypedDay(NamedTuple):
    """Days as they were typed, the query for the articles of these days, and how many passages that finds."""

    text: str
    query: str
    total: int


def typed_days(index: Index, asked: SearchRequest, results: Results) -> list[TypedDay]:
    """The days in the words of a query whose articles have something of the rest of it; none where it has such days."""
    if asked.after or asked.before or any(results.days):
        return []
    seconds = settings().search_seconds / (MOST_DAYS + 1)
    found = []
    for text, query in list(_queries(results))[:MOST_DAYS]:
        total = index.search(SearchRequest(query, filters=asked.filters, per_page=1), seconds, observed=False).total
        if total:
            found.append(TypedDay(text, query, total))
    return found


def _queries(results: Results) -> Iterator[tuple[str, str]]:
    for unit in results.units:
        match = _DAY.fullmatch(unit.text)
        days = days_meant(match[1]) if match and unit.span else None
        if match and unit.span and days and days.first and days.last:
            start, end = unit.span
            before = _CALLED.sub("", results.query[:start])
            value = match[1] if " " not in match[1] else f'"{match[1]}"'
            yield match[1], f"{before}ngày:{value}{results.query[end:]}".strip()
