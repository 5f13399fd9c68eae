"""The normal form of a text and its offsets."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.vietnamese.unicode import LONGEST_CLUSTER, NormalText, has_marks, normalize
from tests.oracles.segmenter import compose

# Letters, marks, Hangul letters and ignorable characters that meet rarely in random text.
TRICKY = st.text(
    st.sampled_from(
        "aeodđưẹqAK.中가각ก\u0301\u0302\u0323\u031b\u0344\u0958\u1100\u1161\u11a8\u200b\ufeff\u212a😀𑂙\U000110ba"
    )
    | st.characters(),
    max_size=40,
)


def spans(normal: NormalText) -> list[tuple[int, int]]:
    if normal.starts is None or normal.ends is None:
        return [(at, at + 1) for at in range(len(normal.text))]
    return list(zip(normal.starts, normal.ends, strict=True))


def marks_in_a_row(text: str) -> int:
    longest = count = 0
    for character in unicodedata.normalize("NFD", text):
        count = count + 1 if unicodedata.category(character)[0] == "M" else 0
        longest = max(longest, count)
    return longest


@given(TRICKY)
def test_compose_gives_nfc_with_a_source_span_for_each_character(text: str) -> None:
    normal = compose(text)
    if marks_in_a_row(text) < LONGEST_CLUSTER:
        assert normal.text == unicodedata.normalize("NFC", text)
    found = spans(normal)
    assert len(found) == len(normal.text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert [start for start, _ in found] == sorted(start for start, _ in found)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_character_is_composed_as_unicode_says(form: str) -> None:
    for code in range(sys.maxunicode + 1):
        composed = unicodedata.normalize("NFC", chr(code))
        source = unicodedata.normalize(form, chr(code))
        if source != chr(code) or composed != chr(code):
            assert compose(f".{source}.").text == f".{composed}.", hex(code)


def test_text_in_normal_form_is_returned_without_offsets() -> None:
    text = "Đường về nhà – “xa” 😀"
    assert normalize(text) == NormalText(text, None, None)


def test_offsets_of_decomposed_text_are_those_of_the_source() -> None:
    text = unicodedata.normalize("NFD", "quốc tế")
    normal = normalize(text)
    assert normal.text == "quốc tế"
    assert [text[start:end] for start, end in spans(normal)] == [
        unicodedata.normalize("NFD", character) for character in "quốc tế"
    ]


def test_ignorable_characters_are_left_out_and_covered_only_inside() -> None:
    text = "\ufeffxi\u00adn\u200b ch\u2060ào\u200d"
    normal = normalize(text)
    assert normal.text == "xin chào"
    assert [text[start:end] for start, end in spans(normal)] == ["x", "i", "n", " ", "c", "h", "à", "o"]


def test_a_mark_after_an_ignorable_character_still_finds_its_letter() -> None:
    normal = normalize("e\u200b\u0302\u0301.")
    assert normal.text == "ế."
    assert spans(normal) == [(0, 4), (4, 5)]


def test_compose_keeps_ignorable_characters() -> None:
    assert compose("a\u200bb\ufeff").text == "a\u200bb\ufeff"


def test_characters_that_only_look_composed_are_replaced_one_by_one() -> None:
    normal = normalize("5 \u212a và 3 \u212b")
    assert normal.text == "5 K và 3 Å"
    assert spans(normal) == [(at, at + 1) for at in range(10)]


def test_a_text_of_marks_alone_is_cut_to_one_cluster() -> None:
    # Sorted by class, a million alternating marks would cost a million squared.
    text = "a" + "\u0301\u0323" * 500_000 + "b"
    normal = normalize(text)
    assert normal.text[-1] == "b"
    assert len(normal.text) <= LONGEST_CLUSTER + 1
    assert spans(normal)[-1] == (len(text) - 1, len(text))
    assert spans(normal)[-2][1] == len(text) - 1


def test_marks_left_after_composition_are_noticed() -> None:
    assert has_marks("ที่")
    assert has_marks("q\u0303")
    assert has_marks("\U00011099\U000110ba")
    assert not has_marks("Đường 中文 “a” 😀")
