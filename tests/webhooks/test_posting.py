"""Posting to receivers that are gone, slow, or no web servers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from indexer.webhooks.posting import post
from tests.webhooks.receiver import receiving


@contextmanager
def answering(*parts: bytes, forever: bytes = b"") -> Iterator[str]:
    """The address of a server that answers one connection with bytes, and with one more again and again."""
    ended = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1 << 16)
            for part in parts:
                connection.sendall(part)
            while forever and not ended.wait(0.02):
                try:
                    connection.sendall(forever)
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            ended.set()
            thread.join()


def test_what_is_accepted_has_no_reason() -> None:
    with receiving() as receiver:
        receiver.statuses[:] = [200, 204, 299, 300, 404, 500]
        headers = {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
        body = b'{"type": "x", "data": {}}'
        reasons = [post(receiver.address, body, headers) for _ in range(6)]
    assert reasons == ["", "", "", "status 300", "status 404", "status 500"]


def test_a_receiver_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/bi-mat", b"", {}) == "no answer: Connection refused"


def test_a_receiver_that_answers_byte_by_byte_without_end() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nX: ", forever=b"x") as address:
        assert post(address, b"{}", {}, seconds=0.3) == "no answer within 0.3 seconds"


def test_a_receiver_that_says_nothing() -> None:
    with answering(forever=b"") as address, socket.create_server(("127.0.0.1", 0)) as silent:
        silent_address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert post(silent_address, b"{}", {}, seconds=0.2) == "no answer within 0.2 seconds"
        assert post(address, b"{}", {}).startswith("no answer: ")


def test_a_receiver_that_speaks_something_else() -> None:
    with answering(b"220 mail.example ESMTP\r\n") as address:
        assert post(address, b"{}", {}) == "no answer: BadStatusLine"
    with answering(b"HTTP/1.1 200 OK\r\n\r\n") as address:
        reason = post(address.replace("http:", "https:"), b"{}", {})
    assert reason.startswith("no secure connection")
