"""Requests that wait for a thread: how many may, and for whom nothing is answered."""

from __future__ import annotations

import http.client
import json
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indexer import build
from tests.samples import write_articles
from tests.webapp.archive import CONFERENCE
from tests.webapp.server import Server, serving
from webapp.serving.server import SPARE_THREADS

THREADS = 1 + 1 + SPARE_THREADS
"""Those of the server: one that searches, one place in its queue, the spare ones."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    build([write_articles(tmp_path / "articles.jsonl", (CONFERENCE,))], tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def server(directory: Path) -> Iterator[Server]:
    options = ("--workers", "1", "--threads", "1")
    with serving(directory, *options, module="tests.webapp.slow", search_queue="1") as server:
        yield server


def asking(server: Server, path: str, stack: ExitStack, *, ends: bool = False) -> socket.socket:
    """A client that asks; one that `ends` its side of the connection, with the request itself."""
    host, port = server.address.removeprefix("http://").split(":")
    client = stack.enter_context(socket.create_connection((host, int(port)), timeout=60))
    # Held back until the side ends: else the server might see the request before the end.
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, ends)
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    if ends:
        client.shutdown(socket.SHUT_WR)
    return client


def answer(client: socket.socket) -> tuple[http.client.HTTPResponse, bytes]:
    response = http.client.HTTPResponse(client)
    response.begin()
    return response, response.read()


def test_no_more_requests_wait_than_are_answered_and_the_rest_is_refused(server: Server, directory: Path) -> None:
    with ExitStack() as stack:
        clients = [asking(server, "/slow", stack) for _ in range(3 * THREADS)]
        refused, body = answer(asking(server, "/api/v1/search?q=a", stack))
        assert refused.status == 503 and int(refused.headers["Retry-After"]) > 0
        assert json.loads(body)["type"] == "/problems#overloaded"
        assert answer(asking(server, "/healthz", stack))[0].status == 200
        (directory / "go").touch()
        statuses = [answer(client)[0].status for client in clients]
    assert statuses.count(200) == 2 * THREADS
    assert statuses.count(503) == THREADS


def test_whoever_resets_the_connection_is_not_answered(server: Server, directory: Path) -> None:
    with ExitStack() as stack:
        clients = [asking(server, "/slow", stack) for _ in range(THREADS)]
        for _ in range(THREADS - 1):
            gone = asking(server, "/api/v1/search?q=a", stack)
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.close()
        last = asking(server, "/readyz", stack)
        assert answer(asking(server, "/healthz", stack))[0].status == 200
        (directory / "go").touch()
        assert all(answer(client)[0].status == 200 for client in [*clients, last])
    assert server.log.read_text("utf-8").count("route=/api/v1/search") == 0


def test_whoever_only_ends_its_side_is_answered_unless_there_is_much_to_do(server: Server, directory: Path) -> None:
    with ExitStack() as stack:
        assert answer(asking(server, "/api/v1/search?q=thi", stack, ends=True))[0].status == 200
        clients = [asking(server, "/slow", stack) for _ in range(SPARE_THREADS)]
        assert answer(asking(server, "/readyz", stack))[0].status == 200  # All before it are under way.
        assert answer(asking(server, "/readyz", stack, ends=True))[0].status == 503
        (directory / "go").touch()
        assert all(answer(client)[0].status == 200 for client in clients)


def test_those_who_end_their_side_are_answered_one_after_another(server: Server, directory: Path) -> None:
    with ExitStack() as stack:
        first = asking(server, "/slow", stack, ends=True)
        assert answer(asking(server, "/readyz", stack))[0].status == 200  # What was before it is under way.
        assert answer(asking(server, "/readyz", stack, ends=True))[0].status == 503
        assert answer(asking(server, "/healthz", stack, ends=True))[0].status == 200
        (directory / "go").touch()
        assert answer(first)[0].status == 200
