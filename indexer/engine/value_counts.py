"""How many articles have each value of a metadata field: what an engine answers, and the plain way to count it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.articles.model import ArticleInfo

MOST_VALUES = 100_000
"""Distinct values of a field that are counted one by one; further ones are only known to be there."""


@dataclass(slots=True)
class ValueCounts:
    """Of a field: how many articles have it, and how many have each value, as text; with `more`, not all of them."""

    articles: int = 0
    values: Counter[str] = field(default_factory=Counter)
    more: bool = False

    def add(self, value: str, articles: int) -> None:
        """Count a value, new ones up to the limit."""
        if value in self.values or len(self.values) < MOST_VALUES:
            self.values[value] += articles
        else:
            self.more = True


def count_values(articles: Iterable[ArticleInfo], names: Sequence[str]) -> Mapping[str, ValueCounts]:
    """The counts of some fields, article by article."""
    counts = {name: ValueCounts() for name in names}
    for info in articles:
        for name, given in info.values.items():
            if given and (found := counts.get(name)) is not None:
                found.articles += 1
                for value in given:
                    found.add(str(value), 1)
    return counts
