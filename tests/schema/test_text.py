"""The fields of many paragraphs at once are those of each by itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.schema import Column, Field, Pairs, bigram, fields_of_many, key_tokens, paragraph_fields
from indexer.vietnamese import analyze, analyze_all

PROSE = "quốc phòng an ninh học sinh Hoà hòa HÀ TĨNH C++ 1.234 2023 a"
texts = st.lists(st.sampled_from(PROSE.split()), max_size=9).map(" ".join)


@given(st.lists(st.tuples(texts, st.lists(texts, max_size=3)), max_size=4))
@example([])
@example([("", ["", "quốc phòng"]), ("học sinh", []), ("Hà Tĩnh 5/3", ["quốc phòng 640m2.", "x"])])
def test_columns_hold_the_tokens_of_each_paragraph(articles: list[tuple[str, list[str]]]) -> None:
    paragraphs = [text for _, own in articles for text in own]
    found = fields_of_many(
        analyze_all(paragraphs, compiled=False),
        analyze_all([title for title, _ in articles], compiled=False),
        [len(own) for _, own in articles],
        keys=[keys for title, own in articles for keys in key_tokens(own, title)],
    )
    expected = [
        paragraph_fields(analyze(text), analyze(title).forms, keys=keys)
        for title, own in articles
        for text, keys in zip(own, key_tokens(own, title), strict=True)
    ]
    assert set(found) == set(Field)
    for field, column in found.items():
        assert list(column.tokens()) == [tokens[field] for tokens in expected]
        if isinstance(column, Column):
            assert len(set(column.terms())) == len(column.terms())


def test_the_keys_of_a_title_are_told_from_those_of_the_text() -> None:
    assert key_tokens(["Giá 25.000 đồng", "không"], "Ngày 5/3") == [["25000vnd", "title:--03-05"], ["title:--03-05"]]


@given(st.lists(st.sampled_from(PROSE.split()), max_size=5))
def test_pairs_are_a_sequence_of_the_bigrams(forms: list[str]) -> None:
    pairs, expected = Pairs(forms), [bigram(*pair) for pair in pairwise(forms)]
    assert (list(pairs), len(pairs), bool(pairs)) == (expected, len(expected), bool(expected))
    assert [pairs[i] for i in range(-len(pairs), len(pairs))] == expected * 2
    assert pairs[1:] == expected[1:]
    with pytest.raises(IndexError):
        pairs[len(pairs)]
