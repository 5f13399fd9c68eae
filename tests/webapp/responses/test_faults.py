"""Whatever goes wrong: a page for readers, problem details for programs, a traceback for nobody but the log."""

from __future__ import annotations

import json
import logging
import shutil
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer import EngineUnavailable, Settings, build, open_backend
from indexer.engine.backend import Generation
from indexer.engine.base import EnginePage, EngineRequest
from tests.contract.reference import ReferenceEngine
from tests.contract.reference_backend import ReferenceBackend
from tests.samples import write_articles
from tests.webapp.archive import POMELO
from tests.webapp.conftest import problem_of
from webapp import create_app
from webapp.contract.problems import PROBLEMS
from webapp.requests.limits import BODY_LIMIT, QUERY_STRING_LIMIT

PROGRAM_PATHS = ("/api/v1/search?q=a", "/api/v1/articles/a", "/readyz")
READER_PATHS = ("/", "/search?q=a", "/articles/a")


@pytest.mark.parametrize("path", PROGRAM_PATHS)
def test_without_an_index_programs_get_a_problem(empty_client: FlaskClient, path: str) -> None:
    response = empty_client.get(path)
    assert response.status_code == 503
    assert problem_of(response)["type"] == "/problems#index-unavailable"
    assert "/none" not in response.get_data(as_text=True)
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", READER_PATHS)
def test_without_an_index_readers_are_told_what_to_run(empty_client: FlaskClient, tmp_path: Path, path: str) -> None:
    response = empty_client.get(path)
    assert response.status_code == 503
    assert "indexer build THƯ-MỤC-BÀI" in response.get_data(as_text=True)
    assert str(tmp_path) not in response.get_data(as_text=True)


def test_without_an_index_the_process_is_alive(empty_client: FlaskClient) -> None:
    assert empty_client.get("/healthz").get_json() == {"status": "ok"}


