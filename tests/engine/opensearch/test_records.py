"""What becomes of a paragraph in the cluster comes back as it was."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.opensearch.records import Encoder, hit_of, metadata, safe, tokens_of, unsafe, written
from indexer.schema import Field, Pairs
from tests.contract.corpora import SCHEMA

texts = st.text(st.characters(codec=None) | st.sampled_from("\x1b\x00\ud800\n\\u"))


@given(texts)
def test_any_text_is_kept_as_utf8(text: str) -> None:
    kept = safe(text)
    assert unsafe(json.loads(json.dumps(kept, ensure_ascii=False).encode())) == text


@given(st.lists(texts, unique=True, max_size=4))
def test_texts_that_differ_are_kept_apart(several: list[str]) -> None:
    assert len(set(map(safe, several))) == len(several)


def test_a_paragraph_comes_back_as_it_was() -> None:
    values = {
        "date": datetime.date(1, 1, 1),
        "author": ["\x00", "\ud800", "Lê An"],
        "pages": 0.5,
        "url": "",
        "place": "Ở",
    }
    info = ArticleInfo.of("id \ud800", "Tiêu đề", **values)
    paragraph = Paragraph(3, Kind.LEAD, "Tôi\r\n\ud83d", (5, 9))
    tokens = {Field.SYLLABLES: ["a", "b", "a"], Field.WORDS: ["a_b", "a"], Field.BIGRAMS: Pairs(["a", "b", "a"])}
    source = Encoder(SCHEMA, lengths=True).document(info, paragraph, tokens, 7, 2)
    source = json.loads(json.dumps(source, ensure_ascii=False).encode())
    hit = hit_of(source, 1.5, SCHEMA)
    assert (hit.info, hit.paragraph, hit.score) == (info, paragraph, 1.5)
    assert {field: tokens_of(source, field) for field in tokens} == {field: list(own) for field, own in tokens.items()}
    assert tokens_of(source, Field.TITLE) == []
    assert (source["seq"], source["number"], source["len_bigrams"]) == (7, 2, 2)


@pytest.mark.parametrize("value", ["Báo Hà Tĩnh", "\x00", "a\x00b", "\ud800", "\x1b", "!", "HÀ  NỘI"])
def test_a_keyword_is_told_from_its_key(value: str) -> None:
    found = metadata({"place": (value,)}, SCHEMA)
    assert written(found["v_place"][0]) == (found["k_place"][0], value)


def test_of_metadata_only_what_has_a_field_is_kept_for_searching() -> None:
    days = (datetime.date(2023, 5, 1), datetime.date(2023, 6, 1))
    found = metadata({"days": days, "prices": (7, 0.5), "unknown": ("x",), "url": ("https://example.org",)}, SCHEMA)
    assert found == {
        "n_days": [day.toordinal() for day in days],
        "v_days": ["2023"],
        "m_days": ["2023-05", "2023-06"],
        "n_prices": [7.0, 0.5],
        "v_prices": ["7", "0.5"],
    }
