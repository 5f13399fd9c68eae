"""How a page is made of what is found and of what is nearest: counts and orders of a small index, by value."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from indexer import Index, Results, SearchRequest, Settings, build, open_index
from indexer.engine.query import Everything
from indexer.engine.scoring import Scoring
from indexer.search.finding import engine_request, seconds_left

BOTH, ONE, OTHER = "Hồ và rừng", "Hồ nước", "Rừng cây"
LONG = ", có rất nhiều điều để kể về những ngày đã qua" * 12
QUESTION = "hồ rừng là gì"
"""Its score decides what comes first: it asks."""

Key = tuple[str, int]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles have both words in a passage, three have them apart or only one, two have none.

    In `a1` and `a2`, whose passages are short, another passage has one of the words.
    """
    folder = tmp_path_factory.mktemp("finding")
    texts = {
        **{f"a{n}": [f"{BOTH} thứ {n}{LONG * (n > 2)}.", *([f"{ONE} {n}."] if n < 3 else [])] for n in range(1, 5)},
        "b1": [f"{ONE} một.", f"{OTHER} một."],
        "b2": ["Hồ, hồ và hồ."],
        "b3": [f"{OTHER} ba dài hơn một chút nữa."],
        **{f"c{n}": [f"Chuyện khác {n}."] for n in range(2)},
    }
    build([{"id": name, "title": "", "text": "\n\n".join(each)} for name, each in texts.items()], folder / "index")
    return folder / "index"


@contextmanager
def opened(folder: Path, **changes: Any) -> Iterator[Index]:
    with open_index(folder, Settings(**changes)) as index:
        yield index


def keys(results: Results) -> list[Key]:
    return [(passage.article.id, passage.paragraph.position) for passage in results.passages]


def pages(index: Index, text: str, size: int, **request: Any) -> list[list[Key]]:
    found: list[list[Key]] = []
    while True:
        results = index.search(SearchRequest(text, page=len(found) + 1, per_page=size, **request))
        found.append(keys(results))
        if not results.more:
            return found


@pytest.mark.parametrize(
    ("text", "nearest", "partial"),
    [
        *(("hồ rừng", *each) for each in ((0, 0), (1, 0), (4, 0), (5, 6), (99, 6))),
        # All ten are ranked by their scores, which may put what lacks a word first.
        *((QUESTION, *each) for each in ((0, 0), (1, 6), (4, 6), (5, 6), (99, 6))),
    ],
)
def test_what_is_nearest_follows_where_less_is_found_than_the_setting_says(
    folder: Path, text: str, nearest: int, partial: int
) -> None:
    with opened(folder, nearest=nearest) as index:
        results = index.search(SearchRequest(text, per_page=50))
        assert (results.total, results.articles, results.partial) == (4, 4, partial)
        assert (results.length, len(results.passages)) == (4 + partial, 4 + partial)
        lacking = [passage.article.id for passage in results.passages if passage.missing]
        assert len(lacking) == partial
        first = ["a1", "a2", "a3", "a4"] if not partial or text != QUESTION else ["a1", "a2", "b1", "b3"]
        assert [name for name, _ in keys(results)[:4]] == first
        grouped = index.search(SearchRequest(text, per_page=50, group="article"))
        assert (grouped.total, grouped.articles, grouped.length) == (4, 4, 7 if partial else 4)
        names = [group.article.id for group in grouped.groups]
        assert names[:4] == first
        assert set(names) == {"a1", "a2", "a3", "a4", *(("b1", "b2", "b3") if partial else ())}


@pytest.mark.parametrize("text", ["hồ rừng", QUESTION])
@pytest.mark.parametrize("rerank", [0, 1, 3, 4, 5, 20])
@pytest.mark.parametrize("group", ["none", "article"])
def test_pages_of_every_size_make_one_list(folder: Path, text: str, rerank: int, group: str) -> None:
    with opened(folder, nearest=9, rerank=rerank) as index:
        (whole,) = pages(index, text, 50, group=group)
        assert len(set(whole)) == len(whole)
        for size in (1, 2, 3, 4, 7, 10):
            parts = pages(index, text, size, group=group)
            assert [key for part in parts for key in part] == whole
            if group == "none":
                assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)
        if group == "none":
            assert len(whole) == 10
            # What is found comes first; of a question only where the score says so.
            if text != QUESTION or rerank == 0:
                assert {name for name, _ in whole[:4]} == {"a1", "a2", "a3", "a4"}


def test_of_a_question_as_many_as_are_ranked_again_come_by_their_scores(folder: Path) -> None:
    """With three of them, one of which lacks a word: behind them stands what else is found, if that is enough."""
    with opened(folder, nearest=4, rerank=3) as index:
        results = index.search(SearchRequest(QUESTION, per_page=50))
        assert keys(results) == [("a1", 1), ("a2", 1), ("b1", 2), ("a3", 1), ("a4", 1)]
        assert [passage.missing for passage in results.passages] == [(), (), ("hồ",), (), ()]
        assert (results.total, results.partial, results.length) == (4, 1, 5)
        groups = index.search(SearchRequest(QUESTION, per_page=50, group="article")).groups
        assert [group.article.id for group in groups] == ["a1", "a2", "b1", "a3", "a4"]
    with opened(folder, nearest=5, rerank=3) as index:
        results = index.search(SearchRequest(QUESTION, per_page=50))
        assert keys(results)[:5] == [("a1", 1), ("a2", 1), ("b1", 2), ("a3", 1), ("a4", 1)]
        assert (results.total, results.partial, results.length) == (4, 6, 10)


