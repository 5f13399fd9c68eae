"""GET /api/v1/export: the found set as a file, whatever becomes of the client and of the index meanwhile."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer import Settings, build
from indexer.search import exporting as library
from tests.webapp.conftest import problem_of
from webapp import create_app
from webapp.api import exporting
from webapp.index.gate import gate
from webapp.index.holder import holder


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_AT_ONCE", 5)


@pytest.mark.parametrize("query", ["*", "thời tiết", "tancong", "cờ thi đua", "không có từ này đâu nhé"])
def test_it_streams_as_many_as_the_search_counts(client: FlaskClient, query: str) -> None:
    total = client.get("/api/v1/search", query_string={"q": query}).get_json()["total"]
    response = client.get("/api/v1/export", query_string={"q": query})
    assert response.mimetype == "application/x-ndjson"
    rows = [json.loads(line) for line in response.get_data(as_text=True).splitlines()]
    assert len(rows) == total == int(response.headers["X-Total-Count"])
    assert len({(row["id"], row["position"]) for row in rows}) == total


def test_fields_order_format_and_filters_are_those_asked_for(client: FlaskClient) -> None:
    response = client.get("/api/v1/export?q=*&source=Đài+Mẫu&before=2022-01-04&sort=date&format=csv&fields=id,date")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="tim-doan.csv"'
    rows = list(csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows == [["id", "date"], *([f"ban-tin/0{day}", f"2022-01-0{day}"] for day in (3, 3, 2, 2, 1, 1))]
    assert client.get("/api/v1/export?q=bưởi&format=md").get_data(as_text=True).startswith("## Mùa bưởi Phúc Trạch")


@pytest.mark.parametrize("query", ["sort=fresh", "format=xml", "fields=none", "after=x", "kind=none"])
def test_what_is_not_known_is_refused(client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/v1/export?q=*&{query}")
    (error,) = problem_of(response)["errors"]  # type: ignore[misc]
    assert error["parameter"] == query.partition("=")[0]


def test_it_is_not_held_to_be_compressed(client: FlaskClient) -> None:
    with client.get("/api/v1/export?q=*", headers={"Accept-Encoding": "gzip"}, buffered=False) as response:
        assert response.is_streamed
        assert "Content-Encoding" not in response.headers


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Flask]:
    """An application over an index that is written to."""
    build([{"id": f"a{number:02}", "text": "Cam."} for number in range(30)], tmp_path / "index")
    app = create_app(Settings(index=tmp_path / "index", threads=1, search_queue=0))
    yield app
    holder(app).close()


def test_it_ends_with_the_generation_it_began_with_and_holds_no_turn(
    own: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_SENT_AT_ONCE", 1)
    client = own.test_client()
    response = client.get("/api/v1/export?q=cam", buffered=False)
    pieces = response.iter_encoded()
    rows = [next(pieces) for _ in range(3)]
    assert gate(own).running == 0
    build([{"id": "new", "text": "Cam."}], tmp_path / "index")
    assert client.get("/api/v1/search?q=cam").get_json()["total"] == 1
    rows += [piece for piece in pieces if piece]
    assert [json.loads(row)["id"] for row in rows] == [f"a{number:02}" for number in range(30)]
    response.close()


def test_only_so_many_at_once_and_a_client_that_leaves_gives_its_place_up(own: Flask) -> None:
    client = own.test_client()
    streams = [client.get("/api/v1/export?q=cam", buffered=False) for _ in range(exporting.MOST_EXPORTS)]
    refused = client.get("/api/v1/export?q=cam")
    assert (refused.status_code, problem_of(refused)["type"]) == (503, "/problems#overloaded")
    streams[0].close()
    assert client.get("/api/v1/export?q=cam").status_code == 200
    streams[1].close()


def test_without_an_index_it_says_so(empty_client: FlaskClient) -> None:
    for _ in range(exporting.MOST_EXPORTS + 1):
        response = empty_client.get("/api/v1/export?q=cam")
        assert (response.status_code, problem_of(response)["type"]) == (503, "/problems#index-unavailable")
