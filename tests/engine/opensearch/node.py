"""A stand-in for a node that answers what a test wants: for what a real one does only when it is ill."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from indexer.engine.opensearch.connection import Connection
from indexer.settings import Settings

Answer = tuple[int, Any]
Answering = Callable[[str, str, bytes], Answer]
"""Of a method, a path and a body: a status and what is answered."""

GREETING = {"version": {"number": "2.19.6", "distribution": "opensearch"}}


@contextmanager
def node(answering: Answering, greeting: Answer = (200, GREETING), **settings: Any) -> Iterator[Connection]:
    """A connection to a node that greets and answers so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            path = self.path.partition("?")[0]
            status, value = greeting if path == "/" else answering(self.command, path, body)
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        given = {"engine": "opensearch", "opensearch_hosts": (f"http://127.0.0.1:{server.server_port}",), **settings}
        yield Connection(Settings().changed(given))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def failure(kind: str, reason: str) -> dict[str, Any]:
    """An error as nodes tell it."""
    told = {"type": kind, "reason": reason}
    return {"error": {**told, "root_cause": [told]}, "status": 0}
