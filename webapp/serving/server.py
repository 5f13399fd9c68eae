"""Serving by gunicorn: processes, threads, limits, signals.

`webapp.create_app` is the application; `worker` is the modified gunicorn worker.
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

from indexer import SettingInvalid, Settings, TimDoanError
from webapp.monitoring import logs
from webapp.serving import memory

if TYPE_CHECKING:
    from flask import Flask
    from gunicorn.arbiter import Arbiter

    from webapp.serving.worker import GunicornWorker

logger = logging.getLogger("webapp.serving")

SPARE_THREADS = 4
"""Spare threads of a process besides those that search or wait: for health, metrics, static files and refusals."""

STOP_SECONDS = 20
"""How long running requests may take after SIGTERM."""

SILENCE_SECONDS = 60
"""A worker without a heartbeat for so long is replaced."""

REQUEST_PATIENCE_SECONDS = 5
"""How long a thread waits for the next bytes of a request."""

SENT_AHEAD_BYTES = 1 << 20
"""Bytes of an answer that the system may hold for a client; it may allow less."""

MOST_CONNECTIONS = 1_000
"""Connections of a process; `worker.MOST_ARRIVING` keeps their number below it."""

BACKLOG = 512
"""Connections that the system holds until they are accepted, in their order: /healthz waits behind them."""

ANSWER_PATIENCE_SECONDS = 30
"""How long a thread waits to send more of an answer: phones lose their network for a while."""


def cannot_listen(host: str, port: int) -> str | None:
    """Why the address cannot be bound, or None. gunicorn would report it too, after five seconds and in eleven
    lines."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family):
            return None
    except OSError as error:
        return str(error.strerror).partition(" (while ")[0]  # Python 3.11 repeats the address after the reason.


def serve(settings: Settings) -> None:
    """Serve until a signal ends it; prints the address once it listens.

    Raises `SettingInvalid` before that for a setting which only what uses it can judge.
    """
    # The folder of the metrics that /metrics adds up; prometheus-client reads the variable when imported.
    figures = tempfile.mkdtemp(prefix="timdoan-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
    logs.configure(settings.log_format)
    try:
        _try(settings)
    except SettingInvalid:
        shutil.rmtree(figures, ignore_errors=True)
        raise
    memory.give_back_sooner()
    _load(settings)
    # gunicorn reads sys.argv and the environment only in its own command, not here; imported late for --help.
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]  # untyped base
        """gunicorn with our options and no configuration file."""

        def load_config(self) -> None:
            for name, value in options(settings).items():
                if name in self.cfg.settings:  # Older versions have no control socket.
                    self.cfg.set(name, value)
            # Only the process that stops last removes the metrics.
            self.cfg.set("on_exit", lambda _: shutil.rmtree(figures, ignore_errors=True))

        def load(self) -> Flask:
            from indexer import SearchRequest
            from webapp import create_app
            from webapp.index.changes import start_writing
            from webapp.index.holder import Unavailable, holder
            from webapp.index.webhooks import start_sending

            app = create_app(settings)
            # Compiling takes a while the first time on a machine; meanwhile requests are answered, only slower.
            threading.Thread(target=_warm, args=(settings,), daemon=True).start()
            start_writing(app, settings)
            start_sending(app, settings)
            # Open the index and load models now, so that the first request need not wait.
            # Without an index, requests get an error that says why.
            with suppress(*Unavailable), holder(app).lease() as index:
                index.search(SearchRequest("khởi động"))
            return app

    Server().run()


def _try(settings: Settings) -> None:
    """Make once what every worker makes: an error there comes once, before anything is served.

    Workers are forked from this process, and share what was imported.
    """
    from indexer import open_backend
    from webapp import create_app

    create_app(settings)
    try:
        open_backend(settings.index, settings).published()
    except SettingInvalid:
        raise
    except (TimDoanError, OSError):
        # Without an index, or its engine, requests get an error that says why.
        return
    finally:
        # A connection to a cluster is closed now, before workers inherit it: a cycle of objects holds it.
        gc.collect()


def _load(settings: Settings) -> None:
    """Load what was compiled before, which workers then share: they are forked from this process.

    What was never compiled is left to each worker, beside serving.
    """
    from indexer import look_for_garbage_less, warm

    with suppress(OSError):
        if warm(settings, loads_only=True):
            look_for_garbage_less()


def _warm(settings: Settings) -> None:
    """Compile in the background. If the process ends meanwhile it fails, which does not matter."""
    from indexer import look_for_garbage_less, warm  # Late: with them the search is loaded, for commands in vain.

    try:
        warm(settings)
        look_for_garbage_less()
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
        "backlog": BACKLOG,
        "worker_connections": MOST_CONNECTIONS,
        "timeout": SILENCE_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        # The longest request line gunicorn allows; `webapp.requests.limits` refuses a little earlier, with a page.
        "limit_request_line": 8_190,
        "limit_request_fields": 50,
        "limit_request_field_size": 8_190,
        # What a header may say of the address, the client and the scheme is decided by `proxies` alone.
        "forwarder_headers": "",
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        # URLs contain queries, which are private.
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        # No control socket.
        "control_socket_disable": True,
        "logger_class": "webapp.serving.worker.Log",
        "when_ready": _announce,
        "child_exit": _forget,
        "worker_exit": _leave,
    }


def bound_waiting(listener: socket.socket, request_seconds: float, answer_seconds: float) -> None:
    """Set timeouts on the sockets accepted from `listener`; after them they raise `BlockingIOError`.

    A client that does not read its answer would block a thread for ever. On Linux accepted sockets inherit these
    options, which apply to blocking sockets, as those that are answered are. A larger buffer for sending lets most
    answers go at once, whether or not the client reads them.
    """
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_AHEAD_BYTES)
    for option, seconds in ((socket.SO_RCVTIMEO, request_seconds), (socket.SO_SNDTIMEO, answer_seconds)):
        value = struct.pack("@ll", int(seconds), int(seconds % 1 * 1e6))
        listener.setsockopt(socket.SOL_SOCKET, option, value)


def _announce(arbiter: Arbiter) -> None:
    for listener in arbiter.LISTENERS:
        bound_waiting(listener.sock, REQUEST_PATIENCE_SECONDS, ANSWER_PATIENCE_SECONDS)
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    print(f"Listening at http://{host}:{port}/  (Ctrl+C stops it)", flush=True)


def _leave(_: Arbiter, worker: GunicornWorker) -> None:
    """Keep what a worker that ends knows alone."""
    from flask import Flask

    from webapp.access.keys import write_uses

    if isinstance(made := getattr(worker, "wsgi", None), Flask):  # It is not where it could not be made.
        write_uses(made)


def _forget(_: Arbiter, worker: GunicornWorker) -> None:
    """Drop the gauges of a dead worker; its counters stay."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library has no types there
