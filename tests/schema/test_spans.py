"""Spans of numbers and days: what is typed, and what it stands for."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.schema import days_of, value_text
from indexer.schema.spans import day_span, number_span


def day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("12/2023", "2023-12-01", "2023-12-31"),
        ("31/01/2023", "2023-01-31", "2023-01-31"),
        ("2023-1-5", "2023-01-05", "2023-01-05"),
        ("9999", "9999-01-01", "9999-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
        ("2023..2024-02", "2023-01-01", "2024-02-29"),
        ("2023-06..", "2023-06-01", ""),
        ("..2023", "", "2023-12-31"),
        (" 2023 .. 2024 ", "2023-01-01", "2024-12-31"),
        ("2024..2023", "2024-01-01", "2023-12-31"),
    ],
)
def test_days(text: str, first: str, last: str) -> None:
    assert day_span(text) == (day(first), day(last))


@pytest.mark.parametrize("text", ["", "..", " .. ", "hôm qua", "2023-13", "2023-02-30", "0000", "2023-00", "1..2..3"])
def test_what_is_no_span_of_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        day_span(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", (7, 7)),
        ("-1.5", (-1.5, -1.5)),
        ("1..2.5", (1, 2.5)),
        ("1..", (1, None)),
        ("..-3", (None, -3)),
        ("1e9..", (1e9, None)),
    ],
)
def test_numbers(text: str, expected: tuple[float | None, float | None]) -> None:
    assert number_span(text) == expected


@pytest.mark.parametrize(
    "text", ["", "..", "a", "1,5", "1e999", "nan", "inf", "1..2..3", "١", "1 2", "9" * 17, "1...2"]
)
def test_what_is_no_span_of_numbers_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        number_span(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_found_by_its_text(number: float) -> None:
    assert number_span(value_text(number)) == (number, number)


@given(st.dates())
def test_a_day_is_within_its_month_and_its_year(date: datetime.date) -> None:
    for text in (f"{date:%Y}".zfill(4), f"{date:%m}/{date.year:04}", date.isoformat()):
        days = days_of(text)
        assert days is not None and days.first is not None and days.last is not None
        assert days.first <= date <= days.last
