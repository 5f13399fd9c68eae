"""The file of API keys: a line for each, changed under a lock, durably.

    NAME sha256:HEX roles=search,write expires=2027-01-31 sources=B%C3%A1o%20M%E1%BA%ABu

A line without roles has the role `search`; one without `expires` never expires; one without `sources` (percent-encoded,
separated by commas) may write articles of any source. `#` begins a comment. When each key was
last used is kept beside the file, in FILE.used (JSON: name -> ISO 8601 time), which the server writes now and then.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import hashlib
import json
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from indexer import SettingInvalid

ROLES = ("search", "write", "admin")
"""What a key may do: search; add and remove articles too; everything."""

KEY_PREFIX = "td_"
"""The prefix of keys, so that a leaked one is recognised."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


def new_key() -> str:
    """A new random key."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def hash_of(key: str) -> bytes:
    """The stored hash of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


@dataclass(frozen=True, slots=True)
class Key:
    """A key: the hash of it, what it may do, and the last day on which it counts (None: no end).

    Articles that it writes are of one of its `sources`, if it has any.
    """

    hash: bytes
    roles: tuple[str, ...] = ("search",)
    expires: datetime.date | None = None
    sources: tuple[str, ...] = ()

    def is_valid(self, day: datetime.date) -> bool:
        """Whether it counts on a day."""
        return self.expires is None or day <= self.expires


def is_name(name: str) -> bool:
    """Whether a key may be called so."""
    return _NAME.fullmatch(name) is not None


def read_keys(path: Path) -> dict[str, Key]:
    """The keys of the file by name; raises `SettingInvalid` for an invalid line, `OSError` without a file."""
    keys: dict[str, Key] = {}
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        if not _holds_key(line):
            continue
        try:
            name, key = _read_line(line)
        except ValueError as error:
            raise SettingInvalid(
                f"{path}:{number} is no API key: {error}",
                "A line has a name, a space, sha256:HEX, perhaps roles=search,write expires=YYYY-MM-DD sources=...",
            ) from None
        keys[name] = key
    return keys


def _holds_key(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _read_line(line: str) -> tuple[str, Key]:
    name, *parts = line.split()
    hashed = _HASH.fullmatch(parts[0]) if parts else None
    if not is_name(name) or hashed is None:
        raise ValueError("it has no name and hash")
    given = dict(part.partition("=")[::2] for part in parts[1:])
    if not given.keys() <= {"roles", "expires", "sources"} or len(given) < len(parts) - 1:
        raise ValueError("it has something that is not known")
    roles = tuple(given["roles"].split(",")) if "roles" in given else ("search",)
    if not roles or not set(roles) <= set(ROLES):
        raise ValueError(f"a role is one of {', '.join(ROLES)}")
    expires = datetime.date.fromisoformat(given["expires"]) if "expires" in given else None
    sources = tuple(unquote(source, errors="strict") for source in given.get("sources", "").split(",") if source)
    return name, Key(bytes.fromhex(hashed[1]), roles, expires, sources)


@contextlib.contextmanager
def changing(path: Path) -> Iterator[dict[str, Key]]:
    """The keys, to be changed in a `with` block; written at its end, unless it raises.

    Others wait meanwhile, so no change is lost. The file is replaced by one durable step: that which a symbolic link
    leads to, with the owner and the mode that it had, and its comments. A new one is readable by its owner only.
    Raises as `read_keys`, and `OSError`.
    """
    path = path.resolve()
    with _locked(path.parent):
        lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
        keys = read_keys(path) if lines else {}
        before = dict(keys)
        yield keys
        kept = []
        for line in lines:
            name = line.split(maxsplit=1)[0] if _holds_key(line) else None
            if name is None or keys.get(name) == before[name]:
                kept.append(f"{line}\n")
        changed = (_line(name, key) for name, key in keys.items() if before.get(name) != key)
        _replace(path, "".join((*kept, *changed)), as_before=True)


def _line(name: str, key: Key) -> str:
    roles = f" roles={','.join(key.roles)}" if key.roles != ("search",) else ""
    expires = f" expires={key.expires}" if key.expires else ""
    sources = f" sources={','.join(quote(source, safe='') for source in key.sources)}" if key.sources else ""
    return f"{name} sha256:{key.hash.hex()}{roles}{expires}{sources}\n"


def read_uses(path: Path) -> dict[str, str]:
    """When each key was last used; nothing of what cannot be read."""
    try:
        found = json.loads(_uses_of(path).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: at for name, at in found.items() if isinstance(at, str)} if isinstance(found, dict) else {}


def note_uses(path: Path, uses: Mapping[str, str]) -> None:
    """Record the last uses of some keys, each only if it is later than what is known; raises `OSError`."""
    with _locked(path.parent):
        known = read_uses(path)
        merged = {**known, **{name: max(at, known.get(name, "")) for name, at in uses.items()}}
        _replace(_uses_of(path), json.dumps(merged, indent=0, sort_keys=True))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, whose files are replaced: a lock of one of them would be of what it was before."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _uses_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.used")


def _keep_access(path: Path, fresh: int) -> None:
    """Give a new file the owner and the mode of another one; raises `OSError`. A server may run as another user."""
    old, new = path.stat(), os.fstat(fresh)
    try:
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
            os.fchown(fresh, old.st_uid, old.st_gid)
        os.fchmod(fresh, stat.S_IMODE(old.st_mode))
    except PermissionError as error:
        reason = f"its owner (uid {old.st_uid}, gid {old.st_gid}) and mode cannot be kept: change it as its owner"
        raise PermissionError(error.errno, reason, str(path)) from None


def _replace(path: Path, text: str, as_before: bool = False) -> None:
    """Replace a file by one atomic step, `as_before` with its owner and mode; durable when its folder is synced."""
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            if as_before and path.exists():
                _keep_access(path, stream.fileno())
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