@pytest.mark.parametrize(
    ("text", "group", "partial", "length"),
    [
        ("hồ rừng", "none", 6, 10),
        (QUESTION, "none", 6, 10),
        # Of articles that are found no passage is only near.
        ("hồ rừng", "article", 4, 7),
        (QUESTION, "article", 4, 7),
    ],
)
def test_beyond_the_last_page_there_is_nothing(
    folder: Path, text: str, group: Literal["none", "article"], partial: int, length: int
) -> None:
    with opened(folder, nearest=9, rerank=3) as index:
        for page in (3, 4):
            results = index.search(SearchRequest(text, page=page, per_page=5, group=group))
            assert (results.passages, results.more) == ((), False)
            assert (results.total, results.partial, results.length) == (4, partial, length)


@pytest.mark.parametrize("text", ["hồ rừng", QUESTION])
def test_of_each_article_it_is_told_how_many_passages_match(folder: Path, text: str) -> None:
    with opened(folder, nearest=9) as index:
        groups = index.search(SearchRequest(text, per_page=50, group="article")).groups
        assert {group.article.id: group.matched for group in groups if group.article.id[0] == "a"} == {
            **{name: 1 for name in ("a1", "a2", "a3", "a4")},
        }
        assert {group.article.id: group.matched for group in groups if group.article.id[0] == "b"} == {
            "b1": 2,
            "b2": 1,
            "b3": 1,
        }


def test_facets_count_what_is_found_and_nothing_near(folder: Path) -> None:
    with opened(folder, nearest=9) as index:
        for text in ("hồ rừng", QUESTION):
            counts = index.search(SearchRequest(text, facets=("kind",))).facets["kind"]
            assert sum(count for _, count in counts.values) == 4


def test_what_asks_for_nothing_finds_nothing(folder: Path) -> None:
    with opened(folder) as index:
        results = index.search(SearchRequest("?"))
        assert (results.total, results.articles, results.partial, results.length, results.passages) == (0, 0, 0, 0, ())


def test_what_is_asked_of_the_engine() -> None:
    settings = Settings(k1=1.5, b=0.25, idf_power=2.0, half_life=7.0, passages_per_article=4)
    node = Everything()
    asked = engine_request(node, SearchRequest("hồ", page=3, per_page=20), settings)
    assert (asked.query, asked.offset, asked.limit, asked.per_article) == (node, 40, 20, None)
    assert (asked.sort, asked.half_life, asked.seconds) == ("relevance", 7.0, None)
    assert (asked.scoring, asked.facets) == (Scoring(1.5, 0.25, 2.0), ())
    grouped = SearchRequest(
        "hồ",
        group="article",
        facets=("source", "kind"),
        facet_values=3,
        filters={"kind": ["body"]},
    )
    asked = engine_request(node, grouped, settings)
    # A facet with a restriction of its own is counted apart.
    assert (asked.offset, asked.per_article, asked.facets, asked.facet_values) == (0, 4, ("source",), 3)


@pytest.mark.parametrize(
    ("sort", "scored", "bare"),
    [("relevance", "relevance", "date"), ("fresh", "fresh", "date"), ("date", "date", "date"), ("-pages",) * 3],
)
def test_what_scores_nothing_comes_newest_first(sort: str, scored: str, bare: str) -> None:
    request = SearchRequest("hồ", sort=sort)
    assert engine_request(Everything(), request, Settings()).sort == scored
    assert engine_request(Everything(), request, Settings(), scores=False).sort == bare


def test_the_time_that_is_left_is_never_less_than_none() -> None:
    assert seconds_left(math.inf) is None
    assert seconds_left(time.perf_counter() - 5.0) == 0.0
    left = seconds_left(time.perf_counter() + 500.0)
    assert left is not None and 400.0 < left <= 500.0
    asked = engine_request(Everything(), SearchRequest("hồ"), Settings(), time.perf_counter() + 500.0)
    assert asked.seconds is not None and 400.0 < asked.seconds <= 500.0


@pytest.mark.parametrize("sort", ["relevance", "date", "fresh"])
def test_in_any_order_it_is_told_what_each_passage_lacks_of_many_words(folder: Path, sort: str) -> None:
    """Of three words two are enough here: a passage of the found set may lack one."""
    with opened(folder, nearest=0, required_units=2, found_share=0.4) as index:
        results = index.search(SearchRequest("hồ , rừng , nước", per_page=50, sort=sort))
    lacking = {key: passage.missing for key, passage in zip(keys(results), results.passages, strict=True)}
    assert lacking == {
        **{(f"a{number}", 1): ("nước",) for number in range(1, 5)},
        **{(f"a{number}", 2): ("rừng",) for number in range(1, 3)},
        ("b1", 1): ("rừng",),
    }
    assert (results.total, results.partial) == (7, 0)
