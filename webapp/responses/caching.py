"""When an answer need not be sent again: an ETag from what it depends on, and 304 for who has it already.

What an endpoint answers depends on the generation of the index and the weights learned for it, on the address asked,
and on the settings and version of this program. The tag is made of these before anything is searched, so that a
repeated question costs nothing. It is a weak one: how long the search took stands in the answer, and may differ.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version

from flask import Response, request

from indexer import Settings, Tuned
from webapp.state import settings


class Unchanged(Exception):
    """The client has what would be answered: 304 with the same `tag`."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def tag_of(generation: str, tuned: Tuned | None = None) -> str:
    """The entity tag of what the present request is answered with; raises `Unchanged` when the client has that.

    `tuned` is what was learned for the ranking, where the answer is ranked. For GET and HEAD only, whose answers depend
    on nothing but the address.
    """
    parts = (_program(settings()), generation, repr(tuned), request.path, request.query_string.decode("latin-1"))
    tag = hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
    if request.if_none_match.contains_weak(tag):
        raise Unchanged(tag)
    return tag


def tagged(response: Response, tag: str) -> Response:
    """The response with the entity tag."""
    response.set_etag(tag, weak=True)
    return response


def unchanged(error: Unchanged) -> Response:
    """The empty answer that says so."""
    return tagged(Response(status=304), error.tag)


@lru_cache(maxsize=16)
def _program(settings: Settings) -> str:
    return f"{version('timdoan')} {settings!r}"
