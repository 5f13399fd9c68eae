"""The product's server with one address more, /constant, that answers a constant JSON body.

Run as `python -m benchmarks.serving INDEX`. Processes, threads and limits are those of the `webapp` command.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask, Response
from gunicorn.app.base import BaseApplication

from indexer import SearchRequest, Settings, open_index
from indexer.engine.whoosh import warm
from webapp import create_app
from webapp.command import options
from webapp.replies import json_reply


def constant_app(settings: Settings) -> Flask:
    """The product's application with /constant beside /api/v1/search."""
    app = create_app(settings)

    @app.get("/constant")
    def constant() -> Response:
        return json_reply({"results": [], "total": 0})

    return app


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn as the `webapp` command runs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self._settings).items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        warm()
        with open_index(self._settings.index) as index:
            index.search(SearchRequest("khởi động"))
        return constant_app(self._settings)


if __name__ == "__main__":
    Server(Settings(index=Path(sys.argv[1]), port=0)).run()
