"""Observation of requests: a log line, metrics, and the searches in the query log.

None of it identifies the client; the log has the length of the query, and its text only with `log_queries`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, g, has_request_context, request

from indexer import QueryLog, Results, Settings

if TYPE_CHECKING:
    from webapp.monitoring.metrics import Metrics

logger = logging.getLogger("webapp.requests")

QUIET = ("health.alive", "health.ready", "health.metrics", "static")
"""Endpoints requested so often, by machines or for every page, that only their failures are logged."""


def register(app: Flask, settings: Settings) -> None:
    """Observe every request of `app`. Call it first: the first one registered sees the final response."""
    # Imported here and not sooner: prometheus-client looks, when imported, whether several processes share figures.
    from webapp.monitoring.metrics import Metrics

    app.extensions["timdoan.metrics"] = Metrics()
    app.extensions["timdoan.querylog"] = _QueryLogWriter(settings) if settings.query_log else None

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        route = request.url_rule.rule if request.url_rule else "none"
        metrics(app).answered(route, response.status_code, seconds)
        if request.endpoint not in QUIET or response.status_code >= 500:
            logger.info("request", extra={"values": _values(response, route, seconds, settings)})
        return response


def metrics(app: Flask) -> Metrics:
    """The metrics of `app`."""
    kept: Metrics = app.extensions["timdoan.metrics"]
    return kept


def searched(results: Results) -> None:
    """Record a search; one outside a request (the warm-up of a process) is ignored."""
    if not has_request_context():
        return
    metrics(current_app).timed(results)
    _asked(results)


def repeated(searches: Sequence[Results]) -> None:
    """Record searches whose answer was kept, so that none had to be made: all of them but the time."""
    for results in searches:
        _asked(results)


def _asked(results: Results) -> None:
    g.setdefault("results", []).append(results)
    metrics(current_app).searched(results)
    log: _QueryLogWriter | None = current_app.extensions["timdoan.querylog"]
    # "*" lists the archive, as the home page does: nothing that anybody looked for.
    if log and results.page == 1 and results.query.strip() not in ("", "*") and not log.took(results):
        metrics(current_app).unlogged()


class _QueryLogWriter:
    """The query log, whose failure does not affect answers: the server's log notes a failure once, and the recovery."""

    def __init__(self, settings: Settings) -> None:
        assert settings.query_log is not None
        self._log = QueryLog(settings.query_log, settings.query_log_bytes)
        self._place = {"file": settings.query_log}
        self._failing = False

    def took(self, results: Results) -> bool:
        """Write a search; returns whether that was possible."""
        try:
            self._log.add(results)
        except OSError as error:
            if not self._failing:
                values = {**self._place, "reason": error.strerror}
                logger.warning("the query log cannot be written", extra={"values": values})
            self._failing = True
        else:
            if self._failing:
                logger.info("the query log is written again", extra={"values": self._place})
            self._failing = False
        return not self._failing


def _values(response: Response, route: str, seconds: float, settings: Settings) -> dict[str, object]:
    values: dict[str, object] = {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "id": g.request_id,
    }
    found: list[Results] = g.get("results", [])
    # A query may have come in a body; a batch has several.
    texts = [results.query for results in found] or request.args.getlist("q")
    if texts:
        values["query_length"] = _one_or_all([len(text) for text in texts])
        if settings.log_queries:
            values["query"] = _one_or_all(texts)
    if found:
        values["found"] = _one_or_all([results.total for results in found])
    return values


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
