"""Keys: one form for what has several spellings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.vietnamese import analyze, normalize
from indexer.vietnamese.keys import Keyed, keyed, keys_of, keys_of_all, plain
from indexer.vietnamese.keys.found import NUMBER, value_of
from indexer.vietnamese.keys.numerals import roman
from indexer.vietnamese.keys.places import places, places_of
from indexer.vietnamese.keys.quantities import units
from tests.growth.measuring import BAR, growth

GROUPS = [
    [spelling.strip() for spelling in line.split("|")]
    for line in Path(__file__).with_name("groups.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]

PIECES = """
    5 03 2024 17 1.234.567 12,5 0912 345 678 / - . , : % $ đ đồng triệu tỷ k km/h m2 m² ngày tháng năm giờ h phút chiều
    từ đến QL VN A 29A- thế kỷ XX quý III khóa Wi-Fi H'Mông 25/2023/TT-BYT ( ) + 84 ﬃ Ⅲ \u0301 \u200b \n — ’ & _ #
"""
TEXTS = st.lists(st.sampled_from([*PIECES.split(), "", "  "]) | st.text(max_size=3), max_size=14).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda blank: blank.join(parts))
)
CAPITALS = st.lists(st.sampled_from(["AI", "CA", "VAT", "TP", "Đ", "Ư", "I", "a", " ", "-", ".", "2"]), max_size=9).map(
    "".join
)


WORDS_OF_NUMBERS = (*"0123456789.,/-–:%°$+() hx½ⅳ", "tỷ ", "km/h ", "ngày ", "XX ")
NUMBERS_AND_WORDS = st.lists(st.sampled_from(WORDS_OF_NUMBERS), max_size=30).map("".join)


def of(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(text[each.start : each.end], each.keys) for each in keyed(text)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: str(group[0]))
@pytest.mark.parametrize("sentence", ["{}", "Chuyện kể rằng {} nhé.", "({}), rồi thôi", "Theo đó,\n{}"])
def test_spellings_of_one_thing_have_a_key_in_common(group: list[str], sentence: str) -> None:
    for spelling in group:
        asked = _asked(sentence.format(spelling), spelling)
        for held in group:
            assert not asked.isdisjoint(keys_of(sentence.format(held))), (spelling, held)


def _asked(text: str, spelling: str) -> set[str]:
    """The keys of what covers a spelling in a text, but for brackets."""
    start = text.index(spelling) + spelling.startswith("(")
    end = start + len(spelling.strip("()"))
    whole = [each for each in keyed(text) if each.start <= start and end - 1 <= each.end]
    return {key for each in whole for key in each.keys}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("họp lúc 17h45 chiều 5/3/2024.", [("17h45 chiều", ("17:45",)), ("5/3/2024", ("2024-03-05",))]),
        ("2/3 số phiếu", []),
        ("5 thắng 3 hòa", []),
        ("chuyển đổi 2 điểm, 3 dòng chữ", []),
        ("12 năm", []),
        ("giá 12,5 triệu", [("12,5 triệu", ("12500000",))]),
        ("tăng 12,5%", [("12,5%", ("12.5%",))]),
        ("mạng 5G", [("5G", ("5g",))]),
        ("vua Louis XIV", [("Louis XIV", ("louis14",))]),
        ("192.168.1.1", []),
        ("Chương IV và chương 4", [("Chương IV", ("chuong 4",)), ("chương 4", ("chuong 4",))]),
        ("máy bay Boeing 737 và tháng 3", [("Boeing 737", ("boeing737",))]),
        ("5/3-7/3", [("5/3", ("--03-05",)), ("7/3", ("--03-07",))]),
        ("5/3/2024-7/3/2024", [("5/3/2024", ("2024-03-05",)), ("7/3/2024", ("2024-03-07",))]),
        ("từ 1 đến 5/9", [("1", ("--09-01",)), ("5/9", ("--09-05",))]),
        ("từ 1-5/9", [("1", ("--09-01",)), ("5/9", ("--09-05",))]),
        ("ngày 4 và 5/9/2024", [("ngày 4", ("2024-09-04",)), ("5/9/2024", ("2024-09-05",))]),
        ("2 và 3/4 số phiếu", []),
        ("tháng 11-12/2025", [("tháng 11", ("2025-11",)), ("12/2025", ("2025-12",))]),
        ("quý 1-2/2024", [("quý 1", ("quy 1",))]),
        ("mở cửa 8h-17h", [("8h", ("8:00",)), ("17h", ("17:00",))]),
        ("lúc 8h - 9h30", [("8h", ("8:00",)), ("9h30", ("9:30",))]),
        (
            "theo Nghị định số 100/2019/NĐ-CP",
            [("Nghị định số 100/2019/NĐ-CP", ("100/2019/ndcp",)), ("NĐ-CP", ("ndcp",))],
        ),
        ("Thông tư 12/2025", [("Thông tư 12/2025", ("tt 12/2025",))]),
        ("quyết định 21 người, quyết định 21/4", [("21/4", ("--04-21",))]),
        ("Quyết định số 21, nghị quyết 3%", [("Quyết định số 21", ("qd 21",)), ("3%", ("3%",))]),
        ("nghỉ lễ 30.4, 1.5", [("30.4", ("--04-30",))]),
        ("dịp 2-9 và 20-11", [("2-9", ("--09-02",)), ("20-11", ("--11-20",))]),
        ("thắng 2-1, 30.4 triệu", [("2-1", ("2..1",)), ("30.4 triệu", ("30400000",))]),
        ("tăng 20.11%, cao 30.4m", [("20.11%", ("20.11%",)), ("30.4m", ("30.4m",))]),
        ("mở cửa 8g-11g30", [("8g", ("8:00",)), ("11g30", ("11:30",))]),
        ("sàn rộng 4m2, bể 3m3", [("4m2", ("4m2",)), ("3m3", ("3m3",))]),
        ("giải V.League của U.B.N.D", [("V.League", ("vleague",)), ("U.B.N.D", ("ubnd",))]),
        # What could be a syllable would meet whatever has its letters.
        ("T.Ư và C.A. Nói rồi.Thôi", []),
        ("AK-47, MiG-21", [("AK-47", ("ak47",)), ("MiG-21", ("mig21",))]),
    ],
)
def test_what_is_found_in_a_text(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert of(text) == expected


@pytest.mark.parametrize("text", ["31/2/2024", "5/13/2024", "0/3/2024", "30.2.2023", "2024-13-05", "25:10", "17h75"])
def test_what_is_no_day_and_no_time_has_no_such_key(text: str) -> None:
    assert not any(key.startswith(("2024-", "2023-", "--")) or ":" in key for key in keys_of(text))


def test_a_document_has_the_keys_of_what_it_is_called_for_short() -> None:
    assert {"100/2019/ndcp", "nd 100/2019", "nd 100"} <= set(keys_of("Nghị định số 100/2019/NĐ-CP"))
    assert {"nd 100/2019", "nd 100"} <= set(keys_of("nghị định 100 năm 2019"))


def test_percent_and_number_are_not_the_same() -> None:
    assert set(keys_of("12,5%")).isdisjoint(keys_of("12,5 triệu"))
    assert keyed("12,5%")[0].signs
    assert not keyed("12,5 phần trăm")[0].signs


def test_what_says_more_holds_the_keys_of_what_says_less() -> None:
    assert set(keys_of("5/3/2024")) == {"2024-03-05", "--03-05", "2024-03"}
    assert "640" in keys_of("640m2") and "640" not in keys_of("640 m2")  # there it is a token
    assert "25000" in keys_of("25 nghìn đồng")


@given(TEXTS)
def test_offsets_are_those_of_the_source(text: str) -> None:
    for each in keyed(text):
        assert 0 <= each.start < each.end <= len(text)
        assert each.keys and all(each.keys) and all(each.also)
        assert any(character.isalnum() for character in text[each.start : each.end])


@given(TEXTS)
def test_what_is_keyed_covers_whole_tokens(text: str) -> None:
    analysis = analyze(text)
    for each in keyed(text):
        for start, end in zip(analysis.starts, analysis.ends, strict=True):
            inside = max(start, each.start) < min(end, each.end)
            assert not inside or (each.start <= start and end <= each.end), text[start:end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AI y tế, IT.", ["AI", "IT"]),
        ("thuế VAT", ["VAT"]),
        ("CA TP", ["CA"]),
        # No word by its letters, too long, with diacritics, or in small letters.
        ("UBND, NATO, BHXH, TRUONG, ĐAI, ai, Ai, AIs, AI2B", []),
        # In a heading capitals say nothing; what is no word beside them is none of a heading.
        ("GIÁ XE MAY TĂNG", []),
        ("XE MAY", []),
    ],
)
def test_abbreviations_that_may_be_words_keep_their_capitals(text: str, expected: list[str]) -> None:
    assert [key for each in keyed(text) for key in each.keys if each.signs and key.isupper()] == expected


@given(TEXTS)
def test_the_keys_of_a_text_are_those_of_its_parts(text: str) -> None:
    assert keys_of(text) == list(dict.fromkeys(key for each in _as_found(text) for key in (*each.keys, *each.also)))


def _as_found(text: str) -> list[Keyed]:
    from indexer.vietnamese.keys.scanning import _found

    source = normalize(text).text
    return _found(source, places_of(source))


@given(st.lists(TEXTS | NUMBERS_AND_WORDS | CAPITALS | st.text(), max_size=4))
@example(["", "1", "XX\0", "-1", "", "1-", "a-1", "IV", "Ba 1\n2", "\ud800"])
def test_many_texts_have_the_keys_of_each(texts: list[str]) -> None:
    normal = list(map(normalize, texts))
    assert keys_of_all(normal) == [keys_of(text) for text in texts]
    assert list(places([text.text for text in normal])) == [places_of(text.text) for text in normal]


def test_two_blanks_are_one() -> None:
    assert of("quốc lộ số  1A") == [("quốc lộ số  1A", ("ql1a",))]


@given(st.text())
def test_plain_keeps_the_length(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize("unit", ["1", "1.", "1,", "1-", "1/", "1 ", "0 ", "+84 ", "a-", "a1-", "a'", "X", "1:", "đ"])
def test_time_is_linear_in_the_length(unit: str) -> None:
    keyed(unit * 100)
    assert growth(keyed, lambda size: unit * (size // len(unit)), 32_000) <= BAR


@pytest.mark.parametrize(("numeral", "value"), [("I", 1), ("IV", 4), ("XIV", 14), ("XIX", 19), ("MCMXLV", 1945)])
def test_roman_numerals_have_values(numeral: str, value: int) -> None:
    assert roman(numeral) == value


def test_every_spelling_of_a_unit_is_met() -> None:
    for spelling, unit in units().items():
        assert f"7{unit}" in keys_of(f"Có 7 {spelling}."), spelling


@given(st.from_regex(NUMBER, fullmatch=True))
def test_every_number_has_a_value(number: str) -> None:
    assert value_of(number) >= 0


@pytest.mark.parametrize(
    ("number", "value"), [("0.123.456", "123456"), ("0,123", "0.123"), ("1.234", "1234"), ("000.000", "0.000")]
)
def test_several_separators_part_thousands(number: str, value: str) -> None:
    assert value_of(number) == Decimal(value)


@settings(max_examples=300, deadline=None)
@given(NUMBERS_AND_WORDS)
def test_no_text_of_numbers_breaks_the_search_for_keys(text: str) -> None:
    for each in keyed(text):
        assert 0 <= each.start < each.end <= len(text)
