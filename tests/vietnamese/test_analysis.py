"""The tokens that are indexed and searched: their forms, their words, their place in the source."""

from __future__ import annotations

import unicodedata
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from indexer.vietnamese import LONGEST_TOKEN, LONGEST_WORD, Word, analyze, forms, tokens
from indexer.vietnamese.tones import ONSETS, RHYMES, TONES, place_tone

from .texts import real_texts, variants

ANY_TEXT = st.text(
    st.characters() | st.sampled_from("aăđÐứếİK1.,3_-'&@#+ \n\ud800\0\u200b\u0301\u0323\u0344ก็中か각\u1161😀"),
    max_size=80,
)
VIETNAMESE = st.lists(
    st.builds(
        lambda onset, rhyme, tone: place_tone(onset + rhyme, tone) or onset + rhyme,
        st.sampled_from(sorted(ONSETS)),
        st.sampled_from(sorted(RHYMES)),
        st.integers(0, len(TONES) - 1),
    )
    | st.sampled_from([",", ".", "–", "2023", "KT-XH", "3,5", "…"]),
    max_size=25,
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đường về NHÀ", "đường về nhà"),
        ("1.234.567 và 1,234", "1234567 và 1234"),
        ("1.234.567,89 hay 1,234,567.89", "1234567.89 hay 1234567.89"),
        ("3,5 và 3.5", "3.5 và 3.5"),
        ("0,5 0.500 1.50 007", "0.5 0.500 1.50 007"),
        ("3,5km 5.000đ 4,9%", "3.5 km 5000 đ 4.9"),
        ("26/12/2023 26-12-2023 26.12.2023", "26 12 2023 26 12 2023 26 12 2023"),
        ("192.168.1.1 v1.2 1.2.3a 1,2.3", "192 168 1 1 v1 2 1 2 3a 1 2 3"),
        ("KT-XH, QP – AN", "kt xh qp an"),
        ("C++ c# F# C++17 .NET 5# AB# a#b", "c++ c# f# c++ 17 net 5 ab a b"),
        ("F0 A320neo 5G covid19 11h30", "f0 a320neo 5g covid19 11h30"),
        ("O'Neill O’Neill GD&ĐT", "o neill o neill gd đt"),
        ("https://www.baohatinh.vn/tin-tuc?id=12", "https www baohatinh vn tin tuc id 12"),
        ("ten.ho@bao-vn.com", "ten ho bao vn com"),
        ("a_b __init__", "a b init"),
        ("½ m² № 5", "½ m2 5"),
        ("中文 và ひらがな", "中 文 và ひ ら が な"),
        ("ภาษาไทยที่ เขียน", "ภาษาไทยที่ เขียน"),
        ("Москва́ हिन्दी 한국어", "москва́ हिन्दी 한국어"),
        ("a\u200bb xin\u00ad chào \ufeffnhà", "ab xin chào nhà"),
        ("hoà HÒA hòa Thuý thúy khỏe ủy", "hoà hoà hoà thuý thuý khoẻ uỷ"),
        ("quý giá gì già quả qủa", "quý giá gì già quả quả"),
        ("Ðà Nẵng, ðường, Ɖồng; Daði", "đà nẵng đường đồng daði"),
        ("İzmir", "i̇zmir"),
        ("5 \u212a", "5 k"),
        ("vui 😀👩\u200d👩\u200d👧 quá\0\ud800!", "vui quá"),
        ("... – “” ! _", ""),
        ("", ""),
    ],
)
def test_forms(text: str, expected: str) -> None:
    found = analyze(text)
    assert list(found.forms) == expected.split()
    assert forms(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quốc phòng, an ninh", "quốc_phòng an_ninh"),
        ("QUỐC PHÒNG AN NINH", "quốc_phòng an_ninh"),
        ("Hòa bình hoà bình", "hoà_bình hoà_bình"),
        ("quốc, phòng; quốc\nphòng; quốc-phòng; quốc…phòng; quốc_phòng", "quốc phòng " * 5),
        ("quốc  \u00a0phòng", "quốc_phòng"),
        ("học sinh học sinh học", "học_sinh học_sinh học"),
        ("giao thông quan trọng", "giao_thông quan_trọng"),
        ("công nghiệp hoá", "công_nghiệp_hoá"),
        ("năm 2023 đến", "năm 2023 đến"),
        ("中文", "中 文"),
    ],
)
def test_words(text: str, expected: str) -> None:
    found = analyze(text)
    assert found.word_forms == expected.split()
    assert [word.form for word in found.words] == expected.split()


def test_a_word_names_its_tokens() -> None:
    assert analyze("Tỉnh Hà Tĩnh, quốc phòng").words == [
        Word(0, 0, "tỉnh"),
        Word(1, 2, "hà_tĩnh"),
        Word(3, 4, "quốc_phòng"),
    ]


def test_offsets_are_those_of_the_text_as_given() -> None:
    text = "\ufeff“Hòa\u200b bì\u200bnh”, 3,5%"
    for given_text in (text, unicodedata.normalize("NFD", text)):
        found = analyze(given_text)
        tokens = [given_text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]
        assert [unicodedata.normalize("NFC", token) for token in tokens] == ["Hòa", "bì\u200bnh", "3,5"]


@given(ANY_TEXT)
def test_tokens_are_source_characters_in_order_without_overlap(text: str) -> None:
    found = analyze(text)
    assert len(found.starts) == len(found.ends) == len(found.forms) == len(found.joined)
    position = 0
    for start, end, form in zip(found.starts, found.ends, found.forms, strict=True):
        assert position <= start < end <= len(text)
        assert list(analyze(text[start:end]).forms) == [form]
        position = end


