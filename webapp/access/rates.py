"""Rate limits of the JSON endpoint, counted by the library `limits`.

A client is an API key, or an address; of IPv6 the first 64 bits, since one household has any number of addresses. A
batch counts as its number of queries. With the storage `memory://` each process counts separately, so a client may
reach the limit in each of them; with Redis they count together, and separately while it is unreachable.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask, Response, g, request
from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from indexer import SettingInvalid, Settings
from webapp.access.keys import owner
from webapp.access.process_storage import ProcessStorage
from webapp.requests.bodies import queries_in

logger = logging.getLogger("webapp.access")

OFF = ("", "0")

ALONE_SECONDS = 10.0
"""How long a process counts separately after the shared storage failed, before it is tried again."""

STORAGE_SECONDS = 1.0
"""Timeout of the shared storage."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client has after a request: the limit, how much of it is left, and when it resets (epoch)."""

    limit: RateLimitItem
    left: int
    end: float
    exceeded: bool


class RateCounter:
    """Counts requests in the storage of the setting `rate_limit_storage`; raises `SettingInvalid` for a bad one."""

    def __init__(self, storage: str) -> None:
        self._own = FixedWindowRateLimiter(ProcessStorage())
        self._common = None if storage == "memory://" else FixedWindowRateLimiter(_storage(storage))
        self._alone_until = 0.0

    def count(self, limit: RateLimitItem, client: str, requests: int) -> Allowance:
        """Count `requests` of `client` under `limit`."""
        if self._common is not None and time.monotonic() >= self._alone_until:
            try:
                return _hit(self._common, limit, client, requests)
            except StorageError as error:
                self._alone_until = time.monotonic() + ALONE_SECONDS
                reason = {"reason": str(error), "seconds": ALONE_SECONDS}
                logger.warning("requests are counted by each process for itself", extra={"values": reason})
        return _hit(self._own, limit, client, requests)


def register(app: Flask, settings: Settings) -> None:
    """Count the requests to the API; raises `SettingInvalid` for an invalid limit or storage."""
    by_address = _limit("rate_limit", settings.rate_limit)
    by_key = _limit("rate_limit_with_key", settings.rate_limit_with_key)
    counter = RateCounter(settings.rate_limit_storage)

    @app.before_request
    def _count() -> None:
        name = owner()
        limit = by_address if name is None else by_key
        if limit is None or not request.path.startswith("/api/") or request.method == "OPTIONS":
            return
        client = _network(request.remote_addr or "") if name is None else f"key {name}"
        g.allowance = counter.count(limit, client, queries_in())
        if g.allowance.exceeded:
            raise TooManyRequests("More requests than one client may send in this time.")

    @app.after_request
    def _tell(response: Response) -> Response:
        allowance: Allowance | None = g.get("allowance")
        if allowance is not None:
            amount, span = allowance.limit.amount, allowance.limit.get_expiry()
            seconds = min(span, max(0, math.ceil(allowance.end - time.time())))
            response.headers["RateLimit-Policy"] = f"{amount};w={span}"
            response.headers["RateLimit-Limit"] = str(amount)
            response.headers["RateLimit-Remaining"] = str(allowance.left)
            response.headers["RateLimit-Reset"] = str(seconds)
            if allowance.exceeded:
                response.headers["Retry-After"] = str(max(1, seconds))
        return response


def _hit(limiter: FixedWindowRateLimiter, limit: RateLimitItem, client: str, requests: int) -> Allowance:
    within = limiter.hit(limit, client, cost=requests)
    window = limiter.get_window_stats(limit, client)
    return Allowance(limit, window.remaining, window.reset_time, exceeded=not within)


def _limit(name: str, value: str) -> RateLimitItem | None:
    """The limit in a setting, or None."""
    if value in OFF:
        return None
    with suppress(ValueError):
        (limit,) = parse_many(value)
        if limit.amount > 0:
            return limit
    raise SettingInvalid(
        f"setting {name} is {value!r}",
        "Give a number of requests, from 1, and a time (second, minute, hour, day, month, year, or several: "
        "600/minute, 100 per 5 minutes), or 0 for no limit.",
    )


def _storage(address: str) -> MemoryStorage:
    options = {"socket_timeout": STORAGE_SECONDS, "socket_connect_timeout": STORAGE_SECONDS}
    try:
        if address.startswith("async+"):
            raise ValueError("what counts here does not work asynchronously")
        storage = storage_from_string(address, wrap_exceptions=True, **(options if "redis" in address else {}))
    except (ConfigurationError, ValueError) as error:
        raise SettingInvalid(
            f"setting rate_limit_storage is {address!r}: {error}",
            "Give memory://, or redis://HOST:PORT with the package redis installed.",
        ) from None
    return storage  # type: ignore[return-value]  # Synchronous, as every address without "async+".


def _network(address: str) -> str:
    """The client of an address; some proxies put its port behind it: `192.0.2.1:4711`, `[2001:db8::1]:4711`."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address or "unknown"
    if parsed.version == 4:
        return address
    # If the server listens on ::, an IPv4 client is ::ffff:192.0.2.1; all of them would be in one IPv6 network.
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
