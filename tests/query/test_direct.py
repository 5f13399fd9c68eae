"""Articles are hit directly by what their titles hold, half typed and in any spelling of it. Over a real index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer import Index, build, open_index
from indexer.query.direct import LEAST_LETTERS
from tests.samples import write_articles

TITLES = {
    "a": "Võ Trọng Hải làm Chủ tịch tỉnh",
    "b": "Ông Võ Trọng Hải thăm đồng bào vùng lũ",
    "c": "Hải quan kiểm tra, Võ Văn Trọng nói gì?",
    "d": "Hoa Kỳ và kỳ họp thứ hai",
    "e": "Iphone 15 Pro Max giảm giá",
    # Whole paragraphs stand in the place of some titles.
    "f": "Bản tin đọc trong ngày: " + "trời nắng, gió nhẹ; " * 6 + "chợ nổi họp sớm",
    "g": "Chợ nổi họp sớm " + "vì nước lên, " * 9,
    "h": "Về chợ nổi họp muộn",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("direct")
    records = [{"id": name, "title": title, "text": "Nội dung của bài."} for name, title in TITLES.items()]
    build([write_articles(folder / "articles.jsonl", records)], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("vo trong h", "ab"),
        ("võ trọng", "ab"),
        ("Võ Trọng Hải", "ab"),
        ("vo trong hai ", "ab"),
        ("vo trong ha ", ""),
        ("trọng hải", "ab"),
        ("vò trọng", ""),
        ("hoa ky", "d"),
        ("hoa k", "d"),
        ("ky hop", "d"),
        ("iphone 15 p", "e"),
        ("đồng bao", "b"),
        ("cho noi hop", "hgf"),
        ("xe đạp", ""),
        ('"võ trọng"', ""),
        ("", ""),
    ],
)
def test_titles_that_hold_it_side_by_side_are_hit(index: Index, typed: str, ids: str) -> None:
    assert "".join(info.id for info in index.direct_hits(typed)) == ids


def test_a_few_letters_hit_nothing_and_no_more_come_than_asked_for(index: Index) -> None:
    assert index.direct_hits("hoa kỳ"[: LEAST_LETTERS - 1]) == ()
    assert [info.id for info in index.direct_hits("vo trong", 1)] == ["a"]
    assert index.direct_hits("vo trong", 0) == ()
