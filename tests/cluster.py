"""The cluster that tests use: its nodes stand in CLUSTER_HOSTS, as script/test and .ci/run set it."""

from __future__ import annotations

import os
from pathlib import Path

from indexer.engine.backend import Backend
from indexer.engine.opensearch.backend import OpenSearchBackend
from indexer.engine.opensearch.connection import Connection
from indexer.settings import Settings
from indexer.storage import registry
from indexer.storage.registry import open_backend

HOSTS = tuple(filter(None, os.environ.get("CLUSTER_HOSTS", "").split(",")))

SERVER_SETTINGS: dict[str, str] = {}
"""Settings of servers that tests start, beside their own."""

_MADE: set[str] = set()


def cluster_settings(**changed: object) -> Settings:
    """Settings of an index in the cluster of the tests."""
    given = {
        "engine": "opensearch",
        "opensearch_hosts": HOSTS,
        "opensearch_shards": 2,
        "opensearch_replicas": 0,
        "opensearch_mode": "exact",
        "opensearch_notice_seconds": 0.0,
    }
    return Settings().changed({**given, **changed})


def opened(directory: Path, **changed: object) -> Backend:
    """The backend of the index in a directory; what is in the cluster is removed by `remove_all`."""
    backend = open_backend(directory, cluster_settings(**changed))
    assert isinstance(backend, OpenSearchBackend)
    _MADE.add(backend.name)
    return backend


def exact(directory: Path) -> Backend:
    """Scores by the plugin."""
    return opened(directory)


def scripted(directory: Path) -> Backend:
    """Scores by scripts."""
    return opened(directory, opensearch_scoring="script")


def stand_in() -> None:
    """From now on, what names no engine gets this one, in this process and in servers that tests start."""
    registry._ENGINES["whoosh"] = f"{__name__}:opened_by"
    given = cluster_settings()
    for name in ("engine", "opensearch_hosts", "opensearch_replicas", "opensearch_mode", "opensearch_notice_seconds"):
        value = getattr(given, name)
        SERVER_SETTINGS[name] = ",".join(value) if isinstance(value, tuple) else str(value)


def opened_by(directory: Path, _: Settings) -> Backend:
    """What the name of the other engine stands for then."""
    return opened(directory)


def remove_all() -> None:
    """Remove every index that this process has made."""
    connection = Connection(cluster_settings())
    for made in _MADE:
        for name in connection.get(f"/{made}-*", {"filter_path": "*.settings.index.uuid"}) or ():
            connection.ask("DELETE", f"/{name}")
    _MADE.clear()
