"""What is counted of the metadata of articles: by value, up to the limit of values."""

from __future__ import annotations

import datetime

import pytest

from indexer.articles.model import ArticleInfo
from indexer.engine import value_counts as module
from indexer.engine.value_counts import count_values
from indexer.schema import Schema
from indexer.search.metadata_stats import FieldStats, MetadataStats, metadata_stats

DAYS = [datetime.date(2024, 5, 2), datetime.date(2023, 1, 7), datetime.date(2024, 1, 1)]
ARTICLES = [
    ArticleInfo.of("a", source="Báo A", author=["Lê An", "Trần Bình"], date=DAYS[0]),
    ArticleInfo.of("b", source="Báo B", author=["Lê An"], date=DAYS[1]),
    ArticleInfo.of("c", source="Báo A", date=DAYS[2]),
    ArticleInfo.of("d"),
]
NAMES = [row.name for row in Schema().of_articles]


def stats_of(articles: list[ArticleInfo], frequent: int = 10) -> MetadataStats:
    return metadata_stats(count_values(articles, NAMES), len(articles), frequent)


def test_each_field_is_counted_by_articles_and_by_values() -> None:
    stats = stats_of(ARTICLES)
    assert (stats.first, stats.last, stats.undated) == (DAYS[1], DAYS[0], 1)
    assert stats.fields["source"] == FieldStats(3, 2, False, [("Báo A", 2), ("Báo B", 1)])
    assert stats.fields["author"] == FieldStats(2, 2, False, [("Lê An", 2), ("Trần Bình", 1)])
    assert stats.fields["date"].values == stats.fields["date"].articles == 3
    assert stats_of(ARTICLES, frequent=1).fields["source"].frequent == [("Báo A", 2)]


def test_of_many_values_the_ten_most_frequent_are_told() -> None:
    articles = [ArticleInfo.of(str(at), source=f"Báo {at % 12}") for at in range(18)]
    frequent = stats_of(articles).fields["source"].frequent
    assert [count for _, count in frequent] == [2] * 6 + [1] * 4


def test_nothing_is_counted_of_nothing() -> None:
    stats = stats_of([])
    assert (stats.first, stats.last, stats.undated) == (None, None, 0)
    assert stats.fields and all(each == FieldStats(0, 0, False, []) for each in stats.fields.values())


@pytest.mark.parametrize(("most", "values", "more"), [(1, 1, True), (2, 2, False), (3, 2, False)])
def test_values_are_counted_up_to_a_limit_and_known_ones_beyond_it(
    monkeypatch: pytest.MonkeyPatch, most: int, values: int, more: bool
) -> None:
    monkeypatch.setattr(module, "MOST_VALUES", most)
    source = stats_of(ARTICLES).fields["source"]
    assert (source.articles, source.values, source.more) == (3, values, more)
    assert source.frequent[0] == ("Báo A", 2)


def test_a_hundred_thousand_values_of_a_field_are_told_apart() -> None:
    numbers = [f"Người {number}" for number in range(100_001)]
    author = stats_of([ArticleInfo.of("a", author=numbers)]).fields["author"]
    assert (author.articles, author.values, author.more) == (1, 100_000, True)
    author = stats_of([ArticleInfo.of("a", author=numbers[1:])]).fields["author"]
    assert (author.values, author.more) == (100_000, False)
