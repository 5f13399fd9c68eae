"""The ledger of declared sources: which files were read, what they looked like then, and which articles came of them.

A SQLite file in the index directory. Whatever a run finds out is one transaction, committed after its generation is
live: a run that is killed leaves the ledger of the run before, and what it read is read again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from indexer.errors import LedgerUnusable
from indexer.ingest.database import Database

NAME = "ledger.sqlite3"
_VERSION = 1
_TABLES = """
CREATE TABLE files (
    source TEXT, path BLOB, size INTEGER, modified INTEGER, changed INTEGER, hash BLOB, id TEXT, moved INTEGER,
    reader TEXT, state TEXT, error TEXT, etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, path)) WITHOUT ROWID;
CREATE INDEX files_by_hash ON files (source, hash);
CREATE INDEX files_by_id ON files (id);
CREATE TABLE articles (id TEXT PRIMARY KEY, source TEXT, path BLOB) WITHOUT ROWID;
CREATE INDEX articles_by_file ON articles (source, path);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


class FileRow(NamedTuple):
    """A file as it was when it was read: `modified` and `changed` in nanoseconds, `hash` of its bytes (SHA-256).

    `path` is what leads to it inside its source, as the file system has it, or its address. `id` is what its articles
    are named by; `moved` is 1 where that is not made of its path. `state` is "indexed", "rejected" (`error` says why),
    "duplicate" (some id is that of another file), "withdrawn" (something in it was, for good), "unread", "left out",
    "listed" (a page that is to be fetched) or "listing" (a sitemap, whose `moved` is 1 where another one lists it). An
    empty `reader` has it read again.
    """

    source: str
    path: bytes
    size: int
    modified: int
    changed: int
    hash: bytes
    id: str
    moved: int
    reader: str
    state: str
    error: str
    etag: str = ""
    last_modified: str = ""


