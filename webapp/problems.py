"""Problem details (RFC 9457): the one shape of every error that is answered in JSON.

Which error becomes which problem is decided in `faults`.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, g

from webapp.parameters import ParameterError
from webapp.replies import json_reply

MEDIA_TYPE = "application/problem+json"

TITLES = {
    "invalid-parameter": "A parameter is not valid",
    "bad-request": "The request cannot be read",
    "not-found": "There is nothing at this address",
    "article-not-found": "There is no such article",
    "passage-not-found": "There is no such passage",
    "method-not-allowed": "The method is not allowed here",
    "too-large": "The request body is too large",
    "address-too-long": "The address is too long",
    "index-unavailable": "There is no index to search",
    "overloaded": "Too many searches at once",
    "internal-error": "The server failed to answer",
    "error": "The request failed",
}
"""Every problem by its stable name. The name makes up the `type`: clients may rely on it, never on the title."""


def problem(name: str, status: int, detail: str, errors: Sequence[ParameterError] = (), hint: str = "") -> Response:
    """The response that tells the problem `name` (a key of `TITLES`).

    `instance` names this one occurrence: the request id that the log has too. `errors` names parameters, `hint`
    says what to do.
    """
    body: dict[str, object] = {
        "type": f"/problems#{name}",
        "title": TITLES[name],
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{g.request_id}",
    }
    if hint:
        body["hint"] = hint
    if errors:
        body["errors"] = [{"parameter": error.parameter, "detail": error.detail} for error in errors]
    return json_reply(body, status, MEDIA_TYPE)
