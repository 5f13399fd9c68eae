"""Load over loopback: how many requests a second the server answers, searches and a constant in turn.

The client is plain sockets with ready-made bytes, so that most of the processor is left to the server; its share is
the same for both.
"""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.fleet import ROOT

_LENGTH = re.compile(rb"\r\nContent-Length: *([0-9]+)", re.IGNORECASE)
TIMEOUT = 30.0


def measure(index: Path, texts: Sequence[str], requests: int, connections: int, rounds: int) -> dict[str, list[float]]:
    """Requests a second of each address, round by round, after one round that is not kept."""
    ways = {
        "search": [f"/api/v1/search?q={quote(text)}" for text in texts],
        "constant": ["/constant"],
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    with served(index) as address:
        for _ in range(rounds + 1):
            for name, paths in ways.items():
                found[name].append(load(address, paths, requests, connections))
    return {name: values[1:] for name, values in found.items()}


@contextmanager
def served(index: Path, tantivy: Path | None = None) -> Iterator[tuple[str, int]]:
    """A server over an index, and over one of tantivy beside it; its address."""
    indexes = [str(each.resolve()) for each in (index, tantivy) if each]
    command = [sys.executable, "-m", "benchmarks.serving", *indexes]
    # Its log has a line for each request.
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            match = re.search(r"http://([\d.]+):(\d+)/", line)
            if match is None:
                raise RuntimeError(f"the server did not start: {line!r}")
            yield match[1], int(match[2])
        finally:
            process.send_signal(signal.SIGTERM)


def load(address: tuple[str, int], paths: Sequence[str], requests: int, connections: int) -> float:
    """Requests a second of `requests` in all over so many connections kept open; raises `RuntimeError` if one fails."""
    host = f"{address[0]}:{address[1]}"
    ready = [f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n\r\n".encode() for path in paths]
    failures: list[str] = []

    def go(number: int) -> None:
        try:
            _ask_all(address, ready, range(number, requests, connections))
        except (OSError, RuntimeError) as error:
            failures.append(f"{type(error).__name__}: {error}")

    crew = [threading.Thread(target=go, args=(number,)) for number in range(connections)]
    start = time.perf_counter()
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    seconds = time.perf_counter() - start
    if failures:
        raise RuntimeError(f"{len(failures)} of {connections} connections failed, the first with {failures[0]}")
    return requests / seconds


def _ask_all(address: tuple[str, int], ready: Sequence[bytes], turns: range) -> None:
    with socket.create_connection(address, TIMEOUT) as connection:
        for turn in turns:
            connection.sendall(ready[turn % len(ready)])
            head = _read_reply(connection)
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"answered {head.splitlines()[0]!r}")


def _read_reply(connection: socket.socket) -> bytes:
    """Read one reply from end to end; returns its head."""
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _receive(connection)
    head = bytes(data[:end])
    length = _LENGTH.search(head)
    if length is None:
        raise RuntimeError("a reply does not say its length")
    missing = end + 4 + int(length[1]) - len(data)
    while missing > 0:
        missing -= len(_receive(connection))
    return head


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 16)
    if not data:
        raise RuntimeError("the server closed a connection")
    return data
