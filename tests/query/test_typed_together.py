"""Words typed together, and abbreviations that look like another: what is found over a real index on disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer import Index, SearchRequest, open_index
from tests.samples import build_texts

TEXTS = {
    "tỉnh": "Bình Dương mưa lớn.\n\nNgười dân Bình Dương đi làm.\n\nTừ Bình Dương về.",
    "chợ": "Thị trường gạo.\n\nGiá trên thị trường lên.\n\nChiều qua thị trường yên.",
    "nước": "New Zealand thắng.\n\nĐội New Zealand tập.\n\nTừ New Zealand về.\n\nNew Zealand 2019.",
    "cúp": "World Cup 2018 bắt đầu.\n\nVé xem World Cup 2018 rẻ.",
    "một chữ": "Trang Worldcup mở lại năm 2019.",
    "khác": "Bình minh trên đường.\n\nHàng new là hàng mới.\n\nMón quà từ Zealand.",
    "gen": "Xét nghiệm DNA.\n\nMẫu DNA ở đây.\n\nChuỗi DNA dài.",
    "bão": "Bão số 13 mạnh lên.\n\nBão số 13 vào bờ.\n\nBão số 13 tan.",
    "đại hội": "SEA Games 33 khai mạc.",
    "phạt": "Mức phạt theo Nghị định 168 cao hơn. Nghị định khác.",
    "vùng": "Đông Nam Á (ĐNA) họp.\n\nĐông Nam Á có nhiều nước.\n\nDân Đông Nam Á đông.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_index(build_texts(tmp_path_factory.mktemp("together"), TEXTS)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        # By their letters, `duong` and `truong` are no syllables: only with diacritics are they.
        ("binhduong", {"tỉnh"}),
        ("thitruong", {"chợ"}),
        ("bìnhdương", {"tỉnh"}),
        # Words of other languages, short ones too, where the archive has them side by side.
        ("newzealand", {"nước"}),
        # Beside a number too: it is a code where the archive has it so, and else a word.
        ("newzealand 2019", {"nước"}),
        ("worldcup 2018", {"cúp"}),
        # Digits typed on to a word, which are no keys of VNI.
        ("newzealand2019", {"nước"}),
        ("bão số13", {"bão"}),
        ("bao so13", {"bão"}),
        # A word with another spelling, an abbreviation.
        ("seagame33", {"đại hội"}),
        ("NĐ168", {"phạt"}),
        ("nđ168", {"phạt"}),
        ("NĐ167", set()),
    ],
)
def test_words_typed_together_are_read_apart(index: Index, query: str, ids: set[str]) -> None:
    results = index.search(SearchRequest(query))
    assert {passage.article.id for passage in results.passages if not passage.missing} == ids


@pytest.mark.parametrize("query", ["DNA", "dna"])
def test_letters_that_the_archive_has_are_not_short_for_something_else(index: Index, query: str) -> None:
    results = index.search(SearchRequest(query))
    assert results.interpretation is None
    assert all("NA" in passage.paragraph.text for passage in results.passages)
    assert {passage.article.id for passage in results.passages[:3]} == {"gen"}


def test_letters_with_their_own_diacritics_are(index: Index) -> None:
    assert index.search(SearchRequest("ĐNA")).total == index.search(SearchRequest("đông nam á")).total == 3
