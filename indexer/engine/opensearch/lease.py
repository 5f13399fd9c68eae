"""The locks of an index: documents that one process each holds, and that are free when not renewed for a while.

One is that of whoever writes, the other that of whoever builds a new index, with the token of what it makes. Each is
changed only as it was read (compare and set). Machines that write must agree on the time to some seconds.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any

from indexer.engine.opensearch.connection import Connection, Refused
from indexer.errors import EngineUnavailable, IndexLocked

LOCK, BUILDING = "lock", "building"


class Lease:
    """A lock of the index whose files are in `index`, held from `acquire` to `release`."""

    def __init__(self, connection: Connection, index: str, name: str = LOCK) -> None:
        self._connection, self._name, self._place = connection, name, _place(index, name)
        self._token = ""
        self._changing = threading.Lock()
        self._seconds = connection.settings.opensearch_lock_seconds
        self._holder = ""
        self._version: Mapping[str, Any] = {}
        self._until = 0.0
        self._lost = self._released = threading.Event()
        self._renewing: threading.Thread | None = None

    def acquire(self, command: str) -> None:
        """Take the lock; raises `IndexLocked` naming who has it."""
        since = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        self._holder = f"{command}, process {os.getpid()} on {socket.gethostname()}, since {since}"
        version: Mapping[str, Any] = {"op_type": "create"}
        try:
            held = self._connection.get(self._place)
            if held["_source"]["until"] > time.time():
                raise _locked(held["_source"]["holder"])
            version = _version(held)
        except Refused as error:
            if error.status != 404:
                raise
        try:
            self._write(version)
        except Refused as error:
            raise _locked(f"one that took it at this moment ({error.kind})") from None
        self._lost, self._released = threading.Event(), threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._renewing.start()

    def note(self, token: str) -> None:
        """Have others know what is being built; raises `IndexLocked` where the lock was lost."""
        self._token = token
        try:
            with self._changing:
                self._write(self._version)
        except Refused:
            self._lost.set()
        self.check()

    def check(self) -> None:
        """Raise `IndexLocked` where the lock was lost, or may have been."""
        if self._lost.is_set() or time.time() > self._until:
            raise IndexLocked(
                "the lock of the index was lost: the cluster did not answer for too long",
                "Nothing was published. Try again.",
            )

    def release(self) -> None:
        """Give the lock up."""
        self._released.set()
        if self._renewing is not None:
            self._renewing.join()
        # Where that fails, it is another's, or ends by itself.
        with contextlib.suppress(Refused, EngineUnavailable):
            self._connection.ask("DELETE", self._place, None, self._version)

    def _write(self, version: Mapping[str, Any]) -> None:
        until = time.time() + self._seconds
        body = {"type": "lock", "name": self._name, "holder": self._holder, "until": until, "token": self._token}
        self._version = _version(self._connection.ask("PUT", self._place, body, version))
        self._until = until

    def _renew(self) -> None:
        while not self._released.wait(self._seconds / 4):
            try:
                with self._changing:
                    self._write(self._version)
            except EngineUnavailable:
                continue
            except Refused:
                self._lost.set()
                return


def builder(connection: Connection, index: str) -> str:
    """The token of what a process is building; empty where none is, or its lock was not renewed for a while."""
    try:
        held = connection.get(_place(index, BUILDING))["_source"]
    except Refused as error:
        if error.status != 404:
            raise
        return ""
    return str(held["token"]) if held["until"] > time.time() else ""


def _place(index: str, name: str) -> str:
    return f"/{index}/_doc/{name}"


def _version(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"if_seq_no": document["_seq_no"], "if_primary_term": document["_primary_term"]}


def _locked(holder: str) -> IndexLocked:
    return IndexLocked(
        f"another process is writing to the index: {holder}",
        "Wait until it has ended, then try again. The index can be searched meanwhile.",
    )
