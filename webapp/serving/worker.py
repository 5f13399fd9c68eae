"""gunicorn's worker and log, with other responses to refused requests and another log of them.

A request that gunicorn itself refuses (not HTTP, a line or a header too long) never reaches the application. Here its
response has the security headers too and a body of only the status, and the log has neither the client address nor the
request line, which may contain a query.
"""

from __future__ import annotations

import logging
import socket
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from webapp.responses.headers import SECURITY


class Refusal:
    """A socket that replaces gunicorn's error page by plain text with our headers."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, reply: bytes) -> None:
        """Send the status of `reply` with headers and body of our own."""
        status = reply.split(b"\r\n", 1)[0].split(b" ", 1)[1]
        body = status + b"\n"
        headers = {
            "Connection": "close",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            **SECURITY,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._client.sendall(b"HTTP/1.1 " + status + b"\r\n" + head.encode("ascii") + b"\r\n" + body)


class GunicornWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that cannot be read."""
        if isinstance(exc, ParseException):
            self.log.warning("a request was refused: %s", type(exc).__name__)
        super().handle_error(req, Refusal(client), addr, exc)


class Log(Logger):  # type: ignore[misc]
    """gunicorn's log, in the format configured by `webapp.monitoring.logs`."""

    def setup(self, cfg: Any) -> None:
        """Keep the existing handlers, and filter lines that are not useful."""
        super().setup(cfg)
        ours = logging.getLogger("webapp").handlers
        self.error_log.handlers = list(ours)
        self.error_log.addFilter(is_loggable)


def is_loggable(record: logging.LogRecord) -> bool:
    """Whether to log a line: not of a silent client, and not one with an address (`GunicornWorker` logs it without)."""
    silent = record.exc_info and isinstance(record.exc_info[1], BlockingIOError)
    return not silent and not record.getMessage().startswith("Invalid request from ip=")
