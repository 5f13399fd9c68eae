"""The audit log: who changed what, and when, a line of JSON each. It never holds texts of articles or keys.

{"at": "2027-01-31T09:30:00+00:00", "who": "anna", "action": "indexer remove", "index": "data/index",
 "generation": "000007-5f3a91c2", "removed": 1, "ids": ["hoi-nghi-2023"]}
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import pwd
from typing import Any

from indexer.errors import IndexUnwritable
from indexer.settings import Settings

MOST_NAMES = 1_000
"""Ids or sources that a line names; `left_out` counts the others."""


def check(settings: Settings | None) -> None:
    """Raise `IndexUnwritable` where changes are to be recorded and cannot be: then nothing is to be changed."""
    if settings is not None and settings.audit_log is not None:
        _append(settings, b"")


def record_change(settings: Settings | None, action: str, **what: Any) -> None:
    """Append a line, durably, if the setting `audit_log` names a file; raises `IndexUnwritable`.

    Of a list the first `MOST_NAMES` are named. What is None or empty is left out.
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
    _append(settings, json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")


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


def _append(settings: Settings, data: bytes) -> None:
    """Add to the file by one write, so that lines of several processes do not mix."""
    assert settings.audit_log is not None
    try:
        descriptor = os.open(settings.audit_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if data:
                os.write(descriptor, data)
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise IndexUnwritable(
            f"the audit log {settings.audit_log} cannot be written: {error.strerror}",
            "Correct the setting audit_log, or its permissions.",
        ) from None
