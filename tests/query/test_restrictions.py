"""Restrictions of the query language: fields, kinds and dates, by all their names; and what is none of them."""

from __future__ import annotations

import datetime
import unicodedata

import pytest

from indexer.query.clauses import (
    AndClause,
    Chunk,
    Clause,
    DateClause,
    TitleClause,
    WordsClause,
    days_in,
)
from indexer.query.parse import parse
from indexer.schema import FieldType, Label, MetadataField
from indexer.settings import Settings
from tests.query.test_parse import codes, facet, negated, words


def test_restrictions() -> None:
    assert parse('TITLE:"thi đua" Source:báo author:«Nguyễn Văn A» kind:Caption').clauses == (
        TitleClause("thi đua"),
        facet("source", "báo"),
        facet("author", "Nguyễn Văn A"),
        facet("kind", "caption"),
    )


@pytest.mark.parametrize(
    "name, meant",
    [
        *[(name, "source") for name in ("nguồn", "NGUỒN", "nguon", unicodedata.normalize("NFD", "nguồn"))],
        *[(name, "author") for name in ("tác giả", "tác  giả", "tácgiả", "tac gia")],
        ("chuyên mục", "section"),
        ("chuyenmuc", "section"),
        ("Section", "section"),
    ],
)
def test_fields_have_vietnamese_names(name: str, meant: str) -> None:
    section = MetadataField("section", FieldType.KEYWORD, Label("Chuyên mục", "Section"))
    parsed = parse(f'lũ {name}:"Võ Sơn"', Settings(fields=(section,)))
    assert parsed.clauses == (words("lũ"), facet(meant, "Võ Sơn"))


def test_title_and_kinds_have_vietnamese_names() -> None:
    assert parse('tiêu đề:bão loại:sapô -loại:"chú thích ảnh"').clauses == (
        TitleClause("bão"),
        facet("kind", "lead"),
        negated(facet("kind", "caption")),
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("loại:tiêu đề lũ", "title"),
        ("loai:TIEU DE lũ", "title"),
        ("loại:chú  thích ảnh, lũ", "caption"),
        ("loại:chú thích cuối trang lũ", "footnote"),
        ("kind:danh sách lũ", "list"),
    ],
)
def test_kinds_of_several_words_need_no_quotes(text: str, kind: str) -> None:
    parsed = parse(text)
    assert parsed.clauses[0] == facet("kind", kind)
    assert parsed.understood.split()[-1] == "lũ"
    assert not parsed.warnings


def test_a_longer_word_is_no_kind() -> None:
    assert [warning.code for warning in parse("loại:tiêu đềm").warnings] == ["kind_unknown"]


def span(first: str | None, last: str | None) -> tuple[Clause, ...]:
    return (
        *([DateClause(datetime.date.fromisoformat(first), None)] if first else []),
        *([DateClause(None, datetime.date.fromisoformat(last))] if last else []),
    )


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("ngày:5/1/2026", "2026-01-05", "2026-01-05"),
        ("ngày:2/2026", "2026-02-01", "2026-02-28"),
        ("ngay:2025", "2025-01-01", "2025-12-31"),
        ("từ:5/1/2026", "2026-01-05", None),
        ("đến:5/1/2026", None, "2026-01-05"),
        ("đến:1/2026", None, "2026-01-31"),
        ("từ:2024 đến:2025", "2024-01-01", "2025-12-31"),
        ("date:2024-02-29", "2024-02-29", "2024-02-29"),
        ("ngày:hôm nay", "2026-03-04", "2026-03-04"),
        ("ngày:hôm qua", "2026-03-03", "2026-03-03"),
        ('ngày:"hom qua"', "2026-03-03", "2026-03-03"),
        ("date:yesterday", "2026-03-03", "2026-03-03"),
        ("ngày:tuần này", "2026-03-02", "2026-03-08"),
        ("ngày:tuần trước", "2026-02-23", "2026-03-01"),
        ("ngày:tháng này", "2026-03-01", "2026-03-31"),
        ("ngày:tháng trước", "2026-02-01", "2026-02-28"),
        ("ngày:năm nay", "2026-01-01", "2026-12-31"),
        ("từ:năm ngoái", "2025-01-01", None),
        ("ngày:7 ngày", "2026-02-26", "2026-03-04"),
        ("date:last 7 days", "2026-02-26", "2026-03-04"),
        (unicodedata.normalize("NFD", "ngày:hôm qua"), "2026-03-03", "2026-03-03"),
        (unicodedata.normalize("NFD", "ngày:tháng 2/2026"), "2026-02-01", "2026-02-28"),
        ("ngày:30/4", "2026-04-30", "2026-04-30"),
        ("after:hôm qua", "2026-03-03", None),
    ],
)
def test_dates_are_those_that_are_said(monkeypatch: pytest.MonkeyPatch, text: str, first: str, last: str) -> None:
    monkeypatch.setattr("indexer.query.dates.today", lambda: datetime.date(2026, 3, 4))
    parsed = parse(f"bão {text} lũ")
    assert parsed.warnings == ()
    flat = [inner for each in parsed.clauses for inner in (each.clauses if isinstance(each, AndClause) else (each,))]
    assert tuple(flat) == (words("bão"), *span(first, last), words("lũ"))
    assert parse(parsed.understood).clauses == parsed.clauses


