"""The restrictions of the query language: `title:`, those of dates, and those of metadata fields.

How a value is read. Where restrictions stand in a query lives in `lexer`, what they are called in `field_names`.
"""

from __future__ import annotations

import datetime

from indexer.articles.model import Kind
from indexer.query.clauses import AndClause, Clause, DateClause, FacetClause, NotClause, TitleClause, has_content
from indexer.query.dates import UNKNOWN, days_meant
from indexer.query.field_names import DATES, KINDS, key_of
from indexer.query.field_values import node_of
from indexer.results import QueryWarning
from indexer.schema import FieldType, MetadataField, Schema

_EXAMPLES = {
    "title": '"thi đua"',
    "source": '"Báo Hà Tĩnh"',
    "author": '"Nguyễn Văn A"',
    "kind": "caption",
    "date": "31/01/2023",
    "from": "01/2023",
    "until": "31/01/2023",
    "after": "2023-01",
    "before": "2024",
}
_EXAMPLES_OF_TYPES = {FieldType.NUMBER: "10..20", FieldType.DATE: "2023-01"}


def read_restriction(name: str, value: str, schema: Schema, typed: str = "") -> Clause | QueryWarning:
    """The clause that `name:value` asks for, or a warning saying why it cannot be read.

    `name` is a value of `field_names.names(schema)`, `typed` what it was called; `value` has no quotes and only single
    spaces.
    """
    typed = typed or name
    row = schema.rows.get(name)
    if not has_content(value):
        example = _EXAMPLES.get(name) or _EXAMPLES_OF_TYPES.get(row.type if row else FieldType.TEXT, '"thi đua"')
        return QueryWarning(
            "value_missing",
            f"{typed}:",
            f'"{typed}:" needs a value after the colon, such as {typed}:{example}; searched as text.',
        )
    if name == "title":
        return TitleClause(value)
    if row is None or name in DATES:
        return _date(name, value, typed)
    return _kind(typed, value) if row.per_paragraph else _field(row, value)


def _field(row: MetadataField, value: str) -> Clause | QueryWarning:
    try:
        node_of(row, value, whole=False)
    except ValueError:
        code = "date_unreadable" if row.type is FieldType.DATE else "number_unreadable"
        return QueryWarning(code, f"{row.name}:{value}", f'"{value}" is not {row.wanted}; searched as text.')
    return FacetClause(row.name, value)


def _kind(name: str, value: str) -> Clause | QueryWarning:
    kind = KINDS.get(key_of(value), value.lower())
    if kind in {entry.value for entry in Kind}:
        return FacetClause("kind", kind)
    allowed = ", ".join(Kind)
    return QueryWarning(
        "kind_unknown", f"{name}:{value}", f'There is no kind "{value}" (only {allowed}); searched as text.'
    )


def _date(name: str, value: str, typed: str) -> Clause | QueryWarning:
    if name == "date" and key_of(value) in UNKNOWN:
        return NotClause(DateClause(datetime.date.min, None))
    days = days_meant(value)
    if days is not None and days.first is not None and days.last is not None:
        first: datetime.date | None = days.first if name in ("date", "from", "after") else None
        last: datetime.date | None = days.last if name in ("date", "until") else None
        if name == "before" and days.first > datetime.date.min:
            last = days.first - datetime.timedelta(days=1)
        # The day before the first, and after the last, cannot be written.
        ends = (
            *((DateClause(first, None),) if first else ()),
            *((DateClause(None, last),) if last and last < datetime.date.max else ()),
        )
        if ends:
            return ends[0] if len(ends) == 1 else AndClause(ends)
    return QueryWarning(
        "date_unreadable",
        f"{typed}:{value}",
        f'"{value}" is no date such as 2023, 2023-01, 2023-01-31, 01/2023, 31/01/2023 or "hôm qua"; searched as text.',
    )
