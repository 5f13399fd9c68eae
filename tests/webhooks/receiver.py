"""A real HTTP server that receives webhooks, and verifies them on its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass(frozen=True)
class Received:
    """A request: its path, its id, its type and its data. The signature was right."""

    path: str
    id: str
    type: str
    data: dict[str, Any]


class Receiver:
    """Where webhooks go. `statuses` are answered one after the other, then 204."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.received: list[Received] = []
        self.wrong: list[str] = []
        self.statuses: list[int] = []
        self.arrived = threading.Condition()

    def await_requests(self, count: int, seconds: float = 60.0) -> list[Received]:
        """All requests so far, as soon as there are `count`."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= count, seconds), "it never came"
            assert self.wrong == []
            return list(self.received)

    def take(self, path: str, headers: Any, body: bytes) -> int:
        """Note a request; gives the status to answer with."""
        id, at = headers["webhook-id"], headers["webhook-timestamp"]
        signature = base64.b64encode(hmac.new(KEY, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
        with self.arrived:
            if headers["webhook-signature"] != f"v1,{signature}" or abs(time.time() - int(at)) > 300:
                self.wrong.append(path)
            message = json.loads(body)
            self.received.append(Received(path, id, message["type"], message["data"]))
            self.arrived.notify_all()
            return self.statuses.pop(0) if self.statuses else 204


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for the length of a `with` block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(receiver.take(self.path, self.headers, body))
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/nhan?ma=1")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def secret_file(folder: Path) -> Path:
    """A file with the secret that receivers know."""
    path = folder / "secret"
    path.write_text(SECRET + "\n", "ascii")
    return path
