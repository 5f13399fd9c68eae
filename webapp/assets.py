"""Static files: their addresses change with their content, so that a browser may keep them for long."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for

DAY_SECONDS = 24 * 3600


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
