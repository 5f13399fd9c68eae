"""API keys: the check of requests against the file of their hashes (`key_file`).

A key is 256 random bits, so one round of SHA-256 is as safe as a slow hash: it cannot be guessed. The file is read
again when it changes. `webapp keys add` (`webapp.commands.keys`) makes keys.
"""

from __future__ import annotations

import datetime
import hmac
import ipaddress
import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask, Request, abort, current_app, g, request

from indexer import SettingInvalid, Settings
from webapp.access.key_file import Key, hash_of, note_uses, read_keys
from webapp.state import settings

logger = logging.getLogger("webapp.access")

_OPEN = ("api.suggest", "changing.")
"""Beginnings of endpoints that are not refused here without a key: the page's search box asks for suggestions, which
reveal no more than the page does; and what changes articles is refused by the roles it needs."""

USE_SECONDS = 60.0
"""How often a process writes down when keys were last used."""


class KeysUnreadable(Exception):
    """The key file was lost or damaged while the server was running, so no client can be identified."""


class KeyRing:
    """The keys of a file. Safe to share between threads."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
    ) -> None:
        self._path, self._clock, self._now = path, clock, now
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._keys: Mapping[str, Key] = {}
        self._complaint = ""
        self._uses: dict[str, str] = {}
        self._noted = clock()
        self._seen: set[str] = set()
        self._read()

    def name_of(self, key: str) -> str | None:
        """The name of the key's owner, or None; raises `KeysUnreadable`, and logs the reason once.

        It takes the same time for any key: every hash is compared, each in constant time. A key that has expired has no
        owner.
        """
        try:
            self._read()
            self._complaint = ""
        except SettingInvalid as error:
            if str(error) != self._complaint:
                self._complaint = str(error)
                logger.error("API keys cannot be checked", extra={"values": {"reason": self._complaint}})
            raise KeysUnreadable from None
        hashed = hash_of(key)
        found = None
        for name, known in self._keys.items():
            if hmac.compare_digest(hashed, known.hash):
                found = name
        now = self._now()
        if found is None or not self._keys[found].is_valid(now.date()):
            return None
        self._note(found, now)
        return found

    def roles_of(self, name: str) -> tuple[str, ...]:
        """What the key of a name may do; nothing where there is none any more."""
        key = self._keys.get(name)
        return () if key is None else key.roles

    def sources_of(self, name: str) -> tuple[str, ...]:
        """The sources that what the key of a name writes must have; none where they may be any."""
        key = self._keys.get(name)
        return () if key is None else key.sources

    def _note(self, name: str, now: datetime.datetime) -> None:
        """Note that a key was used: the first use at once, further ones now and then."""
        with self._lock:
            self._uses[name] = now.isoformat(timespec="seconds")
            is_due = name not in self._seen or self._clock() - self._noted >= USE_SECONDS
            self._seen.add(name)
        if is_due:
            self.write_uses()

    def write_uses(self) -> None:
        """Write down when keys were last used, as far as that is not written yet."""
        with self._lock:
            uses, self._uses, self._noted = self._uses, {}, self._clock()
        if not uses:
            return
        try:
            note_uses(self._path, uses)
        except OSError as error:
            logger.warning("the use of API keys is not noted", extra={"values": {"reason": str(error.strerror)}})

    def _read(self) -> None:
        """Read the file if it has changed; raises `SettingInvalid`."""
        try:
            status = self._path.stat()
            stamp = status.st_mtime_ns, status.st_ino
            with self._lock:
                if stamp != self._stamp:
                    self._keys, self._stamp = read_keys(self._path), stamp
        except OSError as error:
            raise SettingInvalid(
                f"the file of API keys, {self._path}, cannot be read: {error.strerror}",
                "Make it with `webapp keys add NAME`, or correct the setting api_keys.",
            ) from None


def register(app: Flask, settings: Settings) -> None:
    """Look whose key a request of the API has; raises `SettingInvalid` when the key file cannot be read."""
    if settings.api_keys is not None:
        app.extensions["timdoan.keys"] = KeyRing(settings.api_keys)
        app.before_request(_look)


def write_uses(app: Flask) -> None:
    """Write down when keys were last used, before a process ends."""
    ring: KeyRing | None = app.extensions.get("timdoan.keys")
    if ring is not None:
        ring.write_uses()


def register_refusal(app: Flask, settings: Settings) -> None:
    """Refuse what has a wrong key, or none where one is needed. Called after counting: nobody may try for ever."""
    if settings.api_keys is not None:
        app.before_request(_refuse)


def owner() -> str | None:
    """The owner of the current request's key; None if it has none, or keys are not used."""
    name: str | None = g.get("key_owner")
    return name


def may(role: str) -> bool:
    """Whether the key of the current request has a role: `admin` has every one, and whoever may write may search."""
    name = owner()
    if name is None:
        return False
    ring: KeyRing = current_app.extensions["timdoan.keys"]
    roles = ring.roles_of(name)
    return role in roles or "admin" in roles or (role == "search" and "write" in roles)


def sources() -> tuple[str, ...] | None:
    """The sources that the key of the current request may write articles of; None: any."""
    name = owner()
    if name is None:
        return None
    ring: KeyRing = current_app.extensions["timdoan.keys"]
    return ring.sources_of(name) or None


def may_write_without_key() -> bool:
    """Whether the current request comes from a program on this machine, and the settings have those write.

    A page of another site that is open in a browser there is none: browsers name the origin of what changes something.
    """
    if not settings().write_without_key or "Origin" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _look() -> None:
    if not request.path.startswith("/api/") or request.method == "OPTIONS":
        return
    ring: KeyRing = current_app.extensions["timdoan.keys"]
    if key := _key_of(request):
        g.key_owner = ring.name_of(key)
        if g.key_owner is None:
            g.key_refusal = "The API key is not known, or has expired."
    elif settings().api_keys_required and not (request.endpoint or "").startswith(_OPEN):
        g.key_refusal = "This server answers to API keys only."


def _refuse() -> None:
    if reason := g.get("key_refusal"):
        abort(401, reason)


def _key_of(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return request.headers.get("X-API-Key", "") or (token.strip() if scheme.lower() == "bearer" else "")
