"""Problem details (RFC 9457): the one shape of every error that is answered in JSON, and the list of all there are.

Which error becomes which problem is decided in `faults`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, g

from webapp.parameters import ParameterError, ParametersInvalid
from webapp.replies import json_reply

MEDIA_TYPE = "application/problem+json"

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of error: the usual HTTP status, a title, and what a client does about it."""

    status: int
    title: str
    remedy: str


PROBLEMS: Mapping[str, Problem] = {
    "invalid-parameter": Problem(
        400,
        "A parameter is not valid",
        "`errors` names each parameter and says what it must be; for one in a JSON body, `pointer` says where.",
    ),
    "bad-request": Problem(400, "The request cannot be read", "`detail` says what of it cannot be read."),
    "unauthorized": Problem(
        401,
        "An API key is needed",
        "Send a key: `Authorization: Bearer KEY` or `X-API-Key: KEY`. Whoever runs this server gives one out.",
    ),
    "not-found": Problem(404, "There is nothing at this address", "The paths there are stand in /openapi.json."),
    "article-not-found": Problem(
        404, "There is no such article", "It may have been removed from the index, or its id is misspelt."
    ),
    "passage-not-found": Problem(
        404, "There is no such passage", "The article may have been changed or removed from the index."
    ),
    "method-not-allowed": Problem(405, "The method is not allowed here", "The header Allow names those that are."),
    "too-large": Problem(413, "The request body is too large", "Send fewer queries at once, or shorter ones."),
    "address-too-long": Problem(414, "The address is too long", "Send the query as a JSON body: POST /api/v1/search."),
    "unsupported-media-type": Problem(
        415, "The body is not of a type that is read here", "Send JSON, with the header Content-Type: application/json."
    ),
    "rate-limited": Problem(
        429,
        "Too many requests from one client",
        "Wait as many seconds as the header Retry-After says. RateLimit-Remaining, in every answer, tells how many "
        "requests are left.",
    ),
    "internal-error": Problem(
        500, "The server failed to answer", "Tell whoever runs it the `instance`: the log has the error under it."
    ),
    "index-unavailable": Problem(
        503, "There is no index to search", "Ask again later; `hint` tells whoever runs the server what to do."
    ),
    "overloaded": Problem(
        503, "The server is asked more than it can answer", "Ask again after as many seconds as Retry-After says."
    ),
    "error": Problem(500, "The request failed", "Look at `status` and `detail`."),
}
"""Every problem by its stable name. The name makes up the `type`: clients may rely on it, never on the title."""


def problem_body(
    name: str,
    status: int,
    detail: str,
    errors: Sequence[ParameterError] = (),
    hint: str = "",
    place: str | None = None,
) -> dict[str, Any]:
    """The problem `name` (a key of `PROBLEMS`) as JSON.

    `instance` names this one occurrence: the request id that the log has too. `errors` names parameters, which stand
    in the JSON object at the pointer `place`, or else in the address; `hint` says what to do.
    """
    body: dict[str, Any] = {
        "type": f"/problems#{name}",
        "title": PROBLEMS[name].title,
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{g.request_id}" if _UUID.fullmatch(g.request_id) else f"/requests/{g.request_id}",
    }
    if hint:
        body["hint"] = hint
    if errors:
        body["errors"] = [_error(error, place) for error in errors]
    return body


def invalid_body(error: ParametersInvalid) -> dict[str, Any]:
    """The problem of parameters that cannot be read, as JSON."""
    names = ", ".join(entry.parameter for entry in error.errors)
    return problem_body("invalid-parameter", 400, f"Not valid: {names}.", error.errors, place=error.place)


def problem(name: str, status: int, detail: str, hint: str = "") -> Response:
    """The response that tells a problem; see `problem_body`."""
    return json_reply(problem_body(name, status, detail, hint=hint), status, MEDIA_TYPE)


def _error(error: ParameterError, place: str | None) -> dict[str, str]:
    entry = {"parameter": error.parameter, "detail": error.detail}
    if place is not None:
        entry["pointer"] = f"{place}/{error.parameter.replace('~', '~0').replace('/', '~1')}"
    return entry
