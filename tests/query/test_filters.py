"""The restrictions of a request become parts of what is asked, wherever they can stand; and what is refused."""

from __future__ import annotations

import datetime
from typing import Any as Anything

import pytest

from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Phrase, Range, Term
from indexer.query.field_values import node_of
from indexer.query.filters import restricted
from indexer.results import SearchRequest
from indexer.schema import Field, FieldType, Label, MetadataField, Schema

SCHEMA = Schema(
    (
        MetadataField("pages", FieldType.NUMBER, Label("Số trang", "Pages")),
        MetadataField("note", FieldType.TEXT, Label("Ghi chú", "Note")),
        MetadataField("hidden", FieldType.KEYWORD, Label("Ẩn", "Hidden"), filter=False),
    )
)
HO, RUNG = Term(Field.SYLLABLES, "hồ"), Term(Field.SYLLABLES, "rừng")
SOURCE = Facet("source", "bao mau")
DAY = datetime.date(2024, 5, 1)


def within(node: Node | None, **restrictions: Anything) -> Node | None:
    return restricted(node, SearchRequest("", **restrictions), SCHEMA)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (None, SOURCE),
        (HO, All((HO, SOURCE))),
        (All((HO, RUNG)), All((HO, RUNG, SOURCE))),
        (Any((HO, RUNG)), All((Any((HO, RUNG)), SOURCE))),
        (Exclude(HO, RUNG), Exclude(All((HO, SOURCE)), RUNG)),
        (Exclude(All((HO, HO)), RUNG), Exclude(All((HO, HO, SOURCE)), RUNG)),
        (Exclude(Everything(), RUNG), Exclude(SOURCE, RUNG)),
    ],
)
def test_a_restriction_stands_beside_what_is_asked(node: Node | None, expected: Node) -> None:
    assert within(node, filters={"source": ["Báo Mẫu"]}) == expected
    assert within(node) == node


def test_values_of_a_field_are_alternatives_and_fields_are_all_demanded() -> None:
    assert within(HO, filters={"source": ["Báo Mẫu", "Tin"], "pages": ["1..2"]}, after=DAY) == All(
        (HO, Any((SOURCE, Facet("source", "tin"))), Range("pages", 1, 2), Range("date", DAY, None))
    )
    assert within(None, before=DAY) == Range("date", None, DAY)
    assert within(None, after=DAY, before=DAY) == Range("date", DAY, DAY)


def test_of_a_value_without_a_letter_nothing_is_found() -> None:
    assert within(HO, filters={"note": ["…"]}) == All((HO, Any(())))


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"size": ["1"]}, "filter is 'size'; it must be one of: source, author, kind, pages, note"),
        ({"hidden": ["1"]}, "filter is 'hidden'; it must be one of: source, author, kind, pages, note"),
        ({"pages": ["many"]}, "pages is 'many'; it must be "),
    ],
)
def test_a_field_or_a_value_that_there_is_not_is_refused(filters: dict[str, list[str]], said: str) -> None:
    with pytest.raises(ValueError) as caught:
        within(HO, filters=filters)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("name", "text", "whole", "node"),
    [
        ("source", "Báo Mẫu", True, SOURCE),
        ("source", "Báo Mẫu", False, Facet("source", "bao mau", False)),
        ("source", "", True, None),
        ("pages", "7", True, Range("pages", 7, 7)),
        ("pages", "7..", True, Range("pages", 7, None)),
        ("note", "...", True, None),
    ],
)
def test_a_value_asks_for_a_node_of_its_type(name: str, text: str, whole: bool, node: Node | None) -> None:
    assert node_of(SCHEMA.rows[name], text, whole=whole) == node


def test_text_is_asked_for_as_syllables_side_by_side_with_the_diacritics_typed() -> None:
    row = SCHEMA.rows["note"]
    one, several = node_of(row, "Hồ", whole=True), node_of(row, "Hồ rộng", whole=True)
    assert isinstance(one, Term) and (one.field, one.weight) == (Field.ATTRIBUTES, 0.0)
    assert isinstance(several, Phrase) and (several.forms[0], len(several.forms)) == (one.form, 2)
    plain = node_of(row, "Ho", whole=True)
    assert isinstance(plain, Term) and plain.form != one.form
    # One syllable with diacritics says that all of them have theirs.
    mixed = node_of(row, "Hồ ho", whole=True)
    assert isinstance(mixed, Phrase) and mixed.forms[1] != plain.form
