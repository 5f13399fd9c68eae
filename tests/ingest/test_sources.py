"""Articles and records that come as Python objects: read as the lines of a file are, one by one."""

from __future__ import annotations

import datetime
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer import (
    Article,
    ArticleInfo,
    FieldType,
    InputMissing,
    Kind,
    Label,
    Limits,
    MetadataField,
    Paragraph,
    Rejection,
    SourceFailed,
    build,
    open_index,
)
from indexer.ingest.reading import read
from indexer.ingest.sources import Sources
from indexer.schema import Schema
from tests.samples import write_articles


def record(id: str, text: str = "Chữ.", **keys: Any) -> dict[str, Any]:
    return {"id": id, "text": text, **keys}


def told(sources: Sources, limits: Limits | None = None) -> list[str]:
    """The ids of the articles and the rejections, in order."""
    return [item.info.id if isinstance(item, Article) else str(item) for item in read(sources, limits)]


def test_paths_articles_records_and_iterables_of_them_may_be_mixed(tmp_path: Path) -> None:
    (tmp_path / "tin.txt").write_text("Tin", encoding="utf-8")
    article = Article(ArticleInfo("a", ""), (Paragraph(1, Kind.BODY, "Chữ."),))
    some: Sources = [(record(f"g{n}") for n in range(2)), tmp_path, article, [record("r"), iter([article])]]
    assert told(some) == [
        "g0",
        "g1",
        "tin",
        "a",
        "r",
        "articles given:5: the id 'a' is already taken by articles given:3",
    ]
    for one in (article, record("a"), tmp_path / "tin.txt", str(tmp_path)):
        assert len(told(one)) == 1


def test_an_article_that_was_read_is_read_again_as_it_is(tmp_path: Path) -> None:
    path = write_articles(tmp_path / "a.jsonl")
    repeated = record("lặp", paragraphs=["Một.", "Hai.", "Một."], text=None, title="Hai.")
    first = list(read([path, repeated]))
    assert not [item for item in first if isinstance(item, Rejection)]
    assert list(read(first)) == first


def test_a_record_may_hold_dates_and_tuples() -> None:
    (day,) = read(record("1", None, date=datetime.date(2024, 5, 1), paragraphs=("Một.", {"text": "Hai."})))
    (time,) = read(record("1", date=datetime.datetime(2024, 5, 1, 23, 30, tzinfo=datetime.UTC)))
    for article in (day, time):
        assert isinstance(article, Article)
        assert article.info.date == datetime.date(2024, 5, 1)
    assert isinstance(day, Article)
    assert [paragraph.text for paragraph in day.paragraphs] == ["Một.", "Hai."]


BODY = Article(ArticleInfo("b", "Tin"), (Paragraph(0, Kind.TITLE, "Tin"), Paragraph(1, Kind.BODY, "12345")))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (replace(BODY, info=ArticleInfo("", "Tin")), "the id is empty"),
        (replace(BODY, info=ArticleInfo("a\nb", "Tin")), "the id 'a\\nb' holds a control character"),
        (replace(BODY, info=ArticleInfo("b", "Khác")), "`title` and the paragraph of kind title differ"),
        (replace(BODY, info=ArticleInfo("b", ""), paragraphs=()), "holds no text"),
        (replace(BODY, paragraphs=(Paragraph(1, Kind.BODY, "1234567"),)), "the article has 10 characters; the limit"),
        (replace(BODY, paragraphs=(Paragraph(1, Kind.BODY, "\ud800"),)), "paragraph 1 holds half a surrogate pair"),
        ({"text": "Chữ."}, "has no `id`"),
        (record("b", text=object()), "`text` must be a string, not an object"),
        (record(10**5000), "`id` is a number that is too long"),  # type: ignore[arg-type]
        (record("b", title="1234567890"), "the article has 14 characters; the limit is 9"),
    ],
)
def test_what_is_wrong_with_an_object_rejects_it_alone(given: Article | dict[str, Any], reason: str) -> None:
    before, found, after = told([record("1"), given, record("2")], Limits(article_characters=9))
    assert (before, after) == ("1", "2")
    assert found.startswith(f"articles given:2: {reason}")


@pytest.mark.parametrize(
    ("keys", "undeclared"),
    [({1: "a", None: "b"}, '{"1":"a","null":"b"}'), ({(1, 2): "a"}, ""), ({"v": np.zeros(2)}, "")],
)
def test_a_record_may_hold_anything(keys: dict[Any, Any], undeclared: str) -> None:
    (article,) = read({"id": "1", "text": "Chữ.", **keys})  # type: ignore[dict-item]
    assert isinstance(article, Article)
    assert article.info.undeclared == undeclared
    assert len(article.warnings) == (not undeclared)


def test_an_article_keeps_the_values_of_fields_that_are_not_declared_here(tmp_path: Path) -> None:
    row = MetadataField("issued", FieldType.DATE, Label("Ngày", "Day"))
    (article,) = read(record("1", issued="2024-05-01"), schema=Schema((row,)))
    assert isinstance(article, Article)
    (again,) = read(article)
    assert isinstance(again, Article)
    assert (again.info.undeclared, again.warnings) == ('{"issued":"2024-05-01"}', ())
    assert list(read(again, schema=Schema((row,)))) == [article]


def test_a_record_nested_without_end_is_rejected() -> None:
    endless: dict[str, Any] = record("1")
    endless["paragraphs"] = [endless]
    assert told([endless, record("2")]) == ["articles given:1: is nested too deeply", "2"]


@pytest.mark.parametrize("given", [None, 7, b"bytes", [3]])
def test_what_is_no_source_is_an_error_of_the_caller(given: Any) -> None:
    with pytest.raises(TypeError, match="cannot be indexed: give paths, articles or records"):
        told([record("1"), given])


def test_paths_are_checked_at_once_but_those_of_an_iterator_in_their_turn(tmp_path: Path) -> None:
    with pytest.raises(InputMissing):
        read([record("1"), [tmp_path / "gone"]])
    items = read([record("1"), iter([tmp_path / "gone"])])
    assert isinstance(next(items), Article)
    with pytest.raises(InputMissing):
        next(items)


def test_an_iterator_is_read_lazily_and_not_held() -> None:
    taken = 0

    def many() -> Iterator[dict[str, Any]]:
        nonlocal taken
        for taken in range(60):
            yield record(str(taken), f"{taken} {'chữ' * 50} " * 250)

    items = read(many())
    assert isinstance(next(items), Article)
    assert taken == 0
    tracemalloc.start()
    try:
        assert sum(1 for _ in items) == 59
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert taken == 59
    assert peak < 1_500_000  # the text of all takes three times as much


def test_an_index_is_built_from_objects_and_an_iterator_that_fails_changes_nothing(tmp_path: Path) -> None:
    def failing() -> Iterator[dict[str, Any]]:
        yield record("2")
        raise ConnectionError("the database is gone")

    report = build([record("1", "Cờ thi đua."), record("1")], tmp_path / "index")
    assert (report.articles, [str(each) for each in report.rejections]) == (
        1,
        ["articles given:2: the id '1' is already taken by articles given:1"],
    )
    with pytest.raises(SourceFailed, match="could not be had: the database is gone"):
        build(failing(), tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert index.generation == report.generation
        assert index.article("1") is not None
        assert index.article("2") is None
