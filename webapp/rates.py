"""How much one client may ask of the JSON endpoint: a number of requests in a span of time, by Flask-Limiter.

A client is an API key, or an address; of IPv6 the first 64 bits, since one household has as many addresses as it likes.
A batch counts as many requests as it has queries. Where each process counts for itself (storage `memory://`), a client
may reach the limit in each of them; with Redis they count together, and alone while it cannot be reached.
"""

from __future__ import annotations

import ipaddress
import math
import time

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from limits import parse
from limits.errors import ConfigurationError

from indexer import Settings
from indexer.errors import SettingInvalid
from webapp import api
from webapp.bodies import queries_in
from webapp.counting import PROCESS
from webapp.keys import owner

OFF = ("", "0")


def register(app: Flask, settings: Settings) -> None:
    """Count the requests to the API; raises `SettingInvalid` for a limit or a storage that cannot be understood."""
    for name in ("rate_limit", "rate_limit_with_key"):
        _check(name, getattr(settings, name))
    if settings.rate_limit in OFF and settings.rate_limit_with_key in OFF:
        return
    limiter = Limiter(key_func=_client, strategy="fixed-window", in_memory_fallback_enabled=True)
    storage = settings.rate_limit_storage
    app.config["RATELIMIT_STORAGE_URI"] = PROCESS if storage == "memory://" else storage
    try:
        limiter.init_app(app)
    except ConfigurationError as error:
        raise SettingInvalid(
            f"setting rate_limit_storage is {settings.rate_limit_storage!r}: {error}",
            "Give memory://, or redis://HOST:PORT with the package redis installed.",
        ) from None
    limiter.shared_limit(lambda: _limit(settings), "api", cost=queries_in, exempt_when=lambda: _is_free(settings))(
        api.blueprint
    )

    @app.after_request
    def _tell(response: Response) -> Response:
        limit = limiter.current_limit
        if limit is not None and request.endpoint and request.endpoint.startswith("api."):
            amount, span = limit.limit.amount, limit.limit.get_expiry()
            end, left = limit.window
            seconds = min(span, max(0, math.ceil(end - time.time())))
            response.headers["RateLimit-Policy"] = f"{amount};w={span}"
            response.headers["RateLimit-Limit"] = str(amount)
            response.headers["RateLimit-Remaining"] = str(left)
            response.headers["RateLimit-Reset"] = str(seconds)
            if limit.breached:
                response.headers["Retry-After"] = str(max(1, seconds))
        return response


def _check(name: str, value: str) -> None:
    try:
        if value not in OFF:
            parse(value)
    except ValueError:
        raise SettingInvalid(
            f"setting {name} is {value!r}", "Give a number of requests and a time, as 600/minute, or 0 for no limit."
        ) from None


def _limit(settings: Settings) -> str:
    return settings.rate_limit_with_key if owner() else settings.rate_limit


def _is_free(settings: Settings) -> bool:
    return request.method == "OPTIONS" or _limit(settings) in OFF


def _client() -> str:
    if name := owner():
        return f"key {name}"
    if "client" not in g:
        g.client = _network(request.remote_addr or "")
    return str(g.client)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address or "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
