"""What a request may not ask for is said in words, and nothing else is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, Settings, build, open_index
from indexer.query.parse import parse
from indexer.schema import declared_field
from tests.samples import write_articles

PLAIN = SearchRequest("bưởi")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checks")
    build([write_articles(folder / "articles.jsonl")], folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[Index]:
    with open_index(folder, Settings(page_size_limit=20, depth_limit=100)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (replace(PLAIN, per_page=0), "per_page is 0; it must be from 1 to 20"),
        (replace(PLAIN, per_page=21), "per_page is 21; it must be from 1 to 20"),
        (replace(PLAIN, page=0), "page is 0; with 10 a page it must be from 1 to 10"),
        (replace(PLAIN, page=11), "page is 11; with 10 a page it must be from 1 to 10"),
        (replace(PLAIN, page=6, per_page=20), "page is 6; with 20 a page it must be from 1 to 5"),
        (replace(PLAIN, sort="size"), "sort is 'size'; it must be one of: relevance, fresh, date"),
        (replace(PLAIN, facets=("size",)), "facet is 'size'; it must be one of: source, author, kind, year, month"),
    ],
)
def test_what_is_outside_the_limits_is_refused(index: Index, request_: SearchRequest, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        index.search(request_)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "request_",
    [
        replace(PLAIN, per_page=1),
        replace(PLAIN, per_page=20),
        replace(PLAIN, page=10),
        replace(PLAIN, page=5, per_page=20),
        replace(PLAIN, sort="date"),
        replace(PLAIN, facets=("source", "year")),
    ],
)
def test_what_is_within_them_is_answered(index: Index, request_: SearchRequest) -> None:
    assert index.search(request_).total == 3


def test_a_lexicon_that_is_lost_is_told_unless_nothing_is_to_be_read_into_the_query(
    folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "index")
    for path in (tmp_path / "index").rglob("lexicon/*"):
        path.unlink()
    with open_index(tmp_path / "index") as index:
        assert [warning.code for warning in index.search(PLAIN).warnings] == ["lexicon_unusable"]
        assert index.search(replace(PLAIN, literal=True)).warnings == ()


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ("bưởi phúc trạch", []),
        ("bưởi phúc trạch làng", ["làng"]),
        ('"bưởi được" làng', []),
        ('"bưởi được xếp" làng', ["làng"]),
        ('"bưởi được xếp lên"', ["lên"]),
    ],
)
def test_syllables_in_quotes_count_like_others(folder: Path, query: str, left_out: list[str]) -> None:
    with open_index(folder, Settings(query_clauses=3)) as index:
        warnings = index.search(SearchRequest(query)).warnings
    assert [warning.subject for warning in warnings if warning.code == "too_many_clauses"] == left_out


def test_restrictions_that_cannot_be_read_are_told_by_their_type(folder: Path) -> None:
    fields = (declared_field("pages", {"type": "number"}), declared_field("printed", {"type": "date"}))
    parsed = parse("pages:many printed:soon", Settings(fields=fields))
    assert [(warning.code, warning.subject) for warning in parsed.warnings] == [
        ("number_unreadable", "pages:many"),
        ("date_unreadable", "printed:soon"),
    ]


def test_an_index_is_closed_at_the_end_of_its_block(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Index] = []
    close = Index.close
    monkeypatch.setattr(Index, "close", lambda index: (closed.append(index), close(index)))
    with open_index(folder) as index:
        assert closed == []
    assert closed == [index]
