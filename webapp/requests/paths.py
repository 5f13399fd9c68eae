"""Article ids in URL paths."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter


class WholePath(BaseConverter):
    """The rest of the path: ids may contain slashes, also leading, trailing and repeated ones."""

    regex = "(?s:.+)"
    part_isolating = False


def register(app: Flask) -> None:
    """Use `WholePath` for `path` in the routes of `app`, and do not merge slashes."""
    app.url_map.converters["path"] = WholePath
    app.url_map.merge_slashes = False
