"""Any bytes whatever in an address get a page or a clear refusal, and the same text is never markup."""

from __future__ import annotations

import json

import html5lib
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.effort import tries
from tests.webapp.api.test_api import SEARCH

SYNTAX = st.lists(
    st.sampled_from(
        ['"', "-", "(", ")", "*", " OR ", "title:", "source:", "after:", "before:2023", "kind:", "cờ", "thi", "đua",
         "\u0301", "\u200b", "\x00", "\ud7ff", "\U0001f600", "<b>", "&", "'", "\n", "co*", "2023-01", ":", "%"]
    ),
    max_size=40,
).map("".join)  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8"), max_size=200) | SYNTAX
NAMES = st.sampled_from(
    ["q", "page", "per_page", "sort", "group", "source", "author", "kind", "after", "before", "lang"]
)


@settings(max_examples=tries(150))
@given(text=TEXTS)
def test_any_query_gets_an_answer_of_the_promised_shape(client: FlaskClient, text: str) -> None:
    response = client.get("/api/v1/search", query_string={"q": text})
    assert response.status_code == 200
    Draft202012Validator(SEARCH).validate(json.loads(response.get_data()))


@settings(max_examples=tries(80))
@given(text=TEXTS)
def test_any_query_gets_a_valid_page(client: FlaskClient, text: str) -> None:
    response = client.get("/search", query_string={"q": text})
    assert response.status_code == 200
    html5lib.HTMLParser(strict=True).parse(response.get_data(as_text=True))


@settings(max_examples=tries(80))
@given(parameters=st.lists(st.tuples(NAMES, TEXTS), max_size=6), path=st.sampled_from(["/search", "/api/v1/search"]))
def test_any_parameters_are_followed_or_refused(
    client: FlaskClient, parameters: list[tuple[str, str]], path: str
) -> None:
    from urllib.parse import urlencode

    response = client.get(path, query_string=urlencode(parameters))
    assert response.status_code in (200, 400, 414)


@settings(max_examples=tries(150))
@given(raw=st.binary(max_size=120), path=st.sampled_from(["/search", "/api/v1/search", "/articles/x"]))
def test_any_bytes_are_followed_or_refused(client: FlaskClient, raw: bytes, path: str) -> None:
    response = client.get(path, environ_overrides={"QUERY_STRING": "q=" + raw.decode("latin-1")})
    assert response.status_code in (200, 400, 404)
    response.get_data().decode("utf-8")


@settings(max_examples=tries(80))
@given(path=st.binary(max_size=60))
def test_any_path_is_found_or_not(client: FlaskClient, path: bytes) -> None:
    for start in ("/articles/", "/api/v1/articles/", "/static/"):
        with client.get("/", environ_overrides={"PATH_INFO": start + path.decode("latin-1")}) as response:
            assert response.status_code in (200, 404)
