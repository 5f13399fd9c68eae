"""Names have the capitals that the archive gives them, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, build, open_index
from indexer.query.writing import as_written
from tests.clock import let_hours_go_by


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("writing")
    texts = [
        "Sáng nay nước lũ về Hà Tĩnh rồi rút.",
        "Thi đua là việc hay.",
        "Ủy ban nhân dân Thành phố Hồ Chí Minh họp.",
        "TIN VUI VỀ QUÊ",
        "Tàu bay lên Sao Hỏa.",
    ]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("hà tĩnh", "Hà Tĩnh"),
        ("mưa ở hà tĩnh, lũ", "mưa ở Hà Tĩnh, lũ"),
        ("thành phố hồ chí minh", "Thành phố Hồ Chí Minh"),
        ("sao hoả", "Sao Hỏa"),
        ("thi đua", "thi đua"),
        ("tin vui", "tin vui"),
        ("không có đâu", "không có đâu"),
        ("hà", "hà"),
        ("", ""),
        ("a " * 12 + "hà tĩnh", "a " * 12 + "hà tĩnh"),
    ],
)
def test_names_are_written_as_in_the_archive(index: Index, text: str, written: str) -> None:
    assert as_written(text, index._passages) == written


def test_names_are_looked_for_as_long_as_the_time_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"Đợt lũ thứ {number} về Hà Tĩnh rồi rút." for number in range(12)]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], tmp_path)
    with open_index(tmp_path) as index:
        results = index.search(SearchRequest("dot lu ha tinh"))
        assert index.as_written(results) == "đợt lũ Hà Tĩnh"
        let_hours_go_by(monkeypatch)
        assert index.as_written(results) == "đợt lũ hà tĩnh"
