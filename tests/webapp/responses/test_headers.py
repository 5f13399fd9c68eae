"""Headers of every response: what a browser may do, who may read, and that nothing slips through."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer import Settings
from webapp import create_app
from webapp.responses.headers import CONTENT_SECURITY_POLICY

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
    "/embed",
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


def test_a_preflight_is_told_what_may_be_sent(index_directory: Path) -> None:
    client = cors(index_directory, "https://bao.example")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type, x-api-key"}
    for path in ("/api/v1/search", "/api/v1/batch"):
        response = client.options(path, headers={"Origin": "https://bao.example", **asked})
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == "https://bao.example"
        assert "POST" in response.headers["Access-Control-Allow-Methods"].split(", ")
        allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
        assert {"content-type", "x-api-key", "authorization", "if-none-match"} <= set(allowed)
        assert int(response.headers["Access-Control-Max-Age"]) > 0
        other = client.options(path, headers={"Origin": "https://x.example", **asked})
        assert not any(name.startswith("Access-Control") for name, _ in other.headers)


def test_other_origins_may_read_the_headers_a_program_needs(index_directory: Path) -> None:
    response = cors(index_directory, "*").get("/api/v1/search?q=cờ", headers={"Origin": "https://bao.example"})
    exposed = set(response.headers["Access-Control-Expose-Headers"].split(", "))
    assert {"ETag", "Retry-After", "RateLimit-Remaining", "X-Request-ID"} <= exposed
    assert exposed - {"Retry-After"} <= {name for name, _ in response.headers}


@pytest.mark.parametrize("given", ["0123456789abcdef0123456789abcdef", "trace-1.2_3", "a" * 128])
def test_a_request_id_from_outside_goes_on(client: FlaskClient, given: str) -> None:
    response = client.get("/api/v1/none", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] == given
    assert response.get_json()["instance"] == f"/requests/{given}"


@pytest.mark.parametrize("given", ["short", "a" * 129, "with space", "ả" * 8, 'a"b<c>defgh'])
def test_one_that_could_do_harm_is_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/api/v1/none", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] != given
    assert response.get_json()["instance"] == f"urn:uuid:{response.headers['X-Request-ID']}"


def test_static_files_may_be_kept_and_answers_may_not(client: FlaskClient) -> None:
    with client.get("/static/style.css") as response:
        assert "max-age=2592000" in response.headers["Cache-Control"]
    assert client.get("/search?q=cờ").headers["Cache-Control"] == "no-cache"
    assert client.get("/api/v1/search?q=cờ").headers["Cache-Control"] == "no-cache"