class Ledger:
    """The ledger of the index in a directory; use it in a `with` block, which holds it for one writer.

    Raises `IndexLocked` where another process has it, `LedgerUnusable` where it is damaged and `IndexUnwritable` where
    it cannot be written.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME
        self._database: Database | None = None

    def __enter__(self) -> Ledger:
        busy = "another `indexer ingest` or `indexer watch`"
        self._database = Database(self._path, _TABLES, _VERSION, self._unusable, busy=busy)
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is not None:
            self._database.close()  # What was not committed is gone.
            self._database = None

    def commit(self) -> None:
        """Make everything since the last commit durable; the ledger stays held."""
        self._do("COMMIT")
        self._begin()

    def _begin(self) -> None:
        self._do("BEGIN IMMEDIATE")
        self._do("CREATE TEMP TABLE IF NOT EXISTS seen (source TEXT, path BLOB, PRIMARY KEY (source, path))")
        self._do("DELETE FROM seen")

    def file(self, source: str, path: bytes) -> FileRow | None:
        """What is known of a file."""
        row = self._do("SELECT * FROM files WHERE source = ? AND path = ?", source, path).fetchone()
        return FileRow(*row) if row else None

    def put(self, row: FileRow) -> None:
        """Keep what is known of a file."""
        self._do(f"INSERT OR REPLACE INTO files VALUES ({', '.join('?' * len(row))})", *row)

    def forget(self, source: str, path: bytes) -> None:
        """Forget a file and whose its articles are."""
        self._do("DELETE FROM files WHERE source = ? AND path = ?", source, path)
        self._do("DELETE FROM articles WHERE source = ? AND path = ?", source, path)

    def move(self, row: FileRow, path: bytes) -> FileRow:
        """Have a file and its articles under another path; its id stays."""
        self._do("DELETE FROM files WHERE source = ? AND path = ?", row.source, row.path)
        self._do("UPDATE articles SET path = ? WHERE source = ? AND path = ?", path, row.source, row.path)
        moved = row._replace(path=path, moved=1)
        self.put(moved)
        return moved

    def see(self, source: str, path: bytes) -> None:
        """Note that a file is there, in this transaction."""
        self._do("INSERT OR IGNORE INTO seen VALUES (?, ?)", source, path)

    def vanished(self, source: str, hash: bytes | None = None) -> Iterator[FileRow]:
        """The files of a source that were not seen in this transaction; those with a hash."""
        which = "" if hash is None else "AND hash = ?"
        rows = self._do(
            f"SELECT * FROM files WHERE source = ? {which} AND NOT EXISTS "
            "(SELECT 1 FROM seen WHERE seen.source = files.source AND seen.path = files.path) ORDER BY path",
            *((source,) if hash is None else (source, hash)),
        )
        return (FileRow(*row) for row in rows)

    def is_id_of_moved(self, id: str) -> bool:
        """Whether a file has this id that has moved: what is at its old path now needs another one."""
        return self._do("SELECT 1 FROM files WHERE id = ? AND moved", id).fetchone() is not None

    def is_id_of_another(self, id: str, source: str) -> bool:
        """Whether a file has this id that has moved, or one of a source that was seen in this transaction."""
        seen = "EXISTS (SELECT 1 FROM seen WHERE seen.source = files.source AND seen.path = files.path)"
        found = self._do(f"SELECT 1 FROM files WHERE id = ? AND (moved OR (source = ? AND {seen}))", id, source)
        return found.fetchone() is not None

    def owner(self, id: str) -> tuple[str, bytes] | None:
        """The source and path of the file that an article came of."""
        row = self._do("SELECT source, path FROM articles WHERE id = ?", id).fetchone()
        return (row[0], row[1]) if row else None

    def listed(self, source: str, reader: str, most: int) -> list[FileRow]:
        """Pages of a source that are to be fetched: those never fetched first, then those that failed or changed."""
        rows = self._do(
            "SELECT * FROM files WHERE source = ? AND id <> '' AND (reader <> ? OR state = 'listed') "
            "ORDER BY state <> 'listed', hash <> x'', path LIMIT ?",
            *(source, reader, most),
        )
        return [FileRow(*row) for row in rows]

    def sitemaps(self, source: str) -> list[str]:
        """The addresses of the sitemaps that lists of a source have led to, but for those that list them."""
        rows = self._do("SELECT path FROM files WHERE source = ? AND state = 'listing' AND moved = 1", source)
        return [path.decode("utf-8", "surrogateescape") for (path,) in rows]

    def own(self, id: str, source: str, path: bytes) -> None:
        """Note of which file an article came."""
        self._do("INSERT OR REPLACE INTO articles VALUES (?, ?, ?)", id, source, path)

    def disown(self, id: str) -> None:
        """Forget an article."""
        self._do("DELETE FROM articles WHERE id = ?", id)

    def ids(self, source: str, path: bytes) -> list[str]:
        """The articles that came of a file."""
        return [id for (id,) in self._do("SELECT id FROM articles WHERE source = ? AND path = ?", source, path)]

    def all_ids(self) -> Iterator[str]:
        """Every article that is known."""
        return (id for (id,) in self._do("SELECT id FROM articles"))

    def articles(self, source: str) -> int:
        """How many articles came of a source."""
        count: int = self._do("SELECT count(*) FROM articles WHERE source = ?", source).fetchone()[0]
        return count

    def states(self) -> list[tuple[str, str, int]]:
        """How many files of each source are in each state."""
        return self._do("SELECT source, state, count(*) FROM files GROUP BY source, state").fetchall()

    def not_indexed(self) -> Iterator[FileRow]:
        """The files that have an error."""
        rows = self._do("SELECT * FROM files WHERE error <> '' ORDER BY source, path")
        return (FileRow(*row) for row in rows)

    def read_again(self, source: str | None = None, path: bytes = b"", *, state: str = "") -> None:
        """Have a file read again when it is next seen; without one, all of them, or those in a state."""
        if source is not None:
            self._do("UPDATE files SET reader = '' WHERE source = ? AND path = ?", source, path)
        else:
            self._do("UPDATE files SET reader = '' WHERE state = ? OR ? = ''", state, state)

    @property
    def generation(self) -> str:
        """The generation that was live when a run ended last; empty: none was."""
        row = self._do("SELECT value FROM facts WHERE name = 'generation'").fetchone()
        return str(row[0]) if row else ""

    @generation.setter
    def generation(self, token: str) -> None:
        self._do("INSERT OR REPLACE INTO facts VALUES ('generation', ?)", token)

    def _do(self, statement: str, *values: object) -> sqlite3.Cursor:
        assert self._database is not None
        return self._database.do(statement, *values)

    def _unusable(self, why: str) -> LedgerUnusable:
        return LedgerUnusable(
            f"the ledger {self._path} {why}",
            "Move it away: all sources are then read again, and articles whose files are gone stay until removed.",
        )


def read_again(directory: Path, state: str = "") -> None:
    """Have the files of all sources read again, or those in a state, by the next run; raises as `Ledger`."""
    if (directory / NAME).exists():
        with Ledger(directory) as ledger:
            ledger.read_again(state=state)
            ledger.commit()
