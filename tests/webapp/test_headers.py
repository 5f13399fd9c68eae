"""Headers of every response: what a browser may do, who may read, and that nothing slips through."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer import Settings
from webapp import create_app
from webapp.headers import CONTENT_SECURITY_POLICY

PATHS = (
    "/",
    "/search?q=cờ",
    "/search?page=x",
    "/articles/thoi-su/hoi-nghi?q=cờ",
    "/articles/none",
    "/problems",
    "/api/v1/search?q=cờ",
    "/api/v1/search?page=x",
    "/api/v1/suggest?q=cờ",
    "/api/v1/suggest?limit=x",
    "/api/v1/articles/thoi-su/hoi-nghi",
    "/api/v1/none",
    "/api/v1/batch",
    "/openapi.json",
    "/docs",
    "/healthz",
    "/readyz",
    "/static/style.css",
    "/static/none.css",
    "/none",
)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_secured(client: FlaskClient, path: str, method: str) -> None:
    with client.open(path, method=method) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Request-ID"]
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("path", PATHS)
def test_a_missing_index_changes_nothing_of_that(empty_client: FlaskClient, path: str) -> None:
    with empty_client.get(path) as response:
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    sources = {source for part in CONTENT_SECURITY_POLICY.split(";") for source in part.split()[1:]}
    assert sources == {"'none'", "'self'"}


def test_the_policy_lets_the_page_ask_for_suggestions(client: FlaskClient) -> None:
    assert "connect-src 'self'" in client.get("/").headers["Content-Security-Policy"].split("; ")


def test_every_request_has_an_id_of_its_own(client: FlaskClient) -> None:
    assert client.get("/healthz").headers["X-Request-ID"] != client.get("/healthz").headers["X-Request-ID"]


def cors(index: Path, *origins: str) -> FlaskClient:
    return create_app(Settings(index=index, cors_origins=origins)).test_client()


def test_origins_configured_may_read_json(index_directory: Path) -> None:
    client = cors(index_directory, "https://bao.example", "https://tin.example")
    response = client.get("/api/v1/search?q=a", headers={"Origin": "https://tin.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "https://tin.example"
    assert "Origin" in response.headers["Vary"]


def test_other_origins_may_not(index_directory: Path) -> None:
    response = cors(index_directory, "https://bao.example").get(
        "/api/v1/search?q=a", headers={"Origin": "https://bao.example.evil"}
    )
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_star_lets_everyone_read_json_but_no_page(index_directory: Path) -> None:
    client = cors(index_directory, "*")
    origin = {"Origin": "https://bao.example"}
    assert client.get("/api/v1/search?q=a", headers=origin).headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/none", headers=origin).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/search?q=a", headers=origin).headers


def test_static_files_may_be_kept_and_answers_may_not(client: FlaskClient) -> None:
    with client.get("/static/style.css") as response:
        assert "max-age=2592000" in response.headers["Cache-Control"]
    assert client.get("/search?q=cờ").headers["Cache-Control"] == "no-cache"
    assert client.get("/api/v1/search?q=cờ").headers["Cache-Control"] == "no-cache"
