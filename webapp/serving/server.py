"""The page and the JSON endpoint served by gunicorn: processes, threads, limits, signals.

What is served lives in `webapp.create_app`; what is changed of gunicorn's own worker, in `worker`.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import socket
import struct
import tempfile
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from indexer import SearchRequest, Settings, warm
from webapp.monitoring import logs

if TYPE_CHECKING:
    from flask import Flask
    from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]

    from webapp.serving.worker import GunicornWorker

logger = logging.getLogger("webapp.serving")

SPARE_THREADS = 4
"""Threads of a process beyond those that search or wait to: for health, metrics, static files and refusals."""

STOP_SECONDS = 20
"""How long requests under way may take to end after SIGTERM."""

SILENCE_SECONDS = 60
"""A worker that gives no sign of life for so long is replaced."""

REQUEST_PATIENCE_SECONDS = 5
"""How long a client may let a thread wait for the next bytes of its request."""

ANSWER_PATIENCE_SECONDS = 30
"""How long it may let a thread wait for room to send the answer: phones lose their network for a while."""


def cannot_listen(host: str, port: int) -> str | None:
    """Why nobody can listen there, or None. gunicorn would find out too, in five seconds and eleven lines."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family):
            return None
    except OSError as error:
        return str(error.strerror).partition(" (while ")[0]  # Python 3.11 repeats the address after the reason.


def serve(settings: Settings) -> None:
    """Serve until a signal ends it; prints the address once it listens."""
    # Where the processes keep the figures that /metrics adds up; prometheus-client looks for it when imported.
    figures = tempfile.mkdtemp(prefix="timdoan-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
    logs.configure(settings.log_format)
    # gunicorn reads sys.argv and the environment only in its own command, not here; imported late for --help.
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn with our options and no configuration file."""

        def load_config(self) -> None:
            for name, value in options(settings).items():
                if name in self.cfg.settings:  # Older versions have no control socket.
                    self.cfg.set(name, value)
            # The one that stops last, and only it, takes the figures away.
            self.cfg.set("on_exit", lambda _: shutil.rmtree(figures, ignore_errors=True))

        def load(self) -> Flask:
            from webapp import create_app
            from webapp.index.holder import Unavailable, holder

            app = create_app(settings)
            # Compiling takes a while the first time on a machine; meanwhile readers are answered, only slower.
            threading.Thread(target=_warm, daemon=True).start()
            # The first reader need not wait while the index is opened and models are loaded.
            # Without an index, requests are told why.
            with suppress(*Unavailable), holder(app).lease() as index:
                index.search(SearchRequest("khởi động"))
            return app

    Server().run()


def _warm() -> None:
    """Compile beside serving. Cut short by the end of the process it fails, which is nobody's concern."""
    try:
        warm()
        # Modules and compiled loops stay: a look through them all for garbage takes some request a tenth of a second.
        gc.collect()
        gc.freeze()
    except OSError as error:
        logger.warning("compiling failed: answers stay slower", extra={"values": {"reason": str(error)}})
    except Exception:
        if threading.main_thread().is_alive():
            raise


def options(settings: Settings) -> dict[str, Any]:
    """gunicorn's options for `settings`."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": settings.workers,
        "threads": settings.threads + settings.search_queue + SPARE_THREADS,
        "worker_class": "webapp.serving.worker.GunicornWorker",
        "timeout": SILENCE_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        # The longest request line gunicorn allows; `webapp.requests.limits` refuses a little earlier, with a page.
        "limit_request_line": 8_190,
        "limit_request_fields": 50,
        "limit_request_field_size": 8_190,
        # Queries stand in addresses and are nobody's business.
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        # A socket to steer the server by, which nobody asked for.
        "control_socket_disable": True,
        "logger_class": "webapp.serving.worker.Log",
        "when_ready": _announce,
        "child_exit": _forget,
    }


def bound_waiting(listener: socket.socket, request_seconds: float, answer_seconds: float) -> None:
    """Have the sockets accepted from `listener` wait so long at most; then they raise `BlockingIOError`.

    A thread reads a request to its end before it does anything else, so a few clients that begin one and fall silent
    would hold all threads for ever. Linux hands these options down to what is accepted, and they count for blocking
    sockets, which gunicorn makes of them.
    """
    for option, seconds in ((socket.SO_RCVTIMEO, request_seconds), (socket.SO_SNDTIMEO, answer_seconds)):
        value = struct.pack("@ll", int(seconds), int(seconds % 1 * 1e6))
        listener.setsockopt(socket.SOL_SOCKET, option, value)


def _announce(arbiter: Arbiter) -> None:
    for listener in arbiter.LISTENERS:
        bound_waiting(listener.sock, REQUEST_PATIENCE_SECONDS, ANSWER_PATIENCE_SECONDS)
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    print(f"Listening at http://{host}:{port}/  (Ctrl+C stops it)", flush=True)


def _forget(_: Arbiter, worker: GunicornWorker) -> None:
    """Leave out what only a living worker can say of itself; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
