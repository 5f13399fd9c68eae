"""Abbreviations are read and written: the reviewed list and what the text defines, in every spelling."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon.abbreviations import LONGEST_LONG, LONGEST_SHORT, Abbreviations, reviewed, spellings
from indexer.vietnamese import forms, is_syllable
from indexer.vietnamese.tones import split_tone

from .texts import TEXTS, lexicon_of


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Abbreviations:
    """Abbreviations of the small texts and the reviewed list."""
    texts = [*TEXTS, "Đội tuyển Việt Nam thắng. Bóng đá: đội tuyển nữ.", "Đường tỉnh 550 hỏng. Đường tỉnh 551 mới."]
    return Abbreviations(lexicon_of(tmp_path_factory.mktemp("known"), texts))


def test_the_reviewed_list_is_long_and_well_formed() -> None:
    lines = resources.files("indexer.lexicon").joinpath("abbreviations.tsv").read_text("utf-8").splitlines()
    assert lines[0].split("\t") == ["abbreviation", "expansion", "note"]
    assert len({line.split("\t")[0] for line in lines[1:]}) >= 150
    assert len(set(lines)) == len(lines)
    for line in lines[1:]:
        short, expansion, note = line.split("\t")
        assert re.fullmatch(r"[A-ZĐƯa-z][A-ZĐƯa-z&.-]+", short), line
        assert expansion == expansion.lower().strip(), line
        assert 2 <= len(forms(expansion)) <= LONGEST_LONG, line
        assert all(is_syllable(form) for form in forms(expansion)), line
        assert note, line


# Short for a foreign name, or not made of initials alone.
NOT_INITIALS = {
    *["ADB", "AI", "ASEAN", "CPI", "EU", "FDI", "GDP", "GRDP", "IMF", "NATO", "ODA", "WB", "WHO", "WTO"],
    *[
        "ACV",
        "CDC",
        "EVN",
        "HNX",
        "HOSE",
        "NOXH",
        "PVN",
        "TKV",
        "VASEP",
        "VCCI",
        "VEC",
        "VFA",
        "VFF",
        "VNPT",
        "VOV",
        "VTV",
    ],
}


def toneless(letter: str) -> str:
    """The letter without a tone: `á` begins án, and TAND has A."""
    parts = split_tone(letter)
    assert parts is not None
    return parts[0]


def test_letters_of_the_reviewed_list_begin_its_syllables_in_order() -> None:
    for entry in reviewed():
        if entry.short in NOT_INITIALS or entry.short.endswith(("TTg", "ThS")):
            continue
        initials = iter([toneless(form[0]) for form in entry.forms])
        for letter in filter(str.isalpha, entry.short.lower().replace("w", "ư")):  # TW is trung ương.
            assert letter in initials, entry  # `in` moves the iterator on past the letter.


@pytest.mark.parametrize("typed", ["QP-AN", "QP - AN", "QP – AN", "QPAN", "qp an", "qp-an", "qpan"])
def test_every_spelling_is_read_alike(known: Abbreviations, typed: str) -> None:
    readings = known.expansions(forms(typed))
    assert readings[0].forms == ("quốc", "phòng", "an", "ninh")
    assert (readings[0].source, readings[0].article) == ("text", "bai-0")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("UBND", "uỷ ban nhân dân"),
        ("hđnd", "hội đồng nhân dân"),
        ("HDND", "hội đồng nhân dân"),
        ("TP.HCM", "thành phố hồ chí minh"),
        ("TPHCM", "thành phố hồ chí minh"),
        ("gd&đt", "giáo dục và đào tạo"),
        ("GD và ĐT", "giáo dục và đào tạo"),
        ("nn&ptnt", "nông nghiệp và phát triển nông thôn"),
    ],
)
def test_the_list_is_known_without_any_lexicon(typed: str, meant: str) -> None:
    readings = Abbreviations().expansions(forms(typed))
    assert " ".join(readings[0].forms) == meant
    assert readings[0].source == "reviewed"
    assert readings[0].note


def test_an_ambiguous_one_is_read_by_its_neighbours(known: Abbreviations) -> None:
    assert known.expansions(["đt"], after="việt")[0].forms == ("đội", "tuyển")
    assert known.expansions(["đt"], after="550")[0].forms == ("đường", "tỉnh")
    assert len(known.expansions(["đt"])) == 2


def test_an_ambiguous_one_is_read_by_the_rest_of_the_query_too(tmp_path: Path) -> None:
    """No neighbour says anything, but bóng đá is played by teams, and roads are repaired."""
    lexicon = lexicon_of(
        tmp_path,
        [
            "Đội tuyển (ĐT) bóng đá thắng trận. Đội bóng về nước. Bóng đá và đội bóng là chuyện của làng.",
            "Đường tỉnh (ĐT) được sửa. Sửa đường xong, tỉnh sửa đường khác. Người ta sửa đường quanh năm.",
        ],
    )
    both = Abbreviations(lexicon)

    def read(query: str) -> tuple[str, ...]:
        (found,) = both.find(query.split(" "))
        return found.expansions[0].forms

    assert read("bóng rổ năm nay đt thua") == ("đội", "tuyển")
    assert read("sửa xong rồi nhé đt thua") == ("đường", "tỉnh")


def test_phrases_know_their_abbreviations(known: Abbreviations) -> None:
    assert [entry.short for entry in known.abbreviations(["lực", "lượng", "vũ", "trang"])] == ["LLVT"]
    (found,) = known.find_long(forms("tỉnh có lực lượng vũ trang mạnh"))
    assert (found.start, found.end, found.short, found.spellings) == (2, 6, "LLVT", (("llvt",),))
    assert known.abbreviations(["lực", "lượng"]) == []


def test_within_a_phrase_that_has_an_abbreviation_others_are_found() -> None:
    found = Abbreviations().find_long(forms("sở và bộ giáo dục và đào tạo họp"))
    assert [(each.start, each.end, each.short) for each in found] == [(2, 8, "BGDĐT"), (3, 8, "GD&ĐT")]


def test_abbreviations_are_found_in_a_query(known: Abbreviations) -> None:
    first, second = known.find(forms("LLVT tỉnh giữ vững QP - AN"))
    assert (first.start, first.end) == (0, 1)
    assert (second.start, second.end) == (4, 6)


def test_syllables_are_abbreviations_only_in_capitals(known: Abbreviations) -> None:
    assert known.find(["ca", "tỉnh"]) == []
    (found,) = known.find(["ca", "tỉnh"], [True, False])
    assert found.expansions[0].forms == ("công", "an")


@pytest.mark.parametrize(
    ("typed", "short", "meant"),
    [("TƯ", "TƯ", True), ("TU", "TƯ", True), ("TỰ", "TƯ", False), ("DH", "ĐH", True), ("CÀ", "CA", False)],
)
def test_a_letter_with_marks_is_meant_with_them(typed: str, short: str, meant: bool) -> None:
    assert (short in {each.short for each in Abbreviations().expansions(forms(typed))}) is meant


def test_an_ampersand_is_also_a_word() -> None:
    assert spellings("GD&ĐT") == (("gd", "đt"), ("gdđt",), ("gd", "và", "đt"))
    assert spellings("UBND") == (("ubnd",),)


@given(st.lists(st.text(min_size=1, max_size=8), max_size=2 * LONGEST_SHORT))
def test_any_query_is_read(known: Abbreviations, query: list[str]) -> None:
    last = 0
    for found in known.find(query):
        assert last <= found.start < found.end <= len(query)
        last = found.end
    known.find_long(query)
