"""The process that looks and sends, beside a server and as long as it lives.

It is a process of its own since going through what a search finds would take the processor from searches, and it holds
a lock of the kernel, so that there is one of it however many server processes ask for it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.durable import make_directory
from indexer.errors import IndexLocked, IndexUnwritable, TimDoanError
from indexer.settings import Settings
from indexer.webhooks.sender import Sender, WebhookEvent
from indexer.webhooks.state import LOCK

_MODULE = "indexer.webhooks.process"
_NICENESS = 10


def send_webhooks(
    settings: Settings, tell: Callable[[WebhookEvent], object], fail: Callable[[str], object] = lambda _: None
) -> bool:
    """Run the process where none runs, until it ends; returns whether it ran.

    `tell` gets what happens, `fail` a sentence for each thing that keeps it from working. The process ends when this
    one does. Raises `IndexUnwritable`.
    """
    try:
        with _alone(settings.index):
            pass
    except IndexLocked:
        return False
    with subprocess.Popen([sys.executable, "-m", _MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            pickle.dump(settings, process.stdin)
            process.stdin.flush()
        for line in process.stdout:
            with contextlib.suppress(ValueError, TypeError):
                said = json.loads(line)
                tell(WebhookEvent(**said)) if isinstance(said, dict) else fail(str(said))
    return True


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Be the one process that sends, for a `with` block; raises `IndexLocked` where another one is."""
    with contextlib.ExitStack() as stack:
        try:
            make_directory(directory)
            lock = stack.enter_context(open(directory / LOCK, "a"))
        except OSError as error:
            raise IndexUnwritable(
                f"{directory / LOCK} cannot be written: {error.strerror}", "Check its permissions."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexLocked(f"another process sends the webhooks of {directory}", "It goes on by itself.") from None
        yield


def main() -> None:
    """Look and send until standard input ends; what happens is a line of standard output, in JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # For the parent, which has all of its group get it.
    settings: Settings = pickle.load(sys.stdin.buffer)
    os.nice(_NICENESS)
    told = ""
    with contextlib.suppress(IndexLocked), _alone(settings.index):
        sender: Sender | None = None
        while True:
            wait = settings.webhook_seconds
            try:
                sender = sender or Sender(settings, lambda each: _say(dataclasses.asdict(each)))
                wait = sender.step()
                told = ""
            except Exception as error:  # Whatever it is, it is tried again, and nothing was noted that was not done.
                said = f"{error}. {error.hint}" if isinstance(error, TimDoanError) else repr(error)
                if said != told:
                    told = said
                    _say(said)
            if select.select([sys.stdin], [], [], wait)[0]:
                return  # Nothing is written to it: it has ended, and the parent too.


def _say(what: object) -> None:
    print(json.dumps(what, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
