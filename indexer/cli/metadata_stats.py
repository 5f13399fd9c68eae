"""What an index holds, as rows of a table and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.schema import Schema
    from indexer.search.metadata_stats import FieldStats, MetadataStats


def metadata_rows(stats: MetadataStats, schema: Schema) -> list[tuple[str, str]]:
    """Names and values: the dates, each field, and the most frequent sources."""
    rows = []
    if stats.first and stats.last:
        rows.append(("dates", f"{stats.first} to {stats.last}"))
    rows.append(("undated", f"{stats.undated:,} articles"))
    for row in schema.of_articles:
        held = stats.fields[row.name]
        declared = f", {row.type.value}" if row.declared else ""
        rows.append((f"field: {row.name}", f"{held.articles:,} articles, {_values(held)} values{declared}"))
    rows += [(f"source: {value}", f"{count:,} articles") for value, count in stats.fields["source"].frequent]
    return rows


def metadata_to_json(stats: MetadataStats) -> dict[str, Any]:
    """The same with the most frequent values of every field."""
    return {
        "first": stats.first and stats.first.isoformat(),
        "last": stats.last and stats.last.isoformat(),
        "undated": stats.undated,
        "fields": {
            name: {
                "articles": held.articles,
                "values": held.values,
                "exact": not held.more,
                "frequent": [{"value": value, "articles": count} for value, count in held.frequent],
            }
            for name, held in stats.fields.items()
        },
    }


def _values(held: FieldStats) -> str:
    return f"{'at least ' if held.more else ''}{held.values:,}"
