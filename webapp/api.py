"""The JSON endpoint: /api/v1/search, /api/v1/suggest, /api/v1/similar and /api/v1/articles/{id}.

The shape of results is `indexer.json_shape`'s, one promise with the command's. Errors are problem details, made in
`faults`.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Response, request

from indexer import json_shape
from webapp.faults import ArticleMissing, PassageMissing
from webapp.holder import lease
from webapp.parameters import read_search, read_similar, read_suggest
from webapp.presentation import safe_url
from webapp.replies import json_reply
from webapp.state import settings

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
def search() -> Response:
    """Answer the question of the parameters that `read_search` reads."""
    asked = read_search(request.args, settings())
    with lease() as index:
        results = index.search(asked)
    body = json_shape.results(results)
    for found in body["results"]:
        _keep_safe_link(found["article"])
    if asked.group == "article":
        body["groups"] = [
            {"article": group.article.id, "matched": group.matched, "shown": len(group.passages)}
            for group in results.groups
        ]
    return json_reply(body)


@blueprint.get("/suggest")
def suggest() -> Response:
    """How the half-typed query of the parameters that `read_suggest` reads may go on."""
    text, limit = read_suggest(request.args)
    start = time.perf_counter()
    with lease() as index:
        found, generation = index.suggest(text, limit), index.generation
    took_ms = round((time.perf_counter() - start) * 1000, 3)
    return json_reply(json_shape.suggestions(text, found, took_ms, generation))


@blueprint.get("/similar")
def similar() -> Response:
    """The passages like the one that the parameters that `read_similar` reads name."""
    article_id, position, limit = read_similar(request.args, settings())
    with lease() as index:
        found = index.similar(article_id, position, limit)
    if found is None:
        raise PassageMissing(article_id, position)
    body = json_shape.similar(found)
    for entry in (body, *body["results"]):
        _keep_safe_link(entry["article"])
    return json_reply(body)


@blueprint.get("/articles/<path:article_id>")
def article(article_id: str) -> Response:
    """The article with its paragraphs in order."""
    with lease() as index:
        found = index.article(article_id)
    if found is None:
        raise ArticleMissing(article_id)
    body = json_shape.article(found)
    _keep_safe_link(body)
    return json_reply(body)


def _keep_safe_link(info: dict[str, Any]) -> None:
    """Leave out an address that is no http(s) one: clients make links of it."""
    info["url"] = safe_url(info["url"])
