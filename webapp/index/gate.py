"""How many searches a process does at once, how many may wait for their turn, and that one more is refused.

Under more load than there are processors for, a queue without end answers everybody late; a short one answers most in
time and tells the rest to come back (503 with Retry-After, made in `webapp.responses`). What takes no search (health,
metrics, static files, refusals) never waits here, and the server has threads to spare for it (`webapp.serving`).
"""

from __future__ import annotations

import threading

from flask import Flask, current_app, g

from indexer import Settings
from webapp.monitoring.observing import metrics


class Overloaded(Exception):
    """Too many searches are waiting already, or this one has waited long enough."""


class Gate:
    """Lets `at_once` searches through at a time; `queue` more wait, each for `seconds` at most."""

    def __init__(self, at_once: int, queue: int, seconds: float) -> None:
        self._at_once, self._queue, self._seconds = at_once, queue, seconds
        self._free = threading.Condition()
        self.running = 0
        self.waiting = 0

    def enter(self) -> None:
        """Wait for a turn; raises `Overloaded`."""
        with self._free:
            if self.running >= self._at_once:
                if self.waiting >= self._queue:
                    raise Overloaded
                self.waiting += 1
                free = self._free.wait_for(lambda: self.running < self._at_once, self._seconds)
                self.waiting -= 1
                if not free:
                    raise Overloaded
            self.running += 1

    def leave(self) -> None:
        """Give the turn to the next."""
        with self._free:
            self.running -= 1
            self._free.notify()


def register(app: Flask, settings: Settings) -> None:
    """Give `app` its gate; a request that took its turn gives it back when it ends, however it ends."""
    app.extensions["timdoan.gate"] = Gate(settings.threads, settings.search_queue, settings.search_queue_seconds)

    @app.teardown_request
    def _leave(_: BaseException | None) -> None:
        if g.pop("searching", False):
            gate(app).leave()
            metrics(app).running.dec()


def gate(app: Flask) -> Gate:
    """The gate of `app`."""
    kept: Gate = app.extensions["timdoan.gate"]
    return kept


def take_turn() -> None:
    """Wait until the present request may search, once for the whole of it; raises `Overloaded`."""
    if "searching" not in g:
        figures = metrics(current_app)
        with figures.waiting.track_inprogress():
            gate(current_app).enter()
        figures.running.inc()
        g.searching = True
