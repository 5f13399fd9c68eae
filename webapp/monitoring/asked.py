"""The queries asked most, from the query log, for the home page; read beside answering, at intervals."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask, current_app

from indexer import QueryLogMissing, Settings, read_query_log

INTERVAL_SECONDS = 600.0

FEWEST = 5
"""How often a query must have been asked to be shown to others: a rare one may say who asked."""

MOST = 8

BYTES_LIMIT = 32 << 20
"""The largest log that is read for this."""

_CHARACTERS = 60

_SYNTAX = re.compile(r"""[:*"“”()]|(?:^|\s)-\S""")
"""What only those understand who know the query language."""


class MostAsked:
    """The most frequent queries of a log that found something, as of a while ago; empty at first.

    `later` runs what reads the log, beside the request that notices that it is due.
    """

    def __init__(
        self,
        path: Path,
        later: Callable[[Callable[[], None]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._later, self._clock = path, later, clock
        self._lock = threading.Lock()
        self._due = 0.0
        self._queries: tuple[str, ...] = ()

    def queries(self) -> tuple[str, ...]:
        """At most `MOST` queries, the most frequent first."""
        with self._lock:
            now = self._clock()
            due = now >= self._due
            if due:
                self._due = now + INTERVAL_SECONDS
        if due:
            self._later(self._read)
        return self._queries

    def _read(self) -> None:
        try:
            if self._path.stat().st_size > BYTES_LIMIT:
                return
            frequent = read_query_log(self._path, 10 * MOST).frequent
        except (OSError, QueryLogMissing):
            return
        shown = (
            entry.query.strip()
            for entry in frequent
            if entry.count >= FEWEST and entry.total and len(entry.query) <= _CHARACTERS
        )
        plain = [query for query in shown if query and not _SYNTAX.search(query)]
        # What was asked while more was being typed.
        begun = {one for one in plain for other in plain if other != one and other.startswith(one)}
        self._queries = tuple(query for query in plain if query not in begun)[:MOST]


def register(app: Flask, settings: Settings) -> None:
    """Give `app` the queries asked most, where a query log is kept."""
    path = settings.query_log
    app.extensions["timdoan.asked"] = MostAsked(path, _beside) if path else None


def most_asked() -> tuple[str, ...]:
    """The queries asked most; none without a query log."""
    kept: MostAsked | None = current_app.extensions["timdoan.asked"]
    return kept.queries() if kept else ()


def _beside(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()
