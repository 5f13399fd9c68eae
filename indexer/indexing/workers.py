"""Worker processes, each with a pipe for input and a pipe for results.

`analysing` and `learning` use them. A worker is a function, named as `module:function`, that is called with its ends of
the pipes and returns at the end of its input.

A new process, the starter, forks all of them once it has imported what they need: that takes a second of processor
time, spent once, and the parent, which may have threads, is not forked itself. They are not processes of
`multiprocessing`, which would import the caller's script: one without `if __name__ == "__main__"` would run again.
Workers end with their pipes: when the parent is gone, for whatever reason, reading gives end of file. The starter only
waits for the workers; if one is lost it exits with the same status.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import os
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from indexer.errors import WorkerLost

_PIPE_BYTES = 1 << 20
"""What a pipe shall hold; the most that Linux gives to any user."""
_HELD = 1 << 16
"""What any pipe holds."""


class Worker:
    """A worker, seen from the parent. `pid` is known when its crew is ready."""

    def __init__(self, crew: Crew) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self.theirs = theirs_in, theirs_out
        self.pid: int | None = None
        self._crew = crew
        self._sent, self._received = Connection(ours_out, readable=False), Connection(ours_in, writable=False)
        self._holds = min(_widened(ours_in), _widened(ours_out))
        self._waiting: deque[int] = deque()
        """The sizes of what was sent and not answered."""

    def takes(self, data: bytes) -> bool:
        """Whether sending would not wait for the worker while that, perhaps, waits for its answer to be received."""
        return not self._waiting or sum(self._waiting) + len(data) <= self._holds // 2

    def send(self, data: bytes, *, answered: bool = True) -> None:
        """Give it something; `answered` says whether an answer will be received."""
        if answered:
            self._waiting.append(len(data))
        with self._lost_if_broken():
            self._sent.send_bytes(data)

    def receive(self) -> bytes:
        """The answer to what was sent first of all that is not answered."""
        self._meet()
        with self._lost_if_broken():
            answer = self._received.recv_bytes()
        self._waiting.popleft()
        return answer

    def has_begun(self) -> bool:
        """Whether it is there; never waits."""
        if self.pid is None and self._received.poll():
            self._meet()
        return self.pid is not None

    def close(self) -> None:
        """Let it end."""
        self._sent.close()
        self._received.close()

    def _meet(self) -> None:
        if self.pid is None:
            with self._lost_if_broken():
                self.pid = int(self._received.recv_bytes())

    @contextlib.contextmanager
    def _lost_if_broken(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError):
            self._crew.raise_lost()


class Crew:
    """A worker for each of the functions named; they end with the `with` block.

    `prepared` names a function that the starter calls before it forks them.
    """

    def __init__(self, functions: Sequence[str], prepared: str) -> None:
        self._functions, self._prepared = functions, prepared
        self._starter: subprocess.Popen[bytes] | None = None
        self.workers: list[Worker] = []

    def start(self) -> None:
        """Start the workers, but do not wait for them."""
        ends: list[tuple[int, int]] = []
        try:
            for _ in self._functions:
                worker = Worker(self)
                self.workers.append(worker)
                ends.append(worker.theirs)
            path = f"import sys; sys.path[:] = {sys.path}"
            given = f"{list(self._functions)}, {ends}, {self._prepared!r}"
            self._starter = subprocess.Popen(
                [sys.executable, "-c", f"{path}; from indexer.indexing.workers import start; start({given})"],
                stdin=subprocess.DEVNULL,
                pass_fds=[end for pair in ends for end in pair],
                process_group=0,  # Ctrl+C is for the parent, which decides what it means.
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # A process that forks has no other threads.
            )
        finally:
            for pair in ends:
                _close(pair)

    @property
    def started(self) -> bool:
        """Whether `start` was called."""
        return self._starter is not None

    def is_ready(self) -> bool:
        """Whether all workers are there; never waits."""
        return self.started and all([worker.has_begun() for worker in self.workers])

    def raise_lost(self) -> None:
        """Raise `WorkerLost`, as a pipe to a worker has ended."""
        assert self._starter is not None
        for worker in self.workers:
            worker.close()
        code = self._starter.wait()
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit status {code}"
        raise WorkerLost(
            f"a process that analysed text or learned from it {how}",
            "The live index is as it was. If memory was short, try again with --jobs 1.",
        ) from None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.close()
        if self._starter is not None:
            self._starter.terminate()
            self._starter.wait()


def start(functions: Sequence[str], ends: Sequence[tuple[int, int]], prepared: str) -> None:
    """What the starter does: call `prepared`, fork a worker for each function with its ends of the pipes, and wait."""
    # numba would load it, a third of a second, for products of matrices, of which no loop of ours has any.
    sys.modules["scipy"] = None  # type: ignore[assignment]  # as the import system does it
    calls = [_named(name) for name in functions]
    _named(prepared)()
    gc.freeze()  # What was loaded stays where it is, in memory that the workers share.
    pids: set[int] = set()

    def end_all(*_: object) -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, end_all)
    for call, own in zip(calls, ends, strict=True):
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            for pair in ends:
                if pair != own:
                    _close(pair)
            _work(call, *own)
        pids.add(pid)
    for pair in ends:
        _close(pair)
    first_lost = 0
    while pids:
        pid, status = os.wait()
        pids.remove(pid)
        if status and not first_lost:
            first_lost = os.waitstatus_to_exitcode(status)
            end_all()
    if first_lost < 0:
        with contextlib.suppress(OSError):
            signal.signal(-first_lost, signal.SIG_DFL)
        os.kill(os.getpid(), -first_lost)
    sys.exit(first_lost)


def _work(call: Callable[[Connection, Connection], None], received: int, sent: int) -> None:
    """What a worker does; it never returns."""
    status = 1
    try:
        given, answers = Connection(received, writable=False), Connection(sent, readable=False)
        with contextlib.suppress(EOFError, BrokenPipeError):
            answers.send_bytes(b"%d" % os.getpid())
            call(given, answers)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _named(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _close(ends: Sequence[int]) -> None:
    for end in ends:
        os.close(end)


def _widened(pipe: int) -> int:
    """Let a pipe hold more, so that a worker can go on before its answer is received; returns what it holds."""
    try:
        return fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except (OSError, AttributeError):  # the user's pipes hold too much already, or this is no Linux
        return _HELD
