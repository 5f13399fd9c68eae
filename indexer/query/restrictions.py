"""The restrictions of the query language: `title:`, `source:`, `author:`, `kind:`, `after:` and `before:`.

How a value is read. Where restrictions stand in a query lives in `lexer`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from indexer.articles.model import Kind
from indexer.query.clauses import Clause, DateClause, FacetClause, TitleClause, has_content
from indexer.results import QueryWarning

_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?:[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2}))?)?")
_YEAR_LAST = re.compile(r"(?:(?P<day>[0-9]{1,2})[-/.])?(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})")

Reader = Callable[[str, str, int, int], "Clause | QueryWarning"]
"""(name, value, start, end) to the clause, or to the reason why there is none."""


def read_restriction(name: str, value: str, start: int, end: int) -> Clause | QueryWarning:
    """The clause that `name:value` asks for, or a warning saying why it cannot be read.

    `name` is one of `NAMES`; `value` has no quotes and only single spaces.
    """
    if not has_content(value):
        return QueryWarning(
            "value_missing",
            f"{name}:",
            f'"{name}:" needs a value after the colon, such as {name}:{_EXAMPLES[name]}; searched as text.',
        )
    return _READERS[name](name, value, start, end)


def first_day(value: str) -> datetime.date | None:
    """The first day that a date names: YYYY, YYYY-MM, YYYY-MM-DD, MM/YYYY or DD/MM/YYYY; else None.

    Parts may be separated by `-`, `/` or `.`.
    """
    match = _YEAR_FIRST.fullmatch(value) or _YEAR_LAST.fullmatch(value)
    if match is None:
        return None
    try:
        return datetime.date(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
    except ValueError:
        return None


def _title(name: str, value: str, start: int, end: int) -> Clause:
    return TitleClause(value, start, end)


def _facet(name: str, value: str, start: int, end: int) -> Clause:
    return FacetClause(name, value, start, end)


def _kind(name: str, value: str, start: int, end: int) -> Clause | QueryWarning:
    kind = value.lower()
    if kind in {entry.value for entry in Kind}:
        return FacetClause(name, kind, start, end)
    allowed = ", ".join(Kind)
    return QueryWarning(
        "kind_unknown", f"{name}:{value}", f'There is no kind "{value}" (only {allowed}); searched as text.'
    )


def _date(name: str, value: str, start: int, end: int) -> Clause | QueryWarning:
    day = first_day(value)
    if day is not None and name == "after":
        return DateClause(day, None, start, end)
    if day is not None and day > datetime.date.min:
        return DateClause(None, day - datetime.timedelta(days=1), start, end)
    return QueryWarning(
        "date_unreadable",
        f"{name}:{value}",
        f'"{value}" is no date such as 2023, 2023-01, 2023-01-31, 01/2023 or 31/01/2023; searched as text.',
    )


_READERS: dict[str, Reader] = {
    "title": _title,
    "source": _facet,
    "author": _facet,
    "kind": _kind,
    "after": _date,
    "before": _date,
}
_EXAMPLES = {
    "title": '"thi đua"',
    "source": '"Báo Hà Tĩnh"',
    "author": '"Nguyễn Văn A"',
    "kind": "caption",
    "after": "2023-01",
    "before": "2024",
}

NAMES = frozenset(_READERS)
"""The names of all restrictions."""
