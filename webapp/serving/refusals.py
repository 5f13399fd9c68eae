"""Answers to requests that never reach the application: they have its headers, and problem details for the endpoint."""

from __future__ import annotations

import functools
import json
import random
import socket
import uuid
from http import HTTPStatus
from typing import Any

from webapp.contract.problems import MEDIA_TYPE, PROBLEMS
from webapp.responses.faults import OVERLOAD_RETRY_SECONDS
from webapp.responses.headers import SECURITY

_INSTANCE = b"00000000-0000-0000-0000-000000000000"
_PROBLEMS = {413: "too-large", 414: "address-too-long", 503: "overloaded"}

# Nobody knows the reader's language yet.
_PAGE = """<!DOCTYPE html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{status} · Tìm Đoạn</title>
<h1>{status}</h1>
{sentence}
<p><a href="/">Tìm Đoạn</a></p>
</html>
"""
_UNREAD = """<p>Máy chủ không đọc được yêu cầu này. Hãy gõ lại câu tìm vào ô tìm.</p>
<p lang="en">The server could not read this request. Please type the query into the box.</p>"""
_BUSY = """<p>Máy chủ chưa kịp trả lời. Hãy thử lại sau vài giây.</p>
<p lang="en">The server is busy. Please try again in a few seconds.</p>"""


def refusal(status: int, as_json: bool, detail: str = "") -> bytes:
    """The whole response of an HTTP status, as problem details or as a small page; the connection ends after it."""
    # A name only; asking the system for a better one would give up Python's lock.
    instance = str(uuid.UUID(int=random.getrandbits(128), version=4))
    return _refusal(status, as_json, detail).replace(_INSTANCE, instance.encode("ascii"))


@functools.lru_cache(64)
def _refusal(status: int, as_json: bool, detail: str) -> bytes:
    """The response with `_INSTANCE` for what names the request."""
    reason = HTTPStatus(status).phrase
    instance = _INSTANCE.decode("ascii")
    if as_json:
        name = _PROBLEMS.get(status, "bad-request" if status < 500 else "error")
        body = json.dumps(
            {
                "type": f"/problems#{name}",
                "title": PROBLEMS[name].title,
                "status": status,
                "detail": detail or reason,
                "instance": f"urn:uuid:{instance}",
            }
        ).encode()
    else:
        body = _PAGE.format(status=status, sentence=_BUSY if status >= 500 else _UNREAD).encode()
    headers = {
        "Connection": "close",
        "Content-Type": MEDIA_TYPE if as_json else "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Request-ID": instance,
        **({"Retry-After": str(OVERLOAD_RETRY_SECONDS)} if status == 503 else {}),
        **SECURITY,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode("ascii") + body


class Refusal:
    """A socket that replaces gunicorn's error page by our answer."""

    def __init__(self, client: socket.socket, as_json: bool) -> None:
        self._client, self._as_json = client, as_json

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def sendall(self, reply: bytes) -> None:
        """Send the status of `reply` with headers and body of our own."""
        status = int(reply.split(b" ", 2)[1])
        self._client.sendall(
            refusal(status, self._as_json, "The server could not read the request." if status < 500 else "")
        )
