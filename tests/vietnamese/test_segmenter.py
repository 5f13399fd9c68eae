"""The decoder gives what pyvi gives, in linear time."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.vietnamese import analyze
from indexer.vietnamese.segmenter import known_words
from tests.effort import THOROUGH, tries
from tests.oracles.segmenter import segment

from .texts import real_texts, variants

PyviTokenize = Callable[[str], str]


@pytest.mark.data
def test_real_texts_are_segmented_as_by_pyvi(shared_data: Path, pyvi_tokenize: PyviTokenize) -> None:
    compared = 0
    for text in real_texts(shared_data, step=220 if THOROUGH else 880):
        for name, variant in variants(text).items():
            if variant.strip():
                segmentation = segment(variant)
                assert str(segmentation) == pyvi_tokenize(variant), (name, variant)
                assert not segmentation.joined[0]
                compared += 1
    assert compared > tries(3_000)


@pytest.mark.parametrize(
    "text",
    [
        "Trường Đại học Bách khoa Hà Nội",
        "học sinh học sinh học sinh học",
        "Tp. Hồ Chí Minh, ThS. Nguyễn Văn A. và Mr. Nam ==> a -> b >> c ... d",
        "http://baohatinh.vn/a?b=c và nguyen.van-a@bao.ha-tinh.vn.",
        "1.234.567 đồng 3,5% 26/12/2023 1_000",
        "dòng một\ndòng hai\n\n",
        "C++ a_b 😀 ½ № ² \u200b … “trích” – hết",
        "a@b a@b. a@b.c a@b.c.",
        "việt nam việt nam cộng hoà xã hội chủ nghĩa",
        "Hoà bình hoà bình HOÀ BÌNH",
        "quốc \0 phòng",
        "x",
    ],
)
def test_what_pyvi_treats_specially_comes_out_as_from_pyvi(text: str, pyvi_tokenize: PyviTokenize) -> None:
    for variant in variants(text).values():
        assert str(segment(variant)) == pyvi_tokenize(variant)


WORDS = """
    quốc phòng an ninh công nghiệp hoá hiện đại Việt Nam Hà Tĩnh tỉnh HỌC SINH Học sinh giỏi . , … “ ” - 3,5 2023 A.
    a@b.vn http://x hoà hòa Đ. ThS. xã hội chủ nghĩa
"""


@given(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=25), st.sampled_from([" ", "  ", "\n", ""]))
def test_any_mixture_of_words_comes_out_as_from_pyvi(pyvi_tokenize: PyviTokenize, words: list[str], blank: str) -> None:
    text = blank.join(words)
    assert str(segment(text)) == pyvi_tokenize(text)


@given(st.text(st.sampled_from("aĐấ. @-\n_1,hỏ\u0301/:>") | st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_out_as_from_pyvi(pyvi_tokenize: PyviTokenize, text: str) -> None:
    segmentation = segment(text)
    if segmentation.tokens:
        assert str(segmentation) == pyvi_tokenize(text)
    else:
        assert not text.strip()


@pytest.mark.parametrize("syllable", ["thiểu", "hoá", "Thiểu thiểu"])
def test_the_first_token_continues_nothing(syllable: str) -> None:
    """The model would have `thiểu` continue a word even where none is before it."""
    assert not any(segment(syllable).joined[:1])
    assert not any(analyze(syllable).joined[:1])


def test_words_are_spans_of_the_source() -> None:
    text = "Học  sinh giỏi quốc gia"
    assert [text[start:end] for start, end in segment(text).words] == ["Học  sinh", "giỏi", "quốc gia"]
    decomposed = unicodedata.normalize("NFD", text)
    assert [decomposed[start:end] for start, end in segment(decomposed).words] == [
        unicodedata.normalize("NFD", word) for word in ("Học  sinh", "giỏi", "quốc gia")
    ]


@pytest.mark.parametrize("text", ["", " ", "\t\u00a0"])
def test_a_blank_text_has_no_tokens(text: str) -> None:
    assert segment(text).tokens == []
    assert segment(text).words == []
    assert str(segment(text)) == ""


@given(st.text(st.characters() | st.sampled_from("aế\ud800\u0301\u200b\0 "), max_size=60))
def test_tokens_are_the_source_characters_in_nfc(text: str) -> None:
    found = segment(text)
    position = 0
    for start, end, token in zip(found.starts, found.ends, found.tokens, strict=True):
        source = unicodedata.normalize("NFC", text[start:end])
        # A character that NFC takes apart may be shared by two tokens.
        assert source == token or (end - start == 1 and len(source) > 1 and token in source)
        assert position <= start < end <= len(text)
        position = end if source == token else start


@pytest.mark.parametrize(
    "unit", ["a.", "a@", "a-", "-", "@", "1.", "1a_", "A", "a://", "\u0301\u0323", "a.b@c", "a@b."]
)
@pytest.mark.parametrize("end", ["", "@", "@a."])
def test_a_hostile_text_is_segmented_whole(unit: str, end: str) -> None:
    text = unit * (200_000 // len(unit)) + end
    found = segment(text)
    covered = sum(end - start for start, end in zip(found.starts, found.ends, strict=True))
    assert covered == len(text)


def test_an_email_address_is_one_token_up_to_the_longest_local_part() -> None:
    longest = "a" * 64 + "@bao.vn"
    assert segment(f"x {longest}").tokens == ["x", longest]
    assert len(segment("." + longest).tokens) == 2


@pytest.mark.parametrize(
    ("syllables", "sizes"),
    [
        ("học sinh học sinh học", [2, 2, 1]),
        ("công nghiệp hoá quốc gia", [3, 2]),
        ("zz yy", [1, 1]),
        ("học", [1]),
        ("", []),
    ],
)
def test_known_words_cover_syllables_from_the_left(syllables: str, sizes: list[int]) -> None:
    assert known_words(syllables.split()) == sizes
