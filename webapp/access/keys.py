"""API keys: a file of hashes, and the check of requests.

A key is 256 random bits, so one round of SHA-256 is as safe as a slow hash: it cannot be guessed. The file has a line
`NAME sha256:HEX` for each key and is read again when it changes. `webapp keys add` (`webapp.commands.keys`) makes keys.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Request, abort, current_app, g, request

from indexer import SettingInvalid, Settings
from webapp.state import settings

logger = logging.getLogger("webapp.access")

KEY_PREFIX = "td_"
"""The prefix of keys, so that a leaked one is recognised."""

OPEN_ENDPOINTS = ("api.suggest",)
"""Endpoints without a key: the page's search box calls them, and they reveal no more than the page does."""

_LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]{1,64}) sha256:(?P<hash>[0-9a-f]{64})")


class KeysUnreadable(Exception):
    """The key file was lost or damaged while the server was running, so no client can be identified."""


class KeyRing:
    """The keys of a file. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._hashes: Mapping[str, bytes] = {}
        self._complaint = ""
        self._read()

    def name_of(self, key: str) -> str | None:
        """The name of the key's owner, or None; raises `KeysUnreadable`, and logs the reason once.

        It takes the same time for any key: every hash is compared, each in constant time.
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
        for name, known in self._hashes.items():
            if hmac.compare_digest(hashed, known):
                found = name
        return found

    def _read(self) -> None:
        """Read the file if it has changed; raises `SettingInvalid`."""
        try:
            status = self._path.stat()
            stamp = status.st_mtime_ns, status.st_ino
            with self._lock:
                if stamp != self._stamp:
                    self._hashes, self._stamp = read_hashes(self._path), stamp
        except OSError as error:
            raise SettingInvalid(
                f"the file of API keys, {self._path}, cannot be read: {error.strerror}",
                "Make it with `webapp keys add NAME`, or correct the setting api_keys.",
            ) from None


def read_hashes(path: Path) -> dict[str, bytes]:
    """Names and hashes of the file; raises `SettingInvalid` for an invalid line, `OSError` without a file."""
    hashes: dict[str, bytes] = {}
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if not match:
            raise SettingInvalid(f"{path}:{number} is no API key", "A line has a name, a space, and sha256:HEX.")
        hashes[match["name"]] = bytes.fromhex(match["hash"])
    return hashes


def new_key() -> str:
    """A new random key."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def hash_of(key: str) -> bytes:
    """The stored hash of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def register(app: Flask, settings: Settings) -> None:
    """Look whose key a request of the API has; raises `SettingInvalid` when the key file cannot be read."""
    if settings.api_keys is not None:
        app.extensions["timdoan.keys"] = KeyRing(settings.api_keys)
        app.before_request(_look)


def register_refusal(app: Flask, settings: Settings) -> None:
    """Refuse what has a wrong key, or none where one is needed. Called after counting: nobody may try for ever."""
    if settings.api_keys is not None:
        app.before_request(_refuse)


def owner() -> str | None:
    """The owner of the current request's key; None if it has none, or keys are not used."""
    name: str | None = g.get("key_owner")
    return name


def _look() -> None:
    if not request.path.startswith("/api/") or request.method == "OPTIONS":
        return
    ring: KeyRing = current_app.extensions["timdoan.keys"]
    if key := _key_of(request):
        g.key_owner = ring.name_of(key)
        if g.key_owner is None:
            g.key_refusal = "The API key is not known."
    elif settings().api_keys_required and request.endpoint not in OPEN_ENDPOINTS:
        g.key_refusal = "This server answers to API keys only."


def _refuse() -> None:
    if reason := g.get("key_refusal"):
        abort(401, reason)


def _key_of(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return request.headers.get("X-API-Key", "") or (token.strip() if scheme.lower() == "bearer" else "")
