"""The OpenAPI 3.1 document of the JSON endpoint, generated from the declarations that the program itself uses.

`declared` has the parameters, `schemas` the bodies and answers, `problems` the errors; this module assigns them to
endpoints. `webapp.api.document` serves it, and `webapp.pages.documentation` shows it to people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from apispec import APISpec

from indexer import Settings
from webapp.contract.declared import BATCH_LIMIT, SUGGEST_PARAMETERS, Parameter, search_parameters, similar_parameters
from webapp.contract.problems import MEDIA_TYPE, PROBLEMS
from webapp.contract.schemas import SCHEMAS, Schema, body_schema, many, record, ref
from webapp.contract.texts import Text

VERSION = "1.4.0"
"""The contract's version: additions raise the second number; a new first number would be another path than /api/v1."""

_DESCRIPTION = (
    "Full-text search for Vietnamese: passages that matter, however the query is typed. Offsets count code points. "
    "Every error is a problem detail (RFC 9457); /problems explains their types. Within /api/v1 keys and parameters "
    "are only ever added."
)

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


@lru_cache(maxsize=16)
def document(settings: Settings) -> dict[str, Any]:
    """The whole document; not to be changed."""
    spec = APISpec(
        title="Tìm Đoạn",
        version=VERSION,
        openapi_version="3.1.0",
        info={"description": _DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
        security=[{}, {"bearer": []}, {"header": []}],
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("header", {"type": "apiKey", "in": "header", "name": "X-API-Key"})
    bodies = {
        "Search": body_schema("A search: the parameters of GET, lists as arrays.", search_parameters(settings)),
        "Batch": {
            **record("Several searches.", {"queries": {**many(ref("Search")), "minItems": 1, "maxItems": BATCH_LIMIT}}),
            "additionalProperties": False,
        },
    }
    for name, schema in {**SCHEMAS, **bodies}.items():
        spec.components.schema(name, schema)
    for path, operations in _operations(settings).items():
        spec.path(path, operations=operations)
    return spec.to_dict()


def _operations(settings: Settings) -> dict[str, dict[str, Any]]:
    """By path and method."""
    address = ("invalid-parameter", "bad-request", "address-too-long")
    body = ("bad-request", "too-large", "unsupported-media-type")
    searching = search_parameters(settings)
    search = _operation(
        "search",
        "The passages that answer a query.",
        "SearchAnswer",
        address,
        parameters=_in_address(searching),
    )
    search_by_body = _operation(
        "searchByBody",
        "The same search for queries too long for a URL. Unknown parameters are refused.",
        "SearchAnswer",
        ("invalid-parameter", *body),
        body="Search",
    )
    batch = _operation(
        "batch",
        Text(
            "Up to %(most)s searches of the same generation of the index. A query that cannot be read gets a problem "
            "in place of its answer and does not stop the others. Each query counts as a request. The whole batch has "
            "the time limit of one search: the query running when it ends is `degraded`, later ones get the problem "
            "`overloaded`.",
            most=BATCH_LIMIT,
        ),
        "BatchAnswer",
        body,
        body="Batch",
    )
    suggest = _operation(
        "suggest",
        "Completions of a partly typed query.",
        "SuggestAnswer",
        address,
        parameters=_in_address(SUGGEST_PARAMETERS),
    )
    similar = _operation(
        "similar",
        "Passages of other articles that share the most distinctive words of one passage.",
        "SimilarAnswer",
        ("passage-not-found", *address),
        parameters=_in_address(similar_parameters(settings)),
    )
    article_id = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The id of an article; slashes in it need no escaping.",
        "schema": {"type": "string", "minLength": 1},
    }
    article = _operation(
        "article",
        "A whole article, its paragraphs in order.",
        "Article",
        ("article-not-found", "not-found", "bad-request", "address-too-long"),
        parameters=[article_id],
    )
    return {
        "/api/v1/search": {"get": search, "post": search_by_body},
        "/api/v1/batch": {"post": batch},
        "/api/v1/suggest": {"get": suggest},
        "/api/v1/similar": {"get": similar},
        "/api/v1/articles/{id}": {"get": article},
    }


def _operation(
    name: str,
    meaning: str,
    answer: str,
    problems: tuple[str, ...],
    *,
    parameters: Sequence[Schema] = (),
    body: str | None = None,
) -> dict[str, Any]:
    """One operation: with `parameters` it is a GET whose answer has an ETag; otherwise `body` is its request body."""
    operation: dict[str, Any] = {"operationId": name, "description": meaning}
    if parameters:
        operation["parameters"] = list(parameters)
    if body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref(body)}}}
    headers = {**_HEADERS, **_LIMITS}
    responses: dict[str, Any] = {
        "200": {
            "description": "Success.",
            "headers": headers if body else {**headers, **_TAG},
            "content": {"application/json": {"schema": ref(answer)}},
        }
    }
    if not body:
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


def _in_address(parameters: Mapping[str, Parameter]) -> list[Schema]:
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
