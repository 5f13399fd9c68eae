"""Sending documents: several requests beside each other, each sent again until everything in it is acknowledged."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from indexer.engine.opensearch.connection import BUSY, Connection, pauses
from indexer.errors import EngineUnavailable

REQUEST_BYTES = 2 << 20
"""A request is sent when it has so many bytes."""

SECONDS = 120.0
"""How long the cluster may take over one."""

AT_ONCE = 2
"""Requests on their way; as many again may wait."""


class Bulk:
    """Documents on their way to an index. What arrives twice has the same name, and counts once."""

    def __init__(self, connection: Connection, index: str, prepare: Callable[[], None]) -> None:
        """`prepare` is called before the first request, when what goes into that is known."""
        self._connection, self._index, self._prepare = connection, index, prepare
        self._lines: list[bytes] = []
        self._size = 0
        self._threads: ThreadPoolExecutor | None = None
        self._sent: list[Future[None]] = []
        self._requests = 0

    def add(self, name: str, routing: str, source: dict[str, Any]) -> None:
        """Add a document; raises `EngineUnavailable` where an earlier one could not be sent."""
        action = json.dumps({"index": {"_id": name, "routing": routing}}).encode()
        document = json.dumps(source, ensure_ascii=False, separators=(",", ":")).encode()
        self._lines.append(action + b"\n" + document + b"\n")
        self._size += len(document)
        if self._size >= REQUEST_BYTES:
            self._send_off()

    def finish(self) -> int:
        """Wait until the cluster has everything; returns how many requests it took, or raises `EngineUnavailable`."""
        self._send_off()
        for sent in self._sent:
            sent.result()
        self.stop()
        return self._requests

    def stop(self) -> None:
        """Send nothing any more."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None
        self._lines, self._sent = [], []

    def _send_off(self) -> None:
        if not self._lines:
            return
        if self._threads is None:
            self._prepare()
            self._threads = ThreadPoolExecutor(AT_ONCE, "bulk")
        while len(self._sent) >= 2 * AT_ONCE:
            self._sent.pop(0).result()
        self._sent.append(self._threads.submit(self._deliver, self._lines))
        self._lines, self._size = [], 0
        self._requests += 1

    def _deliver(self, lines: Sequence[bytes]) -> None:
        for pause in pauses():
            try:
                lines = self._left(lines)
            except EngineUnavailable:
                if pause is None:
                    raise
            if not lines:
                return
            if pause is not None:
                time.sleep(pause)
        why = f"the OpenSearch cluster did not take {len(lines)} documents, however often they were sent"
        raise EngineUnavailable(why, "See its nodes, their disks and heaps. The live index is as it was.")

    def _left(self, lines: Sequence[bytes]) -> list[bytes]:
        """Send lines; returns those that the cluster is too busy for."""
        answer = self._connection.ask("POST", f"/{self._index}/_bulk", b"".join(lines), None, SECONDS)
        left = []
        for line, item in zip(lines, answer["items"], strict=True) if answer["errors"] else ():
            result = item["index"]
            if result["status"] < 300:
                continue
            if result["status"] not in BUSY and result["status"] < 500:
                reason = result.get("error", {}).get("reason", result)
                raise ValueError(f"a document was refused: {reason!s:.500}")
            left.append(line)
        return left