@pytest.mark.files
def test_a_damaged_index_is_told_and_nothing_is_deleted(index_directory: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(index_directory, damaged)
    files = sorted(path for path in damaged.rglob("*") if path.is_file() and path.parent != damaged)
    for path in files:
        path.write_bytes(b"\xff" * 10)
    client = create_app(Settings(index=damaged)).test_client()
    page = client.get("/search?q=a")
    assert page.status_code == 503
    assert "indexer check" in page.get_data(as_text=True)
    assert problem_of(client.get("/api/v1/search?q=a"))["type"] == "/problems#index-unavailable"
    assert sorted(path for path in damaged.rglob("*") if path.is_file() and path.parent != damaged) == files


class UnreachableAtFirst(ReferenceBackend):
    """A backend whose engine cannot be reached when it is opened."""

    def open(self, token: str = "") -> Generation:
        raise EngineUnavailable("no node answers", "Is the cluster up?")


class _LostEngine(ReferenceEngine):
    def search(self, request: EngineRequest) -> EnginePage:
        raise EngineUnavailable("no node answers", "Is the cluster up?")


class LostLater(ReferenceBackend):
    """A backend whose engine is there until it is asked."""

    def open(self, token: str = "") -> Generation:
        generation = super().open(token)
        return replace(generation, engine=_LostEngine(generation.engine.documents))  # type: ignore[attr-defined]


@pytest.mark.parametrize("backend", [UnreachableAtFirst, LostLater])
def test_an_engine_that_cannot_be_reached_is_told_and_to_be_asked_again(
    tmp_path: Path, backend: type[ReferenceBackend]
) -> None:
    articles, directory = write_articles(tmp_path / "articles.jsonl", (POMELO,)), tmp_path / "index"
    build([articles], directory, backend=ReferenceBackend(directory))
    settings = Settings(index=directory, engine=f"{__name__}:{backend.__name__}")
    client = create_app(settings).test_client()
    for path in ("/api/v1/search?q=b%C6%B0%E1%BB%9Fi", "/search?q=b%C6%B0%E1%BB%9Fi"):
        response = client.get(path)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        if path.startswith("/api"):
            assert problem_of(response)["type"] == "/problems#index-unavailable"
            assert "hint" not in problem_of(response) and "cluster" not in response.get_data(as_text=True)
        else:
            page = response.get_data(as_text=True)
            assert "chưa trả lời" in page
            assert "indexer build" not in page


def test_an_index_that_appears_is_used(tmp_path: Path) -> None:
    client = create_app(Settings(index=tmp_path / "index")).test_client()
    assert client.get("/search?q=bưởi").status_code == 503
    build([write_articles(tmp_path / "articles.jsonl", (POMELO,))], tmp_path / "index")
    assert "Phúc Trạch" in client.get("/search?q=bưởi").get_data(as_text=True)


def test_an_unknown_address_is_a_page_or_a_problem(client: FlaskClient) -> None:
    page = client.get("/không-có")
    assert page.status_code == 404
    assert "Không có trang này" in page.get_data(as_text=True)
    response = client.get("/api/v1/nothing")
    assert response.status_code == 404
    assert problem_of(response)["type"] == "/problems#not-found"


def test_a_wrong_method_is_refused_with_those_allowed(client: FlaskClient) -> None:
    response = client.delete("/api/v1/search")
    assert response.status_code == 405
    assert problem_of(response)["type"] == "/problems#method-not-allowed"
    assert "GET" in response.headers["Allow"]
    assert client.delete("/search").status_code == 405


def test_a_body_that_is_too_large_is_refused_unread(client: FlaskClient) -> None:
    response = client.post("/api/v1/search", data=b"x" * (BODY_LIMIT + 1))
    assert response.status_code == 413
    assert problem_of(response)["type"] == "/problems#too-large"
    assert client.post("/search", data=b"x" * (BODY_LIMIT + 1)).status_code == 413


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/batch"])
def test_a_body_of_unknown_length_is_read_no_further_than_allowed(client: FlaskClient, path: str) -> None:
    stream = BytesIO(b'{"q": "' + b"x" * BODY_LIMIT + b'"}')
    response = client.post(
        path, input_stream=stream, content_type="application/json", environ_overrides={"wsgi.input_terminated": True}
    )
    assert response.status_code == 413
    assert problem_of(response)["type"] == "/problems#too-large"


def test_an_address_that_is_too_long_is_refused(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=" + "a" * QUERY_STRING_LIMIT)
    assert response.status_code == 414
    assert problem_of(response)["type"] == "/problems#address-too-long"
    assert client.get("/search?q=" + "a" * QUERY_STRING_LIMIT).status_code == 414


@pytest.mark.parametrize("raw", ["%FF", "%C3", "%ED%A0%80", "c%E1%BB", "\udcff"])
def test_bytes_that_are_no_text_are_refused(client: FlaskClient, raw: str) -> None:
    environ = {"QUERY_STRING": "q=" + raw.encode("utf-8", "surrogateescape").decode("latin-1")}
    response = client.get("/api/v1/search", environ_overrides=environ)
    assert response.status_code == 400
    assert problem_of(response)["type"] == "/problems#bad-request"
    assert client.get("/search", environ_overrides=environ).status_code == 400


def test_bad_parameters_of_a_page_are_named_with_what_they_may_be(client: FlaskClient) -> None:
    text = client.get("/search?q=a&page=x&after=soon").get_data(as_text=True)
    assert "<code>page</code>" in text
    assert "Từ ngày <code>after</code>" in text
    assert "31/1/2023, 1/2023" in text


@pytest.fixture
def failing(index_directory: Path) -> Flask:
    """An application with two routes that fail as no route should."""
    app = create_app(Settings(index=index_directory))

    def fail() -> str:
        raise RuntimeError("a secret of the inside")

    app.add_url_rule("/fail", view_func=fail)
    app.add_url_rule("/api/v1/fail", "api_fail", view_func=fail)
    return app


def test_a_failure_shows_no_inside_but_an_id_that_the_log_has(failing: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = failing.test_client().get("/api/v1/fail")
    assert response.status_code == 500
    body = problem_of(response)
    assert body["type"] == "/problems#internal-error"
    assert "secret" not in json.dumps(body)
    request_id = str(body["instance"]).removeprefix("urn:uuid:")
    assert request_id == response.headers["X-Request-ID"]
    assert request_id in caplog.text
    assert "a secret of the inside" in caplog.text


def test_the_page_of_a_failure_shows_the_id_alone(failing: Flask, caplog: pytest.LogCaptureFixture) -> None:
    response = failing.test_client().get("/fail")
    text = response.get_data(as_text=True)
    assert response.status_code == 500
    assert response.headers["X-Request-ID"] in text
    assert "secret" not in text
    assert "Traceback" not in text
    assert "a secret of the inside" in caplog.text


def test_a_redirection_is_no_fault(index_directory: Path) -> None:
    app = create_app(Settings(index=index_directory))
    app.add_url_rule("/folder/", view_func=lambda: "here", endpoint="folder")
    response = app.test_client().get("/folder")
    assert response.status_code == 308
    assert response.headers["Location"].endswith("/folder/")


def test_every_problem_is_explained_where_its_type_leads(client: FlaskClient) -> None:
    text = client.get("/problems?lang=en").get_data(as_text=True)
    for name, problem in PROBLEMS.items():
        assert f'id="{name}"' in text
        assert problem.title in text


@pytest.mark.parametrize("state", ["building", "unfinished", "damaged"])
@pytest.mark.files
def test_what_an_index_lacks_is_told_without_the_places_of_files(tmp_path: Path, state: str) -> None:
    directory = tmp_path / "secret-place"
    backend = open_backend(directory)
    said = {"building": "Đang lập", "unfinished": "chưa lập xong", "damaged": "bị hỏng"}
    with ExitStack() as stack:
        if state == "damaged":
            build([write_articles(tmp_path / "a.jsonl", (POMELO,))], directory)
            (directory / "current").write_text("{}")
        else:
            with backend.writing("indexer build"):
                backend.make().writer.cancel()
            if state == "building":
                stack.enter_context(backend.writing("indexer build"))
        asking = create_app(Settings(index=directory)).test_client()
        for path in (*PROGRAM_PATHS, *READER_PATHS):
            response = asking.get(path)
            assert response.status_code == 503
            assert int(response.headers["Retry-After"]) > 0
            text = response.get_data(as_text=True)
            assert "secret-place" not in text and str(tmp_path) not in text
            if path in READER_PATHS:
                assert said[state] in text
