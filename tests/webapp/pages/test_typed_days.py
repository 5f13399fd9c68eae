"""Days typed as words: the page offers the articles of those days."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from indexer import Index, open_index


@pytest.fixture(scope="module")
def index(index_directory: Path) -> Iterator[Index]:
    with open_index(index_directory) as opened:
        yield opened


def offered(client: FlaskClient, query: str, **more: str) -> list[tuple[str, str, int]]:
    """The days offered: as typed, with the query of the link, and how many passages it says."""
    text = client.get("/search", query_string={"q": query, **more}).get_data(as_text=True)
    found = re.findall(r'Bài đăng vào ([^<]+): <a href="([^"]+)">([0-9.]+) đoạn</a>', text)
    return [
        (day, parse_qs(urlsplit(html.unescape(address)).query)["q"][0], int(count.replace(".", "")))
        for day, address, count in found
    ]


@pytest.mark.parametrize(
    "pattern", ["{0:%d/%m/%Y}", "ngày {0:%d-%m-%Y}", "{0.day}/{0.month}/{0.year}", "tháng {0.month}/{0.year}"]
)
def test_the_articles_of_a_typed_day_are_offered(client: FlaskClient, index: Index, pattern: str) -> None:
    date = next(each.date for each in index.articles() if each.date)
    ((day, query, count),) = offered(client, pattern.format(date))
    assert day in pattern.format(date)
    assert query.startswith("ngày:") and query.count("ngày") == 1
    assert client.get("/api/v1/search", query_string={"q": query}).get_json()["total"] == count > 0


def test_with_the_rest_of_the_query(client: FlaskClient, index: Index) -> None:
    info = next(each for each in index.articles() if each.date and each.title)
    assert info.date is not None
    ((_, query, count),) = offered(client, f"{info.title} {info.date:%d/%m/%Y}")
    assert query == f"{info.title} ngày:{info.date:%d/%m/%Y}" and count > 0
    assert offered(client, f"{info.title} {info.date:%d/%m/%Y}", source="Xoài") == []


@pytest.mark.parametrize("query", ["1/1/1900", "World Cup 2026", "25/2023/TT-BYT", "thi đua", "ngày:2025 1/1/2025"])
def test_what_is_no_day_of_an_article_is_not(client: FlaskClient, query: str) -> None:
    assert offered(client, query) == []
