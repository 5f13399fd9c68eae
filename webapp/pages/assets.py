"""URLs of static files, which change with the content, so that browsers may cache them for long."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS

FONTS = "fonts/"
"""Files that style sheets name too, which know no fingerprints: a page must ask for them by the same URL."""

CARD = "card.png"
"""The picture of links to pages on other sites, which keep its URL: it never changes."""

EMBEDDED = "embed.js"
"""The file that other sites load: its URL never changes, so it is cached for a short time only."""


def register(app: Flask) -> None:
    """Give templates `asset(name)`, the URL of a file."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 30 * DAY_SECONDS
    folder = Path(app.static_folder or "")

    @cache
    def fingerprint(name: str) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:8]

    # Of each file under each path that the server has the application mounted at.
    @lru_cache(maxsize=1024)
    def address(name: str, root_path: str) -> str:
        named_elsewhere = name.startswith(FONTS) or name == CARD
        return url_for("static", filename=name, v=None if named_elsewhere else fingerprint(name))

    def asset(name: str) -> str:
        return address(name, request.root_path)

    app.add_template_global(asset)

    @app.after_request
    def _embedded(response: Response) -> Response:
        if request.endpoint == "static" and (request.view_args or {}).get("filename") == EMBEDDED:
            response.cache_control.max_age = HOUR_SECONDS
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
