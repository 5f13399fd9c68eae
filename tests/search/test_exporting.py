"""An export is exactly the found set, in order, a page in memory; and the files that it is written as."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Index, SearchRequest, Settings, build, open_index
from indexer.engine.base import EngineRequest
from indexer.results import Filters
from indexer.search import exporting
from indexer.search.export_formats import FORMATS, export_fields, exported, usual_fields
from indexer.search.exporting import SORTS
from tests.conftest import ROOT

QUERIES = (
    "*",
    "thi đua",
    "co thi dua",
    "bưởi OR cam",
    "năm 2023",
    "là gì",
    '"Hà Tĩnh"',
    "kind:title",
    "hội nghị tổng kết",
)
WORDS = (
    "Hà Tĩnh",
    "bưởi",
    "năm",
    "hội nghị",
    "của",
    "giá",
    "2023",
    "nước",
    "co thi dua",
    "-cam",
    "kind:caption",
    "source:báo",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("export")
    build([ROOT / "corpus"], folder / "index")
    with open_index(folder / "index", Settings(page_size_limit=1_000)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_AT_ONCE", 7)


def keys(index: Index, request: SearchRequest) -> list[tuple[str, int]]:
    found = index.export(request)
    taken = [(hit.info.id, hit.paragraph.position) for hit in found.passages]
    assert len(taken) == found.total
    assert len({id for id, _ in taken}) == found.articles
    return taken


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", QUERIES)
def test_what_is_streamed_is_what_a_search_counts(index: Index, query: str, sort: str) -> None:
    taken = keys(index, SearchRequest(query, sort=sort))
    searched = index.search(SearchRequest(query, per_page=1_000, sort="date"))
    assert len(set(taken)) == len(taken) == searched.total
    by_date = [(each.article.id, each.paragraph.position) for each in searched.passages]
    assert set(taken) == set(by_date)
    if sort == "date":
        assert taken == by_date


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.sampled_from(SORTS))
def test_it_is_so_whatever_is_asked(index: Index, words: list[str], sort: str) -> None:
    query = " ".join(words)
    taken = keys(index, SearchRequest(query, sort=sort))
    searched = index.search(SearchRequest(query, per_page=1_000, sort="date"))
    assert set(taken) == {(each.article.id, each.paragraph.position) for each in searched.passages}
    assert len(taken) == searched.total


def test_filters_and_dates_count_as_in_a_search(index: Index) -> None:
    filters = Filters({"kind": ["body"], "source": ["Nhật báo mẫu Sông Lam"]})
    first, last = datetime.date(2023, 1, 1), datetime.date(2024, 12, 31)
    request = SearchRequest("*", filters=filters, after=first, before=last)
    assert len(keys(index, request)) == index.search(request).total > 0
    with pytest.raises(ValueError, match="filter is 'none'"):
        index.export(SearchRequest("*", filters=Filters({"none": ["x"]})))
    with pytest.raises(ValueError, match="sort is 'fresh'"):
        index.export(SearchRequest("*", sort="fresh"))


def test_nothing_is_exported_of_a_query_that_says_nothing(index: Index) -> None:
    found = index.export(SearchRequest(""))
    assert (found.total, found.articles, list(found.passages)) == (0, 0, [])


def test_a_page_is_asked_for_when_it_is_needed_each_in_its_turn(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[EngineRequest] = []
    turns: list[str] = []
    search = index._engine.search
    monkeypatch.setattr(index._engine, "search", lambda request: (asked.append(request), search(request))[1])

    @contextmanager
    def turn() -> Iterator[None]:
        turns.append("in")
        yield
        turns.append("out")

    found = index.export(SearchRequest("*"), turn)
    assert (len(asked), turns) == (1, ["in", "out"])
    for _ in itertools.islice(found.passages, 8):
        pass
    assert [request.offset for request in asked] == [0, 7]
    assert {request.limit for request in asked} == {7}
    assert turns == ["in", "out"] * 2


def test_articles_are_listed_once_newest_first_and_those_without_a_date_last(tmp_path: Path) -> None:
    records = [
        {"id": f"a{number:02}", "text": f"Bưởi {number}.\n\nCam.", "date": f"2024-01-{number % 28 + 1:02}"}
        for number in range(30)
    ]
    undated = [{"id": f"u{number}", "title": "Bài", "text": "Không ngày.", "source": "Báo Mẫu"} for number in range(9)]
    build([*undated, *records], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        listed = list(index.listed(SearchRequest("")))
        assert sorted(info.id for info in listed) == sorted(each["id"] for each in (*records, *undated))
        days = [info.date for info in listed[:30]]
        assert days == sorted(filter(None, days), reverse=True)
        assert {info.id for info in index.listed(SearchRequest(""), undated=True)} == {each["id"] for each in undated}
        of_source = SearchRequest("", filters=Filters({"source": ["bao mau"]}))
        assert {info.id for info in index.listed(of_source)} == {each["id"] for each in undated}
        of_a_day = SearchRequest("", after=datetime.date(2024, 1, 5), before=datetime.date(2024, 1, 5))
        assert [info.id for info in index.listed(of_a_day)] == ["a04"]
        stats = index.metadata_stats()
        assert (stats.first, stats.last) == (datetime.date(2024, 1, 1), datetime.date(2024, 1, 28))
        assert (stats.undated, stats.fields["source"].articles, stats.fields["date"].values) == (9, 9, 28)
        assert stats.fields["source"].frequent == [("Báo Mẫu", 9)]


ODD = {
    "id": "lạ",
    "title": '=HYPERLINK("x") [đậm] *sao*',
    "source": "Báo; Mẫu",
    "author": ["Lê An", "Trần Bình"],
    "date": "2024-05-01",
    "paragraphs": ['- Anh nói: "đi, về"\n# không phải đề', "@ai đó"],
}


@pytest.fixture
def written(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A file of each format with the odd article."""
    build([ODD], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert usual_fields(index.schema) == tuple(name for name in export_fields(index.schema) if name != "score")
        yield {
            form: "".join(exported(index.export(SearchRequest("*")).passages, form, export_fields(index.schema)))
            for form in FORMATS
        }


def test_json_lines_have_everything_as_it_is(written: dict[str, str]) -> None:
    rows = [json.loads(line) for line in written["jsonl"].splitlines()]
    assert [row["text"] for row in rows] == [ODD["title"], *ODD["paragraphs"]]
    assert rows[1] | {"score": 0} == {
        **{"id": "lạ", "title": ODD["title"], "url": None, "date": "2024-05-01", "source": "Báo; Mẫu"},
        **{"author": ["Lê An", "Trần Bình"], "position": 1, "kind": "lead", "page": None},
        **{"text": ODD["paragraphs"][0], "score": 0},
    }


def test_csv_is_read_by_spreadsheets_and_holds_no_formula(written: dict[str, str]) -> None:
    assert written["csv"].startswith("\ufeffid,title,url")
    rows = list(csv.DictReader(io.StringIO(written["csv"].removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert rows[1]["text"] == "'" + ODD["paragraphs"][0]
    assert rows[1]["author"] == "Lê An; Trần Bình"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_markdown_quotes_each_passage_under_its_article_and_nothing_becomes_markup(written: dict[str, str]) -> None:
    text = written["md"]
    assert text.count("## ") == 1
    assert text.startswith(
        '## =HYPERLINK("x") \\[đậm\\] \\*sao\\*\n\nlạ · Báo; Mẫu · 2024-05-01 · Lê An, Trần Bình\n\n'
    )
    assert '> - Anh nói: "đi, về"\n> \\# không phải đề\n' in text
