"""Problem details responses (RFC 9457), the one shape of every JSON error.

`webapp.contract.problems` lists the problem types; `faults` maps errors to them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Response, g

from webapp.contract.problems import MEDIA_TYPE, PROBLEMS
from webapp.requests.parameters import ParameterError, ParametersInvalid
from webapp.responses.replies import json_reply

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def problem_body(
    name: str,
    status: int,
    detail: str,
    errors: Sequence[ParameterError] = (),
    hint: str = "",
    place: str | None = None,
) -> dict[str, Any]:
    """The problem `name` (a key of `PROBLEMS`) as JSON.

    `instance` identifies this occurrence: the request id, as in the log. `errors` names parameters, which are in the
    JSON object at the pointer `place`, or else in the URL; `hint` says what to do.
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
    """The response with a problem; see `problem_body`."""
    return json_reply(problem_body(name, status, detail, hint=hint), status, MEDIA_TYPE)


def _error(error: ParameterError, place: str | None) -> dict[str, str]:
    entry = {"parameter": error.parameter, "detail": error.detail}
    if place is not None:
        entry["pointer"] = f"{place}/{error.parameter.replace('~', '~0').replace('/', '~1')}"
    return entry
