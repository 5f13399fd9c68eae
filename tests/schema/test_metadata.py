"""The table of metadata fields: what a declaration may say, and what follows from a row."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Settings
from indexer.articles.model import ArticleInfo
from indexer.json_shape import info_to_json
from indexer.schema import (
    BUILT_IN,
    RESERVED,
    FieldInvalid,
    FieldType,
    Label,
    MetadataField,
    Schema,
    declared_field,
    metadata,
    value_text,
)
from indexer.search.export_formats import export_fields, usual_fields
from webapp.contract.declared import SUGGEST_PARAMETERS, search_parameters, similar_parameters

SECTION = MetadataField("section", FieldType.KEYWORD, Label("Chuyên mục", "Section"), many=True, facet=True)
PAGES = MetadataField("pages", FieldType.NUMBER, Label("pages", "pages"), facet=True, sort=True)


def test_a_declaration_becomes_a_row() -> None:
    label = {"vi": " Chuyên mục ", "en": "Section"}
    assert declared_field("section", {"type": "keyword", "many": True, "facet": True, "label": label}) == SECTION
    assert declared_field("pages", {"type": "number", "facet": True, "sort": True}) == PAGES
    assert declared_field("x", {"type": "text", "label": "Tóm tắt"}).label == Label("Tóm tắt", "Tóm tắt")


@pytest.mark.parametrize(
    ("name", "table", "said", "hint"),
    [
        ("Section", {"type": "keyword"}, "field 'Section' has no name that can be used", "small letters"),
        ("mục", {"type": "keyword"}, "field 'mục' has no name", "without diacritics"),
        ("1st", {"type": "keyword"}, "field '1st' has no name", "a letter first"),
        ("a" * 41, {"type": "keyword"}, "has no name that can be used", "at most 40"),
        ("a\0", {"type": "keyword"}, "has no name that can be used", "small letters"),
        ("\ud800", {"type": "keyword"}, "has no name that can be used", "small letters"),
        ("title", {"type": "keyword"}, "field title has the name of something else", "another name"),
        ("q", {"type": "keyword"}, "field q has the name of something else", "another name"),
        ("section", "keyword", "field section is 'keyword', which is not a table", "[fields.section]"),
        ("section", {}, "field section has no type", "keyword, text, number, date"),
        ("section", {"type": "string"}, "field section has type 'string'", "keyword, text, number, date"),
        ("section", {"type": "address"}, "field section has type 'address'", "keyword, text, number, date"),
        ("section", {"type": ["keyword"]}, "field section has type ['keyword']", "keyword, text"),
        ("section", {"type": "keyword", "facets": True}, "field section has 'facets', which means nothing", "facet"),
        ("section", {"type": "keyword", "many": 1}, "many of field section is 1, which is not true or false", ""),
        ("section", {"type": "text", "facet": True}, "field section is text, which is neither counted", "keyword"),
        ("section", {"type": "text", "sort": True}, "field section is text, which is neither counted", "keyword"),
        ("section", {"type": "date", "many": True, "sort": True}, "has several values and cannot be sorted", "many"),
        ("section", {"type": "keyword", "label": {"vi": "x"}}, "label of field section is {'vi': 'x'}", "en = "),
        ("section", {"type": "keyword", "label": {"vi": "x", "en": " "}}, "label of field section is", "vi = "),
        ("section", {"type": "keyword", "label": "x" * 81}, "label of field section is", "80 characters"),
        ("section", {"type": "keyword", "label": "a\nb"}, "label of field section is", "Give a text"),
    ],
)
def test_what_is_wrong_with_a_declaration_is_named(name: str, table: Any, said: str, hint: str) -> None:
    with pytest.raises(FieldInvalid) as caught:
        declared_field(name, table)
    assert said in str(caught.value)
    assert hint in caught.value.hint


def test_no_field_can_have_the_name_of_a_parameter() -> None:
    given = {*search_parameters(Settings()), *SUGGEST_PARAMETERS, *similar_parameters(Settings())}
    assert given <= RESERVED


def test_what_can_be_counted_and_sorted_by_follows_from_the_rows() -> None:
    assert Schema().facets == ("source", "author", "kind", "year", "month")
    assert Schema().sorts == ("relevance", "fresh", "date")
    schema = Schema((SECTION, PAGES))
    assert schema.facets == ("source", "author", "kind", "year", "month", "section", "pages")
    assert schema.sorts == ("relevance", "fresh", "date", "pages", "-pages")
    assert [row.name for row in schema.filters] == ["source", "author", "kind", "section", "pages"]


rows = st.builds(
    MetadataField,
    name=st.from_regex("[a-z][a-z0-9_]{0,39}", fullmatch=True).filter(lambda name: name not in RESERVED),
    type=st.sampled_from([FieldType.KEYWORD, FieldType.NUMBER, FieldType.DATE]),
    label=st.builds(Label, *[st.text(st.characters(categories=["L"]), min_size=1, max_size=80)] * 2),
    many=st.booleans(),
    facet=st.booleans(),
)


@given(st.lists(rows, unique_by=lambda row: row.name, max_size=5).map(tuple))
def test_an_index_records_its_fields(declared: tuple[MetadataField, ...]) -> None:
    assert Schema.from_json(Schema(declared).as_json()) == Schema(declared)


def test_what_an_index_lacks_is_told() -> None:
    held = Schema((SECTION, PAGES))
    other = MetadataField("pages", FieldType.KEYWORD, Label("Trang", "Pages"))
    fresh = MetadataField("place", FieldType.KEYWORD, Label("Nơi", "Place"))
    assert held.differences(Schema()) == held.differences(held) == []
    assert held.differences(Schema((other, fresh))) == [
        "field pages is declared otherwise than when the index was built (number): build it again with "
        "indexer build PATH...",
        "field place is declared, but the index was built without it: build it again with indexer build PATH...",
    ]
    assert held.lacking(Schema((other, fresh, SECTION))) == {"pages", "place"}
    assert Schema((other,)).lacking(Schema()) == frozenset()


def test_labels_facets_and_orders_are_those_of_the_reader() -> None:
    here = MetadataField("section", FieldType.KEYWORD, Label("Mục", "Part"), many=True)
    shown = Schema((SECTION, PAGES)).shown_as(Schema((here,)))
    assert (shown.rows["section"], shown.rows["pages"]) == (here, PAGES)
    assert shown.facets[-1] == "pages"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (7, "7"),
        (7.0, "7"),
        (0.5, "0.5"),
        (-3, "-3"),
        (1e300, "1e+300"),
        (datetime.date(2023, 1, 2), "2023-01-02"),
    ],
)
def test_a_value_is_written_as_text(value: Any, text: str) -> None:
    assert value_text(value) == text


def test_a_further_field_of_every_index_is_treated_as_a_declared_one(monkeypatch: pytest.MonkeyPatch) -> None:
    further = MetadataField("province", FieldType.KEYWORD, Label("Tỉnh", "Province"), facet=True, sort=True)
    monkeypatch.setattr(metadata, "BUILT_IN", (*BUILT_IN, further))
    schema = Schema()
    assert "province" in schema.facets and {"province", "-province"} < set(schema.sorts)
    assert "province" in export_fields(schema) and "province" in usual_fields(schema)
    info = ArticleInfo.of("a", **{row.name: "x" for row in schema.of_articles if row.name != "date"})
    shown = info_to_json(info)
    assert shown["values"] == {"province": ["x"]}
    assert {row.name for row in schema.of_articles} <= {*shown, *shown["values"]}
