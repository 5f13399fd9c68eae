"""The queue of changes: what was accepted over HTTP, on the disk before it is answered, until it is published.

A SQLite file in the index directory. A change is what one request asked for; it has an item for each article, and each
item a number. One writer takes the waiting items in the order of their numbers, notes what is to become of each
(`foresee`), publishes them together, with the last number in the generation, and then notes that they are done
(`finish`). A writer that is killed in between finds by that number whether they were published (`settle`).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import secrets
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from indexer.errors import IndexLocked, IndexUnwritable, QueueFull, QueueUnusable, RepeatDiffers
from indexer.ingest.database import Database

NAME = "queue.sqlite3"
LOCK = "queue.lock"
KEPT_SECONDS = 7 * 86_400.0
"""How long a change can be asked for when it is done; its texts are gone by then."""

RECORD, FILE, REMOVE, PURGE = "record", "file", "remove", "purge"
"""What an item is: a record (JSON), a file, an article to be removed, one to be removed for good."""

QUEUED, INDEXED, REJECTED, SUPERSEDED = "queued", "indexed", "rejected", "superseded"
"""What an item may be: waiting; in the index as it says; refused; overtaken by a later one of the same id."""

_BUSY_SECONDS = 10.0
_VERSION = 1
_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE changes (number INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT, sources TEXT, repeat TEXT, digest BLOB,
    at REAL);
CREATE UNIQUE INDEX changes_by_repeat ON changes (owner, repeat) WHERE repeat <> '';
CREATE TABLE items (number INTEGER PRIMARY KEY AUTOINCREMENT, change INTEGER, line INTEGER, id TEXT, kind TEXT,
    name TEXT, extra TEXT, payload BLOB, size INTEGER, at REAL, state TEXT, next TEXT, reason TEXT, warnings TEXT);
CREATE INDEX items_by_change ON items (change);
CREATE INDEX items_waiting ON items (number, size, at) WHERE state = 'queued'
"""


@dataclass(frozen=True, slots=True)
class Submitted:
    """An item to be accepted: its kind, its id (of a file: what its articles are named by) and its content.

    `name` is that of a file, `extra` the metadata of its articles that have none of that name, or the `reason` of a
    purge. `line` counts the records or files of a request from 1. One that is `rejected`, for a reason, never waits.
    """

    kind: str
    id: str = ""
    payload: bytes = b""
    name: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    rejected: str = ""


class Waiting(NamedTuple):
    """An item that waits, without its content; `sources` are those that its owner may write to (None: any)."""

    number: int
    kind: str
    id: str
    name: str
    extra: Mapping[str, object]
    owner: str
    sources: tuple[str, ...] | None
    at: float


class Outcome(NamedTuple):
    """What becomes of an item: its state, why, and what of it was left out or converted, in sentences."""

    state: str
    reason: str = ""
    warnings: tuple[str, ...] = ()


