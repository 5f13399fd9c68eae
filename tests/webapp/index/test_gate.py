"""Too many searches at once: some wait, one too many is refused at once, and all is as before when they are done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from indexer import Index, Results, SearchRequest, Settings
from tests.webapp.conftest import problem_of
from webapp import create_app
from webapp.index.gate import Gate, Overloaded, gate
from webapp.index.holder import holder, lease


def test_only_so_many_pass_and_the_rest_is_refused_at_once() -> None:
    narrow = Gate(2, 0, 60)
    narrow.enter()
    narrow.enter()
    with pytest.raises(Overloaded):
        narrow.enter()
    narrow.leave()
    narrow.enter()


def until(happened: Callable[[], bool]) -> None:
    """Wait for something that another thread is about to do."""
    while not happened():
        threading.Event().wait(0.001)


def test_one_that_waits_gets_the_next_turn_and_one_more_is_refused() -> None:
    narrow = Gate(1, 1, 60)
    narrow.enter()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(narrow.enter)
        until(lambda: narrow.waiting == 1)
        with pytest.raises(Overloaded):
            narrow.enter()
        assert not waiting.done()
        narrow.leave()
        waiting.result(timeout=30)
    assert (narrow.running, narrow.waiting) == (1, 0)


def test_one_that_has_waited_long_enough_is_refused_and_leaves_no_trace() -> None:
    narrow = Gate(1, 1, 0.001)
    narrow.enter()
    for _ in range(3):
        with pytest.raises(Overloaded):
            narrow.enter()
    narrow.leave()
    narrow.enter()


@pytest.fixture
def busy(index_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Flask, threading.Event]]:
    """An application with one search at once and one place to wait; its searches end when the event is set."""
    done = threading.Event()
    search = Index.search

    def slow(index: Index, request: SearchRequest, seconds: float | None = None) -> Results:
        assert done.wait(30)
        return search(index, request, seconds)

    monkeypatch.setattr(Index, "search", slow)
    app = create_app(Settings(index=index_directory, threads=1, search_queue=1, search_queue_seconds=60))
    yield app, done
    holder(app).close()


def test_a_search_too_many_is_told_to_come_back_and_nothing_else_waits(busy: tuple[Flask, threading.Event]) -> None:
    app, done = busy
    client = app.test_client()
    with ThreadPoolExecutor(2) as threads:
        under_way = [threads.submit(app.test_client().get, "/api/v1/search?q=bưởi") for _ in range(2)]
        until(lambda: gate(app).running == 1 and gate(app).waiting == 1)

        response = client.get("/api/v1/search?q=bưởi")
        assert response.status_code == 503
        assert problem_of(response)["type"] == "/problems#overloaded"
        assert int(response.headers["Retry-After"]) > 0

        page = client.get("/search?q=bưởi")
        assert page.status_code == 503
        assert page.headers["Retry-After"]
        assert "Đang có quá nhiều người tìm" in page.get_data(as_text=True)

        for path in ("/healthz", "/readyz", "/", "/problems"):
            assert client.get(path).status_code == 200
        figures = client.get("/metrics").get_data(as_text=True)
        assert "timdoan_searches_shed_total 2.0" in figures
        assert "timdoan_searches_running 1.0" in figures
        assert "timdoan_searches_waiting 1.0" in figures

        done.set()
        assert [future.result(timeout=30).status_code for future in under_way] == [200, 200]
    assert client.get("/search?q=bưởi").status_code == 200
    assert (gate(app).running, gate(app).waiting) == (0, 0)


@pytest.mark.parametrize("path", ["/api/v1/search?q=a&page=x", "/articles/none", "/api/v1/articles/none", "/fail"])
def test_a_request_that_fails_gives_its_turn_back(index_directory: Path, path: str) -> None:
    app = create_app(Settings(index=index_directory, threads=1, search_queue=0))

    @app.get("/fail")
    def fail() -> str:
        with lease(), lease():  # a request has one turn, however often it asks
            raise RuntimeError

    for _ in range(3):
        assert app.test_client().get(path).status_code in (400, 404, 500)
    assert gate(app).running == 0
    holder(app).close()
