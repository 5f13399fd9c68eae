"""A small web site on loopback: what it answers is a table, what it was asked is a list."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Handler = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """Pages by path: a body, or a function that answers. `asked` has each request: its path and its headers."""

    address: str
    pages: dict[str, bytes | Handler] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        """What was asked for since the last call, but for robots.txt."""
        paths = [path for path, _ in self.asked if path != "/robots.txt"]
        self.asked.clear()
        return paths


@contextlib.contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[Site]:
    """The site, on a free port."""

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            page = site.pages.get(self.path)
            if callable(page):
                page(self)
                return
            tag = f'"{hash(page)}"'
            status = 404 if page is None else 304 if self.headers.get("If-None-Match") == tag else 200
            self.send_response(status)
            if status == 200:
                self.send_header("Content-Type", site.types.get(self.path, "text/html; charset=utf-8"))
                self.send_header("ETag", tag)
            self.end_headers()
            if status == 200 and page is not None:
                self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((host, 0), Asked) as server:
        site = Site(f"http://{host}:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def redirect(to: str) -> Handler:
    """An answer that leads elsewhere."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", to)
        request.end_headers()

    return answer


def status(number: int) -> Handler:
    """An answer with nothing but a status."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(number)
        request.end_headers()

    return answer
