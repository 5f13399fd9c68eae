"""A phrase is cut out of a passage as it is written there, up to the end of a word, a name or a code."""

from __future__ import annotations

import unicodedata

import pytest

from indexer.articles.model import Kind, Paragraph
from indexer.query.excerpts import excerpt


def cut(text: str, forms: str, *, goes_on: str | None = None, exact: bool = True, kind: Kind = Kind.BODY) -> str:
    return excerpt(Paragraph(0, kind, text), forms.split(), goes_on=goes_on, exact=exact)


@pytest.mark.parametrize(
    ("text", "forms", "written"),
    [
        ("Họ trao cờ thi đua cho tỉnh.", "thi đua", "thi đua"),
        ("Họ trao cờ thi đua cho tỉnh.", "cờ đua", ""),
        ("Họ trao cờ thi đua cho tỉnh.", "tỉnh", "tỉnh"),
        ("Họ trao cờ thi đua cho tỉnh.", "tỉnh này", ""),
        ("", "tỉnh", ""),
        # Not over the end of a sentence, a colon or a quotation mark, but over a comma, a dash and a code.
        ("Có mưa to. Gió lớn nữa.", "to gió", ""),
        ("Có mưa: gió lớn.", "mưa gió", ""),
        ("Có mưa “gió” lớn.", "mưa gió", ""),
        ("Có mưa, gió lớn.", "mưa gió", "mưa, gió"),
        ("Có mưa – gió lớn.", "mưa gió", "mưa – gió"),
        ("Có mưa - gió lớn.", "mưa gió", "mưa - gió"),
        ("Có mưa\u00a0gió lớn.", "mưa gió", "mưa\u00a0gió"),
        ("Theo mục 168/2024 mới.", "168 2024", "168/2024"),
        ("Lúc 12:30 hôm qua.", "12 30", "12:30"),
        ("Có mưa ; gió lớn.", "mưa gió", ""),
        # The same with diacritics beside their letters.
        (unicodedata.normalize("NFD", "Họ trao cờ thi đua cho."), "thi đua", "thi đua"),
    ],
)
def test_syllables_side_by_side_are_cut_out(text: str, forms: str, written: str) -> None:
    assert cut(text, forms) == written


@pytest.mark.parametrize(
    ("text", "forms", "written"),
    [
        # A name goes on as long as there are capitals after one blank.
        ("Ông Võ Trọng Hải nói thêm.", "võ trọng", "Võ Trọng Hải"),
        ("Ông Võ Trọng Hải nói thêm.", "võ", "Võ Trọng Hải"),
        ("Gặp Võ Trọng, Hải nói.", "võ trọng", "Võ Trọng"),
        ("Gặp Võ Trọng  Hải nói.", "võ trọng", "Võ Trọng"),
        ("Gặp võ Trọng Hải nói.", "gặp võ", "Gặp võ"),
        # A code goes on over what holds it together, but not over a comma or a colon.
        ("Theo Nghị định 168/2024/NĐ-CP mới.", "nghị định 168", "Nghị định 168/2024/NĐ-CP"),
        ("Theo số 15:5 của họ.", "số 15", "số 15"),
        ("Theo số B.15 của họ.", "số b", "số B.15"),
        # A word goes on to its last syllable.
        ("Họ mở hội nghị lớn.", "mở hội", "mở hội nghị"),
        ("Họ mở hội nghị lớn.", "hội nghị", "hội nghị"),
        # What cannot end a phrase goes on.
        ("Họ nói về hồ của làng đó.", "hồ của", "hồ của làng"),
        # No further than six syllables.
        ("Gặp Anh Ba Bảy Chín Mười Tám Hai Năm Sáu ạ.", "gặp anh", "Gặp Anh Ba Bảy Chín Mười Tám Hai"),
        ("Gặp Anh Ba Bảy Chín Mười Tám Hai.", "gặp anh", "Gặp Anh Ba Bảy Chín Mười Tám Hai"),
    ],
)
def test_a_word_a_name_and_a_code_are_cut_whole(text: str, forms: str, written: str) -> None:
    assert cut(text, forms) == written


def test_what_begins_no_sentence_is_preferred() -> None:
    assert cut("Thi đua tốt. Về thi đua của họ.", "thi đua") == "thi đua"
    assert cut("Trời. Thi đua tốt. Về thi đua của họ.", "thi đua") == "thi đua"
    assert cut("Trời. Thi đua tốt.", "thi đua") == "Thi đua"
    assert cut("Thi ĐUA tốt. Thi đua của họ.", "thi đua") == "Thi ĐUA"


def test_only_a_whole_title_runs_over_the_end_of_a_sentence() -> None:
    text = "Mưa to. Gió lớn"
    assert cut(text, "mưa to gió lớn", kind=Kind.TITLE) == text
    assert cut(text, "mưa to gió lớn") == ""
    assert cut(f"{text} nữa", "mưa to gió lớn", kind=Kind.TITLE) == ""


@pytest.mark.parametrize(
    ("text", "forms", "begins", "written"),
    [
        ("Ở thành phố lớn.", "thành", "p", "thành phố"),
        ("Ở thành phố lớn.", "thành", "phố", "thành phố"),
        ("Ở thành phố lớn.", "thành", "t", ""),
        ("Ở thành phố lớn.", "thành", "phô", "thành phố"),  # the tone may still be missing
        ("Ở thành phố lớn.", "thành", "phở", ""),
        ("Ở thành phố lớn.", "thành", "pho", "thành phố"),
        ("Ở trong thành.", "thành", "p", ""),
        ("Ở thành. Phố lớn.", "thành", "p", ""),
        ("Ở thành phố lớn. Về thành quách.", "thành", "q", "thành quách"),
    ],
)
def test_one_syllable_more_goes_on_as_it_was_begun(text: str, forms: str, begins: str, written: str) -> None:
    assert cut(text, forms, goes_on=begins) == written


def test_where_nothing_exact_is_asked_diacritics_do_not_count() -> None:
    assert cut("Họ trao cờ thi đua cho tỉnh.", "thi dua", exact=False) == "thi đua"
    assert cut("Họ trao cờ thi đua cho tỉnh.", "thi dua") == ""
    assert cut("Họ trao cờ thi đua cho tỉnh.", "co thi", goes_on="d", exact=False) == "cờ thi đua"


def test_four_thousand_characters_are_read() -> None:
    before = "a " * 1_997
    assert (len(before), cut(f"{before}mưa to", "mưa", exact=True)) == (3_994, "mưa")
    assert cut(f"{before}x mưa to", "to") == ""
    assert cut(f"{before}mưa to", "to") == "to"
