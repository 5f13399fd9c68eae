"""What webhooks have told: a SQLite file in the index directory, so that a restart neither loses nor repeats.

It holds no text: of passages seen there are hashes, and a message that waits names the passages that it is made of, so
that what is withdrawn meanwhile is not sent.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from indexer.errors import WebhooksUnusable
from indexer.ingest.database import Database

NAME = "webhooks.sqlite3"
LOCK = "webhooks.lock"
_VERSION = 1
_BUSY_SECONDS = 10.0
_TABLES = """
CREATE TABLE hooks (name TEXT PRIMARY KEY, query TEXT, generation TEXT) WITHOUT ROWID;
CREATE TABLE seen (hook TEXT, key INTEGER, PRIMARY KEY (hook, key)) WITHOUT ROWID;
CREATE TABLE waiting (hook TEXT PRIMARY KEY, id TEXT, generation TEXT, created REAL, passages INTEGER,
    articles INTEGER, named TEXT, attempts INTEGER, due REAL) WITHOUT ROWID
"""


class Named(NamedTuple):
    """A passage that a message is about: its article, and the hash of both (`looking.key_of`)."""

    article: str
    key: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message that waits to be sent: how many passages of how many articles are new, and the first of them.

    `created` and `due`, when it is sent (again), are seconds since 1970; `attempts` were made.
    """

    id: str
    generation: str
    created: float
    passages: int
    articles: int
    named: Sequence[Named]
    attempts: int = 0
    due: float = 0.0


class State:
    """What is known of each webhook. Raises `WebhooksUnusable`, `IndexUnwritable` or `IndexLocked`."""

    def __init__(self, directory: Path) -> None:
        path = directory / NAME
        hint = "Move it away: webhooks then begin with what is found now."
        self._database = Database(
            path,
            _TABLES,
            _VERSION,
            lambda why: WebhooksUnusable(f"the file of the webhooks, {path}, {why}", hint),
            busy="another process",
            wait=_BUSY_SECONDS,
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def generation(self, hook: str, query: str) -> str:
        """The generation that a webhook was last looked for in; empty if never, or with another query."""
        found = self._database.do("SELECT query, generation FROM hooks WHERE name = ?", hook).fetchone()
        return str(found[1]) if found and found[0] == query else ""

    def seen(self, hook: str) -> set[int]:
        """The keys of the passages that were found before."""
        return {key for (key,) in self._database.do("SELECT key FROM seen WHERE hook = ?", hook)}

    def begin(self, hook: str, query: str, generation: str, keys: Iterable[int]) -> None:
        """Begin with what a search finds now: none of it is new."""
        with self._database.transaction():
            self._forget(hook)
            self._database.do("INSERT INTO hooks VALUES (?, ?, ?)", hook, query, generation)
            self._database.do_each("INSERT INTO seen VALUES (?, ?)", ((hook, key) for key in keys))

    def found(
        self, hook: str, generation: str, keys: Iterable[int], message: Message | None, gone: Iterable[int] = ()
    ) -> None:
        """Note what is new in a generation, with the message that tells of it; keys of what is `gone` are dropped."""
        with self._database.transaction():
            self._database.do("UPDATE hooks SET generation = ? WHERE name = ?", generation, hook)
            self._database.do_each("INSERT OR IGNORE INTO seen VALUES (?, ?)", ((hook, key) for key in keys))
            self._database.do_each("DELETE FROM seen WHERE hook = ? AND key = ?", ((hook, key) for key in gone))
            if message is not None:
                self._database.do(
                    "INSERT INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    hook,
                    message.id,
                    message.generation,
                    message.created,
                    message.passages,
                    message.articles,
                    json.dumps(message.named),
                    message.attempts,
                    message.due,
                )

    def waiting(self, hook: str) -> Message | None:
        """The message of a webhook that waits; there is at most one."""
        found = self._database.do(
            "SELECT id, generation, created, passages, articles, named, attempts, due FROM waiting WHERE hook = ?", hook
        ).fetchone()
        if found is None:
            return None
        id, generation, created, passages, articles, named, attempts, due = found
        each = tuple(Named(*pair) for pair in json.loads(named))
        return Message(id, generation, created, passages, articles, each, attempts, due)

    def later(self, hook: str, attempts: int, due: float) -> None:
        """Note that sending has failed so often, and when it is tried again."""
        self._database.do("UPDATE waiting SET attempts = ?, due = ? WHERE hook = ?", attempts, due, hook)

    def done(self, hook: str) -> None:
        """Drop the message that waits."""
        self._database.do("DELETE FROM waiting WHERE hook = ?", hook)

    def keep_only(self, hooks: Collection[str]) -> None:
        """Forget all webhooks but these."""
        known = [name for (name,) in self._database.do("SELECT name FROM hooks")]
        with self._database.transaction():
            for name in known:
                if name not in hooks:
                    self._forget(name)

    def _forget(self, hook: str) -> None:
        self._database.do("DELETE FROM hooks WHERE name = ?", hook)
        self._database.do("DELETE FROM seen WHERE hook = ?", hook)
        self._database.do("DELETE FROM waiting WHERE hook = ?", hook)
