"""What the articles of an index are, by their metadata: dates, sources, and how many have each field."""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.engine.value_counts import ValueCounts


@dataclass(frozen=True, slots=True)
class FieldStats:
    """Of a field: how many articles have it, how many distinct values there are (`more`: at least), and how many
    articles have each of the most frequent ones."""

    articles: int
    values: int
    more: bool
    frequent: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class MetadataStats:
    """The first and the last day of articles (None: none has one), how many have none, and each field by its name."""

    first: datetime.date | None
    last: datetime.date | None
    undated: int
    fields: Mapping[str, FieldStats]


def metadata_stats(counts: Mapping[str, ValueCounts], articles: int, frequent: int = 10) -> MetadataStats:
    """What so many articles hold, of every field that an article may have."""
    days = list(map(datetime.date.fromisoformat, counts["date"].values))
    fields = {
        name: FieldStats(own.articles, len(own.values), own.more, _most(own.values, frequent))
        for name, own in counts.items()
    }
    undated = articles - counts["date"].articles
    return MetadataStats(min(days, default=None), max(days, default=None), undated, fields)


def _most(values: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    """The most frequent values; equally frequent ones in the order of their letters."""
    return heapq.nsmallest(most, values.items(), key=lambda item: (-item[1], item[0]))
