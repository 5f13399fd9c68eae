"""The run's side of the engines' processes: starting them, asking them, ending them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class EngineFailed(RuntimeError):
    """An engine's process raised or ended."""


class Remote:
    """An engine in its own process; a command of `worker.PeerWorker` is a method here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def call(self, command: str, **given: Any) -> Any:
        """Run a command there; raises `EngineFailed`."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps([command, given]) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise EngineFailed(f"{self.name} ended before {command}") from None
        line = self._process.stdout.readline()
        if not line:
            raise EngineFailed(f"{self.name} ended in {command} (status {self._process.wait()})")
        reply = json.loads(line)
        if "error" in reply:
            raise EngineFailed(f"{self.name}, {command}: {reply['error']}")
        return reply["result"]

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def running(*names: str) -> Iterator[list[Remote]]:
    """The processes of some engines."""
    remotes: list[Remote] = []
    try:
        for name in names:
            remotes.append(Remote(name))
        yield remotes
    finally:
        for remote in remotes:
            remote.close()
