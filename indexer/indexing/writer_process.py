"""The writer: a process of its own that publishes what is queued every few seconds, as long as its parent lives.

A publication keeps a processor busy, which would delay the searches of a server process. It holds the lock of the queue
all the while, so that there is one writer however many server processes ask for it.
"""

from __future__ import annotations

import contextlib
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from indexer.errors import IndexLocked, TimDoanError
from indexer.ingest.queue import Queue
from indexer.settings import Settings

IDLE_SECONDS = 600.0
"""A writer without work for so long ends; another one starts when there is some."""

_MODULE = "indexer.indexing.writer_process"


def write_while_needed(settings: Settings, queue: Queue, tell: Callable[[str], object] = lambda _: None) -> bool:
    """Run a writer where something waits and none is running, until it ends; returns whether it ran.

    `tell` gets a sentence for each thing that keeps it from publishing. The writer ends when this process does.
    """
    if not queue.depth().items:
        return False
    with contextlib.suppress(IndexLocked):
        with queue.drained_by_this_process():
            pass
        with subprocess.Popen(
            [sys.executable, "-m", _MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                pickle.dump(settings, process.stdin)
                process.stdin.flush()
            for line in process.stdout:
                tell(line.decode("utf-8", "replace").rstrip("\n"))
        return True
    return False


def main() -> None:
    """Publish until standard input ends; whatever goes wrong is a line of standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # For the parent, which has all of its group get it.
    settings: Settings = pickle.load(sys.stdin.buffer)
    queue = Queue(settings.index)
    told = ""
    with contextlib.suppress(IndexLocked), queue.drained_by_this_process():
        from indexer.indexing.draining import drain

        worked = time.monotonic()
        while time.monotonic() - worked < IDLE_SECONDS:
            try:
                while drain(settings, queue) is not None:
                    worked, told = time.monotonic(), ""
            except Exception as error:  # Whatever it is, what waits goes on waiting, and is tried again.
                worked = time.monotonic()
                said = f"{error}. {error.hint}" if isinstance(error, TimDoanError) else repr(error)
                if said != told:
                    told = said
                    print(said.replace("\n", " "), flush=True)
            if select.select([sys.stdin], [], [], settings.write_seconds)[0]:
                return  # Nothing is written to it: it has ended, and the parent too.


if __name__ == "__main__":
    main()
