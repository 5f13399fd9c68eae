"""The days that a date in a query means, counted from a day that is given."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from indexer.query import dates
from indexer.query.dates import days_meant, several_words_at, today

NOW = datetime.date(2026, 3, 4)
"""A Wednesday."""


def days(text: str, now: datetime.date = NOW) -> tuple[str, str] | None:
    found = days_meant(text, now)
    return None if found is None else (str(found.first), str(found.last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("5/1", "2026-01-05", "2026-01-05"),
        ("05-01", "2026-01-05", "2026-01-05"),
        ("1 ngày", "2026-03-04", "2026-03-04"),
        ("2 ngày qua", "2026-03-03", "2026-03-04"),
        ("999 ngay", "2023-06-10", "2026-03-04"),
        ("last 3 days", "2026-03-02", "2026-03-04"),
        ("Hôm  nay", "2026-03-04", "2026-03-04"),
        ("today", "2026-03-04", "2026-03-04"),
        ("hom qua", "2026-03-03", "2026-03-03"),
        ("tuần này", "2026-03-02", "2026-03-08"),
        ("this week", "2026-03-02", "2026-03-08"),
        ("tuần trước", "2026-02-23", "2026-03-01"),
        ("last week", "2026-02-23", "2026-03-01"),
        ("tháng này", "2026-03-01", "2026-03-31"),
        ("this month", "2026-03-01", "2026-03-31"),
        ("tháng trước", "2026-02-01", "2026-02-28"),
        ("last month", "2026-02-01", "2026-02-28"),
        ("tháng 3/2025", "2025-03-01", "2025-03-31"),
        ("Thang 12-2025", "2025-12-01", "2025-12-31"),
        ("năm  2024", "2024-01-01", "2024-12-31"),
        ("năm nay", "2026-01-01", "2026-12-31"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("năm ngoái", "2025-01-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_date_means_these_days(text: str, first: str, last: str) -> None:
    assert days(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "mai", "0 ngày", "1000 ngày", "31/2", "13/13", "ngày", "last 0 days", "next week", "5/1/", "tháng 13/2025"],
)
def test_other_texts_mean_none(text: str) -> None:
    assert days(text) is None


def test_months_and_weeks_go_over_the_end_of_a_year() -> None:
    new_year = datetime.date(2026, 1, 1)
    assert days("tháng trước", new_year) == ("2025-12-01", "2025-12-31")
    assert days("tuần này", new_year) == ("2025-12-29", "2026-01-04")
    assert days("tuần này", datetime.date(2026, 1, 4)) == ("2025-12-29", "2026-01-04")
    assert days("tuần này", datetime.date(2026, 1, 5)) == ("2026-01-05", "2026-01-11")


@pytest.mark.parametrize(("hour", "minute", "day"), [(16, 59, 1), (17, 0, 2)])
def test_a_day_begins_when_it_does_in_vietnam(
    monkeypatch: pytest.MonkeyPatch, hour: int, minute: int, day: int
) -> None:
    moment = datetime.datetime(2026, 1, 1, hour, minute, tzinfo=datetime.UTC)
    clock = SimpleNamespace(now=moment.astimezone)
    monkeypatch.setattr(dates, "datetime", SimpleNamespace(datetime=clock))
    assert today() == datetime.date(2026, 1, day)
    monkeypatch.undo()
    monkeypatch.setattr(dates, "today", lambda: NOW)
    assert days_meant("hôm nay") == days_meant("hôm nay", NOW)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hôm nay", "hôm nay"),
        ("HÔM QUA mưa", "HÔM QUA"),
        ("tuan truoc, bão", "tuan truoc"),
        ("7 ngày qua ở đây", "7 ngày qua"),
        ("7 ngày", "7 ngày"),
        ("last  month", "last  month"),
        ("tháng 3/2025 mưa", "tháng 3/2025"),
        ("nam 2024", "nam 2024"),
        ("tháng 3 mưa", None),
        ("năm 20245", None),
        ("hôm nay/mai", None),
        ("hôm nayy", None),
        ("0 ngày", None),
        ("mai", None),
    ],
)
def test_a_date_of_several_words_is_known_without_quotes(text: str, found: str | None) -> None:
    match = several_words_at(text, 0)
    assert (match[0] if match else None) == found
