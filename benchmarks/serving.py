"""The product's server with one address more, /constant, that answers a constant JSON body.

Run as `python -m benchmarks.serving INDEX`. How it starts, with how many processes and threads, is the `webapp`
command's own doing: only the application it makes has the address added.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask, Response

import webapp
from indexer import Settings
from webapp.responses.replies import json_reply
from webapp.serving.server import serve

_create_app = webapp.create_app


def app_with_constant(settings: Settings | None = None) -> Flask:
    """The product's application with /constant beside /api/v1/search."""
    app = _create_app(settings)

    @app.get("/constant")
    def constant() -> Response:
        return json_reply({"results": [], "total": 0})

    return app


if __name__ == "__main__":
    webapp.create_app = app_with_constant
    # One client asks for all: what counting costs is measured, its limit is not; nor are answers from memory.
    serve(Settings(index=Path(sys.argv[1]), port=0, rate_limit="1000000/second", answer_bytes=0))
