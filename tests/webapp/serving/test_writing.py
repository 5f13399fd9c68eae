"""A real server that publishes what it accepts, in a process of its own; both may be killed at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from indexer import Queue, open_index
from indexer.storage import marks
from tests.effort import tries
from tests.webapp.server import COLD, serving
from webapp.commands.main import main


@pytest.fixture
def key(tmp_path: Path) -> str:
    made = CliRunner().invoke(main, ["keys", "add", "cms", "--role", "write", "--file", str(tmp_path / "keys.txt")])
    return made.output.strip()


def ask(address: str, method: str, path: str, key: str, body: object = None, **headers: str) -> tuple[int, Any]:
    """The status and the JSON of an answer; raises `OSError` where there is none."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/api/v1/{path}", data, method=method)
    for name, value in {"X-API-Key": key, "Content-Type": "application/json", **headers}.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def parents() -> dict[int, int]:
    """Every process of this machine that can be seen, with its parent."""
    found = {}
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    return found


def below(pid: int) -> set[int]:
    """The processes that a process has started, and those that these have."""
    known, found, size = parents(), {pid}, 0
    while size != len(found):
        size = len(found)
        found |= {child for child, parent in known.items() if parent in found}
    return found - {pid}


def is_writer(pid: int) -> bool:
    with suppress(OSError):
        return b"writer_process" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def test_what_is_accepted_is_published_by_one_writer_and_found(tmp_path: Path, key: str) -> None:
    settings = {"api_keys": str(tmp_path / "keys.txt"), "write_seconds": "0.1"}
    with serving(tmp_path / "index", "--workers", "2", module=COLD, **settings) as server:
        put = ask(server.address, "PUT", "articles/a?wait=30", key, {"title": "Mùa bưởi", "text": "Chín rộ."})
        assert settled(server.address, key, *put)["state"] == "indexed"
        assert ask(server.address, "GET", "search?q=b%C6%B0%E1%BB%9Fi", key)[1]["total"] == 1
        big = [{"id": f"b{number}", "text": "Cam " + "chín rộ " * 50_000} for number in range(3)]
        posted = ask(server.address, "POST", "articles?wait=30", key, big)
        assert settled(server.address, key, *posted)["counts"]["indexed"] == 3, "a body beyond what a search may have"
        writers = {pid for pid in below(server.process.pid) if is_writer(pid)}
        assert len(writers) == 1
    # It ends with its parent.
    (writer,) = writers
    until(lambda: not is_writer(writer))


def settled(address: str, key: str, status: int, change: dict[str, Any]) -> dict[str, Any]:
    """A change that was answered so, once it waits no more: on a busy machine that may be after its answer."""
    while change["state"] == "queued":
        status, change = ask(address, "GET", f"changes/{change['change']}?wait=30", key)
    assert status == 200, change
    return change


def until(is_so: Any, seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)


class Client(threading.Thread):
    """Puts one article after the other, again and again until each is accepted; a few ids, with new texts."""

    def __init__(self, key: str) -> None:
        super().__init__(daemon=True)
        self.key, self.address = key, ""
        self.last: dict[str, int] = {}
        self.stopped = threading.Event()
        self.changes: list[int] = []

    def run(self) -> None:
        number = 0
        while not self.stopped.is_set():
            number += 1
            id = f"bai-{number % 7}"
            while not self._is_accepted(id, number):
                self.stopped.wait(0.05)
            self.last[id] = number

    def _is_accepted(self, id: str, number: int) -> bool:
        body = {"text": f"Lần thứ {number} của bài này."}
        # A server that is killed may have sent half of an answer.
        with suppress(OSError, ValueError, HTTPException):
            status, change = ask(self.address, "PUT", f"articles/{id}", self.key, body, Idempotency_Key=str(number))
            if status in (200, 202):
                self.changes.append(change["change"])
                return True
        return False


class Watcher(threading.Thread):
    """Sees every generation that becomes live, with how far it has come."""

    def __init__(self, index: Path) -> None:
        super().__init__(daemon=True)
        self._index = index
        self.stopped = threading.Event()
        self.seen: dict[str, int] = {}

    def run(self) -> None:
        while not self.stopped.wait(0.005):
            with suppress(OSError, ValueError):
                live = json.loads((self._index / "current").read_text())
                # The one before too, in case this thread was asleep when it was live.
                for token in filter(None, (live["previous"], live["generation"])):
                    if token not in self.seen and (mark := marks.read(self._index / "generations" / token)):
                        self.seen[token] = mark.through


@contextmanager
def server(index: Path, keys: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that may be killed."""
    with (
        suppress(ProcessLookupError),
        serving(index, "--workers", "2", module=COLD, api_keys=str(keys), write_seconds="0.05") as started,
    ):
        yield started.process, started.address


@pytest.mark.files
@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(tries(4), id="a few"),
        pytest.param(40, id="many", marks=[pytest.mark.attack, pytest.mark.timeout(900)]),
    ],
)
def test_nothing_accepted_is_lost_or_published_twice_wherever_they_are_killed(
    tmp_path: Path, key: str, rounds: int
) -> None:
    index, moments = tmp_path / "index", random.Random(rounds)
    client, watcher, kills = Client(key), Watcher(index), 0
    watcher.start()
    try:
        while kills < rounds:
            with server(index, tmp_path / "keys.txt") as (process, client.address):
                if not client.is_alive():
                    client.start()
                is_up = True
                while is_up and kills < rounds:
                    until(lambda: any(map(is_writer, below(process.pid))))
                    time.sleep(moments.uniform(0.0, 5.0))
                    others = below(process.pid)
                    writers = {pid for pid in others if is_writer(pid)}
                    kills += 1
                    is_up = bool(writers) and moments.random() < 0.6
                    # The writer alone, the server alone, or both at once.
                    victims = writers if is_up else {process.pid, *others} - (writers if kills % 2 else set())
                    for pid in victims:
                        with suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)
        with server(index, tmp_path / "keys.txt") as (_, client.address):
            client.stopped.set()
            client.join()
            queue = Queue(index)
            until(lambda: queue.depth().items == 0)
            states = [change.state for change in map(queue.change, client.changes) if change is not None]
            queue.close()
    finally:
        client.stopped.set()
        watcher.stopped.set()
        watcher.join()
    assert len(set(client.changes)) == len(client.changes) == len(states) == sum_of(states)
    with open_index(index) as found:
        for id, number in client.last.items():
            article = found.article(id)
            assert article is not None and article.paragraphs[0].text == f"Lần thứ {number} của bài này."
    # Each publication has come further than the one before; a writer killed before its own was live leaves a gap.
    numbers = [int(token.partition("-")[0]) for token in watcher.seen]
    assert numbers == sorted(set(numbers))
    assert list(watcher.seen.values()) == sorted(set(watcher.seen.values()))
    assert len(numbers) > rounds // 8


def sum_of(states: list[str]) -> int:
    return states.count("indexed") + states.count("superseded")
