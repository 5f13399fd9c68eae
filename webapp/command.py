"""The `webapp` command: serves the page and the JSON endpoint with gunicorn.

What is served lives in `webapp.create_app`; here only how: processes, threads, limits, signals.
"""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer import SearchRequest, Settings
from indexer.errors import TimDoanError

if TYPE_CHECKING:
    from flask import Flask
    from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]

STOP_SECONDS = 20
"""How long requests under way may take to end after SIGTERM."""

SILENCE_SECONDS = 60
"""A worker that gives no sign of life for so long is replaced."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", type=click.Path(path_type=Path), help="The index directory.  [default: data/index]")
@click.option("--host", help="Address to listen at.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen at; 0 takes a free one.  [default: 8000]")
@click.option("--workers", type=int, help="Server processes.  [default: 2]")
@click.option("--threads", type=int, help="Threads of each process.  [default: 4]")
def main(**given: Any) -> None:
    """Serve the search page and the JSON endpoint.

    What is not given here is read from the environment (TIMDOAN_INDEX, TIMDOAN_PORT and so on), as are all other
    settings. The index may be built or renewed while the server runs. SIGTERM and Ctrl+C end it after the requests
    under way.

    Example: webapp --index data/index --port 8000
    """
    try:
        settings = Settings.from_environment(**given)
    except TimDoanError as error:
        click.echo(f"Error: {error}\n{error.hint}".rstrip(), err=True)
        sys.exit(2)
    if reason := cannot_listen(settings.host, settings.port):
        click.echo(
            f"Error: cannot listen at {settings.host}, port {settings.port}: {reason}\n"
            "Choose another --port or --host, or stop what listens there.",
            err=True,
        )
        sys.exit(1)
    serve(settings)


def cannot_listen(host: str, port: int) -> str | None:
    """Why nobody can listen there, or None. gunicorn would find out too, in five seconds and eleven lines."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family):
            return None
    except OSError as error:
        return error.strerror


def serve(settings: Settings) -> None:
    """Serve until a signal ends it; prints the address once it listens."""
    # gunicorn reads sys.argv and the environment only in its own command, not here; imported late for --help.
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn with our options and no configuration file."""

        def load_config(self) -> None:
            for name, value in options(settings).items():
                if name in self.cfg.settings:  # Older versions have no control socket.
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            from webapp import create_app
            from webapp.holder import Unavailable, holder

            app = create_app(settings)
            # The first reader need not wait while the index is opened, models are loaded and functions compiled.
            # Without an index, requests are told why.
            with suppress(*Unavailable), holder(app).lease() as index:
                index.search(SearchRequest("khởi động"))
            return app

    Server().run()


def options(settings: Settings) -> dict[str, Any]:
    """gunicorn's options for `settings`."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": "gthread",
        "timeout": SILENCE_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        # The longest request line gunicorn allows; `webapp.limits` refuses a little earlier, with a page.
        "limit_request_line": 8_190,
        "limit_request_fields": 50,
        "limit_request_field_size": 8_190,
        # Queries stand in addresses and are nobody's business.
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        # A socket to steer the server by, which nobody asked for.
        "control_socket_disable": True,
        "when_ready": _announce,
    }


def _announce(arbiter: Arbiter) -> None:
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    print(f"Listening at http://{host}:{port}/  (Ctrl+C stops it)", flush=True)
