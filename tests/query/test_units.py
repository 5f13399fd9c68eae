"""The units of a query, and what meets each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, build, open_index
from tests.samples import build_texts, write_articles

ARTICLES = (
    {
        "id": "mot",
        "title": "Chuyện ở Gia Lai",
        "text": "Ủy ban nhân dân (UBND) tỉnh Gia Lai họp.\n\nUBND xã họp ngày 5/1/2026.\n\nGià lải rải, giá lại lên.",
    },
    {"id": "hai", "title": "Trấn Thành", "text": "Trấn Thành đóng phim mới.\n\nThị trấn có thành phố bên cạnh."},
    {
        "id": "ba",
        "title": "Nguyễn Văn Hùng",
        "text": "Ông Nguyễn Văn Hùng hái bưởi và xoài.\n\nHoà bình, hòa nhạc, hóa đơn.",
    },
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("units")
    build([write_articles(folder / "articles.jsonl", ARTICLES)], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


def units(index: Index, text: str, *, literal: bool = False) -> list[str]:
    return [unit.text for unit in index.search(SearchRequest(text, literal=literal)).units]


def found(index: Index, text: str, *, literal: bool = False) -> list[str]:
    """What is found: the beginnings of its passages."""
    request = SearchRequest(text, sort="date", per_page=50, literal=literal)
    return sorted(passage.paragraph.text[:9] for passage in index.search(request).passages)


def test_the_name_of_a_ministry_finds_its_abbreviations(tmp_path: Path) -> None:
    """Its first unit is its kind and a part of what the abbreviation stands for: `Bộ Giáo dục`, `GD-ĐT`."""
    ministry, written = "Bộ Giáo dục và Đào tạo", ("Bộ Giáo dục và Đào tạo", "Bộ GD-ĐT", "Bộ GD&ĐT", "Bộ GDĐT", "BGDĐT")
    said = ("công bố đề thi", "sửa quy chế", "tuyển giáo viên", "đổi lịch học", "in sách")
    texts = [
        *(f"{name} {what}." for name, what in zip(written, said, strict=True)),
        "Bộ phim về giáo dục.",
        "Đào tạo bộ đội.",
    ]
    build([write_articles(tmp_path / "articles.jsonl", [{"id": "a", "text": "\n\n".join(texts)}])], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        for query in (ministry, ministry.lower()):
            results = index.search(SearchRequest(query))
            found = [passage for passage in results.passages if not passage.missing]
            assert sorted(passage.paragraph.position for passage in found) == [1, 2, 3, 4, 5], query
            assert results.total == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trấn Thành đóng phim", ["Trấn Thành", "đóng", "phim"]),
        ("Ông Nguyễn Văn Hùng", ["Nguyễn Văn Hùng"]),
        ("UBND tỉnh họp 5/1/2026", ["UBND", "tỉnh", "họp", "5/1/2026"]),
        ('phim "thị trấn có"', ["phim", "thị trấn có"]),
        ("của Gia Lai và xã", ["Gia Lai", "xã"]),
        ("phim -xoài (bưởi OR cam)", ["phim"]),
    ],
)
def test_words_names_dates_and_quotes_are_units(index: Index, text: str, expected: list[str]) -> None:
    assert units(index, text) == expected


def test_a_name_is_met_side_by_side(index: Index) -> None:
    assert found(index, "Trấn Thành") == ["Trấn Thàn", "Trấn Thàn"]


def test_a_unit_is_met_by_its_abbreviation_and_by_its_long_form(index: Index) -> None:
    assert found(index, "UBND họp") == found(index, "ủy ban nhân dân họp") == ["UBND xã h", "Ủy ban nh"]


@pytest.mark.parametrize("text", ["Gia Lai", "gia lai", '"gia lai"', "họp ở Gia Lai"])
def test_letters_that_the_archive_has_as_they_stand_have_the_level_tone(index: Index, text: str) -> None:
    assert "Già lải r" not in found(index, text)
    assert found(index, text)


def test_a_query_without_diacritics_that_the_archive_lacks_finds_every_reading(index: Index) -> None:
    assert found(index, "Tran Thanh") == ["Trấn Thàn", "Trấn Thàn"]
    assert found(index, '"tran thanh"') == ["Trấn Thàn", "Trấn Thàn"]
    assert found(index, "Tran Thanh", literal=True) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bưởi -xoái", ["Ông Nguyễ"]),
        ("bưởi -xoài", []),
        ("nhạc -hoà", []),
        ("nhạc -hoá", []),
        ("nhạc -hoã", ["Hoà bình,"]),
    ],
)
def test_an_exclusion_is_literal(index: Index, text: str, expected: list[str]) -> None:
    assert found(index, text) == found(index, text, literal=True) == expected


def test_a_phrase_with_other_diacritics_is_not_found(index: Index) -> None:
    assert found(index, '"bưởi và xoái"') == []
    assert found(index, '"bưởi và xoài"') == ["Ông Nguyễ"]


def test_a_word_that_says_nothing_may_end_a_name_or_a_phrase(tmp_path: Path) -> None:
    records = [
        {"id": "ten", "text": "Ca sĩ Tuấn Anh hát, chị Lan Anh nghe.\n\nÔng Tuấn kể về hoa lan và hoa huệ."},
        {"id": "tieng", "text": "Lớp tiếng Anh.\n\n" + "\n\n".join(f"Nói tiếng Anh lần {each}." for each in range(9))},
        {"id": "xa", "text": "Anh ấy nghe tiếng sáo.\n\nỞ Huế có mưa.\n\nTại Huế có nắng."},
    ]
    build([write_articles(tmp_path / "a.jsonl", records)], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert units(index, "lan anh") == ["lan anh"]
        assert found(index, "lan anh") == found(index, "tuan anh") == ["Ca sĩ Tuấ"]
        assert "Anh ấy ng" not in found(index, "tieng anh")
        # Before a name it says nothing.
        assert units(index, "ở huế") == ["huế"]
        assert units(index, "anh tuấn") == ["tuấn"]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """A small archive of names that are also function words, and of words that stand beside such."""
    texts = [
        *(f"Công ty {at} của AI và trường học." for at in range(3)),
        *(f"Công ty số {at} họp, mọi người vui." for at in range(3)),
        *(f"Thủ tướng Anh thăm nước {at}." for at in range(3)),
        *(f"Thủ tướng Nhật thăm nước {at}, dân chúng mừng." for at in range(3)),
        *(f"Bộ Công an họp về việc thứ {at}." for at in range(3)),
        *(f"Công an phường {at} tìm thấy bộ quần áo." for at in range(3)),
        *(f"Trẻ {at} đi học thêm buổi tối." for at in range(3)),
        *(f"Trẻ {at} đi học rồi thêm bạn thêm vui." for at in range(3)),
        *(f"Năm 2018 ông Trump tới nơi thứ {at}." for at in range(3)),
        *(f"Chuyến bay MH 370 mất tích ngày {at}." for at in range(3)),
        *(f"Tỉnh Bình Dương có mưa ngày {at}." for at in range(3)),
        *(f"Tỉnh Đắk Lắk có mưa, rồi Đắk Lắk nắng, ngày {at}." for at in range(20)),
        *(f"Đăk Lăk viết lối khác, Đăk Lăk lần {at}." for at in range(20)),
    ]
    folder = tmp_path_factory.mktemp("news")
    build([[{"id": str(at), "text": text} for at, text in enumerate(texts)]], folder)
    with open_index(folder) as opened:
        yield opened


def total(index: Index, text: str) -> int:
    return index.search(SearchRequest(text, per_page=1)).total


def test_what_is_typed_as_a_name_is_no_function_word(news: Index) -> None:
    assert (units(news, "công ty AI"), total(news, "công ty AI")) == (["công ty", "AI"], 3)
    assert (units(news, "Thủ tướng Anh"), total(news, "Thủ tướng Anh")) == (["Thủ tướng", "Anh"], 3)
    # A capital at the beginning, or of every word, says nothing.
    assert units(news, "Anh và thủ tướng") == ["thủ tướng"]
    assert "Anh" not in units(news, "Thủ Tướng Và Anh")


def test_a_pronoun_behind_what_it_stands_beside_in_the_archive_is_the_country(news: Index) -> None:
    assert units(news, "thủ tướng anh") == ["thủ tướng anh"]
    assert total(news, "thủ tướng anh") < total(news, "thủ tướng")
    assert units(news, "công ty anh") == ["công ty"]


def test_a_document_is_one_unit_by_what_it_is_called(tmp_path: Path) -> None:
    texts = [
        "Theo Nghị định số 100/2019/NĐ-CP.",
        "Nghị định 100 mới sửa.",
        "Nghị định 188 về mức 100 triệu đồng.",
        "NĐ 100 và NĐ 168.",
    ]
    with open_index(build_texts(tmp_path, {text: text for text in texts})) as index:
        for asked in ("nghị định 100", "nghị định số 100", "NĐ 100", "nghi dinh 100"):
            assert (units(index, asked), total(index, asked)) == ([asked], 3)
        assert total(index, "nghị định 100/2019") == total(index, "nghị định 100 năm 2019") == 1
        # None is called so: its words apart.
        assert total(index, "nghị định 199") == 0


def test_a_word_of_the_table_is_one_unit_in_each_of_its_spellings(tmp_path: Path) -> None:
    texts = [
        "Liên Hợp Quốc họp.",
        "Liên hiệp quốc bàn.",
        "Liên minh các quốc gia hợp lại.",
        "Tiêm vaccine.",
        "Vắc-xin mới.",
    ]
    with open_index(build_texts(tmp_path, {text: text for text in texts})) as index:
        for asked in ("liên hợp quốc", "Liên hiệp quốc"):
            assert ([each.lower() for each in units(index, asked)], total(index, asked)) == ([asked.lower()], 2)
        # Typed without diacritics too, as it is read.
        assert (len(units(index, "lien hop quoc")), total(index, "lien hop quoc")) == (1, 2)
        assert [total(index, asked) for asked in ("vaccine", "vắc xin", "vacxin", "vac xin")] == [2] * 4


def test_two_syllables_of_which_one_says_nothing_are_a_phrase_where_the_archive_has_it(news: Index) -> None:
    assert (units(news, "học thêm"), total(news, "học thêm")) == (["học thêm"], 3)
    assert units(news, "thăm của") == ["thăm"]


def test_an_office_is_one_name_in_small_letters_too(news: Index) -> None:
    for text in ("Bộ Công an", "bộ công an", "bo cong an"):
        assert total(news, text) == 3, text
    assert units(news, "bộ quần áo") == ["bộ", "quần áo"]


def test_letters_and_a_number_typed_apart_are_one_thing_where_the_archive_has_it(news: Index) -> None:
    assert (units(news, "MH 370"), total(news, "MH 370")) == (["MH 370"], 3)
    assert (units(news, "Trump 2018"), total(news, "Trump 2018")) == (["Trump", "2018"], 3)


def test_a_repair_has_the_spellings_of_what_it_reads(news: Index) -> None:
    assert total(news, "đăkk lăk") == total(news, "đắk lắk") == 40


def test_what_has_none_of_a_few_units_is_not_near(news: Index) -> None:
    results = news.search(SearchRequest("MH 370 tới Bình Dương", per_page=50))
    assert results.total == 0 < results.partial
    assert all(len(passage.missing) < len(results.units) for passage in results.passages)


def test_an_exclusion_of_a_word_is_that_of_all_its_syllables(news: Index) -> None:
    for text in ("có mưa -Bình Dương", "có mưa -bình dương", "co mua -binh duong"):
        results = news.search(SearchRequest(text, per_page=1))
        assert results.total == total(news, 'có mưa -"Bình Dương"') == total(news, "có mưa Đắk Lắk"), text
        assert [(each.code, each.subject.lower()) for each in results.warnings] == [
            ("excluded_whole", text.split("-")[1].lower())
        ]
    # What makes no word with it is asked for.
    assert total(news, "mưa -Bình tỉnh") == total(news, "mưa tỉnh -Bình")
    # A passage that has none of it is found, one that has the first syllable alone too.
    assert total(news, "Trump -MH 370") == total(news, "Trump")
