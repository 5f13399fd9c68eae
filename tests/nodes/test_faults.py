"""The leader dies at the switch, a node hangs, disks are full: the index is the one before or the new one, whole."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer import add, build, open_index
from indexer.engine.opensearch.backend import OpenSearchBackend
from indexer.engine.opensearch.connection import Connection
from indexer.errors import EngineUnavailable, IndexLocked
from tests.nodes.conftest import Nodes, articles, found, green
from webapp import create_app

pytestmark = pytest.mark.timeout(600)

UNAVAILABLE = (EngineUnavailable, IndexLocked)


def is_fair(client: FlaskClient, total: int) -> None:
    """An answer is whole, says that it is not, or asks to come again later."""
    response = client.get("/api/v1/search?q=bưởi")
    if response.status_code == 503:
        assert response.headers["Retry-After"]
    else:
        assert response.status_code == 200
        assert response.get_json()["degraded"] or response.get_json()["total"] == total


@pytest.mark.parametrize("moment", ["before", "beside"])
def test_the_leader_killed_at_the_switch_leaves_one_generation_or_the_other(
    moment: str, nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = nodes.settings(tmp_path / "index")
    build(articles(20), settings.index, settings=settings)
    green(settings)
    activate = OpenSearchBackend.activate
    killed: list[int] = []

    def killing(backend: OpenSearchBackend, token: str, **how: Any) -> None:
        [leader] = Connection(settings).get("/_cat/cluster_manager", {"format": "json"})
        killed.append(int(leader["node"].removeprefix("n")))
        kill = threading.Thread(target=nodes.run, args=("kill", killed[0]))
        kill.start()
        if moment == "before":
            kill.join()
        try:
            activate(backend, token, **how)
        finally:
            kill.join()

    done = False
    with monkeypatch.context() as patch:
        patch.setattr(OpenSearchBackend, "activate", killing)
        with contextlib.suppress(*UNAVAILABLE):
            done = add(articles(5, 100), settings.index, settings=settings).articles == 5
    nodes.run("restart", *killed)
    green(settings)
    assert found(settings) in ((25,) if done else (20, 25))
    with open_index(settings.index, settings) as index:
        assert list(index.check()) == []
    assert add(articles(5, 100), settings.index, settings=settings).articles == 5
    assert found(settings) == 25
    assert create_app(settings).test_client().get("/api/v1/search?q=bưởi").get_json()["total"] == 75


def test_while_a_node_hangs_users_are_answered_and_nothing_is_torn(nodes: Nodes, tmp_path: Path) -> None:
    settings = nodes.settings(tmp_path / "index", search_seconds=2.0, opensearch_seconds=5.0)
    build(articles(20), settings.index, settings=settings)
    green(settings)
    client = create_app(settings).test_client()
    with nodes.hanging(1):
        for _ in range(5):
            is_fair(client, 60)
        done = False
        with contextlib.suppress(*UNAVAILABLE):
            done = add(articles(5, 100), settings.index, settings=settings).articles == 5
        for _ in range(3):
            is_fair(client, 75 if done else 60)
    green(settings)
    assert found(settings) == (25 if done else 20)
    with open_index(settings.index, settings) as index:
        assert list(index.check()) == []


def test_on_full_disks_publishing_is_refused_and_searching_goes_on(nodes: Nodes, tmp_path: Path) -> None:
    settings = nodes.settings(tmp_path / "index")
    build(articles(20), settings.index, settings=settings)
    green(settings)
    connection = Connection(settings)
    client = create_app(settings).test_client()
    disk = "cluster.routing.allocation.disk"

    def free(needed: str | None) -> None:
        """Have the cluster take disks for full unless so much is free."""
        marks = {f"{disk}.watermark.{name}": needed for name in ("low", "high", "flood_stage")}
        others = {f"{disk}.threshold_enabled": needed and True, "cluster.info.update.interval": needed and "10s"}
        connection.insist("PUT", "/_cluster/settings", {"persistent": marks | others})

    def blocked() -> bool:
        return bool(connection.insist("GET", "/_cluster/state/blocks")["blocks"])

    try:
        free("1000tb")
        while not blocked():
            is_fair(client, 60)
        with pytest.raises(EngineUnavailable, match="takes no changes"):
            add(articles(5, 100), settings.index, settings=settings)
        whole = client.get("/api/v1/search?q=bưởi").get_json()
        assert (whole["total"], whole["degraded"]) == (60, False)
        free("1b")
        while blocked():
            is_fair(client, 60)
    finally:
        free(None)
    assert add(articles(5, 100), settings.index, settings=settings).articles == 5
    assert found(settings) == 25
