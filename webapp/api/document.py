"""The OpenAPI document at /openapi.json; `webapp.contract` generates it."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp.contract.openapi import VERSION, document
from webapp.responses.caching import tag_of, tagged
from webapp.responses.replies import json_reply
from webapp.state import settings

blueprint = Blueprint("document", __name__)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI document."""
    tag = tag_of(VERSION)
    return tagged(json_reply(document(settings())), tag)
