"""Admission control: the number of concurrent and of waiting searches of a process; further ones are refused.

Under overload an unbounded queue delays every answer; a short one answers most in time and refuses the rest (503 with
Retry-After, made in `webapp.responses`). Requests without a search (health, metrics, static files, refusals) never wait
here, and the server has spare threads for them (`webapp.serving`).
"""

from __future__ import annotations

import threading

from flask import Flask, current_app, g

from indexer import Settings
from webapp.monitoring.observing import metrics


class Overloaded(Exception):
    """Too many searches are waiting already, or this one has waited too long."""


class Gate:
    """Admits `at_once` concurrent searches; `queue` more wait, each for at most `seconds`."""

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
    """Give `app` its gate; a request's turn is released when the request ends, also after an error."""
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
    """Wait until the current request may search, once per request; raises `Overloaded`."""
    if "searching" not in g:
        figures = metrics(current_app)
        with figures.waiting.track_inprogress():
            gate(current_app).enter()
        figures.running.inc()
        g.searching = True
