"""The audit log: who changed what, and when, a line of JSON each. It never holds texts of articles or keys.

{"at": "2027-01-31T09:30:00+00:00", "who": "anna", "action": "indexer remove", "index": "data/index",
 "generation": "000007-5f3a91c2", "removed": 1, "ids": ["hoi-nghi-2023"]}
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import errno
import json
import os
import pwd
import stat
from typing import Any

from indexer.errors import IndexUnwritable
from indexer.settings import Settings

MOST_NAMES = 1_000
"""Ids or sources that a line names; `left_out` counts the others."""

RESERVED_BYTES = 1 << 17
"""Space that is reserved for a line: enough for so many names."""

_KEEP_SIZE = 1
"""FALLOC_FL_KEEP_SIZE of Linux."""


def check(settings: Settings | None) -> None:
    """Raise `IndexUnwritable` where changes are to be recorded and cannot be: then nothing is to be changed.

    The space for a line is reserved, where the file system can; to what is no regular file a space is written, which
    JSON allows before a value.
    """
    if settings is not None and settings.audit_log is not None:
        _append(settings, b"")


def record_change(settings: Settings | None, action: str, is_made: bool = True, /, **what: Any) -> None:
    """Append a line, durably, if the setting `audit_log` names a file; raises `IndexUnwritable`.

    Of a list the first `MOST_NAMES` are named. What is None or empty is left out. `is_made` says whether the change has
    been made already: then the error says so too.
    """
    if settings is None or settings.audit_log is None:
        return
    line: dict[str, Any] = {
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "who": _who(),
        "action": action,
    }
    for name, value in what.items():
        if isinstance(value, list | tuple) and len(value) > MOST_NAMES:
            line["left_out"] = len(value) - MOST_NAMES
            value = value[:MOST_NAMES]
        if value:
            line[name] = value
    live = f"generation {what['generation']} is live" if what.get("generation") else "the change is made"
    data = json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    _append(settings, data, f"{live}, but is not on record: " if is_made else "")


def _who() -> str:
    """The user of the system that this runs as, and who has logged in, if that is another one (`sudo`)."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # A number without a name, as in some containers.
        user = f"uid {os.getuid()}"
    with contextlib.suppress(OSError):
        login = os.getlogin()
        return user if login == user else f"{user} (logged in as {login})"
    return user


def _reserve(descriptor: int) -> None:
    """Have the space of a line, so that it can be written once there is something to say; raises `OSError`."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.write(descriptor, b" ")
        return
    fallocate = getattr(ctypes.CDLL(None, use_errno=True), "fallocate", None)  # os.posix_fallocate would add zeros.
    if fallocate is None:
        return
    fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    if fallocate(descriptor, _KEEP_SIZE, status.st_size, RESERVED_BYTES) != 0:
        number = ctypes.get_errno()
        if number not in (errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL):
            raise OSError(number, os.strerror(number))


def _append(settings: Settings, data: bytes, before: str = "") -> None:
    """Add to the file by one write, so that lines of several processes do not mix; reserve space where there is none.

    The error begins with `before`.
    """
    assert settings.audit_log is not None
    try:
        descriptor = os.open(settings.audit_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if not data:
                _reserve(descriptor)
            elif os.write(descriptor, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            elif stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise IndexUnwritable(
            f"{before}the audit log {settings.audit_log} cannot be written: {error.strerror}",
            "Correct the setting audit_log, or its permissions.",
        ) from None
