from __future__ import annotations

import datetime

import pytest

from indexer.articles.dates import date_in, parse_date


@pytest.mark.parametrize(
    "text",
    [
        "2023-12-26",
        "20231226",
        "2023-12-26T23:30:00Z",
        "2023-12-26T00:10:00+07:00",
        "2023-12-26 10:30",
        "26/12/2023",
        "26-12-2023",
        "26.12.2023",
        " 26/12/2023 ",
        "26/12/2023 10:30",
        "26/12/2023, 10h30",
        "26/12/2023 - 10:30:05",
        "10:30 26/12/2023",
        "2023/12/26",
        "2023-12-26 10:30:00 +07:00",
        "Thứ Ba, ngày 26/12/2023, 08:00 (GMT+7)",
        "Thứ ba, 26/12/2023, 08:00 (GMT+7)",
        "26/12/2023 08:00 GMT+7",
        "26/12/2023 10:30:05 SA",
        "8h00 ngày 26/12/2023",
        "10:30 | 26/12/2023",
        "ngày 26 tháng 12 năm 2023",
        "Chủ nhật, 26 tháng 12, 2023",
        "Cập nhật lúc 08:05, Thứ Ba, 26/12/2023",
        "Tue, 26 Dec 2023 08:00:00 +0700",
        "26 Dec 2023",
    ],
)
def test_the_day_is_the_one_that_is_written(text: str) -> None:
    assert parse_date(text) == datetime.date(2023, 12, 26)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hôm qua",
        "2023",
        "2023-13-01",
        "31/02/2023",
        "12/26/2023",
        "26/12/23",
        "26/12-2023",
        "0/0/0000",
        "26/12/2023 bài 5",
        "từ 26/12/2023 đến 27/12/2023",
        "x" * 300,
        "12 : " * 40 + "x",
        "26 tháng 13 năm 2023",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)


def test_a_short_month_is_read_and_years_of_two_digits_are_not_guessed() -> None:
    assert parse_date("2024-5-1") == parse_date("1/5/2024") == datetime.date(2024, 5, 1)


def test_a_date_is_found_inside_a_line() -> None:
    assert date_in("Đăng ngày 26/12/2023 trong mục Kinh tế") == datetime.date(2023, 12, 26)
    assert date_in("hai lần 31/02/2023, rồi 1/3/2023") == datetime.date(2023, 3, 1)
    assert date_in("không có ngày nào") is None
