"""The JSON endpoint: /api/v1/search, /batch, /suggest, /similar and /articles/{id}.

Results have the JSON shape of `indexer.to_json`, as for the command. Parameters are declared in `webapp.contract` and
read in `webapp.requests`; errors are problem details, made in `webapp.responses`.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from indexer import Index, suggestions_to_json, to_json
from webapp.contract.declared import BATCH_LIMIT, search_parameters
from webapp.index.holder import lease
from webapp.requests.bodies import as_given, read_json
from webapp.requests.parameters import ApiSearch, ParametersInvalid, read_api_search, read_similar, read_suggest
from webapp.responses.answering import answer_search
from webapp.responses.caching import tag_of, tagged
from webapp.responses.escaping import marked, safe_url
from webapp.responses.faults import ArticleMissing, PassageMissing
from webapp.responses.problems import invalid_body, problem_body
from webapp.responses.replies import json_reply
from webapp.state import settings

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
def search() -> Response:
    """Search by the parameters of the URL."""
    asked = read_api_search(request.args, settings())
    return answer_search(lambda index: json_reply(_answer(index, asked)), with_tag=True)


@blueprint.post("/search")
def search_by_body() -> Response:
    """Search by the parameters of the JSON body."""
    asked = _read(read_json(), "#")
    with lease() as index:
        return json_reply(_answer(index, asked))


@blueprint.post("/batch")
def batch() -> Response:
    """Run several searches on one generation; an invalid one gets a problem in place of its answer.

    The batch has the time limit of one search, since it holds its turn all the while.
    """
    queries = _queries(read_json())
    answers: list[dict[str, Any]] = []
    start, seconds = time.perf_counter(), settings().search_seconds
    with lease() as index:
        for i, query in enumerate(queries):
            left = start + seconds - time.perf_counter()
            if left > 0:
                answers.append(_answer_or_problem(index, query, f"#/queries/{i}", left))
            else:
                answers.append(problem_body("overloaded", 503, "The batch took its time; ask this query again."))
        return json_reply({"answers": answers, "generation": index.generation})


@blueprint.get("/suggest")
def suggest() -> Response:
    """Completions of a partly typed query (parameters: `read_suggest`)."""
    text, limit = read_suggest(request.args)
    start = time.perf_counter()
    with lease() as index:
        tag = tag_of(index.generation, index.reading)
        found, generation = index.suggest(text, limit), index.generation
        articles = index.direct_hits(text)
    took_ms = round((time.perf_counter() - start) * 1000, 3)
    body = suggestions_to_json(text, found, took_ms, generation, articles)
    for info in body["articles"]:
        _keep_safe_link(info)
    return tagged(json_reply(body), tag)


@blueprint.get("/similar")
def similar() -> Response:
    """Passages similar to the given one (parameters: `read_similar`)."""
    article_id, position, limit = read_similar(request.args, settings())
    with lease() as index:
        tag = tag_of(index.generation, index.tuned, index.reading, may_be_missing=True)
        found = index.similar(article_id, position, limit)
    if found is None:
        raise PassageMissing(article_id, position)
    body = to_json(found)
    for entry in (body, *body["results"]):
        _keep_safe_link(entry["article"])
    # Asked again, one that the time did not suffice for may find more.
    return json_reply(body) if body["degraded"] else tagged(json_reply(body), tag)


@blueprint.get("/articles/<path:article_id>")
def article(article_id: str) -> Response:
    """The article with its paragraphs in order."""
    with lease() as index:
        tag = tag_of(index.generation, may_be_missing=True)
        found = index.article(article_id)
    if found is None:
        raise ArticleMissing(article_id)
    body = to_json(found)
    _keep_safe_link(body)
    return tagged(json_reply(body), tag)


def _read(body: object, place: str) -> ApiSearch:
    """The search that a JSON object requests; raises `ParametersInvalid` or `BadRequest`."""
    given = as_given(body, search_parameters(settings()), place)
    try:
        return read_api_search(given, settings())
    except ParametersInvalid as error:
        raise ParametersInvalid(error.errors, place) from None


def _queries(body: object) -> list[Any]:
    queries = body.get("queries") if isinstance(body, dict) and set(body) == {"queries"} else None
    if not isinstance(queries, list) or not 1 <= len(queries) <= BATCH_LIMIT:
        raise BadRequest(f'The body must be an object {{"queries": [...]}} with 1 to {BATCH_LIMIT} queries.')
    return queries


def _answer_or_problem(index: Index, query: object, place: str, seconds: float) -> dict[str, Any]:
    try:
        return _answer(index, _read(query, place), seconds)
    except ParametersInvalid as error:
        return invalid_body(error)
    except BadRequest as error:
        return problem_body("bad-request", 400, str(error.description))


def _answer(index: Index, asked: ApiSearch, seconds: float | None = None) -> dict[str, Any]:
    results = index.search(asked.request, seconds)
    body = to_json(results, asked.parts)
    for found in body["results"]:
        if "article" in found:
            _keep_safe_link(found["article"])
    if asked.highlight == "html":
        for found, passage in zip(body["results"], results.passages, strict=True):
            if "snippet" in found:
                found["snippet"]["html"] = str(marked(passage.snippet.text, passage.snippet.highlights))
            if "text" in found:
                found["text"]["html"] = str(marked(passage.paragraph.text, passage.highlights))
    if asked.request.group == "article":
        body["groups"] = [
            {"article": group.article.id, "matched": group.matched, "shown": len(group.passages)}
            for group in results.groups
        ]
    return body


def _keep_safe_link(info: dict[str, Any]) -> None:
    """Remove a URL that is not http(s), since clients make links of it."""
    info["url"] = safe_url(info["url"])
