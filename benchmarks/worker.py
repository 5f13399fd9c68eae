"""The process of one engine: reads commands as lines of JSON, answers each with a line.

Run by `fleet` as `python -m benchmarks.worker ENGINE`. Whatever an engine prints goes to the error stream. Times are
seconds by the clock unless they say otherwise.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from benchmarks import engines
from benchmarks.corpus import read_documents
from benchmarks.drawing import Query
from benchmarks.engines.base import Ask

BATCH = 1_000


class PeerWorker:
    """One method a command."""

    def __init__(self, name: str) -> None:
        self._peer = engines.peer(name)
        self._folder = Path()
        self._asks: dict[str, list[Ask]] = {}

    def about(self) -> dict[str, Any]:
        """What the engine can do."""
        peer = self._peer
        return {"asks": sorted(peer.asks), "fields": [field.value for field in peer.fields], "index": peer.index}

    def build(self, folder: str, articles: str, tokens: str) -> dict[str, Any]:
        """Build the index that is searched, in the way this engine is used."""
        start = time.perf_counter()
        Path(folder).mkdir(parents=True, exist_ok=True)
        if self._peer.build(Path(folder), Path(articles)):
            return {"seconds": time.perf_counter() - start, "peak": peak()}
        return self.index(folder, tokens)

    def index(self, folder: str, tokens: str) -> dict[str, Any]:
        """Write an index from tokens; what reads and shapes them is not timed."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        start, cpu = time.perf_counter(), time.process_time()
        writer = self._peer.writer(Path(folder))
        seconds, used = time.perf_counter() - start, time.process_time() - cpu
        documents = read_documents(Path(tokens))
        while batch := [self._peer.ready(document) for document in itertools.islice(documents, BATCH)]:
            start, cpu = time.perf_counter(), time.process_time()
            for item in batch:
                writer.add(item)
            seconds, used = seconds + time.perf_counter() - start, used + time.process_time() - cpu
        start, cpu = time.perf_counter(), time.process_time()
        writer.commit()
        seconds, used = seconds + time.perf_counter() - start, used + time.process_time() - cpu
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        return {"seconds": seconds, "cpu": used, "peak": peak(), "bytes": size}

    def open(self, folder: str) -> dict[str, Any]:
        """Open an index; the modules it takes are imported before."""
        self._folder = Path(folder)
        start = time.perf_counter()
        self._peer.open(self._folder)
        return {"seconds": time.perf_counter() - start}

    def plan(self, queries: list[Any]) -> list[dict[str, Any] | None]:
        """The product's weighted queries."""
        return [self._peer.planned(_query(query)) for query in queries]

    def prepare(self, name: str, kind: str, queries: list[Any], plans: list[Any] | None) -> None:
        """Make a set of queries ready and keep it under a name."""
        given = plans or [None] * len(queries)
        pairs = zip(queries, given, strict=True)
        self._asks[name] = [self._peer.prepare(kind, _query(query), plan) for query, plan in pairs]

    def ask(self, name: str) -> dict[str, Any]:
        """Ask every query of a set once, in order; nanoseconds by the clock, and of the asking thread alone."""
        wall, processor, totals, found = [], [], [], 0
        for ask in self._asks[name]:
            used, start = time.thread_time_ns(), time.perf_counter_ns()
            answer = ask()
            wall.append(time.perf_counter_ns() - start)
            processor.append(time.thread_time_ns() - used)
            found += len(answer.texts)
            totals.append(answer.total)
        return {"wall": wall, "processor": processor, "totals": totals, "found": found}

    def answers(self, name: str) -> list[dict[str, Any]]:
        """What a set of queries finds."""
        return [{"total": answer.total, "texts": answer.texts} for answer in (ask() for ask in self._asks[name])]

    def throughput(self, name: str, threads: int, seconds: float) -> float:
        """Queries a second from so many threads, each going through the set from another place."""
        asks = self._asks[name]
        done = [0] * threads
        stop = time.perf_counter() + seconds

        def go(number: int) -> None:
            place = number * len(asks) // threads
            while time.perf_counter() < stop:
                asks[place % len(asks)]()
                place += 1
                done[number] += 1

        crew = [threading.Thread(target=go, args=(number,)) for number in range(threads)]
        start = time.perf_counter()
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        return sum(done) / (time.perf_counter() - start)

    def memory(self) -> dict[str, int]:
        """Bytes of this process alone: `private` of no file, `mapped` of files (the kernel may drop those)."""
        rollup: dict[str, int] = {}
        for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
            key, value, *_ = line.split()
            rollup[key.rstrip(":")] = int(value) << 10
        private = rollup["Private_Clean"] + rollup["Private_Dirty"]
        anonymous = min(rollup["Anonymous"], private)
        return {"private": anonymous, "mapped": private - anonymous}

    def size(self) -> int:
        """Bytes on disk of the open index."""
        return self._peer.size(self._folder)


def _query(row: Any) -> Query:
    return Query(row["text"], tuple(row["forms"]))


def peak() -> int:
    """The most bytes that were resident at once in this process. (`ru_maxrss` begins with that of the parent.)"""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))


def serve(name: str) -> None:
    """Answer commands until the input ends. An error is an answer too: its traceback."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as replies:
        os.dup2(2, 1)
        worker = PeerWorker(name)
        for line in sys.stdin:
            command, given = json.loads(line)
            try:
                reply = {"result": getattr(worker, command)(**given)}
            except Exception:
                reply = {"error": traceback.format_exc()}
            replies.write(json.dumps(reply) + "\n")
            replies.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
