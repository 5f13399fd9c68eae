"""The query log: one JSON line per search, without who asked; a server writes it, `indexer queries` reads it.

A line holds the minute, the query, how many passages it found, how long that took, and the generation. It holds no
address, no request id, nothing that tells two readers apart or ties two queries to one.
"""

from __future__ import annotations

import datetime
import errno
import fcntl
import json
import math
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import QueryLogMissing
from indexer.results import Results

LINE_BYTES = 65_536
"""The longest line that is read; the settings keep queries far shorter."""


class QueryLog:
    """Appends to a log that several processes share; never larger than twice `limit` bytes, old part included."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit

    def add(self, results: Results) -> None:
        """Append the search that `results` answers; raises `OSError`."""
        now = datetime.datetime.now(datetime.UTC)
        entry = {
            "time": now.strftime("%Y-%m-%dT%H:%MZ"),
            "query": results.query,
            "total": results.total,
            "took_ms": results.took_ms,
            "generation": results.generation,
            "degraded": results.degraded,
        }
        line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        while not self._append(line):
            pass

    def _append(self, line: bytes) -> bool:
        """Whether the line was written; not so when the file had to be, or was meanwhile, renamed."""
        # Not waiting: a named pipe that nobody reads would hold the search for ever.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
        descriptor = os.open(self._path, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            size = os.fstat(descriptor).st_size
            if not self._is_live(descriptor):
                return False
            if size and size + len(line) > self._limit:
                os.replace(self._path, older(self._path))
                return False
            if os.write(descriptor, line) < len(line):
                # No room for the whole line: half of one would spoil the next.
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return True
        finally:
            os.close(descriptor)

    def _is_live(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self._path))
        except FileNotFoundError:
            return False


def older(path: Path) -> Path:
    """Where the log `path` goes when it is full."""
    return path.with_name(path.name + ".1")


@dataclass(frozen=True, slots=True)
class LoggedQuery:
    """A query as it was first typed, how often, what it last found, its median time and its longest."""

    query: str
    count: int
    total: int
    typical_ms: float
    slowest_ms: float


@dataclass(frozen=True, slots=True)
class QueryLogSummary:
    """What a log says. The lists hold the first `limit` queries: by count, by count without results, by median time."""

    searches: int
    queries: int
    unreadable: int
    since: str
    until: str
    frequent: tuple[LoggedQuery, ...]
    empty: tuple[LoggedQuery, ...]
    slow: tuple[LoggedQuery, ...]


def read_query_log(path: Path, limit: int) -> QueryLogSummary:
    """Read a log and the part of it that was renamed; raises `QueryLogMissing`.

    Queries that differ only in capitals, white space or Unicode form count as one. A line that is no entry is counted
    and passed over.
    """
    typed: dict[str, str] = {}
    totals: dict[str, int] = {}
    times: dict[str, list[float]] = {}
    counts: Counter[str] = Counter()
    since = until = ""
    unreadable = 0
    for line in _lines(path):
        try:
            entry = json.loads(line)
            minute, query = str(entry["time"]), str(entry["query"])
            total, took_ms = int(entry["total"]), float(entry["took_ms"])
            if not math.isfinite(took_ms):
                raise ValueError(took_ms)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            unreadable += 1
            continue
        key = " ".join(unicodedata.normalize("NFC", query).casefold().split())
        typed.setdefault(key, query)
        counts[key] += 1
        totals[key] = total
        times.setdefault(key, []).append(took_ms)
        since, until = min(since or minute, minute), max(until, minute)

    def asked(key: str) -> LoggedQuery:
        measured = sorted(times[key])
        return LoggedQuery(typed[key], counts[key], totals[key], measured[len(measured) // 2], measured[-1])

    every = [asked(key) for key, _ in counts.most_common()]
    return QueryLogSummary(
        searches=counts.total(),
        queries=len(every),
        unreadable=unreadable,
        since=since,
        until=until,
        frequent=tuple(every[:limit]),
        empty=tuple([entry for entry in every if not entry.total][:limit]),
        slow=tuple(sorted(every, key=lambda entry: -entry.typical_ms)[:limit]),
    )


def _lines(path: Path) -> Iterator[bytes]:
    found = [part for part in (older(path), path) if part.is_file()]
    if not found:
        raise QueryLogMissing(f"there is no query log {path}", "A server writes it that has query_log set.")
    for part in found:
        with part.open("rb") as file:
            while line := file.readline(LINE_BYTES):
                yield line
