"""The endpoint of suggestions: its shape is a promise, as that of a search."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from indexer import Settings
from tests.webapp.conftest import closed, problem_of
from webapp import create_app
from webapp.contract.schemas import SCHEMAS

SUGGEST = closed("SuggestAnswer")


def suggest(client: FlaskClient, **parameters: Any) -> dict[str, Any]:
    """The answer, which must have the promised shape."""
    response = client.get("/api/v1/suggest", query_string=parameters)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    body: dict[str, Any] = json.loads(response.get_data())
    Draft202012Validator(SUGGEST).validate(body)
    for entry in body["suggestions"]:
        assert all(0 <= start < end <= len(entry["text"]) for start, end in entry["highlights"])
    return body


def texts(client: FlaskClient, typed: str, **parameters: Any) -> list[str]:
    return [entry["text"] for entry in suggest(client, q=typed, **parameters)["suggestions"]]


@pytest.mark.parametrize("typed", ["thi đ", "thi d", "THI Đ", "thi ", "cờ thi đ"])
def test_what_is_half_typed_goes_on_as_the_articles_do(client: FlaskClient, typed: str) -> None:
    assert any("thi đua" in text for text in texts(client, typed))


def test_the_keys_stand_in_the_promised_order(client: FlaskClient) -> None:
    assert list(suggest(client, q="thi")) == list(SCHEMAS["SuggestAnswer"]["properties"])


def test_articles_are_hit_by_their_titles(client: FlaskClient) -> None:
    assert [each["id"] for each in suggest(client, q="mua buoi ph")["articles"]] == ["buoi-phuc-trach"]
    hostile = suggest(client, q="tancong java")["articles"]
    assert hostile
    assert all(each["url"] is None or each["url"].startswith("http") for each in hostile)
    assert suggest(client, q="không có bài nào")["articles"] == []


def test_the_highlights_are_what_was_not_typed_yet(client: FlaskClient) -> None:
    for entry in suggest(client, q="thoi t")["suggestions"]:
        [(start, end)] = entry["highlights"]
        assert (start, end) == (len("thời t"), len(entry["text"]))


def test_no_more_come_than_asked_for(client: FlaskClient) -> None:
    assert len(texts(client, "t")) == 8
    assert texts(client, "t", limit=3) == texts(client, "t")[:3]
    assert len(texts(client, "t", limit=20)) > 8


@pytest.mark.parametrize("limit", ["0", "21", "x", "-1", "1.5"])
def test_a_bad_limit_is_a_problem_that_names_it(client: FlaskClient, limit: str) -> None:
    response = client.get("/api/v1/suggest", query_string={"q": "cờ", "limit": limit})
    assert response.status_code == 400
    assert problem_of(response)["errors"] == [{"parameter": "limit", "detail": "must be a whole number from 1 to 20"}]


@pytest.mark.parametrize("typed", ["", " ", "-", '"', "thi " * 200, "zzzz", "\x00"])
def test_what_cannot_go_on_gets_none(client: FlaskClient, typed: str) -> None:
    assert texts(client, typed) == []


@given(st.text(max_size=40))
def test_any_text_is_answered_in_the_promised_shape(client: FlaskClient, typed: str) -> None:
    typed = typed.encode("utf-8", "replace").decode()
    assert len(suggest(client, q=typed)["query"]["text"]) == len(typed)


def test_without_an_index_it_is_said(empty_client: FlaskClient) -> None:
    response = empty_client.get("/api/v1/suggest?q=thi")
    assert response.status_code == 503
    assert problem_of(response)["type"] == "/problems#index-unavailable"


def test_the_box_says_where_to_ask_and_in_which_words(client: FlaskClient) -> None:
    vietnamese = client.get("/?lang=vi").get_data(as_text=True)
    english = client.get("/?lang=en").get_data(as_text=True)
    assert 'data-suggest="/api/v1/suggest"' in vietnamese
    assert 'data-suggest-many="Có {count} gợi ý' in vietnamese
    assert 'data-suggest-many="{count} suggestions' in english


def test_other_sites_may_ask_only_where_it_is_configured(index_directory: Any) -> None:
    allowed = create_app(Settings(index=index_directory, cors_origins=("https://bao.example",))).test_client()
    response = allowed.get("/api/v1/suggest?q=thi", headers={"Origin": "https://bao.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "https://bao.example"
