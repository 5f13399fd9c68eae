"""An answer that the client has already is not made again; one that may differ is."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer import Index, Settings, add, build
from indexer.lexicon.synonyms import FILE as SYNONYMS
from indexer.storage import tuned_weights
from tests.clock import let_hours_go_by
from tests.samples import write_articles
from tests.webapp.archive import CONFERENCE, POMELO
from webapp import create_app

PATHS = (
    "/api/v1/search?q=bưởi",
    "/api/v1/suggest?q=bưở",
    "/api/v1/similar?id=buoi-phuc-trach&position=1",
    "/api/v1/articles/buoi-phuc-trach",
    "/openapi.json",
)


def tag(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"
    return response.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_hears_only_that(client: FlaskClient, path: str) -> None:
    known = tag(client, path)
    assert known.startswith("W/")
    assert tag(client, path) == known
    for method in ("GET", "HEAD"):
        response = client.open(path, method=method, headers={"If-None-Match": f'"other", {known}'})
        assert response.status_code == 304
        assert response.get_data() == b""
        assert response.headers["ETag"] == known
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", PATHS[:-1])
def test_what_is_known_is_not_looked_for(client: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = tag(client, path)

    def asked(*_: object, **__: object) -> None:
        pytest.fail("the index was asked")

    for name in ("search", "suggest", "direct_hits", "similar", "article"):
        monkeypatch.setattr(Index, name, asked)
    assert client.get(path, headers={"If-None-Match": known}).status_code == 304


@pytest.mark.parametrize("path", PATHS[:3])
def test_other_synonyms_make_another_answer(tmp_path: Path, path: str) -> None:
    index = tmp_path / "index"
    build([write_articles(tmp_path / "one.jsonl", (POMELO,))], index)
    client = create_app(Settings(index=index)).test_client()
    known = tag(client, path)
    (index / SYNONYMS).write_text("bưởi, bòng\n", "utf-8")
    assert client.get(path, headers={"If-None-Match": known}).status_code == 200


def test_another_address_has_another_tag(client: FlaskClient) -> None:
    paths = ("/api/v1/search?q=a", "/api/v1/search?q=b", "/api/v1/search?q=a&page=2", "/api/v1/suggest?q=a")
    assert len({tag(client, path) for path in paths}) == len(paths)


def test_a_new_generation_or_another_setting_makes_the_answer_anew(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([write_articles(tmp_path / "one.jsonl", (CONFERENCE,))], index)
    client = create_app(Settings(index=index)).test_client()
    first = tag(client, PATHS[0])
    other = create_app(Settings(index=index, snippet_characters=40)).test_client()
    assert tag(other, PATHS[0]) != first
    add([write_articles(tmp_path / "two.jsonl", (POMELO,))], index)
    response = client.get(PATHS[0], headers={"If-None-Match": first})
    assert response.status_code == 200
    assert response.get_json()["total"] > 0
    learned_before = response.headers["ETag"]
    tuned_weights.write(
        index, tuned_weights.Tuned({"k1": 0.9}, queries=50, before=0.5, after=0.6, p=0.01, date="2024-01-01")
    )
    assert client.get(PATHS[0], headers={"If-None-Match": learned_before}).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/search?page=x", "/api/v1/articles/none", "/api/v1/none"])
def test_an_error_has_no_tag(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"If-None-Match": "*"})
    assert response.status_code >= 400
    assert "ETag" not in response.headers


def test_what_a_body_asks_has_no_tag(client: FlaskClient) -> None:
    response = client.post("/api/v1/search", json={"q": "bưởi"}, headers={"If-None-Match": "*"})
    assert response.status_code == 200
    assert "ETag" not in response.headers


def test_an_answer_that_the_time_did_not_suffice_for_has_no_tag(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_hours_go_by(monkeypatch)
    for path in ("/api/v1/search?q=thời+tiết", "/api/v1/similar?id=ban-tin/01&position=1"):
        response = client.get(path)
        assert response.get_json()["degraded"]
        assert "ETag" not in response.headers
