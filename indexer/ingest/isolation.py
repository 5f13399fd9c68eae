"""Reading files in a process of its own, with limits on its memory, its time and what it gives back.

Parsers of binary formats are large, and files come from anywhere: one that makes its parser crash, or run for hours,
costs the process that reads it, and is rejected saying so. Plain text is read line by line in the process that asks.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.limits import Limits
from indexer.articles.model import Kind
from indexer.ingest.files import ArticleFile
from indexer.ingest.reader_process import FRAME

_PLAIN = frozenset((".txt", ".jsonl", ".ndjson", ".json", ".csv", ".tsv"))
"""Formats of text that code of this project reads within its limits."""

_MODULE = "indexer.ingest.reader_process"
_START_SECONDS = 60
_AT_ONCE = 1 << 20
_LARGEST_ANSWER = 1 << 28


class Outcome(NamedTuple):
    """What came of a file: bytes read so far, a name inside an archive, the line, the draft or why there is none."""

    done: int
    name: str
    line: int | None
    draft: Draft | Unfit | str


class _Ended(Exception):
    """The process took too long, gave too much or ended; the message goes on from the name of the file."""


class Isolation:
    """A process that reads files, started when the first one comes; close it, or use it in a `with` block."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()

    def __enter__(self) -> Isolation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def takes(file: ArticleFile) -> bool:
        """Whether a file is read in a process of its own: no plain text, nor a format added in this process."""
        own = file.format.format
        readers = (own.document, own.records, own.members)
        return file.format.suffix.removesuffix(".gz") not in _PLAIN and any(isinstance(each, str) for each in readers)

    def read(self, file: ArticleFile) -> Iterator[Outcome]:
        """What a file holds; raises `OSError` when it cannot be opened."""
        request = {
            "path": os.fspath(file.path),
            "name": f"x{file.format.suffix}",
            "id": file.id,
            "limits": dataclasses.asdict(self._limits),
        }
        last = Outcome(0, "", None, "")
        finished = False
        try:
            process = self._running()
            assert process.stdin is not None
            process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            process.stdin.flush()
            while (answer := self._answer(process))[0] != "end":
                if answer[0] == "failed":
                    finished = self._answer(process)[0] == "end"
                    raise OSError(answer[1])
                last = Outcome(answer[1], answer[2], answer[3], _draft(answer))
                yield last
            finished = True
        except (_Ended, BrokenPipeError) as error:
            reason = str(error) if isinstance(error, _Ended) else "made its reader end"
            lost = "; what else it held is lost" if last.draft else ""
            yield Outcome(last.done, "", (last.line or 0) + 1 if last.line else None, Unfit(reason + lost))
        finally:
            # Whoever takes no more leaves answers behind, which are not those to the next request.
            if not finished:
                self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        self._buffer.clear()
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):  # Its other end is gone.
                        stream.close()
            process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = [sys.executable, "-m", _MODULE]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            self._answer(self._process, max(_START_SECONDS, self._limits.reading_seconds))
        return self._process

    def _answer(self, process: subprocess.Popen[bytes], seconds: float | None = None) -> list[Any]:
        deadline = time.monotonic() + (self._limits.reading_seconds if seconds is None else seconds)
        (size,) = FRAME.unpack(self._take(process, FRAME.size, deadline))
        if size > _LARGEST_ANSWER:
            raise _Ended(f"gives more than {_LARGEST_ANSWER:,} bytes for one article, the limit")
        answer: list[Any] = json.loads(self._take(process, size, deadline))
        return answer

    def _take(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while len(self._buffer) < size:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise _Ended(f"takes more than {self._limits.reading_seconds:,} seconds to read, the limit")
                data = os.read(descriptor, _AT_ONCE)
                if not data:
                    raise _Ended(_death(process.wait()))
                self._buffer += data
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


def _death(status: int) -> str:
    if status < 0:
        return f"made its reader end by {signal.Signals(-status).name}"
    return f"made its reader end with status {status}"


def _draft(answer: list[Any]) -> Draft | Unfit | str:
    kind, _, _, _, value = answer
    if kind != "draft":
        return Unfit(value) if kind == "unfit" else str(value)
    value["paragraphs"] = [(text, Kind(name) if name else None) for text, name in value["paragraphs"]]
    return Draft(**value)
