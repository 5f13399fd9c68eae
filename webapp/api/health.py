"""Liveness, readiness and metrics, for load balancers, supervisors and Prometheus."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, current_app

from indexer import TimDoanError
from webapp.index.changes import changes
from webapp.index.holder import Unavailable, holder
from webapp.monitoring.observing import metrics as figures
from webapp.responses.replies import json_reply

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """200 as long as the process responds at all."""
    return json_reply({"status": "ok"})


@blueprint.get("/readyz")
def ready() -> Response:
    """200 when the index is open and can be searched; otherwise 503 with problem details.

    `lexicon` false means that queries are answered without correction.
    """
    holdings = holder(current_app).holdings()
    return json_reply({"status": "ready", **asdict(holdings)})


@blueprint.get("/metrics")
def metrics() -> Response:
    """The metrics of all processes of this server, in the text format of Prometheus."""
    from webapp.monitoring.metrics import MEDIA_TYPE

    try:
        holdings = holder(current_app).holdings()
    except Unavailable:
        holdings = None
    try:
        depth = changes(current_app).queue.depth()
    except TimDoanError:
        depth = None
    return Response(figures(current_app).exposition(holdings, depth), content_type=MEDIA_TYPE)
