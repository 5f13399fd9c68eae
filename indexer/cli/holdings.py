"""What an index holds, as rows of a table and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.schema import Schema
    from indexer.search.holdings import FieldHoldings, Holdings


def holdings_rows(holdings: Holdings, schema: Schema) -> list[tuple[str, str]]:
    """Names and values: the dates, each field, and the most frequent sources."""
    rows = []
    if holdings.first and holdings.last:
        rows.append(("dates", f"{holdings.first} to {holdings.last}"))
    rows.append(("undated", f"{holdings.undated:,} articles"))
    for row in schema.of_articles:
        held = holdings.fields[row.name]
        declared = f", {row.type.value}" if row.declared else ""
        rows.append((f"field: {row.name}", f"{held.articles:,} articles, {_values(held)} values{declared}"))
    rows += [(f"source: {value}", f"{count:,} articles") for value, count in holdings.fields["source"].frequent]
    return rows


def holdings_to_json(holdings: Holdings) -> dict[str, Any]:
    """The same with the most frequent values of every field."""
    return {
        "first": holdings.first and holdings.first.isoformat(),
        "last": holdings.last and holdings.last.isoformat(),
        "undated": holdings.undated,
        "fields": {
            name: {
                "articles": held.articles,
                "values": held.values,
                "exact": not held.more,
                "frequent": [{"value": value, "articles": count} for value, count in held.frequent],
            }
            for name, held in holdings.fields.items()
        },
    }


def _values(held: FieldHoldings) -> str:
    return f"{'at least ' if held.more else ''}{held.values:,}"
