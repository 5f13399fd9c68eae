"""Is the process alive, and can it answer? For load balancers and supervisors."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp.holder import lease
from webapp.replies import json_reply

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """200 as long as the process answers at all."""
    return json_reply({"status": "ok"})


@blueprint.get("/readyz")
def ready() -> Response:
    """200 when the index is open and can be searched; otherwise 503 with problem details."""
    with lease() as index:
        stats = index.stats()
        return json_reply(
            {
                "status": "ready",
                "generation": index.generation,
                "articles": stats.articles,
                "paragraphs": stats.paragraphs,
            }
        )
