"""Changing articles over HTTP: /api/v1/articles and /api/v1/changes/{n}.

What is accepted is on the disk before it is answered; the writer of `indexer` publishes it a little later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, request

from indexer import Change, Submitted
from webapp.access.keys import may, owner, sources
from webapp.access.roles import require
from webapp.index.changes import changes
from webapp.requests.parameters import read_removal, read_wait
from webapp.requests.submissions import digest_of, read_article, read_articles, read_repeat
from webapp.responses.faults import ChangeMissing
from webapp.responses.replies import json_reply
from webapp.state import settings

blueprint = Blueprint("changing", __name__, url_prefix="/api/v1")


@blueprint.put("/articles/<path:article_id>")
def write(article_id: str) -> Response:
    """Add an article, or replace the one with this id."""
    seconds = read_wait(request.args)
    return _accepted([read_article(article_id)], seconds)


@blueprint.delete("/articles/<path:article_id>")
def remove(article_id: str) -> Response:
    """Remove an article; with `purge` for good."""
    purge, reason, seconds = read_removal(request.args)
    if purge:
        require("admin")
        return _accepted([Submitted("purge", article_id, extra={"reason": reason})], seconds)
    return _accepted([Submitted("remove", article_id)], seconds)


@blueprint.post("/articles")
def write_many() -> Response:
    """Add or replace the articles of the body."""
    seconds = read_wait(request.args)
    return _accepted(read_articles(), seconds)


@blueprint.get("/changes/<number>")
def change(number: str) -> Response:
    """What became of a change."""
    seconds = read_wait(request.args)
    is_number = re.fullmatch("[0-9]{1,18}", number) is not None
    found = changes(current_app).awaited(int(number), seconds) if is_number else None
    # Whose change it is stays between its owner and the administrators.
    if found is None or (found.owner != _owner() and not may("admin")):
        raise ChangeMissing(number)
    return json_reply(_body(found))


def _accepted(items: Sequence[Submitted], seconds: float) -> Response:
    kept = changes(current_app)
    limits = settings()
    number = kept.queue.accept(
        items,
        _owner(),
        most_items=limits.queue_items,
        most_bytes=limits.queue_bytes,
        sources=sources(),
        repeat=read_repeat(),
        digest=digest_of(list(items)),
    )
    found = kept.awaited(number, seconds)
    if found is None:
        raise ChangeMissing(str(number))
    response = json_reply(_body(found), 202 if found.state == "queued" else 200)
    response.headers["Location"] = f"/api/v1/changes/{number}"
    return response


def _owner() -> str:
    return owner() or ""


def _body(found: Change) -> dict[str, Any]:
    return {
        "change": found.number,
        "state": found.state,
        "counts": dict(found.counts),
        "results": [
            {
                "line": item.line,
                "id": item.id or None,
                "state": item.outcome.state,
                "reason": item.outcome.reason or None,
                "warnings": list(item.outcome.warnings),
            }
            for item in found.items
        ],
    }
