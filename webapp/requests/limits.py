"""Checks of a request before its parameters are read: size, encoding, and an id for the log.

Limits of the query itself are settings of `indexer`; those of single parameters are in `parameters`.
"""

from __future__ import annotations

import re
import uuid
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, g, request

BODY_LIMIT = 262_144
"""Most bytes of a request body, enough for a batch of the longest queries. A longer one is refused unread."""

WRITE_LIMIT = 16 * 1024 * 1024
"""The same of a request that brings articles."""

_WRITES = "/api/v1/articles"

QUERY_STRING_LIMIT = 8_000
"""Most bytes of a query string; a little less than the 8,190 that gunicorn accepts of a request line."""

_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
"""Request ids accepted from outside: nothing in them can break a log line."""


def body_limit(method: str, path: str) -> int:
    """Most bytes of the body of a request, by its method and its path."""
    return WRITE_LIMIT if method in ("PUT", "POST") and path.startswith(_WRITES) else BODY_LIMIT


def register(app: Flask) -> None:
    """Check every request before it is answered."""
    app.before_request(_look)


def _look() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _ID.fullmatch(given) else str(uuid.uuid4())
    request.max_content_length = body_limit(request.method, request.path)
    if request.content_length and request.content_length > request.max_content_length:
        abort(413)
    raw = request.query_string
    if len(raw) > QUERY_STRING_LIMIT:
        request.query_string = b""
        abort(414)
    try:
        unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        # The error page must not fail on it again.
        request.query_string = b""
        abort(400, "The query string is not UTF-8.")
