"""The queue of changes of an application, and the thread that has a writer publish them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from flask import Flask

from indexer import Change, Queue, Settings, TimDoanError, write_while_needed

logger = logging.getLogger("webapp.index")

MOST_WAITING = 4
"""Requests of a process that wait so; others are answered at once."""

_LOOK_SECONDS = 0.1
_AGAIN_SECONDS = 0.5
_LONGEST_AGAIN_SECONDS = 5.0
"""A writer that ends without having published anything is started again after ever longer pauses, up to this."""


class Changes:
    """The queue, and the requests that wait for what becomes of their changes."""

    def __init__(self, settings: Settings) -> None:
        self.queue = Queue(settings.index)
        self._slots = threading.BoundedSemaphore(MOST_WAITING)

    def awaited(self, number: int, seconds: float) -> Change | None:
        """A change as soon as nothing of it waits any more, or as it is after so long."""
        if seconds > 0 and self._slots.acquire(blocking=False):
            try:
                ends = time.monotonic() + seconds
                while self.queue.is_waiting(number) and time.monotonic() < ends:
                    time.sleep(min(_LOOK_SECONDS, max(0.0, ends - time.monotonic())))
            finally:
                self._slots.release()
        return self.queue.change(number)


def register(app: Flask, settings: Settings) -> None:
    """Give `app` its queue; nothing is opened yet."""
    app.extensions["timdoan.changes"] = Changes(settings)


def changes(app: Flask) -> Changes:
    """The changes of `app`."""
    kept: Changes = app.extensions["timdoan.changes"]
    return kept


def start_writing(app: Flask, settings: Settings) -> None:
    """Have what is accepted published as long as this process lives, if anybody may write."""
    if settings.api_keys is not None or settings.write_without_key:
        keep_writing = lambda: _keep_writing(settings, changes(app).queue)  # noqa: E731
        threading.Thread(target=keep_writing, name="writing", daemon=True).start()


def _keep_writing(settings: Settings, queue: Queue, wait: Callable[[float], object] = time.sleep) -> None:
    told, pause = "", _AGAIN_SECONDS
    while True:
        try:
            before = queue.depth().oldest_seconds
            began = time.monotonic()
            ran = write_while_needed(settings, queue, _tell)
            # What was the oldest still waits.
            is_stuck = ran and queue.depth().oldest_seconds >= before + time.monotonic() - began - _AGAIN_SECONDS
            pause = min(2 * pause, _LONGEST_AGAIN_SECONDS) if is_stuck else _AGAIN_SECONDS
            told = ""
        except (TimDoanError, OSError) as error:
            if str(error) != told:
                told = str(error)
                _tell(told)
        wait(pause)


def _tell(reason: str) -> None:
    logger.error("articles are not published", extra={"values": {"reason": reason}})
