"""The ways on from a page that could not be what was asked for: a day that is none, filters that leave nothing."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from indexer import Index, Results, SearchRequest
from webapp.pages.ways_on import PHRASES_READ


def test_a_day_that_is_none_is_left_out_and_stays_in_its_field(client: FlaskClient) -> None:
    asked = "/search?q=thi+đua&source=Báo+Mẫu&after=31/13/2026&to=31/12/2030"
    response = client.get(asked)
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "“31/13/2026” không phải là ngày nên không được tính" in text
    assert 'value="31/13/2026" aria-invalid="true" aria-describedby="no-date"' in text
    assert 'name="source" value="Báo Mẫu"' in text
    assert "trong Báo Mẫu" in text
    found = re.search(r"Tìm thấy (\d+) đoạn", text)
    rest = client.get("/api/v1/search?q=thi+đua&source=Báo+Mẫu&before=2031-01-01").get_json()
    assert found
    assert int(found[1]) == rest["total"] > 0


def test_the_link_of_a_400_page_keeps_what_is_valid(client: FlaskClient) -> None:
    response = client.get("/search?q=thi+đua&source=Báo+Mẫu&after=soon&page=0")
    assert response.status_code == 400
    link = re.search(r'<a href="([^"]+)">Tìm “thi đua”, bỏ phần không hợp lệ</a>', response.get_data(as_text=True))
    assert link
    assert parse_qs(urlsplit(html.unescape(link[1])).query) == {"q": ["thi đua"], "source": ["Báo Mẫu"]}


def test_without_results_each_filter_is_left_out_with_what_is_found_then(client: FlaskClient) -> None:
    text = client.get("/search?q=cờ+thi+đua&source=Báo+Mẫu&after=1990&before=1991").get_data(as_text=True)
    assert "Không tìm thấy đoạn nào" in text
    links = re.findall(r'<a href="([^"]+)">Bỏ bộ lọc ([^<]+)</a>: ([\d.]+) đoạn', text)
    assert len(links) == 1
    assert links[0][1].startswith("Thời gian") or "1990" in links[0][1]
    answer = client.get(html.unescape(links[0][0]).replace("/search", "/api/v1/search", 1)).get_json()
    assert answer["total"] == int(links[0][2])


def test_filters_are_left_out_of_a_literal_query_and_of_pages_of_another_size_too(client: FlaskClient) -> None:
    response = client.get("/search?q=cờ+thi+đua&literal=1&per_page=5&source=Báo+Mẫu&after=1990&before=1991")
    assert response.status_code == 200
    assert re.search(r"Bỏ bộ lọc [^<]+</a>: [1-9]", response.get_data(as_text=True))


def test_passages_without_a_date_are_reached_by_a_query_that_says_so(client: FlaskClient) -> None:
    text = client.get("/search?q=*").get_data(as_text=True)
    link = re.search(r'<p class="undated"><a href="([^"]+)" rel="nofollow">[^<]+</a> <span class="count">(\d+)', text)
    assert link
    assert parse_qs(urlsplit(html.unescape(link[1])).query)["q"] == ["* ngày:không rõ"]
    answer = client.get(html.unescape(link[1]).replace("/search", "/api/v1/search", 1)).get_json()
    assert answer["total"] == int(link[2])
    assert not any("date" in result for result in answer["results"])


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ('"cờ thi đuua"', '"cờ thi đua"'),
        ("“quốc phòngg”", '"quốc phòng"'),
        ('"quốc phòngg" "an niinh"', '"quốc phòng" "an ninh"'),
    ],
)
def test_a_phrase_found_nowhere_is_offered_as_it_would_be_repaired(
    client: FlaskClient, query: str, offered: str
) -> None:
    text = client.get("/search", query_string={"q": query, "source": "Báo Mẫu"}).get_data(as_text=True)
    assert "Không tìm thấy đoạn nào" in text
    links = re.findall(r'Có thể bạn muốn tìm: <a href="([^"]+)" lang="vi">([^<]+)</a>', text)
    assert [html.unescape(name) for _, name in links] == [offered]
    assert parse_qs(urlsplit(html.unescape(links[0][0])).query) == {"q": [offered]}
    assert client.get(html.unescape(links[0][0]).replace("/search", "/api/v1/search", 1)).get_json()["total"]


@pytest.mark.parametrize(
    ("query", "literal"),
    [
        ('"cờ thi đuua"', "1"),  # Its letters are meant.
        ('"bưởi cờ thi"', ""),  # Nothing of it is amiss.
        ('"cờ thi đuua" "xyzzyxyz"', ""),  # Repaired, it finds nothing either.
        ("xyzzyxyz", ""),
    ],
)
def test_no_phrase_is_offered_that_would_not_help(client: FlaskClient, query: str, literal: str) -> None:
    text = client.get("/search", query_string={"q": query, "literal": literal}).get_data(as_text=True)
    assert "Không tìm thấy đoạn nào" in text
    assert "Có thể bạn muốn tìm" not in text


def test_so_many_phrases_are_read(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    search = Index.search

    def noted(index: Index, request: SearchRequest, *arguments: Any, **named: Any) -> Results:
        asked.append(request.text)
        return search(index, request, *arguments, **named)

    monkeypatch.setattr(Index, "search", noted)
    query = " ".join(f'"cờ thi đuua {number}"' for number in range(20))
    assert client.get("/search", query_string={"q": query}).status_code == 200
    assert len(asked) <= 2 + PHRASES_READ
