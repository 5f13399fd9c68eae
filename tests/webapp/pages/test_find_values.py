"""Values of a filter beyond those that a page lists: a form finds them, without JavaScript."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from indexer import SearchRequest, Settings, build
from tests.webapp.archive import page
from tests.webapp.pages.test_filters import results
from webapp import create_app
from webapp.index.holder import holder
from webapp.pages.filters import MOST, WANTED_CHARACTERS, choices

SOURCES = 70


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Articles of seventy sources, of which the last ones have the fewest passages."""
    folder: Path = tmp_path_factory.mktemp("many")
    build(
        (
            {"id": f"a{number}", "title": "Tin lũ", "text": f"Tin lũ số {number}.", "source": f"Báo Đồng {number:02}"}
            for number in range(SOURCES)
        ),
        folder,
    )
    app = create_app(Settings(index=folder, answer_bytes=0))
    yield app.test_client()
    holder(app).close()


def listed(text: str) -> list[str]:
    return re.findall(r'<span class="value" lang="vi">([^<]+)</span>', text)


def form(text: str) -> tuple[str, dict[str, str]]:
    """Where the form leads to, and its fields."""
    found = re.search(r'<form class="find-values" action="([^"]+)" method="get">(.*?)</form>', text, re.S)
    assert found
    fields = re.findall(r'name="([^"]+)"(?: type="search")? value="([^"]*)"', found[2])
    return found[1], {name: html.unescape(value) for name, value in fields}


def test_a_value_that_is_not_listed_is_found_by_a_part_of_it(many: FlaskClient) -> None:
    text = page(many, "/search", q="lũ", sort="date")
    assert len(listed(text)) == MOST
    hidden = "Báo Đồng 69"
    assert hidden not in listed(text)
    address, fields = form(text)
    assert (address, fields) == ("/search#by-source", {"q": "lũ", "sort": "date", "find.source": ""})
    text = page(many, "/search", **{**fields, "find.source": "bao dong 69"})
    assert listed(text) == [hidden]
    assert form(text)[1]["find.source"] == "bao dong 69"
    assert "<details open>\n  <summary>Lọc kết quả" in text
    link = re.search(r'<li><a href="([^"]+)" rel="nofollow"><span class="tick"', text)
    assert link
    assert parse_qs(urlsplit(html.unescape(link[1])).query) == {"q": ["lũ"], "sort": ["date"], "source": [hidden]}
    assert re.search(
        r'<a href="/search\?q=l%C5%A9&amp;sort=date#by-source" rel="nofollow">Xem lại cả danh sách</a>', text
    )


def test_what_was_chosen_stays_in_the_list_and_in_the_form(many: FlaskClient) -> None:
    text = page(many, "/search", q="lũ", source="Báo Đồng 03", **{"find.source": "69"})
    assert listed(text) == ["Báo Đồng 03", "Báo Đồng 69"]
    assert form(text)[1]["source"] == "Báo Đồng 03"


def test_where_no_value_holds_the_text_that_is_said(many: FlaskClient) -> None:
    text = page(many, "/search", q="lũ", **{"find.source": "<b>không"})
    assert listed(text) == []
    assert "Không có giá trị nào như vậy." in text
    assert 'value="&lt;b&gt;không"' in text


@pytest.mark.parametrize("given", [{}, {"find.source": " "}, {"find.nothing": "69"}])
def test_without_a_text_the_list_is_the_usual_one(many: FlaskClient, given: dict[str, str]) -> None:
    text = page(many, "/search", q="lũ", **given)
    assert len(listed(text)) == MOST
    assert "Xem lại cả danh sách" not in text


def test_a_short_list_has_no_form(client: FlaskClient) -> None:
    assert "find-values" not in page(client, "/search", q="thời tiết OR tancong")


def test_a_long_text_is_cut_and_more_values_than_fit_are_told(many: FlaskClient) -> None:
    text = page(many, "/search", q="lũ", **{"find.source": "x" * 5_000})
    assert form(text)[1]["find.source"] == "x" * WANTED_CHARACTERS
    text = page(many, "/search", q="lũ", **{"find.source": "báo"})
    assert len(listed(text)) == MOST
    assert f"{MOST} giá trị có nhiều đoạn nhất" in text


def test_values_are_searched_with_diacritics_and_case_apart() -> None:
    values = [(name, 1) for name in ("Hà Nội Mới", "Tuổi Trẻ", "Ha Noi Times", "Đất Việt")]
    for wanted, expected in (("hà nội", ["Hà Nội Mới", "Ha Noi Times"]), ("DAT", ["Đất Việt"]), ("zz", [])):
        [facet] = choices(SearchRequest("x"), results(source=values), {"source": wanted})
        assert [choice.value for choice in facet.first] == expected
        assert (facet.more, facet.cut, facet.wanted) == ((), False, wanted)
