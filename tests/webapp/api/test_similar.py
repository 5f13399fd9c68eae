"""The endpoint of passages like one passage: its shape is a promise, as that of a search."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from indexer import USUAL_RESULT_PARTS
from tests.webapp.conftest import closed, problem_of

SIMILAR = closed("SimilarAnswer")


def similar(client: FlaskClient, **parameters: Any) -> dict[str, Any]:
    """The answer, which must have the promised shape."""
    response = client.get("/api/v1/similar", query_string=parameters)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    body: dict[str, Any] = json.loads(response.get_data())
    Draft202012Validator(SIMILAR).validate(body)
    assert all(list(entry) == list(USUAL_RESULT_PARTS) for entry in body["results"])
    return body


def some_passage(client: FlaskClient) -> dict[str, Any]:
    body = json.loads(client.get("/api/v1/search", query_string={"q": "dự báo thời tiết"}).get_data())
    found: dict[str, Any] = body["results"][0]
    return found


def test_the_passages_come_from_other_articles(client: FlaskClient) -> None:
    found = some_passage(client)
    body = similar(client, id=found["article"]["id"], position=found["paragraph"]["position"])
    assert body["article"] == found["article"]
    assert body["paragraph"] == found["paragraph"]
    assert body["words"]
    assert body["results"]
    assert found["article"]["id"] not in {entry["article"]["id"] for entry in body["results"]}


def test_no_more_come_than_asked_for(client: FlaskClient) -> None:
    found = some_passage(client)
    body = similar(client, id=found["article"]["id"], position=found["paragraph"]["position"], limit=1)
    assert len(body["results"]) == 1


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({}, ["id", "position"]),
        ({"id": "x"}, ["position"]),
        ({"id": "x", "position": "-1"}, ["position"]),
        ({"id": "x", "position": "1.5"}, ["position"]),
        ({"id": "x", "position": "9" * 30}, ["position"]),
        ({"id": "x", "position": "1", "limit": "0"}, ["limit"]),
        ({"id": "", "position": "1", "limit": "101"}, ["id", "limit"]),
    ],
)
def test_bad_parameters_are_a_problem_that_names_them(
    client: FlaskClient, parameters: dict[str, str], named: list[str]
) -> None:
    response = client.get("/api/v1/similar", query_string=parameters)
    assert response.status_code == 400
    errors = problem_of(response)["errors"]
    assert isinstance(errors, list)
    assert [error["parameter"] for error in errors] == named


def test_a_passage_that_is_not_there_is_a_problem(client: FlaskClient) -> None:
    response = client.get("/api/v1/similar", query_string={"id": "none\x00", "position": "3"})
    assert response.status_code == 404
    assert problem_of(response)["type"] == "/problems#passage-not-found"


def test_without_an_index_it_is_unavailable(empty_client: FlaskClient) -> None:
    response = empty_client.get("/api/v1/similar", query_string={"id": "x", "position": "0"})
    assert response.status_code == 503
    assert problem_of(response)["type"] == "/problems#index-unavailable"
