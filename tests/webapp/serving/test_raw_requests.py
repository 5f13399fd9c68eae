"""Requests as bytes, to a real server: malformed, slow, silent, many."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indexer import build
from tests.samples import write_articles
from tests.webapp.archive import CONFERENCE
from tests.webapp.server import COLD, Server, serving
from webapp.responses.headers import SECURITY


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    build([write_articles(folder / "articles.jsonl", (CONFERENCE,))], folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    with serving(directory, "--workers", "1", "--threads", "1", module=COLD, search_queue="1") as server:
        yield server


def connected(server: Server) -> socket.socket:
    host, port = server.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=60)


def answer(client: socket.socket) -> tuple[http.client.HTTPResponse, bytes]:
    response = http.client.HTTPResponse(client)
    response.begin()
    return response, response.read()


def ask(server: Server, data: bytes) -> tuple[http.client.HTTPResponse, bytes]:
    with connected(server) as client:
        client.sendall(data)
        return answer(client)


def head(path: str, *fields: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: tim.example", *fields, "", "")).encode()


JSON = b"POST /api/v1/search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
CHUNKED = JSON + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"2\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"2;\x80=\x80\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"0\r\nX: y\r\n\r\n",
        b"GET /api/v1/search?q=\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /api/v1/search?q=\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /api/v1/search?q=a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /api/v1/search?q=a HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET /api/v1/search?q=a HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        b"GET /api/v1/search?q=a HTTP/7.7\r\nHost: a\r\n\r\n",
        b"POST /api/v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
)
def test_a_malformed_request_to_the_endpoint_gets_a_problem(server: Server, request_bytes: bytes) -> None:
    response, body = ask(server, request_bytes)
    assert 400 <= response.status < 500
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = json.loads(body)
    assert problem["status"] == response.status and problem["type"].startswith("/problems#")
    for name, value in SECURITY.items():
        assert response.headers[name] == value


def test_a_coding_that_is_not_known_is_an_error_of_its_own(server: Server) -> None:
    response, body = ask(server, JSON + b"Transfer-Encoding: xchunked\r\n\r\n")
    assert (response.status, json.loads(body)["type"]) == (501, "/problems#error")


def test_a_body_in_chunks_is_read(server: Server) -> None:
    body = json.dumps({"q": "thi đua"}).encode()
    response, found = ask(server, CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert response.status == 200 and json.loads(found)["total"] > 0


def test_a_client_that_waits_to_send_its_body_is_told_to(server: Server) -> None:
    body = json.dumps({"q": "thi đua"}).encode()
    with connected(server) as client:
        client.sendall(JSON + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert client.recv(len(b"HTTP/1.1 100 Continue\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        client.sendall(body)
        response, found = answer(client)
    assert response.status == 200 and json.loads(found)["total"] > 0


@pytest.mark.parametrize("path", ["/api/v1/search?q=cờ", "/search?q=cờ", "/articles/không-có"])
def test_letters_in_an_address_are_answered_as_if_percent_encoded(server: Server, path: str) -> None:
    response, _ = ask(server, head(path))
    assert response.status == (404 if "articles" in path else 200)


@pytest.mark.parametrize(
    "field", ["SCRIPT_NAME: /x", "PATH_INFO: /metrics", "Script-Name: /x", "Path-Info: /metrics", "X-Script-Name: /x"]
)
def test_no_header_changes_the_address(server: Server, field: str) -> None:
    response, body = ask(server, head("/healthz", field))
    assert response.status == 200 and json.loads(body) == {"status": "ok"}


def test_without_a_proxy_no_forwarded_header_counts(server: Server) -> None:
    forwarded = ("Proto: https", "Protocol: ssl", "Ssl: on", "Host: evil.example", "Prefix: /evil.example")
    fields = ("Forwarded: proto=https", *(f"X-Forwarded-{each}" for each in forwarded))
    response, body = ask(server, head("/?lang=en", *fields))
    assert response.status == 200
    assert b"evil.example" not in body
    assert "Secure" not in response.headers["Set-Cookie"]
    assert b"https://tim.example" not in ask(server, head("/opensearch.xml", *fields))[1]


def test_requests_on_one_connection_come_one_after_another_whole_or_in_pieces(server: Server) -> None:
    with connected(server) as client:
        client.sendall(head("/healthz") + head("/readyz")[:20])
        assert answer(client)[0].status == 200
        client.sendall(head("/readyz")[20:])
        assert json.loads(answer(client)[1])["status"] == "ready"
        for byte in head("/healthz"):
            client.sendall(bytes([byte]))
        assert answer(client)[0].status == 200


@pytest.mark.parametrize("begun", [b"", b"GET /search?q=a HTT", CHUNKED + b"2\r\n{"], ids=["silent", "line", "body"])
def test_clients_that_do_not_finish_their_request_hold_no_thread(server: Server, begun: bytes) -> None:
    # Far more of them than the server has threads.
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(server)) for _ in range(60)]
        for client in clients:
            client.sendall(begun)
        for path in ("/healthz", "/api/v1/search?q=thi", "/readyz"):
            assert ask(server, head(path))[0].status == 200
        # None of them has been sent away before that.
        for client in clients:
            client.setblocking(False)
            with pytest.raises(BlockingIOError):
                client.recv(1)


def test_a_connection_more_than_there_may_be_takes_the_place_of_the_oldest(server: Server) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(server)) for _ in range(620)]
        assert ask(server, head("/healthz"))[0].status == 200
        assert clients[0].recv(1) == b""
        clients[-1].sendall(head("/healthz"))
        assert answer(clients[-1])[0].status == 200


def test_who_closes_or_does_not_close_after_an_answer_holds_nothing(server: Server) -> None:
    with ExitStack() as stack:
        for _ in range(30):
            client = stack.enter_context(connected(server))
            client.sendall(head("/healthz", "Connection: close"))
            assert answer(client)[0].status == 200
            with contextlib.suppress(OSError):
                client.sendall(b"more")
        assert ask(server, head("/healthz"))[0].status == 200
