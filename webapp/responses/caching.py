"""HTTP caching: an ETag of everything that an answer depends on, and 304 for clients that have the answer already.

An answer depends on the generation of the index, the tuned weights, the URL with its host, the language, the day (of
`ngày:hôm qua`), the settings, and the program's version.
The ETag is computed from these before searching, so a repeated request costs no search. It is weak, since the answer
contains the time that the search took.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version

from flask import Response, request
from flask_babel import get_locale

from indexer import Settings, Tuned, today
from webapp.state import settings


class Unchanged(Exception):
    """The client already has the answer: 304 with the same `tag`."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def tag_of(generation: str, tuned: Tuned | None = None) -> str:
    """The ETag of the current request's answer; raises `Unchanged` if the client has that answer.

    `tuned` identifies the tuned weights, for ranked answers. For GET and HEAD only, whose answers depend on the URL
    alone.
    """
    address = request.host_url, request.path, request.query_string.decode("latin-1")
    parts = (_program(settings()), generation, repr(tuned), str(get_locale()), today().isoformat(), *address)
    tag = hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
    if request.if_none_match.contains_weak(tag):
        raise Unchanged(tag)
    return tag


def tagged(response: Response, tag: str) -> Response:
    """The response with the ETag."""
    response.set_etag(tag, weak=True)
    return response


def unchanged(error: Unchanged) -> Response:
    """The empty 304 response."""
    return tagged(Response(status=304), error.tag)


@lru_cache(maxsize=16)
def _program(settings: Settings) -> str:
    return f"{version('timdoan')} {settings!r}"