@pytest.mark.parametrize("text", ["ngày:không rõ", 'ngay:"khong ro"', "date:unknown", "ngày:Không Rõ"])
def test_articles_without_a_date_are_asked_for(text: str) -> None:
    parsed = parse(f"bão {text} lũ")
    assert parsed.warnings == ()
    undated = negated(DateClause(datetime.date.min, None))
    assert parsed.clauses == (words("bão"), undated, words("lũ"))
    assert parse(parsed.understood).clauses == parsed.clauses


def test_the_days_of_a_date_are_excluded_together() -> None:
    assert parse("-ngày:2025").understood == "-(after:2025-01-01 before:2026-01-01)"


@pytest.mark.parametrize("text", ["từ: 1/2026", "từ:  2026-01", "from: 1.2026"])
def test_a_day_may_stand_behind_a_blank(text: str) -> None:
    parsed = parse(f"bão {text} lũ")
    assert (parsed.understood, codes(parsed)) == ("bão after:2026-01-01 lũ", [])


@pytest.mark.parametrize("text", ["ngày: 5/1/2026a", "từ: 35/1/2026", "từ:\n2026", "nguồn: 2026", "bắt nguồn từ: núi"])
def test_a_name_without_a_value_is_text_and_said_to_be(text: str) -> None:
    parsed = parse(text)
    assert parsed.clauses == (words(text),)
    assert codes(parsed) == ["value_missing"]


@pytest.mark.parametrize(
    "value, day",
    [
        ("2023", (2023, 1, 1)),
        ("2023-02", (2023, 2, 1)),
        ("2023-02-03", (2023, 2, 3)),
        ("2023/2/3", (2023, 2, 3)),
        ("03/02/2023", (2023, 2, 3)),
        ("3.2.2023", (2023, 2, 3)),
        ("02/2023", (2023, 2, 1)),
        ('"2023"', (2023, 1, 1)),
    ],
)
def test_dates_are_read_and_after_includes_the_first_day(value: str, day: tuple[int, int, int]) -> None:
    assert parse(f"after:{value}").clauses == (DateClause(datetime.date(*day), None),)


def test_before_ends_the_day_before() -> None:
    assert parse("before:2024").clauses == (DateClause(None, datetime.date(2023, 12, 31)),)


@pytest.mark.parametrize("value", ["hôm-qua", "23", "2023-13", "30/02/2023", "0000", "٢٠٢٣", "2023-01-01T00"])
def test_an_unreadable_date_is_text(value: str) -> None:
    parsed = parse(f"before:{value}")
    assert parsed.clauses == (words(f"before,{value}"),)
    assert codes(parsed) == ["date_unreadable"]


def test_nothing_is_before_the_first_day_of_the_calendar() -> None:
    assert codes(parse("before:0001")) == ["date_unreadable"]


def test_an_unknown_kind_is_text() -> None:
    parsed = parse('kind:"chú thích"')
    assert parsed.clauses == (words("kind,chú,thích"),)
    assert parsed.warnings[0].subject == "kind:chú thích"
    assert "caption" in parsed.warnings[0].message


@pytest.mark.parametrize("text", ["source:", "source: báo", 'source:"" báo'])
def test_a_restriction_needs_a_value(text: str) -> None:
    parsed = parse(text)
    assert isinstance(parsed.clauses[0], WordsClause)
    assert parsed.clauses[0].words[0] == Chunk("source:", 0, 7)
    assert codes(parsed) == ["value_missing"]


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("lũ", None, None),
        ("lũ ngày:3/2024", datetime.date(2024, 3, 1), datetime.date(2024, 3, 31)),
        ("từ:2023 lũ đến:5/2024", datetime.date(2023, 1, 1), datetime.date(2024, 5, 31)),
        ("lũ after:2023", datetime.date(2023, 1, 1), None),
        ("before:2023 (lũ từ:2021 ngày:2020..2024)", datetime.date(2021, 1, 1), datetime.date(2022, 12, 31)),
        ("ngày:2024 ngày:3/2024", datetime.date(2024, 3, 1), datetime.date(2024, 3, 31)),
        # Left out, one of several, or no day at all.
        ("lũ -ngày:2024", None, None),
        ("ngày:2023 HOẶC ngày:2024", None, None),
        ("lũ ngày:không rõ", None, None),
    ],
)
def test_the_days_that_a_query_allows(query: str, first: datetime.date | None, last: datetime.date | None) -> None:
    assert days_in(parse(query).clauses) == (first, last)


def test_days_that_no_article_can_have_are_told() -> None:
    assert codes(parse("bão từ:2026 đến:2025")) == ["dates_reversed"]
    assert codes(parse("bão từ:2025 đến:2025")) == codes(parse("bão từ:2026 OR đến:2025")) == []
