"""The OpenAPI 3.1 document of the JSON endpoint, generated from the declarations that the program itself uses.

`declared` has the parameters, `schemas` the bodies and answers, `problems` the errors; this module assigns them to
endpoints. `webapp.api.document` serves it, and `webapp.pages.documentation` shows it to people.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from apispec import APISpec

from indexer import Settings
from webapp.contract.changing import CHANGING_SCHEMAS, changing_operations
from webapp.contract.declared import (
    BATCH_LIMIT,
    SUGGEST_PARAMETERS,
    export_parameters,
    search_parameters,
    similar_parameters,
)
from webapp.contract.operations import ARTICLE_ID, in_address, operation
from webapp.contract.schemas import SCHEMAS, TEXT, body_schema, described, many, record, ref
from webapp.contract.texts import Text

VERSION = "1.5.0"
"""The contract's version: additions raise the second number; a new first number would be another path than /api/v1."""

_DESCRIPTION = (
    "Full-text search for Vietnamese: passages that matter, however the query is typed. Offsets count code points. "
    "Every error is a problem detail (RFC 9457); /problems explains their types. Within /api/v1 keys and parameters "
    "are only ever added."
)


@lru_cache(maxsize=16)
def document(settings: Settings) -> dict[str, Any]:
    """The whole document; not to be changed."""
    spec = APISpec(
        # Generators of clients name packages by it, which takes ASCII.
        title="Tim Doan",
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
    for name, schema in {**SCHEMAS, **CHANGING_SCHEMAS, **bodies}.items():
        spec.components.schema(name, schema)
    for path, operations in _operations(settings).items():
        spec.path(path, operations=operations)
    return spec.to_dict()


def _operations(settings: Settings) -> dict[str, dict[str, Any]]:
    """By path and method."""
    address = ("invalid-parameter", "bad-request", "address-too-long")
    body = ("bad-request", "too-large", "unsupported-media-type")
    searching = search_parameters(settings)
    search = operation(
        "search",
        "The passages that answer a query.",
        "SearchAnswer",
        address,
        parameters=in_address(searching),
    )
    search_by_body = operation(
        "searchByBody",
        "The same search for queries too long for a URL. Unknown parameters are refused.",
        "SearchAnswer",
        ("invalid-parameter", *body),
        body="Search",
    )
    batch = operation(
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
    suggest = operation(
        "suggest",
        "Completions of a partly typed query.",
        "SuggestAnswer",
        address,
        parameters=in_address(SUGGEST_PARAMETERS),
    )
    similar = operation(
        "similar",
        "Passages of other articles that share the most distinctive words of one passage.",
        "SimilarAnswer",
        ("passage-not-found", *address),
        parameters=in_address(similar_parameters(settings)),
    )
    article = operation(
        "article",
        "A whole article, its paragraphs in order.",
        "Article",
        ("article-not-found", "not-found", "bad-request", "address-too-long"),
        parameters=[ARTICLE_ID],
    )
    export = operation(
        "export",
        "Every passage that a search finds, as a file that is streamed: as many as `total` of the search counts.",
        "",
        ("invalid-parameter", "bad-request", "address-too-long"),
        parameters=in_address(export_parameters(settings)),
        tagged=False,
        answers={
            "application/x-ndjson": described(TEXT, "An object a line, with the fields asked for."),
            "text/csv": described(TEXT, "A header and a row a passage, for spreadsheets."),
            "text/markdown": described(TEXT, "Each passage as a quotation, with where it is from."),
        },
    )
    changing = changing_operations()
    return {
        "/api/v1/search": {"get": search, "post": search_by_body},
        "/api/v1/batch": {"post": batch},
        "/api/v1/suggest": {"get": suggest},
        "/api/v1/similar": {"get": similar},
        "/api/v1/export": {"get": export},
        "/api/v1/articles/{id}": {"get": article, **changing.pop("/api/v1/articles/{id}")},
        **changing,
    }
