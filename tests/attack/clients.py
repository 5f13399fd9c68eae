"""Clients that attack a server of the test, all of them to a loopback address, bounded in number and time."""

from __future__ import annotations

import http.client
import socket
import statistics
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.webapp.server import Server

LONGEST_SECONDS = 120.0
"""No client goes on for longer, whatever becomes of the test."""


class Stop:
    """Whether attackers are to end."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._ends = time.monotonic() + LONGEST_SECONDS

    def __bool__(self) -> bool:
        return self._event.is_set() or time.monotonic() > self._ends

    def now(self) -> None:
        """End them."""
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until they are to end."""
        self._event.wait(seconds)


def connected(server: Server) -> socket.socket:
    """A connection to a server, which must be on this machine."""
    host, port = server.address.removeprefix("http://").split(":")
    assert host == "127.0.0.1"
    return socket.create_connection((host, int(port)), timeout=30)


def silent(server: Server, stop: Stop) -> None:
    """Connects, says nothing, and connects again when it is sent away."""
    while not stop:
        with suppress(OSError), connected(server) as client:
            client.settimeout(1.0)
            while not stop:
                with suppress(TimeoutError):
                    if not client.recv(1):
                        break


def dribbling(data: bytes) -> Callable[[Server, Stop], None]:
    """Sends a request byte by byte, some each second, and begins anew when it is sent away."""

    def dribble(server: Server, stop: Stop) -> None:
        while not stop:
            with suppress(OSError), connected(server) as client:
                for byte in data:
                    if stop:
                        return
                    client.sendall(bytes([byte]))
                    stop.wait(0.5)

    return dribble


def repeating(data: bytes) -> Callable[[Server, Stop], None]:
    """Sends the same request again and again, each on a new connection, and reads what comes."""

    def repeat(server: Server, stop: Stop) -> None:
        while not stop:
            with suppress(OSError), connected(server) as client:
                client.sendall(data)
                while client.recv(65_536):
                    pass

    return repeat


def not_reading(data: bytes) -> Callable[[Server, Stop], None]:
    """Asks, and does not read the answer."""

    def ask(server: Server, stop: Stop) -> None:
        while not stop:
            with suppress(OSError), connected(server) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                client.sendall(data)
                stop.wait(5.0)

    return ask


def leaving(data: bytes, by_reset: bool) -> Callable[[Server, Stop], None]:
    """Asks and leaves, again and again: by resetting the connection, or by closing it."""

    def leave(server: Server, stop: Stop) -> None:
        while not stop:
            with suppress(OSError), connected(server) as client:
                client.sendall(data)
                if by_reset:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return leave


@contextmanager
def attacked(server: Server, attack: Callable[[Server, Stop], None], clients: int) -> Iterator[None]:
    """So many clients attack for the length of a `with` block."""
    stop = Stop()
    threads = [threading.Thread(target=attack, args=(server, stop), daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.now()
        for thread in threads:
            thread.join(timeout=40)


def health_seconds(server: Server, times: int) -> list[float]:
    """How long /healthz takes, each time on a new connection; whatever is not answered by 200 is an error."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        with connected(server) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            response = http.client.HTTPResponse(client)
            response.begin()
            assert response.status == 200
            response.read()
        found.append(time.perf_counter() - start)
        threading.Event().wait(0.02)
    return found


def percentile(seconds: list[float], percent: int) -> float:
    """The percentile of some times."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]