class ItemState(NamedTuple):
    """What is known of an item of a change."""

    line: int | None
    id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """What is known of a change."""

    number: int
    owner: str
    items: Sequence[ItemState]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of its items are in each state."""
        found = Counter(item.outcome.state for item in self.items)
        return {state: found[state] for state in (QUEUED, INDEXED, REJECTED, SUPERSEDED)}

    @property
    def state(self) -> str:
        """Queued as long as anything of it waits; then rejected or superseded where nothing of it was indexed."""
        counts = self.counts
        if counts[QUEUED]:
            return QUEUED
        return next((state for state in (INDEXED, SUPERSEDED) if counts[state]), REJECTED)


class Depth(NamedTuple):
    """How much waits: items, bytes of their content, seconds since the oldest was accepted."""

    items: int
    bytes: int
    oldest_seconds: float


class Queue:
    """The queue of the index in a directory, made when first used. Safe to share between threads and processes.

    Raises `QueueUnusable` where it is damaged, `IndexUnwritable` where it cannot be written.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = directory / NAME
        self._lock = threading.Lock()
        self._opened: Database | None = None

    @property
    def exists(self) -> bool:
        """Whether anything was ever accepted."""
        return self._opened is not None or self._path.exists()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def accept(
        self,
        items: Sequence[Submitted],
        owner: str,
        *,
        most_items: int,
        most_bytes: int,
        sources: Sequence[str] | None = None,
        repeat: str = "",
        digest: bytes = b"",
    ) -> int:
        """Have a change on the disk; returns its number.

        An `owner` who asks again with the same `repeat` gets the number that there is; raises `RepeatDiffers` where
        `digest`, which stands for the request, is another one then. Raises `QueueFull` where more would wait.
        """
        now = time.time()
        with self._database() as database, database.transaction():
            if repeat and (known := self._repeated(database, owner, repeat, digest)):
                return known
            size = sum(len(item.payload) for item in items if not item.rejected)
            depth = self._depth(database, now)
            if depth.items + len(items) > most_items or depth.bytes + size > most_bytes:
                raise QueueFull(
                    f"{depth.items:,} items of {depth.bytes:,} bytes wait to be published", "Try again later."
                )
            allowed = None if sources is None else json.dumps(list(sources))
            values = (owner, allowed, repeat, digest, now)
            change = database.do(
                "INSERT INTO changes (owner, sources, repeat, digest, at) VALUES (?, ?, ?, ?, ?)", *values
            ).lastrowid
            assert change is not None
            database.do_each(
                "INSERT INTO items (change, line, id, kind, name, extra, payload, size, at, state, next, reason, "
                "warnings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, '[]')",
                (_row(change, item, now) for item in items),
            )
        return change

    def _repeated(self, database: Database, owner: str, repeat: str, digest: bytes) -> int | None:
        row = database.do("SELECT number, digest FROM changes WHERE owner = ? AND repeat = ?", owner, repeat).fetchone()
        if row is None:
            return None
        if row[1] != digest:
            raise RepeatDiffers(
                f"change {row[0]} has the same Idempotency-Key, and was another request", "Give each request its own."
            )
        return int(row[0])

    def change(self, number: int) -> Change | None:
        """What is known of a change; None where there is none, or it was done long ago."""
        with self._database() as database:
            owner = database.do("SELECT owner FROM changes WHERE number = ?", number).fetchone()
            rows = database.do(
                "SELECT line, id, state, reason, warnings FROM items WHERE change = ? ORDER BY number", number
            ).fetchall()
        if owner is None:
            return None
        items = [
            ItemState(line, id, Outcome(state) if state == QUEUED else Outcome(state, reason, tuple(json.loads(told))))
            for line, id, state, reason, told in rows
        ]
        return Change(number, owner[0], items)

    def is_waiting(self, number: int) -> bool:
        """Whether anything of a change waits."""
        with self._database() as database:
            statement = "SELECT 1 FROM items WHERE change = ? AND state = 'queued' LIMIT 1"
            return database.do(statement, number).fetchone() is not None

    def depth(self) -> Depth:
        """How much waits."""
        if not self.exists:
            return Depth(0, 0, 0.0)
        with self._database() as database:
            return self._depth(database, time.time())

    @staticmethod
    def _depth(database: Database, now: float) -> Depth:
        count, size, oldest = database.do(
            "SELECT count(*), total(size), min(at) FROM items INDEXED BY items_waiting WHERE state = 'queued'"
        ).fetchone()
        return Depth(count, int(size), max(0.0, now - oldest) if count else 0.0)

    def waiting(self, most_items: int, most_bytes: int) -> list[Waiting]:
        """The items that have waited longest, in the order of their numbers; the first one whatever its size."""
        with self._database() as database:
            rows = database.do(
                "SELECT items.number, kind, id, name, extra, owner, sources, items.at, size FROM items "
                "JOIN changes ON changes.number = change WHERE state = 'queued' ORDER BY items.number LIMIT ?",
                most_items,
            ).fetchall()
        taken: list[Waiting] = []
        size = 0
        for number, kind, id, name, extra, owner, sources, at, bytes_ in rows:
            size += bytes_
            if taken and size > most_bytes:
                break
            allowed = None if sources is None else tuple(json.loads(sources))
            taken.append(Waiting(number, kind, id, name, json.loads(extra), owner, allowed, at))
        return taken

    def content(self, number: int) -> bytes:
        """The content of an item that waits."""
        with self._database() as database:
            row = database.do("SELECT payload FROM items WHERE number = ?", number).fetchone()
        return b"" if row is None or row[0] is None else bytes(row[0])

    def foresee(self, outcomes: Mapping[int, Outcome]) -> None:
        """Note what becomes of items once a generation with them is live."""
        with self._database() as database, database.transaction():
            database.do_each(
                "UPDATE items SET next = ?, reason = ?, warnings = ? WHERE number = ? AND state = 'queued'",
                (
                    (each.state, each.reason, json.dumps(each.warnings, ensure_ascii=False), number)
                    for number, each in outcomes.items()
                ),
            )

    def finish(self, through: int) -> None:
        """Have everything up to a number be what was foreseen of it; its content is overwritten."""
        with self._database() as database:
            with database.transaction():
                database.do(
                    "UPDATE items SET state = next, payload = NULL, size = 0 "
                    "WHERE state = 'queued' AND number <= ? AND next <> ''",
                    through,
                )
                old = time.time() - KEPT_SECONDS
                database.do(
                    "DELETE FROM changes WHERE at < ? AND NOT EXISTS "
                    "(SELECT 1 FROM items WHERE change = changes.number AND state = 'queued')",
                    old,
                )
                database.do("DELETE FROM items WHERE at < ? AND change NOT IN (SELECT number FROM changes)", old)
            # What was overwritten is to be gone from the write-ahead log too.
            database.do("PRAGMA wal_checkpoint(TRUNCATE)")

    def settle(self, published: Iterable[tuple[str, int]]) -> None:
        """Finish what generations say that they hold: of each the queue it was published from, and the last number."""
        identity = self.identity
        through = max((number for name, number in published if name == identity), default=0)
        with self._database() as database:
            left = database.do("SELECT 1 FROM items WHERE state = 'queued' AND number <= ? LIMIT 1", through).fetchone()
        if left:
            self.finish(through)

    @property
    def identity(self) -> str:
        """A name that no other queue has: numbers count within it."""
        with self._database() as database, database.transaction():
            database.do("INSERT OR IGNORE INTO facts VALUES ('identity', ?)", secrets.token_hex(8))
            (name,) = database.do("SELECT value FROM facts WHERE name = 'identity'").fetchone()
        return str(name)

    @contextlib.contextmanager
    def drained_by_this_process(self) -> Iterator[None]:
        """Be the one writer for a `with` block; raises `IndexLocked` where another process is."""
        try:
            lock = open(self._directory / LOCK, "a")  # noqa: SIM115 -- closed below, by `with`
        except OSError as error:
            raise IndexUnwritable(
                f"{self._directory / LOCK} cannot be written: {error.strerror}", "Check its permissions."
            ) from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise IndexLocked(
                    f"another process publishes the queue of {self._directory}", "It goes on by itself."
                ) from None
            yield

    @contextlib.contextmanager
    def _database(self) -> Iterator[Database]:
        with self._lock:
            if self._opened is None:
                self._opened = Database(
                    self._path,
                    _TABLES,
                    _VERSION,
                    self._unusable,
                    busy="another process",
                    wait=_BUSY_SECONDS,
                    shared=True,
                )
            yield self._opened

    def _unusable(self, why: str) -> QueueUnusable:
        return QueueUnusable(
            f"the queue {self._path} {why}",
            "Move it away: what waits in it is not published, and what was published stays.",
        )


def _row(change: int, item: Submitted, now: float) -> tuple[object, ...]:
    waits = not item.rejected
    return (
        *(change, item.line, item.id, item.kind, item.name, json.dumps(item.extra, ensure_ascii=False)),
        *(sqlite3.Binary(item.payload) if waits else None, len(item.payload) if waits else 0, now),
        *(QUEUED if waits else REJECTED, item.rejected),
    )
