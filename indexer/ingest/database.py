"""SQLite files of the index directory: durable when a transaction has been committed, with errors of this project."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from indexer.durable import make_directory, sync_directory
from indexer.errors import IndexLocked, IndexUnwritable, TimDoanError

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


class Database:
    """A SQLite file in write-ahead mode; a commit has it on the disk (`synchronous = FULL`).

    Whatever it raises is `IndexLocked` (saying `busy`) where another process has it for longer than `wait` seconds,
    `IndexUnwritable`, or what `unusable` makes of a reason that goes on from the name of the file.
    """

    def __init__(
        self,
        path: Path,
        tables: str,
        version: int,
        unusable: Callable[[str], TimDoanError],
        *,
        busy: str,
        wait: float = 0.5,
        shared: bool = False,
    ) -> None:
        self._path, self._unusable, self._busy = path, unusable, busy
        with self.errors():
            try:
                make_directory(path.parent)
            except OSError as error:
                raise IndexUnwritable(
                    f"the directory {path.parent} cannot be made: {error.strerror}", "Check its permissions."
                ) from None
            self._connection = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=not shared)
            try:
                self.do("PRAGMA journal_mode = WAL")
                self.do("PRAGMA synchronous = FULL")
                # What is deleted is overwritten: a text that was removed is not to stay in free pages.
                self.do("PRAGMA secure_delete = ON")
                self._make(tables, version)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._connection.close()

    def do(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Run a statement."""
        with self.errors():
            return self._connection.execute(statement, values)

    def do_each(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Run a statement for each row of values."""
        with self.errors():
            self._connection.executemany(statement, rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what a `with` block does, which no other process interrupts."""
        self.do("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(TimDoanError):
                self.do("ROLLBACK")
            raise
        self.do("COMMIT")

    def _make(self, tables: str, version: int) -> None:
        (found,) = self.do("PRAGMA user_version").fetchone()
        if found == 0:
            with self.transaction():
                # Another process may have made them meanwhile.
                (found,) = self.do("PRAGMA user_version").fetchone()
                if found == 0:
                    for statement in tables.split(";"):
                        self.do(statement)
                    self.do(f"PRAGMA user_version = {version}")
            sync_directory(self._path.parent)
        if found not in (0, version):
            raise self._unusable(f"is of version {found}, and this program reads version {version}")

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """What SQLite raises in a `with` block, as an error of this project."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _BUSY:
                raise IndexLocked(f"{self._path} is in use by {self._busy}", "Try again when it ended.") from None
            if code in _FULL:
                raise IndexUnwritable(
                    f"{self._path} cannot be written: {error}", "Check the space left and the permissions."
                ) from None
            raise self._unusable(f"cannot be read: {error}") from None
