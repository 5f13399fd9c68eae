"""What must hold on every route there is, whatever is added: security headers, limits, no way out of what is served."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from indexer import Settings
from tests.conftest import ROOT
from tests.webapp.archive import CONFERENCE
from webapp import create_app
from webapp.access.roles import ENDPOINTS
from webapp.requests.limits import body_limit
from webapp.responses.headers import SECURITY

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
SAMPLES = {"article_id": str(CONFERENCE["id"]), "filename": "style.css", "number": "1"}
"""A value for each part of an address that a route leaves open; a new one needs a value here."""

METHODS_OF: dict[str, set[str]] = {}
RULES = sorted(create_app(Settings()).url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
for each in RULES:
    METHODS_OF.setdefault(each.rule, set()).update(each.methods or ())


def address(app: Flask, rule: Rule, values: dict[str, str]) -> str:
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, {name: values[name] for name in rule.arguments})
    return str(built)


def secured(response: TestResponse) -> None:
    with response:
        for name, value in SECURITY.items():
            assert response.headers.getlist(name) == [value]
        assert response.headers["X-Request-ID"]
        if response.mimetype == "text/html" and response.content_length:
            text = response.get_data(as_text=True)
            assert "<style" not in text and " style=" not in text and "javascript:" not in text
            assert text.count("<script") == text.count("<script src=") + text.count("<script defer src=")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule)
def test_every_route_answers_every_method_under_the_headers(app: Flask, rule: Rule, method: str) -> None:
    client = app.test_client()
    path = address(app, rule, SAMPLES)
    for query in ("", "?q=thi+%C4%91ua&lang=en", "?q=%FF", "?page=x&limit=x&position=x", "?q=" + "a" * 9_000):
        response = client.open(path + query, method=method)
        assert response.status_code < 500
        if method not in METHODS_OF[rule.rule]:
            assert response.status_code in (400, 405, 414)
        secured(response)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule)
def test_what_a_browser_has_already_is_confirmed_under_the_headers(app: Flask, rule: Rule) -> None:
    client = app.test_client()
    path = address(app, rule, SAMPLES) + "?q=thi+%C4%91ua"
    with client.get(path) as response:
        tag = response.headers.get("ETag")
    if tag:
        confirmed = client.get(path, headers={"If-None-Match": tag})
        assert confirmed.status_code == 304
        secured(confirmed)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule)
def test_without_an_index_the_headers_are_the_same(tmp_path: Path, rule: Rule) -> None:
    app = create_app(Settings(index=tmp_path / "none"))
    secured(app.test_client().get(address(app, rule, SAMPLES)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule)
def test_a_body_too_large_is_refused_on_every_route(app: Flask, rule: Rule) -> None:
    path = address(app, rule, SAMPLES)
    response = app.test_client().post(path, data=b"x" * (body_limit("POST", path) + 1))
    assert response.status_code in (405, 413)
    secured(response)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.arguments], ids=lambda rule: rule.rule)
@pytest.mark.parametrize(
    "value",
    [
        "../../pyproject.toml",
        "..%2F..%2Fpyproject.toml",
        "..%5C..%5Cpyproject.toml",
        "....//....//pyproject.toml",
        "%2e%2e/%2e%2e/pyproject.toml",
        "%252e%252e%252fpyproject.toml",
        "/etc/passwd",
        "//etc/passwd",
        "%00",
        "style.css%00.txt",
        "file:///etc/passwd",
        ".",
        "..",
        "~root",
        "\\..\\..\\pyproject.toml",
        "a" * 4_000,
    ],
)
def test_no_path_leads_out_of_what_is_served(app: Flask, rule: Rule, value: str) -> None:
    path = address(app, rule, dict.fromkeys(rule.arguments, "HERE")).replace("HERE", quote(value, safe="/%~:"))
    response = app.test_client().get(path)
    # What needs a key tells nobody without one that there is nothing.
    assert response.status_code in (308, 400, 404, *((401,) if rule.endpoint in ENDPOINTS else ()))
    text = response.get_data(as_text=True)
    assert "[build-system]" not in text and "root:x" not in text
    secured(response)


@pytest.mark.parametrize("path", ["/feed", "/feed?q=tancong", "/sitemap.xml", "/opensearch.xml"])
def test_hostile_text_stays_text_in_xml(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "xml" in response.mimetype
    names = {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(response.get_data()).iter()}
    assert not names & {"script", "img", "svg", "iframe", "b", "i", "mark"}
    secured(response)


def test_only_the_folder_of_static_files_is_served(client: FlaskClient) -> None:
    folder = ROOT / "webapp" / "pages" / "static"
    paths = sorted(folder.rglob("*"))
    assert paths
    for path in paths:
        with client.get("/static/" + path.relative_to(folder).as_posix()) as response:
            assert response.status_code == (200 if path.is_file() else 404)
    for name in ("../views.py", "../templates/base.html", ""):
        assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        ("Host", "evil.example"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "javascript"),
        ("Accept-Language", "x" * 5_000),
        ("Accept", "text/html;q=" + "9" * 5_000),
        ("Cookie", "lang=" + "x" * 5_000),
        ("Cookie", "lang=en\x01"),
        ("If-None-Match", '"' * 5_000),
        ("Range", "bytes=" + ",".join(f"{n}-" for n in range(500))),
        ("X-Request-ID", "<script>\x01"),
        ("Origin", "null"),
    ],
    ids=lambda header: header[0],
)
def test_strange_headers_fail_nowhere_and_come_back_nowhere(client: FlaskClient, header: tuple[str, str]) -> None:
    for path in ("/", "/search?q=thi", "/api/v1/search?q=thi", "/static/style.css"):
        response = client.get(path, headers=[header])
        assert response.status_code < 500
        assert "<script>\x01" not in str(response.headers)
        if header[0].startswith("X-Forwarded"):
            assert "evil.example" not in response.get_data(as_text=True)
        secured(response)
