"""HTTP caching: an ETag of everything that an answer depends on, and 304 for clients that have the answer already.

An answer depends on the generation of the index, the tuned weights, what reads queries (the lexicon, the owner's
synonyms), the URL with its host, the language, the appearance, the day
(of `ngày:hôm qua`), the settings, and the program's version.
The ETag is computed from these before searching, so a repeated request costs no search. It is weak, since the answer
contains the time that the search took.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version

from flask import Response, request
from flask_babel import get_locale

from indexer import Settings, today
from webapp.requests.appearance import appearance
from webapp.state import settings


class Unchanged(Exception):
    """The client already has the answer: 304 with the same `tag`."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def key_of(generation: str, *depends: object) -> str:
    """What the answer to the current request depends on, as one short text.

    `depends` is what of the index it depends on besides the generation: the tuned weights, what reads queries. For GET
    and HEAD only, whose answers depend on the URL alone.
    """
    # `url_root` would say the same, and takes as long as all the rest.
    root = request.scheme, request.host, request.root_path
    address = *root, request.path, request.query_string.decode("latin-1")
    parts = (
        _program(settings()),
        generation,
        repr(depends),
        str(get_locale()),
        repr(appearance()),
        today().isoformat(),
        *address,
    )
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def stop_if_known(tag: str, *, may_be_missing: bool = False) -> None:
    """Raise `Unchanged` if the client has the answer with this ETag.

    `*` stands for any answer, but says nothing of whether there is one: what `may_be_missing` is not known by it.
    """
    known = request.if_none_match
    if known.contains_weak(tag) and not (may_be_missing and known.star_tag):
        raise Unchanged(tag)


def tag_of(generation: str, *depends: object, may_be_missing: bool = False) -> str:
    """The ETag of the current request's answer (see `key_of`); raises `Unchanged` as `stop_if_known` does."""
    tag = key_of(generation, *depends)
    stop_if_known(tag, may_be_missing=may_be_missing)
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
