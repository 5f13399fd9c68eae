"""The fields of many paragraphs at once are those of each by itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.schema import (
    LONGEST_WHOLE_TITLE,
    Column,
    Field,
    Pairs,
    bigram,
    fields_of_many,
    key_tokens,
    paragraph_fields,
    title_key,
)
from indexer.schema.text import whole_title_keys
from indexer.vietnamese import analyze, analyze_all, normalize
from indexer.vietnamese.keys import keys_of

PROSE = "quốc phòng an ninh học sinh Hoà hòa HÀ TĨNH C++ 1.234 2023 a"
texts = st.lists(st.sampled_from(PROSE.split()), max_size=9).map(" ".join)


@given(st.lists(st.tuples(texts, st.lists(texts, max_size=3)), max_size=4))
@example([])
@example([("", ["", "quốc phòng"]), ("học sinh", []), ("Hà Tĩnh 5/3", ["quốc phòng 640m2.", "x"])])
def test_columns_hold_the_tokens_of_each_paragraph(articles: list[tuple[str, list[str]]]) -> None:
    paragraphs, titles = [text for _, own in articles for text in own], [title for title, _ in articles]
    found = fields_of_many(
        analyze_all(paragraphs, compiled=False),
        analyze_all(titles, compiled=False),
        [len(own) for _, own in articles],
        keys=_key_tokens(*articles),
    )
    expected = [
        paragraph_fields(analyze(text), analyze(title).forms, keys=keys)
        for (title, text), keys in zip(
            ((title, text) for title, own in articles for text in own), _key_tokens(*articles), strict=True
        )
    ]
    assert set(found) == set(Field)
    for field, column in found.items():
        assert list(column.tokens()) == [tokens[field] for tokens in expected]
        if isinstance(column, Column):
            assert len(set(column.terms())) == len(column.terms())


def test_the_keys_of_a_title_are_told_from_those_of_the_text() -> None:
    found = _key_tokens(("Ngày 5/3", ["Giá 25.000 đồng", "không"]), ("", []), ("640m2", ["Ngày 5/3"]))
    day, area = ["whole:ngày 5 3", "whole~ngay 5 3"], ["whole:640m2", "whole~640m2"]
    assert found == [
        ["25000vnd", "title:--03-05", *day],
        ["title:--03-05"],
        ["--03-05", "title:640m2", "title:640", *area],
    ]


def test_a_whole_title_is_a_key_of_the_title_and_of_what_stands_first_under_it() -> None:
    found = _key_tokens(("Hà Nội", ["Hà Nội", "Thủ đô.", "Lịch sử."]), ("Hà Nội", []), ("Huế", ["Cố đô.", "Huế"]))
    assert [[key for key in keys if key.startswith("whole:")] for keys in found] == [
        ["whole:hà nội"],
        ["whole:hà nội"],
        [],
        ["whole:huế"],
        [],
    ]


@given(st.lists(st.tuples(texts, st.lists(texts, max_size=3)), max_size=4))
def test_the_keys_of_a_paragraph_are_those_of_its_text_and_its_title(articles: list[tuple[str, list[str]]]) -> None:
    expected = [[*keys_of(text), *map(title_key, keys_of(title))] for title, own in articles for text in own]
    found = [[key for key in keys if not key.startswith("whole")] for keys in _key_tokens(*articles)]
    assert found == expected


def test_a_title_of_few_syllables_is_a_key_with_and_without_its_diacritics() -> None:
    assert whole_title_keys(["hà", "nội"]) == ["whole:hà nội", "whole~ha noi"]
    assert whole_title_keys(["a"] * LONGEST_WHOLE_TITLE)
    assert whole_title_keys(["a"] * (LONGEST_WHOLE_TITLE + 1)) == whole_title_keys([]) == []


def _key_tokens(*articles: tuple[str, list[str]]) -> list[list[str]]:
    texts = [normalize(text) for _, own in articles for text in own]
    return key_tokens(texts, [normalize(title) for title, _ in articles], [len(own) for _, own in articles])


@given(st.lists(st.sampled_from(PROSE.split()), max_size=5))
def test_pairs_are_a_sequence_of_the_bigrams(forms: list[str]) -> None:
    pairs, expected = Pairs(forms), [bigram(*pair) for pair in pairwise(forms)]
    assert (list(pairs), len(pairs), bool(pairs)) == (expected, len(expected), bool(expected))
    assert [pairs[i] for i in range(-len(pairs), len(pairs))] == expected * 2
    assert pairs[1:] == expected[1:]
    with pytest.raises(IndexError):
        pairs[len(pairs)]
