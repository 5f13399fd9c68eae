"""Is the process alive, and can it answer? For load balancers and supervisors."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, current_app

from webapp.holder import holder
from webapp.replies import json_reply

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """200 as long as the process answers at all."""
    return json_reply({"status": "ok"})


@blueprint.get("/readyz")
def ready() -> Response:
    """200 when the index is open and can be searched; otherwise 503 with problem details."""
    holdings = holder(current_app).holdings()
    return json_reply({"status": "ready", **asdict(holdings)})
