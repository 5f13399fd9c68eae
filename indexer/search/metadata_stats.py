"""What the articles of an index are, by their metadata: dates, sources, and how many have each field."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.articles.model import ArticleInfo
from indexer.schema import Schema

MOST_VALUES = 100_000
"""Distinct values of a field that are counted; further ones are only known to be there."""


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


def metadata_stats(articles: Iterable[ArticleInfo], schema: Schema, frequent: int = 10) -> MetadataStats:
    """What articles hold, of every field that an article may have."""
    names = [row.name for row in schema.of_articles]
    having = Counter[str]()
    values = {name: Counter[str]() for name in names}
    more: set[str] = set()
    first = last = None
    undated = 0
    for info in articles:
        date = info.date
        undated += date is None
        if date is not None:
            first, last = min(first or date, date), max(last or date, date)
        for name in names:
            if not (given := info.values.get(name)):
                continue
            having[name] += 1
            counts = values[name]
            for value in map(str, given):
                if value in counts or len(counts) < MOST_VALUES:
                    counts[value] += 1
                else:
                    more.add(name)
    fields = {
        name: FieldStats(having[name], len(values[name]), name in more, values[name].most_common(frequent))
        for name in names
    }
    return MetadataStats(first, last, undated, fields)
