"""The real server with one address more, /slow, that is answered when the file `go` beside the index is there.

Run as `python -m tests.webapp.slow`, with the options of `webapp`. The file `begun` says that a request is under way.
"""

from __future__ import annotations

import threading

from flask import Flask

import webapp
from indexer import Settings
from tests.webapp.cold import stay_cold
from webapp.commands.main import main

_create_app = webapp.create_app


def create_app(settings: Settings) -> Flask:
    """The application with the address added."""
    app = _create_app(settings)

    @app.get("/slow")
    def slow() -> str:
        (settings.index / "begun").touch()
        while not (settings.index / "go").exists():
            threading.Event().wait(0.01)
        return "answered"

    return app


if __name__ == "__main__":
    stay_cold()
    webapp.create_app = create_app  # type: ignore[assignment]
    main(prog_name="webapp")
