"""What a request may look like before anyone reads its parameters: length, bytes, and an id for the log.

The limits of a query's meaning are settings of `indexer`; those of single parameters live in `parameters`.
"""

from __future__ import annotations

import re
import uuid
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, g, request

BODY_LIMIT = 262_144
"""Bytes of a request body: a batch of the longest queries there are. A longer one is refused unread."""

QUERY_STRING_LIMIT = 8_000
"""Bytes of a query string; a little less than the 8,190 that gunicorn reads of a request line at most."""

_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
"""A request id from outside that may go on: nothing that could part a line of the log."""


def register(app: Flask) -> None:
    """Have every request looked at before it is answered."""
    app.before_request(_look)


def _look() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _ID.fullmatch(given) else str(uuid.uuid4())
    if request.content_length and request.content_length > BODY_LIMIT:
        abort(413)
    raw = request.query_string
    if len(raw) > QUERY_STRING_LIMIT:
        request.query_string = b""
        abort(414)
    try:
        unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        # The page that says so must not stumble over it again.
        request.query_string = b""
        abort(400, "The query string is not UTF-8.")
