from __future__ import annotations

import datetime

import pytest

from indexer.articles.dates import parse_date


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
    ],
)
def test_the_day_is_the_one_that_is_written(text: str) -> None:
    assert parse_date(text) == datetime.date(2023, 12, 26)


@pytest.mark.parametrize(
    "text", ["", "hôm qua", "2023", "2023-13-01", "31/02/2023", "12/26/2023", "26/12/23", "26/12-2023", "0/0/0000"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)
