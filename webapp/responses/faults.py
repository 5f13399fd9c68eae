"""Error responses: a page, or problem details under /api and for health checks.

Tracebacks are never shown; the log has them, under the request id in the response.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from indexer import (
    EngineUnavailable,
    IndexBuilding,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexOutdated,
    IndexUnfinished,
    IndexUnwritable,
    QueueFull,
    QueueUnusable,
    RepeatDiffers,
    TimDoanError,
)
from webapp.access.keys import KeysUnreadable
from webapp.contract.problems import MEDIA_TYPE
from webapp.index.gate import Overloaded
from webapp.index.holder import Unavailable
from webapp.monitoring.observing import metrics
from webapp.requests.parameters import ParametersInvalid, without_controls
from webapp.responses.caching import Unchanged, unchanged
from webapp.responses.problems import invalid_body, problem
from webapp.responses.replies import json_reply
from webapp.state import settings

RETRY_AFTER_SECONDS = 5
OVERLOAD_RETRY_SECONDS = 1

_READING = "gunicorn.http.errors"
"""Where the errors come from that the server raises while a body is read."""

_REASONS: Mapping[type[TimDoanError], tuple[str, str]] = {
    IndexMissing: ("missing", "There is no index yet."),
    IndexBuilding: ("building", "The first index is being built."),
    IndexUnfinished: ("unfinished", "The first index was never finished."),
    IndexDamaged: ("damaged", "The index cannot be read. The log of the server says why."),
    IndexOutdated: ("outdated", "The index was written by another version."),
    EngineUnavailable: ("unreachable", "The engine behind the server does not answer now. The index is as it was."),
}

_PROBLEMS = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    414: "address-too-long",
    415: "unsupported-media-type",
    429: "rate-limited",
    500: "internal-error",
}


class ArticleMissing(Exception):
    """No article has the requested id."""

    def __init__(self, article_id: str) -> None:
        super().__init__(article_id)
        self.article_id = article_id


class ChangeMissing(Exception):
    """No change has the requested number, or it is that of another key, or was done long ago."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class PassageMissing(Exception):
    """The article has no passage at the requested position."""

    def __init__(self, article_id: str, position: int) -> None:
        super().__init__(f"{article_id}#{position}")


def register(app: Flask) -> None:
    """Handle every error of `app`."""
    for kind in Unavailable:
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(KeysUnreadable, _keys_unreadable)
    app.register_error_handler(Overloaded, _overloaded)
    app.register_error_handler(ParametersInvalid, _invalid)
    app.register_error_handler(ArticleMissing, _article_missing)
    app.register_error_handler(PassageMissing, _passage_missing)
    app.register_error_handler(ChangeMissing, _change_missing)
    app.register_error_handler(QueueFull, _queue_full)
    app.register_error_handler(RepeatDiffers, _repeat_differs)
    for reason in (QueueUnusable, IndexUnwritable, IndexLocked):
        app.register_error_handler(reason, _queue_unavailable)
    app.register_error_handler(Unchanged, unchanged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _wants_json() -> bool:
    return request.path.startswith("/api/") or request.path in ("/healthz", "/readyz", "/metrics")


def _page(status: int, **values: object) -> Response:
    limits = settings()
    text = render_template(
        "error.html",
        status=status,
        depth_limit=limits.depth_limit,
        page_size_limit=limits.page_size_limit,
        # What was asked for stays in the box.
        typed=without_controls(request.args.get("q", ""))[: limits.query_characters],
        **values,
    )
    return Response(text, status=status)


def _unavailable(error: TimDoanError) -> Response:
    """503: what is wrong, without the places of files, which are in the log."""
    reason, detail = next(_REASONS[kind] for kind in type(error).__mro__ if kind in _REASONS)
    if isinstance(error, EngineUnavailable):
        current_app.logger.warning("the engine does not answer", extra={"values": {"reason": str(error)}})
    if _wants_json():
        response = problem("index-unavailable", 503, detail)
    else:
        response = Response(render_template("unavailable.html", reason=reason), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _keys_unreadable(_: KeysUnreadable) -> Response:
    response = problem("keys-unavailable", 503, "The file of API keys cannot be read.")
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _overloaded(_: Overloaded) -> Response:
    metrics(current_app).shed()
    if _wants_json():
        response = problem("overloaded", 503, "There are more searches than this server can answer in time.")
    else:
        response = _page(503, overloaded=True)
    response.headers["Retry-After"] = str(OVERLOAD_RETRY_SECONDS)
    return response


def _invalid(error: ParametersInvalid) -> Response:
    if _wants_json():
        return json_reply(invalid_body(error), 400, MEDIA_TYPE)
    wrong = {entry.parameter for entry in error.errors}
    rest = {name: values for name, values in request.args.lists() if name not in wrong}
    return _page(400, parameters=[entry.parameter for entry in error.errors], rest=rest)


def _article_missing(error: ArticleMissing) -> Response:
    if _wants_json():
        return problem("article-not-found", 404, f"There is no article {error.article_id!r}.")
    return _page(404, article=True)


def _passage_missing(error: PassageMissing) -> Response:
    if not _wants_json():
        return _page(404, article=True)
    return problem("passage-not-found", 404, f"There is no passage {str(error)!r}.")


def _change_missing(error: ChangeMissing) -> Response:
    return problem(
        "change-not-found", 404, f"There is no change {error.number!r:.40} of this key, or it was done long ago."
    )


def _queue_full(error: QueueFull) -> Response:
    response = problem("queue-full", 429, f"{error}. Nothing of this request was accepted.")
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _repeat_differs(error: RepeatDiffers) -> Response:
    return problem("idempotency-key-reused", 422, f"{error}.")


def _queue_unavailable(error: TimDoanError) -> Response:
    current_app.logger.error("changes cannot be accepted", extra={"values": {"reason": str(error)}})
    response = problem("queue-unavailable", 503, "Changes cannot be accepted now. Nothing of this one was.")
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _http(error: HTTPException) -> Response | HTTPException:
    if isinstance(error, RequestRedirect):
        return error
    status = error.code or 500
    response = (
        problem(_PROBLEMS.get(status, "error"), status, error.description or "") if _wants_json() else _page(status)
    )
    # What the error itself says in headers (Allow of a 405) stays; its body and type do not.
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    if type(error).__module__ == _READING:
        return problem("bad-request", 400, "The body cannot be read.") if _wants_json() else _page(400)
    current_app.logger.error("request %s failed at %s", g.request_id, request.path, exc_info=error)
    detail = "Something went wrong on the server. The log has it under the id of `instance`."
    return problem("internal-error", 500, detail) if _wants_json() else _page(500)
