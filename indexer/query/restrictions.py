"""The restrictions of the query language: `title:`, `after:`, `before:`, and those of metadata fields.

How a value is read. Where restrictions stand in a query lives in `lexer`.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

from indexer.articles.model import Kind
from indexer.query.clauses import Clause, DateClause, FacetClause, TitleClause, has_content
from indexer.query.field_values import node_of
from indexer.results import QueryWarning
from indexer.schema import FieldType, MetadataField, Schema, days_of

_EXAMPLES = {
    "title": '"thi đua"',
    "source": '"Báo Hà Tĩnh"',
    "author": '"Nguyễn Văn A"',
    "kind": "caption",
    "after": "2023-01",
    "before": "2024",
}
_EXAMPLES_OF_TYPES = {FieldType.NUMBER: "10..20", FieldType.DATE: "2023-01"}


@lru_cache(maxsize=16)
def names(schema: Schema) -> frozenset[str]:
    """The names of all restrictions."""
    return frozenset(("title", "after", "before", *(row.name for row in schema.filters)))


def read_restriction(name: str, value: str, schema: Schema) -> Clause | QueryWarning:
    """The clause that `name:value` asks for, or a warning saying why it cannot be read.

    `name` is one of `names(schema)`; `value` has no quotes and only single spaces.
    """
    row = schema.rows.get(name)
    if not has_content(value):
        example = _EXAMPLES.get(name) or _EXAMPLES_OF_TYPES.get(row.type if row else FieldType.TEXT, '"thi đua"')
        return QueryWarning(
            "value_missing",
            f"{name}:",
            f'"{name}:" needs a value after the colon, such as {name}:{example}; searched as text.',
        )
    if name == "title":
        return TitleClause(value)
    if row is None:
        return _date(name, value)
    return _kind(name, value) if row.per_paragraph else _field(row, value)


def _field(row: MetadataField, value: str) -> Clause | QueryWarning:
    try:
        node_of(row, value, whole=False)
    except ValueError:
        code = "date_unreadable" if row.type is FieldType.DATE else "number_unreadable"
        return QueryWarning(code, f"{row.name}:{value}", f'"{value}" is not {row.wanted}; searched as text.')
    return FacetClause(row.name, value)


def _kind(name: str, value: str) -> Clause | QueryWarning:
    kind = value.lower()
    if kind in {entry.value for entry in Kind}:
        return FacetClause(name, kind)
    allowed = ", ".join(Kind)
    return QueryWarning(
        "kind_unknown", f"{name}:{value}", f'There is no kind "{value}" (only {allowed}); searched as text.'
    )


def _date(name: str, value: str) -> Clause | QueryWarning:
    days = days_of(value)
    first = days.first if days else None
    if first is not None and name == "after":
        return DateClause(first, None)
    if first is not None and first > datetime.date.min:
        return DateClause(None, first - datetime.timedelta(days=1))
    return QueryWarning(
        "date_unreadable",
        f"{name}:{value}",
        f'"{value}" is no date such as 2023, 2023-01, 2023-01-31, 01/2023 or 31/01/2023; searched as text.',
    )
