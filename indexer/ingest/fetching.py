"""Fetching by HTTP: http(s) only, no private addresses, bounded bytes and time, robots.txt respected.

The name of a host is looked up once, what it leads to is checked, and that address is connected to: a second look-up
could give another one. Every redirect is a new request under the same rules.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

if TYPE_CHECKING:
    from protego import Protego

AGENT = "timdoan"
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_ROBOTS_BYTES = 512 * 1024
_LONGEST_PAUSE_SECONDS = 60.0
_AT_ONCE = 64 * 1024
_PATH = "/%:@!$&'()*+,;=~-._"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchFailed(Exception):
    """Nothing came of a request; the message goes on from the address. `status` is that of the answer, or 0."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


class Answer(NamedTuple):
    """An answer: its status (200 or 304), the address that gave it, its headers in small letters, and its body."""

    status: int
    address: str
    headers: Mapping[str, str]
    body: bytes


class _Place(NamedTuple):
    secure: bool
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (443 if self.secure else 80)
        return f"{'https' if self.secure else 'http'}://{host}{'' if usual else f':{self.port}'}"


def is_public(address: Address) -> bool:
    """Whether an address is one of the Internet: no private, loopback, link-local, shared or reserved one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            return is_public(inner)
        if address in _TRANSLATED:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast and not address.is_reserved


_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


def origin_of(address: str) -> str:
    """Scheme, host and port; raises `FetchFailed` for an address that is not fetched."""
    return _place(address).origin


def _place(address: str) -> _Place:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError):
        raise FetchFailed("is no address that can be read") from None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise FetchFailed("is no http or https address, or has a user name in it")
    target = quote(parts.path or "/", safe=_PATH) + (f"?{quote(parts.query, safe=_PATH + '?')}" if parts.query else "")
    return _Place(parts.scheme == "https", host, port, target)


@dataclass
class Fetcher:
    """Fetches addresses for one run; robots.txt of each host is fetched once, and requests to it pause.

    `permitted` says which addresses may be connected to; `wait` gives something true where the run is to end. A request
    with its redirects takes at most `seconds`, and a body has at most `most_bytes`.
    """

    most_bytes: int
    seconds: float = 60.0
    pause_seconds: float = 1.0
    permitted: Callable[[Address], bool] = is_public
    wait: Callable[[float], object] = time.sleep
    _robots: dict[str, Protego | FetchFailed] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)

    def fetch(self, address: str, etag: str = "", last_modified: str = "") -> Answer:
        """The answer to GET, 304 where it is as it was; raises `FetchFailed`."""
        headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        return self._followed(address, {name: value for name, value in headers.items() if value}, self.most_bytes, True)

    def _followed(self, address: str, headers: Mapping[str, str], most: int, robots: bool) -> Answer:
        deadline = time.monotonic() + self.seconds
        for _ in range(_MOST_REDIRECTS + 1):
            place = _place(address)
            if robots:
                deadline += self._ask_robots(place)
            status, answered, body = self._request(place, headers, most, deadline)
            if status in _REDIRECTS and "location" in answered:
                try:
                    address = urljoin(address, answered["location"])
                except ValueError:
                    raise FetchFailed("is redirected to no address that can be read") from None
                continue
            if status == 304 or status == 200:
                return Answer(status, address, answered, body)
            raise FetchFailed(f"was answered with status {status}", status)
        raise FetchFailed(f"is redirected more than {_MOST_REDIRECTS} times")

    def _ask_robots(self, place: _Place) -> float:
        """Wait until a host may be asked again; gives the seconds that took. Raises `FetchFailed` if it may not be."""
        from protego import Protego

        start = time.monotonic()
        if place.origin not in self._robots:
            try:
                body = self._followed(f"{place.origin}/robots.txt", {}, _ROBOTS_BYTES, False).body
                self._robots[place.origin] = Protego.parse(body.decode("utf-8", "replace"))
            except FetchFailed as error:
                # As RFC 9309 has it: without the file all is allowed, with a server that fails nothing is.
                failed = FetchFailed(f"is not fetched: robots.txt of its host {error}") if error.status else error
                self._robots[place.origin] = Protego.parse("") if 400 <= error.status < 500 else failed
        rules = self._robots[place.origin]
        if isinstance(rules, FetchFailed):
            raise FetchFailed(str(rules))
        if not rules.can_fetch(place.origin + place.target, AGENT):
            raise FetchFailed("is not fetched: robots.txt of its host does not allow it")
        pause = min(max(self.pause_seconds, float(rules.crawl_delay(AGENT) or 0)), _LONGEST_PAUSE_SECONDS)
        since = time.monotonic() - self._last.get(place.origin, -pause)
        if since < pause and self.wait(pause - since):
            raise FetchFailed("is left to a later run: this one is to end", 503)
        self._last[place.origin] = time.monotonic()
        return time.monotonic() - start

    def _request(
        self, place: _Place, headers: Mapping[str, str], most: int, deadline: float
    ) -> tuple[int, dict[str, str], bytes]:
        address = self._look_up(place)
        left = deadline - time.monotonic()
        if left <= 0:
            raise FetchFailed(f"takes more than {self.seconds:g} seconds, the limit")
        connection = _connection(place, address, left)
        try:
            connection.connect()
            # A server that sends a byte now and then never exceeds the time limit of a socket.
            watchdog = threading.Timer(max(0.0, deadline - time.monotonic()), _shut, (connection.sock,))
            watchdog.daemon = True
            watchdog.start()
            try:
                sent = {"User-Agent": AGENT, "Accept-Encoding": "gzip", "Connection": "close", **headers}
                connection.request("GET", place.target, headers=sent)
                with connection.getresponse() as response:
                    answered = {name.lower(): value for name, value in response.getheaders()}
                    body = _body(response, answered, most) if response.status == 200 else b""
                if time.monotonic() >= deadline:  # What was cut off may look like an end.
                    raise TimeoutError
                return response.status, answered, body
            finally:
                watchdog.cancel()
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            if time.monotonic() >= deadline:
                raise FetchFailed(f"takes more than {self.seconds:g} seconds, the limit") from None
            raise FetchFailed(f"could not be fetched: {str(error) or type(error).__name__}") from None
        finally:
            connection.close()

    def _look_up(self, place: _Place) -> str:
        try:
            found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchFailed(f"could not be fetched: its host is not known ({error})") from None
        addresses = [str(each[4][0]).partition("%")[0] for each in found]
        for each in addresses:
            if not self.permitted(ipaddress.ip_address(each)):
                raise FetchFailed(f"is not fetched: {place.host} is {each}, which is no public address")
        return addresses[0]


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was looked up before."""

    def __init__(self, place: _Place, address: str, timeout: float) -> None:
        super().__init__(place.host, place.port, timeout=timeout)
        self._address, self._seconds = address, timeout

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self._seconds)


class _Secure(_Plain):
    """The same with TLS; the certificate must be that of the host's name."""

    default_port = 443

    def connect(self) -> None:
        super().connect()
        self.sock = _tls().wrap_socket(self.sock, server_hostname=self.host)


def _connection(place: _Place, address: str, timeout: float) -> _Plain:
    return (_Secure if place.secure else _Plain)(place, address, timeout)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _shut(sock: socket.socket | None) -> None:
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _body(response: http.client.HTTPResponse, headers: Mapping[str, str], most: int) -> bytes:
    """The body, unpacked; raises `FetchFailed` when it is too long, unpacked or not."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchFailed(f"was answered in the encoding {encoding!r:.40}, which nobody asked for")
    unpacking = zlib.decompressobj(31) if "gzip" in encoding else None
    body = bytearray()
    while data := response.read(_AT_ONCE):
        body += unpacking.decompress(data, most + 1 - len(body)) if unpacking else data
        if len(body) > most:
            raise FetchFailed(f"has more than {most:,} bytes, the limit")
    # `read` gives what there is when the connection ends early.
    if response.length:
        raise FetchFailed("ended early")
    if unpacking is not None and not unpacking.eof:
        raise FetchFailed("ended early, packed")
    return bytes(body)
