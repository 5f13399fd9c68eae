"""/healthz answers, whatever clients and texts do: its 99th percentile under each attack."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from indexer import build
from tests.attack.clients import (
    Stop,
    attacked,
    connected,
    dribbling,
    health_seconds,
    leaving,
    not_reading,
    percentile,
    repeating,
    silent,
)
from tests.webapp.server import Server, serving

BAR_SECONDS = 0.25
TIMES = 400

RUNS = (".", "…", ")", "1.", "1,000.", "a\u0301", "\u200d", "A ", "A.", '"', "(", "học sinh ", "TP. ", "\n", "a b ")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over articles of one hostile run each, as long as a paragraph may be."""
    folder = tmp_path_factory.mktemp("attacked")
    records = [
        {
            "id": f"{run_number}-{copy}",
            "title": "Thi đua",
            "text": f"thi đua {run * (95_000 // len(run))} thi đua học sinh a",
        }
        for run_number, run in enumerate(RUNS)
        for copy in range(8)
    ]
    build(records, folder / "index")
    with serving(folder / "index", "--workers", "1", "--threads", "4", rate_limit="0") as server:
        yield server


def request(path: str, method: str = "GET", fields: str = "", body: bytes = b"") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n".encode() + body


SEARCH = request("/api/v1/search?q=thi+dua&per_page=100")
PAGE = request("/search?q=thi+dua+hoc+sinh")
ARTICLE = request("/articles/11-0?q=thi+dua+hoc+sinh")
BAD_CHUNK = request("/api/v1/search", "POST", "Transfer-Encoding: chunked\r\n", b"zz\r\n")
POST = request("/api/v1/search", "POST", "Content-Length: 200000\r\n", b"{" * 60)

ATTACKS: dict[str, tuple[Callable[[Server, Stop], None], int]] = {
    "silent": (silent, 500),
    "dribbling a line": (dribbling(PAGE), 60),
    "dribbling a body": (dribbling(POST), 60),
    "dribbling in chunks": (dribbling(BAD_CHUNK.replace(b"zz\r\n", b"5\r\nabcde\r\n" * 20)), 60),
    "bad chunks": (repeating(BAD_CHUNK), 8),
    "raw UTF-8": (repeating(request("/search?q=bến")), 8),
    "searches of hostile texts": (repeating(SEARCH), 16),
    "pages of hostile texts": (repeating(PAGE), 16),
    "hostile articles": (repeating(ARTICLE), 16),
    "answers not read": (not_reading(SEARCH), 60),
    "requests whose clients reset": (leaving(PAGE, by_reset=True), 4),
    "requests whose clients close": (leaving(PAGE, by_reset=False), 4),
}


@pytest.mark.attack
@pytest.mark.parametrize("name", ATTACKS)
def test_health_is_answered_under(server: Server, name: str) -> None:
    attack, clients = ATTACKS[name]
    with attacked(server, attack, clients):
        seconds = health_seconds(server, TIMES)
    print(
        f"\n/healthz under {clients} clients, {name}: p50 {percentile(seconds, 50) * 1000:.0f} ms, "
        f"p99 {percentile(seconds, 99) * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms"
    )
    assert percentile(seconds, 99) <= BAR_SECONDS
    with connected(server) as client:
        client.sendall(request("/readyz"))
        assert client.recv(12) == b"HTTP/1.1 200"
