"""Marks, days, numbers and addresses on their way to a page."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Callable

import pytest
from babel import dates, numbers
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from webapp.pages import presentation
from webapp.pages.presentation import day, long_day, number, seconds
from webapp.responses.escaping import marked, printable, safe_url

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)))


def test_marks_stand_round_the_very_characters() -> None:
    assert marked("cờ thi đua", [(0, 2), (3, 10)]) == "<mark>cờ</mark> <mark>thi đua</mark>"


def test_every_slice_is_escaped() -> None:
    assert marked("<a>&<b>", [(3, 4)]) == "&lt;a&gt;<mark>&amp;</mark>&lt;b&gt;"


@pytest.mark.parametrize("spans", [[(0, 3), (2, 5)], [(0, 5), (1, 2)], [(0, 5), (5, 5)], [(0, 99)]])
def test_overlapping_empty_and_overlong_spans_are_cut(spans: list[tuple[int, int]]) -> None:
    text = marked("abcde", spans)
    assert re.sub("</?mark>", "", text) == "abcde"
    assert text.count("<mark>") == text.count("</mark>")


@given(st.text(), SPANS)
def test_no_text_is_lost_or_becomes_markup(text: str, spans: list[tuple[int, int]]) -> None:
    rendered = str(marked(text, sorted(spans)))
    assert html.unescape(re.sub("</?mark>", "", rendered)) == html.unescape(html.escape(text))
    assert "<" not in re.sub("</?mark>", "", rendered)


@given(st.text(st.characters(codec=None)))
def test_printable_text_keeps_its_length_and_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert "\x00" not in shown
    shown.encode("utf-8")


@pytest.mark.parametrize("url", ["http://bao.example", "https://bao.example/đường?a=b#c", "https://[::1]:80/"])
def test_web_addresses_become_links(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//bao.example/x",
        "/x",
        "https:",
        "https:///x",
        "http:\\\\bao.example",
        "https://[::1",
        "https://bao.example/a b",
    ],
)
def test_everything_else_does_not(url: str | None) -> None:
    assert safe_url(url) is None


DAY = datetime.date(2023, 12, 26)


@pytest.mark.parametrize(
    ("language", "show", "value", "expected"),
    [
        ("vi", day, DAY, "26/12/2023"),
        ("en", day, DAY, "26 Dec 2023"),
        ("vi", long_day, DAY, "Thứ Ba, 26/12/2023"),
        ("en", long_day, DAY, "Tuesday, 26 December 2023"),
        ("vi", day, datetime.date(987, 1, 2), "02/01/0987"),
        ("vi", number, 1234, "1.234"),
        ("en", number, 1234, "1,234"),
        ("vi", seconds, 31.4, "0,03 giây"),
        ("en", seconds, 1234.5, "1.23 seconds"),
        ("vi", seconds, 0.2, "dưới 0,01 giây"),
    ],
)
def test_days_and_numbers_follow_the_language(
    app: Flask, language: str, show: Callable[[object], str], value: object, expected: str
) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert show(value) == expected


@pytest.mark.parametrize("code", ["vi", "en"])
def test_numbers_and_days_are_those_of_babel(app: Flask, code: str) -> None:
    with app.test_request_context(f"/?lang={code}"):
        for value in (0, 7, 999, 1_000, -1_234, 12_345_678, 10**15):
            assert presentation.number(value) == numbers.format_decimal(value, locale=code)
        for date in (datetime.date(2026, 1, 5), datetime.date(1, 12, 31), datetime.date.max):
            pattern = "dd/MM/yyyy" if code == "vi" else "d MMM yyyy"
            assert presentation.day(date) == dates.format_date(date, pattern, locale=code)
