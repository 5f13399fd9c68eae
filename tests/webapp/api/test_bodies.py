"""JSON bodies ask what addresses ask; a batch answers each of its queries or says what is wrong with it."""

from __future__ import annotations

import itertools
import json
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from indexer import Index, Results, SearchRequest
from tests.webapp.conftest import closed, problem_of
from webapp.contract.declared import BATCH_LIMIT

BATCH = Draft202012Validator(closed("BatchAnswer"))


def post(client: FlaskClient, body: object, path: str = "/api/v1/search") -> TestResponse:
    return client.post(path, data=json.dumps(body), content_type="application/json")


def batch(client: FlaskClient, *queries: object) -> list[dict[str, Any]]:
    response = post(client, {"queries": queries}, "/api/v1/batch")
    assert response.status_code == 200
    body = response.get_json()
    BATCH.validate(body)
    answers: list[dict[str, Any]] = body["answers"]
    return answers


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ({}, ""),
        ({"q": "cờ thi đua", "per_page": 3, "page": 2.0}, "q=cờ+thi+đua&per_page=3&page=2"),
        ({"q": "bưởi", "source": ["Tin Mẫu", "x"], "literal": True}, "q=bưởi&source=Tin+Mẫu&source=x&literal=1"),
        ({"q": "thi đua", "kind": ["caption"], "facets": ["kind", "source"], "facet_values": 1, "group": "article"},
         "q=thi+đua&kind=caption&facets=kind,source&facet_values=1&group=article"),
        ({"q": "hội nghị", "after": "2023", "before": "2024-01", "sort": "date", "highlight": "html",
          "fields": ["text", "score"]},
         "q=hội+nghị&after=2023&before=2024-01&sort=date&highlight=html&fields=text,score"),
    ],
)  # fmt: skip
def test_a_body_and_an_address_ask_the_same(client: FlaskClient, body: dict[str, Any], address: str) -> None:
    by_body, by_address = post(client, body), client.get("/api/v1/search?" + address)
    assert by_body.status_code == by_address.status_code == 200
    assert without_time(by_body.get_json()) == without_time(by_address.get_json())


def test_a_query_may_be_longer_than_an_address(client: FlaskClient) -> None:
    text = "cờ thi đua xuất sắc " * 1_000
    body = post(client, {"q": text}).get_json()
    assert body["query"]["text"] == text.strip()
    assert "query_too_long" in [warning["code"] for warning in body["warnings"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"page": "2"}, {"#/page": "whole number"}),
        ({"page": True, "per_page": 1.5}, {"#/page": "whole number", "#/per_page": "whole number"}),
        ({"page": 10**400, "per_page": -1}, {"#/page": "from 1", "#/per_page": "from 1 to 100"}),
        ({"q": 1, "sort": None}, {"#/q": "string", "#/sort": "string"}),
        ({"source": "Tin", "kind": ["caption", 1]}, {"#/source": "array", "#/kind": "array"}),
        ({"literal": 1}, {"#/literal": "true or false"}),
        ({"kind": ["headline"], "facets": ["kind,source"]}, {"#/kind": "some of", "#/facets": "some of"}),
        ({"sort": "", "after": "", "fields": [""]}, {"#/sort": "empty", "#/after": "empty", "#/fields": "some of"}),
        ({"author": ["a"] * 21}, {"#/author": "at most 20"}),
        ({"qq": "cờ", "a/b~c": 1}, {"#/qq": "no parameter", "#/a~1b~0c": "no parameter"}),
        ({"after": "2024", "before": "2023"}, {"#/before": "later"}),
    ],
)
def test_what_is_wrong_in_a_body_is_named_with_its_place(
    client: FlaskClient, body: dict[str, Any], expected: dict[str, str]
) -> None:
    response = post(client, body)
    assert response.status_code == 400
    problem = problem_of(response)
    assert problem["type"] == "/problems#invalid-parameter"
    errors = problem["errors"]
    assert isinstance(errors, list)
    assert {error["pointer"] for error in errors} == set(expected)
    assert all(expected[error["pointer"]] in error["detail"] for error in errors)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"1", b"null", b'"q"', b"\xff\xfe", b'{"q": NaN}', b"[" * 100_000,
                                 b'{"page": ' + b"1" * 10_000 + b"}", '{"q": "cờ"}'.encode("utf-16")])  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/batch"])
def test_a_body_that_is_no_object_of_json_is_refused(client: FlaskClient, path: str, raw: bytes) -> None:
    response = client.post(path, data=raw, content_type="application/json")
    assert response.status_code == 400
    assert problem_of(response)["type"] == "/problems#bad-request"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_type_of_body_is_refused_with_what_to_send(client: FlaskClient, kind: str) -> None:
    response = client.post("/api/v1/search", data=b'{"q": "a"}', content_type=kind)
    assert response.status_code == 415
    problem = problem_of(response)
    assert problem["type"] == "/problems#unsupported-media-type"
    assert "Content-Type: application/json" in str(problem["detail"])


def test_a_lone_surrogate_is_text_like_any_other(client: FlaskClient) -> None:
    response = client.post("/api/v1/search", data=b'{"q": "c\\ud800"}', content_type="application/json")
    assert response.status_code == 200
    assert response.get_json()["query"]["text"] == "c\ufffd"


def test_one_bad_query_of_a_batch_stops_no_other(client: FlaskClient) -> None:
    answers = batch(client, {"q": "cờ thi đua"}, {"q": "x", "page": 0}, "bưởi", {"q": "bưởi", "per_page": 1})
    assert answers[0]["total"] > 0
    assert answers[1]["type"] == "/problems#invalid-parameter"
    assert [error["pointer"] for error in answers[1]["errors"]] == ["#/queries/1/page"]
    assert answers[2]["type"] == "/problems#bad-request"
    assert answers[3]["results"][0]["article"]["id"] == "buoi-phuc-trach"


@pytest.mark.parametrize(
    "body", [{"queries": []}, {"queries": [{}] * (BATCH_LIMIT + 1)}, {"queries": {}}, {}, {"queries": [{}], "x": 1}]
)
def test_a_batch_has_one_to_twenty_queries_and_nothing_else(client: FlaskClient, body: object) -> None:
    response = post(client, body, "/api/v1/batch")
    assert response.status_code == 400
    assert "1 to 20" in str(problem_of(response)["detail"])


def test_the_longest_batch_of_the_longest_queries_is_read(client: FlaskClient) -> None:
    assert len(batch(client, *[{"q": "ử" * 2_000}] * BATCH_LIMIT)) == BATCH_LIMIT


def test_a_batch_takes_no_longer_than_a_search_may(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count(0.0, 2.0)
    left: list[float | None] = []
    search = Index.search

    def note(index: Index, request: SearchRequest, seconds: float | None = None) -> Results:
        left.append(seconds)
        return search(index, request, seconds)

    monkeypatch.setattr(Index, "search", note)
    monkeypatch.setattr("webapp.api.endpoints.time", SimpleNamespace(perf_counter=lambda: next(seconds)))
    answers = batch(client, *[{"q": "bưởi"}] * 4)
    assert [answer.get("type") for answer in answers] == [None, None, *["/problems#overloaded"] * 2]
    assert left == [3.0, 1.0]
