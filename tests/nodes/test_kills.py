"""Nodes die while an index is written, published and searched: nothing accepted is lost, nothing torn is served."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer import SearchRequest, add, build, open_index
from indexer.engine.base import EngineRequest
from indexer.engine.query import Everything
from indexer.errors import EngineUnavailable, IndexLocked
from indexer.storage.registry import open_backend
from tests.conftest import ROOT
from tests.nodes.conftest import Nodes, articles, found, green
from webapp import create_app

pytestmark = pytest.mark.timeout(600)


def test_a_node_killed_while_an_index_is_built_costs_nothing(nodes: Nodes, tmp_path: Path) -> None:
    settings = nodes.settings(tmp_path / "index")
    count = 4_000

    def killing() -> Iterator[dict[str, str]]:
        for at, article in enumerate(articles(count)):
            if at == count // 2:
                nodes.run("kill", 1)
            yield article

    report = build(killing(), settings.index, settings=settings)
    assert (report.articles, report.rejected) == (count, 0)
    nodes.run("restart", 1)
    green(settings)
    with open_index(settings.index, settings) as index:
        assert index.stats().articles == count
        assert list(index.check()) == []
    engine = open_backend(settings.index, settings.changed({"opensearch_mode": "exact"})).open().engine
    assert engine.search(EngineRequest(Everything(), limit=0)).total == report.paragraphs
    assert sum(1 for _ in engine.articles()) == count


def test_searches_go_on_while_a_node_dies_and_comes_back(nodes: Nodes, tmp_path: Path) -> None:
    settings = nodes.settings(tmp_path / "index", search_seconds=5.0)
    build(articles(50), settings.index, settings=settings)
    green(settings)
    client = create_app(settings).test_client()
    answers: list[tuple[int, float, Any]] = []
    stopping = threading.Event()

    def ask() -> None:
        while not stopping.is_set():
            begun = time.monotonic()
            response = client.get("/api/v1/search?q=bưởi")
            answers.append((response.status_code, time.monotonic() - begun, response.get_json()))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        nodes.run("kill", 2)
        nodes.run("restart", 2)
    finally:
        stopping.set()
        asking.join()
    green(settings)
    assert {status for status, _, _ in answers} <= {200, 503}
    # Never one that lacks something without saying so.
    for status, _, body in answers:
        assert status == 503 or body["degraded"] or body["total"] == 150
    assert answers[-1][0] == 200


def test_without_copies_what_is_left_is_said_to_be_not_all(nodes: Nodes, tmp_path: Path) -> None:
    settings = nodes.settings(tmp_path / "index", opensearch_replicas=0, opensearch_mode="exact")
    build(articles(200), settings.index, settings=settings)
    engine = open_backend(settings.index, settings).open().engine
    whole = engine.search(EngineRequest(Everything(), limit=0))
    assert not whole.degraded
    nodes.run("kill", 1)
    try:
        pages = []
        with contextlib.suppress(EngineUnavailable):
            pages.append(engine.search(EngineRequest(Everything(), limit=0, seconds=5.0)))
        assert all(page.degraded and not page.total_exact and page.total < whole.total for page in pages)
        # That is no damage, for which a server would search no more.
        with open_index(settings.index, settings) as index, pytest.raises(EngineUnavailable):
            index.damage()
    finally:
        nodes.run("restart", 1)
    green(settings.changed({"opensearch_replicas": 0}))
    assert engine.search(EngineRequest(Everything(), limit=0)) == whole


def test_with_two_of_three_nodes_gone_users_are_answered_in_time(nodes: Nodes, tmp_path: Path) -> None:
    settings = nodes.settings(tmp_path / "index", search_seconds=3.0, opensearch_seconds=5.0)
    build(articles(50), settings.index, settings=settings)
    green(settings)
    client = create_app(settings).test_client()
    assert client.get("/api/v1/search?q=bưởi").status_code == 200
    nodes.run("kill", 1, 2)
    try:
        for _ in range(3):
            response = client.get("/api/v1/search?q=bưởi")
            assert response.status_code == 503 or response.get_json()["degraded"] or response.get_json()["total"] == 150
            assert response.status_code == 200 or response.headers["Retry-After"]
        with pytest.raises((EngineUnavailable, IndexLocked)):
            add(articles(1, 900), settings.index, settings=settings)
    finally:
        nodes.run("restart", 1, 2)
    green(settings)
    assert found(settings) == 50
    assert client.get("/api/v1/search?q=bưởi").get_json()["total"] == 150


def test_a_writer_killed_at_any_moment_leaves_the_live_generation(nodes: Nodes, tmp_path: Path) -> None:
    settings = nodes.settings(tmp_path / "index", opensearch_lock_seconds=1.0)
    build(articles(20), settings.index, settings=settings)
    source = tmp_path / "more.jsonl"
    source.write_text("\n".join(map(json.dumps, articles(5, 100))), "utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TIMDOAN_")},
        "TIMDOAN_ENGINE": "opensearch",
        "TIMDOAN_OPENSEARCH_HOSTS": ",".join(settings.opensearch_hosts),
        "TIMDOAN_OPENSEARCH_LOCK_SECONDS": "1",
    }
    command = [sys.executable, "-m", "indexer", "add", str(source), "--index", str(settings.index), "--jobs", "1"]
    for moment in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0):
        before = found(settings)
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as one:
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.wait(moment)
            one.send_signal(signal.SIGKILL)
        assert found(settings) in (before, 25)
    ends = time.monotonic() + 30
    while True:
        try:
            report = add(articles(5, 200), settings.index, settings=settings)
            break
        except IndexLocked:
            assert time.monotonic() < ends
    assert report.articles == 5
    with open_index(settings.index, settings) as index:
        assert index.search(SearchRequest('"bài 203"')).total
        assert list(index.check()) == []
