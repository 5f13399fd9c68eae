"""How an article's id stands in an address."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter


class WholePath(BaseConverter):
    """Everything to the end of the path: ids may hold slashes, first, last and side by side too."""

    regex = ".+"
    part_isolating = False


def register(app: Flask) -> None:
    """Let `path` in the routes of `app` stand for a `WholePath`, and leave slashes as they are."""
    app.url_map.converters["path"] = WholePath
    app.url_map.merge_slashes = False
