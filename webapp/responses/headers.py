"""Headers of every response, errors included: security, caching and cross-origin access."""

from __future__ import annotations

from flask import Flask, Response, g, request

from indexer import Settings
from webapp.access.keys import owner

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "script-src 'self'",
        # Suggestions are asked for while a query is typed.
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The URL contains the query, which must not be sent to other sites.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

READ_HEADERS = ("Authorization", "Content-Type", "If-None-Match", "X-API-Key", "X-Request-ID")
"""The request headers that a page of another origin may send besides the safelisted ones."""

TOLD_HEADERS = (
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Policy",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-ID",
)
"""The response headers that a page of another origin may read besides the safelisted ones."""

PREFLIGHT_SECONDS = 3_600


def register(app: Flask, settings: Settings) -> None:
    """Set the headers on every response of `app`."""
    origins = frozenset(settings.cors_origins)

    @app.after_request
    def _set(response: Response) -> Response:
        response.headers.update(SECURITY)
        response.headers["X-Request-ID"] = g.request_id
        if request.endpoint != "static":
            # Results change whenever an index is published.
            response.headers.setdefault("Cache-Control", "no-cache" if owner() is None else "private, no-cache")
        if origins and request.path.startswith("/api/"):
            _allow(response, origins)
        return response


def _allow(response: Response, origins: frozenset[str]) -> None:
    """Cross-Origin Resource Sharing for the configured origins (Fetch standard), preflight requests included."""
    if "*" in origins:
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin not in origins:
            return
        response.headers["Access-Control-Allow-Origin"] = origin
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
        response.headers["Access-Control-Allow-Headers"] = ", ".join(READ_HEADERS)
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    else:
        response.headers["Access-Control-Expose-Headers"] = ", ".join(TOLD_HEADERS)
