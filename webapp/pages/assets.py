"""URLs of static files, which change with the content, so that browsers may cache them for long."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS

EMBEDDED = "embed.js"
"""The file that other sites load: its URL never changes, so it is cached for a short time only."""


def register(app: Flask) -> None:
    """Give templates `asset(name)`."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 30 * DAY_SECONDS
    folder = Path(app.static_folder or "")

    @cache
    def fingerprint(name: str) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:8]

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=fingerprint(name))

    app.add_template_global(asset)

    @app.after_request
    def _embedded(response: Response) -> Response:
        if request.endpoint == "static" and (request.view_args or {}).get("filename") == EMBEDDED:
            response.cache_control.max_age = HOUR_SECONDS
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
