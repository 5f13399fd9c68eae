"""The names that the site may be called by: a request for another one is refused, and no answer repeats it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.sansio.utils import host_is_trusted

from indexer import SettingInvalid, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NAMELESS = ("/healthz", "/readyz", "/metrics")
"""Paths that probes ask for by the number of a machine; their answers hold no address."""

_HOST = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?")
_REFUSED = "timdoan.host_refused"


def register(app: Flask, settings: Settings) -> None:
    """Have every host but those of the settings refused, and what is none; raises `SettingInvalid` for a wrong setting.

    Without such settings any host will do.
    """
    names = [_parsed(host) for host in settings.hosts]
    app.wsgi_app = _Hosts(app.wsgi_app, names)  # type: ignore[method-assign]  # as Flask says


def register_refusal(app: Flask) -> None:
    """Answer requests for other hosts with 400."""
    app.before_request(_refuse)


def _refuse() -> None:
    if request.environ.get(_REFUSED) and request.path not in NAMELESS:
        abort(400, "This site is not called by the host of the request.")


def _parsed(host: str) -> tuple[str, str]:
    """The scheme (empty: that of the request) and the name of a host as the setting has it."""
    parts = urlsplit(host if "://" in host else f"//{host}")
    try:
        sound = parts.hostname and parts.scheme in ("", "http", "https") and not (parts.path.strip("/") or parts.query)
        _ = parts.port
    except ValueError:
        sound = False
    if not sound:
        raise SettingInvalid(
            f"setting hosts has {host!r}, which is no host",
            "Give names (search.example, .example for all under it), or addresses (https://search.example).",
        )
    return parts.scheme, parts.netloc


class _Hosts:
    """Answers as the first address of the setting, where it has one; marks requests for other hosts."""

    def __init__(self, app: WSGIApplication, names: list[tuple[str, str]]) -> None:
        self._app = app
        self._names = [name.partition(":")[0] for _, name in names if not name.startswith("[")]
        self._numbers = {_without_port(name) for _, name in names if name.startswith("[")}
        self._own = next(((scheme, name) for scheme, name in names if scheme), None)
        self._instead = self._own or ("", names[0][1].lstrip(".") if names else "localhost")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        trusted = self._trusts(environ)
        shown = self._own if trusted else self._instead
        if not trusted:
            environ[_REFUSED] = True
        if shown:
            scheme, environ["HTTP_HOST"] = shown
            environ["wsgi.url_scheme"] = scheme or environ["wsgi.url_scheme"]
        return self._app(environ, start_response)

    def _trusts(self, environ: WSGIEnvironment) -> bool:
        host = environ.get("HTTP_HOST", "").lower()
        if not self._names and not self._numbers:
            # Before HTTP/1.1 none need be named.
            return _is_host(host) if host else environ.get("SERVER_PROTOCOL") == "HTTP/1.0"
        # Of an IPv6 address werkzeug takes the first colon for the one before a port.
        is_number = host.startswith("[") and host_is_trusted(host) and _without_port(host) in self._numbers
        return is_number or (bool(self._names) and host_is_trusted(host, self._names))


def _is_host(host: str) -> bool:
    """Whether it is a name or a number, perhaps with a port. Names of containers may have underscores."""
    found = _HOST.fullmatch(host)
    return found is not None and int(found[1] or 0) <= 65_535


def _without_port(host: str) -> str:
    """An IPv6 address in brackets, in lower case."""
    return host.lower().partition("]")[0] + "]"
