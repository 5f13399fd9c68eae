"""Operations of the OpenAPI document: what each takes and answers, with the headers and problems that all have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from webapp.contract.declared import Parameter
from webapp.contract.problems import MEDIA_TYPE, PROBLEMS
from webapp.contract.schemas import Schema, ref

_HEADERS: Mapping[str, Schema] = {
    "X-Request-ID": {"description": "The request id: the one sent, or a new one.", "schema": {"type": "string"}},
}
_LIMITS: Mapping[str, Schema] = {
    name: {"description": meaning, "schema": {"type": "string"}}
    for name, meaning in (
        ("RateLimit-Limit", "Requests that one client may send per window; absent where there is no limit."),
        ("RateLimit-Remaining", "Requests left in the current window."),
        ("RateLimit-Reset", "Seconds until the window resets."),
        ("RateLimit-Policy", "The limit and the length of its window, in seconds."),
    )
}
_RETRY: Mapping[str, Schema] = {
    "Retry-After": {"description": "Seconds to wait before retrying.", "schema": {"type": "string"}}
}
_TAG: Mapping[str, Schema] = {
    "ETag": {
        "description": "Send it back as If-None-Match; an unchanged answer is then 304.",
        "schema": {"type": "string"},
    },
}
_EVERYWHERE = ("unauthorized", "rate-limited", "internal-error", "index-unavailable", "keys-unavailable", "overloaded")
"""Problems that any endpoint of the API may answer with."""

ARTICLE_ID: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The id of an article; slashes in it need no escaping.",
    "schema": {"type": "string", "minLength": 1},
}


def operation(
    name: str,
    meaning: str,
    answer: str,
    problems: tuple[str, ...],
    *,
    parameters: Sequence[Schema] = (),
    body: str | None = None,
    bodies: Mapping[str, Schema] | None = None,
    tagged: bool = True,
    statuses: Mapping[str, str] = MappingProxyType({"200": "Success."}),
    answers: Mapping[str, Schema] | None = None,
) -> dict[str, Any]:
    """One operation: `body` names the JSON that it takes, `bodies` has all it takes by media type.

    Without either it is a GET, whose answer has an ETag if it is `tagged`. `statuses` are those of its answer, which is
    JSON called `answer`, or has what `answers` has by media type.
    """
    operation: dict[str, Any] = {"operationId": name, "description": meaning}
    if parameters:
        operation["parameters"] = list(parameters)
    if body:
        bodies = {"application/json": ref(body)}
    if bodies:
        operation["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": each} for kind, each in bodies.items()},
        }
    headers = {**_HEADERS, **_LIMITS}
    tagged = tagged and not bodies
    answers = answers or {"application/json": ref(answer)}
    responses: dict[str, Any] = {
        status: {
            "description": told,
            "headers": {**headers, **_TAG} if tagged else headers,
            "content": {kind: {"schema": schema} for kind, schema in answers.items()},
        }
        for status, told in statuses.items()
    }
    if tagged:
        responses["304"] = {
            "description": "Not modified: the client's copy is still valid.",
            "headers": {**headers, **_TAG},
        }
    by_status: dict[int, list[str]] = {}
    for problem in (*problems, *_EVERYWHERE):
        by_status.setdefault(PROBLEMS[problem].status, []).append(problem)
    for status, names in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "; ".join(f"`{each}`: {PROBLEMS[each].title}" for each in names) + ".",
            "headers": {**headers, **_RETRY} if status in (429, 503) else headers,
            "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
        }
    operation["responses"] = responses
    return operation


def in_address(parameters: Mapping[str, Parameter]) -> list[Schema]:
    """The parameters as in a URL: lists of values are repeated, lists of names are separated by commas."""
    return [
        {
            "name": parameter.name,
            "in": "query",
            "required": parameter.required,
            "description": parameter.meaning,
            "schema": parameter.schema(),
            "example": parameter.example,
            **({"style": "form", "explode": parameter.kind == "values"} if parameter.many else {}),
        }
        for parameter in parameters.values()
    ]
