"""What a text holds of a reading is what the index would find in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.query.units import UnitReading
from indexer.schema import Field
from indexer.search.missing import Held
from indexer.vietnamese import fold, forms
from indexer.vietnamese.keys import keys_of

PIECES = (
    "Hoà",
    "hòa",
    "bình",
    "Gia Lai",
    "lai",
    "168/2024",
    "168",
    "12.5",
    "5",
    "12,5",
    "COVID-19",
    "ﬃ",
    "é",
    "đ",
    "Đà",
    " ",
    "-",
    ",",
    "_",
    "’",
    "x",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(PIECES), st.sampled_from(PIECES), st.booleans(), st.sampled_from(["NFC", "NFD"]))
def test_a_text_holds_what_its_tokens_do(text: str, first: str, second: str, unmarked: bool, style: str) -> None:
    text = unicodedata.normalize(style, text)
    asked = tuple(forms(f"{first} {second}"))[:3]
    if not asked:
        return
    asked = tuple(map(fold, asked)) if unmarked else asked
    held = forms(text)
    held = [*map(fold, held)] if unmarked else held
    expected = any(tuple(held[at : at + len(asked)]) == asked for at in range(len(held)))
    reading = UnitReading(asked, Field.UNMARKED if unmarked else Field.SYLLABLES)
    assert Held(text).has(reading) == expected


@pytest.mark.parametrize(("text", "held"), [("giá 12,5%", True), ("12,5 triệu", False), ("mười hai", False)])
def test_a_key_is_held_in_any_spelling(text: str, held: bool) -> None:
    (key,) = keys_of("12.5 %")
    assert Held(text).has(UnitReading((key,), Field.KEYS)) is held
