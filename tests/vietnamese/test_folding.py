"""Forms without diacritics."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.vietnamese import fold, forms, has_diacritics, without_diacritics


@pytest.mark.parametrize(
    ("form", "plain"),
    [
        ("đường", "duong"),
        ("Đắk", "Dak"),
        ("ðà", "da"),
        ("Ðà", "Da"),
        ("nguyễn", "nguyen"),
        ("ươ", "uo"),
        ("năm", "nam"),
        ("café", "cafe"),
        ("smørrebrød", "smorrebrod"),
        ("łódź", "lodz"),
        ("İstanbul", "Istanbul"),
        ("ısı", "isi"),
        ("q\u0303", "q"),
        ("2023", "2023"),
        ("c++", "c++"),
        ("", ""),
    ],
)
def test_marked_latin_letters_lose_their_marks(form: str, plain: str) -> None:
    assert fold(form) == plain
    assert fold(unicodedata.normalize("NFD", form)) == plain


@pytest.mark.parametrize("form", ["йод", "ที่", "कि", "中文", "が", "각", "œuvre", "ß"])
def test_letters_of_other_scripts_and_whole_letters_stay(form: str) -> None:
    assert fold(form) == form


def test_every_vietnamese_letter_folds_to_ascii() -> None:
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    for letter in letters + letters.upper():
        for tone in ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"):
            assert fold(unicodedata.normalize("NFC", letter + tone)).isascii()


def test_a_form_is_marked_if_folding_changes_it() -> None:
    assert has_diacritics("đi")
    assert has_diacritics("lê")
    assert not has_diacritics("nam")
    assert not has_diacritics("2023")
    assert not has_diacritics("中")


@given(st.text(st.characters() | st.sampled_from("đĐðứệ\u0301\u0323\u0306и"), max_size=20))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ky", "kỳ"), ("ky", "kị"), ("ki", "ký"), ("li", "lì"), ("ly", "lý"), ("hi", "hí"), ("ti", "tỷ")],
)
def test_a_form_typed_without_diacritics_is_met_whichever_of_i_and_y_it_has(typed: str, meant: str) -> None:
    assert forms(typed) == [fold(form) for form in forms(meant)]


def test_a_text_keeps_its_letters() -> None:
    assert without_diacritics("Hoa Kỳ, kỳ lạ") == "Hoa Ky, ky la"
    assert without_diacritics("kỳ") == "ky"
