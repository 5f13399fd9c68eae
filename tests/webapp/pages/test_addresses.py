"""The addresses that pages lead to: quicker to make than by Flask, and the same."""

from __future__ import annotations

import datetime
import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from indexer import SearchRequest, Settings
from tests.webapp.archive import page
from webapp.pages.addresses import address_of, full_address, of_periods, of_values, search_address
from webapp.requests.parameters import as_arguments


def test_addresses_made_in_bulk_are_those_that_flask_builds(app: Flask) -> None:
    asked = SearchRequest("a&b “x”", filters={"source": ("Báo",)}, after=datetime.date(2020, 1, 1))
    with app.test_request_context("/"):
        for value in ("a b", "x&y=+%", "đ/é?#;:@!$'()*,", "“”~"):
            expected = url_for("pages.search", **as_arguments(asked, Settings(), source=["Báo", value]))
            assert search_address(asked, Settings(), source=["Báo", value]) == expected
            assert of_values(asked, Settings(), "source", ("Báo",))(value) == expected
        expected = url_for("pages.search", **as_arguments(asked, Settings(), after="2021-01-01", before="2022-01-01"))
        assert of_periods(asked, Settings())("2021-01-01", "2022-01-01") == expected


@pytest.mark.parametrize(
    ("base", "root"),
    [
        ("http://tim.example", ""),
        ("https://tim.example:8443", "/kho"),
        ("http://[::1]:8000", ""),
        ("http://TIM.example:80", ""),
    ],
)
def test_whole_addresses_are_those_that_flask_builds(app: Flask, base: str, root: str) -> None:
    arguments = {"q": ["a&b “x”", "đ"], "page": 2, "after": None, "source": ("Báo", "%00")}
    with app.test_request_context("/search", base_url=base + root):
        assert full_address(address_of("pages.search", arguments)) == url_for(
            "pages.search", _external=True, **arguments
        )
        assert full_address(url_for("static", filename="card.png")) == url_for(
            "static", filename="card.png", _external=True
        )


@pytest.mark.parametrize("query", ["cờ -slot0slot", "cờ -%00", "cờ\0thi đua"])
def test_no_query_is_taken_for_a_place_in_an_address(client: FlaskClient, query: str) -> None:
    text = page(client, "/search", q=query)
    typed = html.unescape(re.findall(r'name="q" type="search" value="([^"]*)"', text)[0])
    addresses = [html.unescape(each) for each in re.findall(r'href="(/search\?[^"]*)"[^>]*rel="nofollow"', text)]
    assert addresses
    assert {parse_qs(urlsplit(each).query)["q"][0] for each in addresses} <= {typed, f"{typed} -từ:0001"}


def test_addresses_begin_where_the_application_is_mounted(client: FlaskClient) -> None:
    for path in ("", "/kho"):
        text = client.get("/search?q=cờ", base_url=f"http://localhost{path}").get_data(as_text=True)
        addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
        assert len(addresses) > 20
        # A language is another address of the same page.
        assert all(each.startswith(f"{path}/") for each in addresses)
        assert ("/kho" in text) == bool(path)
