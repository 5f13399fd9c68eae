"""The contract of the JSON endpoint as an OpenAPI 3.1 document, made from what the program itself reads and answers.

Parameters are those of `declared`, bodies and answers those of `schemas`, errors those of `problems`; here stands only
which endpoint has which. Who serves it lives in `documentation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from apispec import APISpec

from indexer import Settings
from webapp.declared import BATCH_LIMIT, SUGGEST_PARAMETERS, Parameter, search_parameters, similar_parameters
from webapp.problems import MEDIA_TYPE, PROBLEMS
from webapp.schemas import SCHEMAS, Schema, body_schema, many, record, ref

VERSION = "1.1.0"
"""Of the contract: the second number grows when something is added. The first would be another path than /api/v1."""

_DESCRIPTION = (
    "Full-text search for Vietnamese: passages that matter, however the query is typed. Offsets count code points. "
    "Every error is a problem detail (RFC 9457); /problems explains their types. Within /api/v1 keys and parameters "
    "are only ever added."
)

_HEADERS: Mapping[str, Schema] = {
    "X-Request-ID": {"description": "The id of the request: the one sent, or a new one.", "schema": {"type": "string"}},
}
_TAGGED: Mapping[str, Schema] = {
    **_HEADERS,
    "ETag": {"description": "Send it back as If-None-Match to hear 304.", "schema": {"type": "string"}},
}
_EVERYWHERE = ("unauthorized", "rate-limited", "internal-error", "index-unavailable", "overloaded")
"""Problems that any endpoint of the API may have."""


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
    searching = search_parameters(settings)
    bodies = {
        "Search": body_schema("A search: the parameters of GET, lists as arrays.", searching),
        "Batch": {
            **record("Several searches.", {"queries": {**many(ref("Search")), "minItems": 1, "maxItems": BATCH_LIMIT}}),
            "additionalProperties": False,
        },
    }
    for name, schema in {**SCHEMAS, **bodies}.items():
        spec.components.schema(name, schema)
    spec.path(
        "/api/v1/search",
        operations={
            "get": _operation(
                "search",
                "Search",
                "The passages that answer a query.",
                "SearchAnswer",
                ("invalid-parameter", "bad-request", "address-too-long"),
                parameters=_in_address(searching),
                headers=_TAGGED,
            ),
            "post": _operation(
                "searchByBody",
                "Search, the query in the body",
                "The same for queries too long for an address. Parameters of other names are refused.",
                "SearchAnswer",
                ("invalid-parameter", "bad-request", "too-large", "unsupported-media-type"),
                body="Search",
            ),
        },
    )
    spec.path(
        "/api/v1/batch",
        operations={
            "post": _operation(
                "batch",
                "Several searches at once",
                f"Up to {BATCH_LIMIT} searches of one state of the index. One that cannot be read has its problem in "
                "the place of its answer, and stops no other. Each counts as a request.",
                "BatchAnswer",
                ("bad-request", "too-large", "unsupported-media-type"),
                body="Batch",
            )
        },
    )
    spec.path(
        "/api/v1/suggest",
        operations={
            "get": _operation(
                "suggest",
                "Suggest",
                "How a half-typed query may go on.",
                "SuggestAnswer",
                ("invalid-parameter", "bad-request", "address-too-long"),
                parameters=_in_address(SUGGEST_PARAMETERS),
                headers=_TAGGED,
            )
        },
    )
    spec.path(
        "/api/v1/similar",
        operations={
            "get": _operation(
                "similar",
                "More like this",
                "The passages of other articles that share the most telling words of one passage.",
                "SimilarAnswer",
                ("invalid-parameter", "passage-not-found", "bad-request", "address-too-long"),
                parameters=_in_address(similar_parameters(settings)),
                headers=_TAGGED,
            )
        },
    )
    article_id = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The id of an article; slashes in it may stand as they are.",
        "schema": {"type": "string", "minLength": 1},
    }
    spec.path(
        "/api/v1/articles/{id}",
        operations={
            "get": _operation(
                "article",
                "An article",
                "A whole article, its paragraphs in order.",
                "Article",
                ("article-not-found", "not-found", "bad-request", "address-too-long"),
                parameters=[article_id],
                headers=_TAGGED,
            )
        },
    )
    return spec.to_dict()


def _operation(
    name: str,
    summary: str,
    meaning: str,
    answer: str,
    problems: tuple[str, ...],
    *,
    parameters: list[Schema] | None = None,
    body: str | None = None,
    headers: Mapping[str, Schema] = _HEADERS,
) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": name, "summary": summary, "description": meaning}
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref(body)}}}
    content = {"application/json": {"schema": ref(answer)}}
    responses: dict[str, Any] = {"200": {"description": "Answered.", "headers": dict(headers), "content": content}}
    if "ETag" in headers:
        responses["304"] = {"description": "What the client has is still right.", "headers": dict(headers)}
    by_status: dict[int, list[str]] = {}
    for problem in (*problems, *_EVERYWHERE):
        by_status.setdefault(PROBLEMS[problem].status, []).append(problem)
    for status, names in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "; ".join(f"`{each}`: {PROBLEMS[each].title}" for each in names) + ".",
            "headers": dict(_HEADERS),
            "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
        }
    operation["responses"] = responses
    return operation


def _in_address(parameters: Mapping[str, Parameter]) -> list[Schema]:
    """The parameters as they stand in an address: values given several times, names parted by commas."""
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
