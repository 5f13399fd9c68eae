"""Three real nodes on this machine, which tests kill."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import randrange
from typing import Any

import pytest

from indexer import open_index
from indexer.engine.opensearch.connection import Connection, Refused
from indexer.settings import Settings
from tests.conftest import ROOT

NODES = 3


class Nodes:
    """A cluster; `cluster` gives the settings of an index in it."""

    def __init__(self, folder: Path) -> None:
        self.port = randrange(20_000, 30_000, 10)
        self._folder = folder
        self._options = ["--data", str(folder), "--port", str(self.port)]

    def run(self, action: str, *numbers: int) -> None:
        """Start, kill, restart or stop nodes, and wait until that is done."""
        command = [ROOT / "script" / "cluster", action, *map(str, numbers), *self._options]
        done = subprocess.run(command, capture_output=True, text=True)
        assert not done.returncode, done.stderr

    @contextlib.contextmanager
    def hanging(self, number: int) -> Iterator[None]:
        """A node does nothing for a `with` block, though its connections stay."""
        process = int((self._folder / f"n{number}" / "pid").read_text())
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    def settings(self, index: Path, **changed: Any) -> Settings:
        """The settings of an index."""
        given = {
            "index": index,
            "engine": "opensearch",
            "opensearch_hosts": tuple(f"http://127.0.0.1:{self.port + at}" for at in range(NODES)),
            "opensearch_shards": NODES,
            "opensearch_notice_seconds": 0.0,
            # Each search asks the nodes, as often as a test likes.
            "answer_bytes": 0,
            "rate_limit": "0",
        }
        return Settings().changed({**given, **changed})


def articles(count: int, start: int = 0) -> Iterator[dict[str, str]]:
    """Articles of three paragraphs."""
    for at in range(start, start + count):
        text = "\n\n".join(f"Đoạn {part} của bài {at}: hồ Kẻ Gỗ, bưởi Phúc Trạch." for part in range(3))
        yield {"id": f"bai-{at}", "title": f"Bài {at}", "text": text}


def found(settings: Settings) -> int:
    """How many articles the live generation has."""
    with open_index(settings.index, settings) as index:
        return index.stats().articles


def green(settings: Settings) -> None:
    """Wait until every shard and copy has a home, as long as the test may take."""
    params = {"wait_for_status": "green", "wait_for_nodes": str(NODES), "timeout": "20s"}
    status = ""
    while status != "green":
        with contextlib.suppress(Refused):  # Not yet.
            status = Connection(settings).insist("GET", "/_cluster/health", None, params, 30)["status"]


@pytest.fixture(scope="session")
def nodes(request: pytest.FixtureRequest) -> Iterator[Nodes]:
    """All run when a test begins."""
    if not request.config.getoption("--nodes"):
        pytest.skip("kills nodes of a cluster: minutes, with --nodes")
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        cluster = Nodes(Path(folder))
        try:
            cluster.run("start", NODES)
            yield cluster
        finally:
            cluster.run("stop")
