"""The query language over a real index: what a reader who types this finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, build, open_index
from tests.samples import write_articles

ARTICLES = (
    {
        "id": "quoc-phong",
        "title": "Hội nghị quốc phòng",
        "date": "2023-12-26",
        "source": "Báo Mẫu",
        "author": "Lê An",
        "text": "Chiều 26/12, Uỷ ban tổng kết công tác QP – AN và SSCĐ.\n\n"
        "Lực lượng vũ trang nhận cờ thi đua xuất sắc.",
    },
    {
        "id": "duong",
        "title": "Mùa bưởi",
        "date": "2024-09-02",
        "source": "Tin Mẫu",
        "text": "Con đường làng dài, đường sá tốt.\n\nDương lịch năm nay, đại dương xanh.\n\nViệt Nam có nhiều biển.",
    },
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("finding")
    build([write_articles(folder / "articles.jsonl", ARTICLES)], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


def found(index: Index, text: str) -> list[str]:
    """The beginnings of the passages, in rank order."""
    return [passage.paragraph.text[:9] for passage in index.search(SearchRequest(text)).passages]


def test_text_typed_without_marks_finds_marked_text(index: Index) -> None:
    assert found(index, "co thi dua")[0] == "Lực lượng"
    assert found(index, '"thi dua xuat sac"') == ["Lực lượng"]


def test_marks_typed_are_marks_meant(index: Index) -> None:
    assert found(index, "đường") == ["Con đường"]
    assert found(index, "dương") == ["Dương lịc"]


def test_the_exact_form_comes_first(index: Index) -> None:
    assert found(index, "biển Việt nam")[0] == "Việt Nam "


def test_a_slip_of_marks_still_finds(index: Index) -> None:
    assert "Con đường" in found(index, "đướng làng")


def test_the_other_tone_style_finds_the_same(index: Index) -> None:
    assert found(index, "Ủy ban") == found(index, "Uỷ ban") == ["Chiều 26/"]


@pytest.mark.parametrize("text", ["QP-AN", "qp-an", "QP–AN", '"qp an"', "26/12", "sscd", "SSCĐ", "-đường -lịch tổng"])
def test_compounds_and_abbreviations_are_found(index: Index, text: str) -> None:
    assert found(index, text)[0] == "Chiều 26/"


@pytest.mark.parametrize(
    "text, texts",
    [
        ('"đường" OR "dương"', {"Con đường", "Dương lịc"}),
        ("đường -sá", set()),
        ("đường -sa", {"Con đường"}),
        ("duong lang -lich", {"Con đường"}),
        ("đường -quốc", {"Con đường"}),
        ("lượ*", {"Lực lượng"}),
        ('source:"tin mau" biển', {"Việt Nam "}),
        ('title:"mùa bưởi" after:2024 -biển', {"Mùa bưởi", "Con đường", "Dương lịc"}),
        ("kind:title", {"Mùa bưởi", "Hội nghị "}),
        ("before:2024 author:an -kind:title", {"Chiều 26/", "Lực lượng"}),
    ],
)
def test_operators_find(index: Index, text: str, texts: set[str]) -> None:
    assert set(found(index, text)) == texts