USUAL_CHUNK = st.text(st.sampled_from("aàâấđĐờưỹỶsihNGṇ̃́.,;:!?…()[]\"'“”#+-1 "), max_size=9)


@given(ANY_TEXT | USUAL_CHUNK)
@example("(“Hoàng”),")
@example("a" * LONGEST_TOKEN + ".")
@example("a" * (LONGEST_TOKEN + 1) + ".")
def test_tokens_are_the_same_with_words_and_without(text: str) -> None:
    found = analyze(text)
    assert tokens(text) == (list(found.starts), list(found.ends), list(found.forms))
    assert forms(text) == list(found.forms)


@given(ANY_TEXT)
def test_nothing_alphanumeric_is_lost(text: str) -> None:
    found = analyze(text)
    covered = {at for start, end in zip(found.starts, found.ends, strict=True) for at in range(start, end)}
    assert {at for at, character in enumerate(text) if character.isalnum()} <= covered


@given(ANY_TEXT)
def test_a_form_has_no_blank_no_underscore_and_no_capital(text: str) -> None:
    for form in analyze(text).forms:
        assert form
        assert form == form.lower()
        assert not set(form) & set(" _\n\t")
        assert unicodedata.is_normalized("NFC", form)


@given(ANY_TEXT)
def test_words_are_runs_of_neighbouring_tokens_with_only_blanks_between(text: str) -> None:
    found = analyze(text)
    after = 0
    for word in found.words:
        assert word.first == after
        assert word.form == "_".join(found.forms[word.first : word.last + 1])
        for at in range(word.first, word.last):
            assert text[found.ends[at] : found.starts[at + 1]].strip("\u00ad\u034f\u200b\ufeff").isspace() or (
                not analyze(text[found.ends[at] : found.starts[at + 1]]).forms
            )
        after = word.last + 1
    assert after == len(found.forms)
    assert found.word_forms == [word.form for word in found.words]


@given(ANY_TEXT)
def test_the_unicode_form_of_a_text_makes_no_difference(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    # A letter with more marks than `LONGEST_CLUSTER` loses some.
    marks = [unicodedata.category(character)[0] == "M" for character in decomposed]
    assume(not any(all(marks[at : at + 10]) for at in range(len(marks) - 9)))
    composed = analyze(unicodedata.normalize("NFC", text))
    assert analyze(decomposed).forms == composed.forms
    assert analyze(decomposed).joined == composed.joined
    assert analyze(text).forms == composed.forms


@given(VIETNAMESE)
def test_capitals_make_no_difference_to_vietnamese(text: str) -> None:
    small = analyze(text.lower())
    for other in (text, text.upper(), text.title()):
        assert analyze(other).forms == small.forms
        assert analyze(other).joined == small.joined


@given(ANY_TEXT)
def test_forms_alone_are_those_of_the_analysis(text: str) -> None:
    assert forms(text) == list(analyze(text).forms)


@pytest.mark.data
def test_real_texts_have_one_analysis_however_they_are_written(shared_data: Path) -> None:
    for text in islice(real_texts(shared_data, step=50), 300):
        written = variants(text)
        expected = analyze(text)
        for name in ("lower", "NFD"):
            assert analyze(written[name]).forms == expected.forms
            assert analyze(written[name]).joined == expected.joined


@pytest.mark.data
def test_no_word_of_real_text_is_longer_than_the_limit(shared_data: Path) -> None:
    longest = 0
    for text in islice(real_texts(shared_data, step=50), 800):
        for word in analyze(text).words:
            longest = max(longest, word.last - word.first + 1)
    assert longest == LONGEST_WORD


def test_a_long_token_is_cut_and_nothing_is_lost() -> None:
    text = "x" * (3 * LONGEST_TOKEN + 5)
    found = analyze(f"a {text} b")
    assert list(map(len, found.forms)) == [1, LONGEST_TOKEN, LONGEST_TOKEN, LONGEST_TOKEN, 5, 1]
    assert "".join(found.forms) == f"a{text}b"
    assert not any(found.joined)


def test_a_long_token_is_not_cut_between_a_letter_and_its_marks() -> None:
    letter = "q\u0303\u0323"
    found = analyze(letter * 100)
    assert "".join(found.forms) == unicodedata.normalize("NFC", letter * 100)
    assert all(form.startswith("q") and len(form) <= LONGEST_TOKEN for form in found.forms)


@pytest.mark.parametrize(
    "unit",
    [
        *[
            "a",
            "a.",
            "a@",
            "-",
            "\u0301",
            "\u0301\u0323",
            "a\u0301\u0323",
            "1.",
            "1.234",
            "1,",
            "中",
            "\u200b",
            "a\u200b",
        ],
        *[
            "_",
            " ",
            "\n",
            "học sinh ",
            "\ud800",
            "C#",
            "\U00011099\U000110ba",
            "ก็",
            "\u1100\u1161",
            "😀",
            "İ",
            "\u0344",
        ],
    ],
)
def test_a_hostile_text_gives_bounded_terms_and_loses_no_letter(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    found = analyze(text)
    assert all(len(form) <= 2 * LONGEST_TOKEN for form in found.forms)
    assert all(start < end for start, end in zip(found.starts, found.ends, strict=True))
    covered = sum(end - start for start, end in zip(found.starts, found.ends, strict=True))
    assert sum(map(str.isalnum, unit)) * (len(text) // len(unit)) <= covered <= len(text)
    assert all(word.last - word.first < LONGEST_WORD for word in found.words)
