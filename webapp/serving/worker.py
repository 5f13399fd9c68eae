"""gunicorn's worker and log, with requests collected before a thread is given to them, and other answers to bad ones.

A request is read by the one thread that waits for events, from all connections at once, until it is complete
(`arriving`); only then one of the threads of the pool answers it. So slow and silent clients hold no thread, however
many there are. /healthz has a thread of its own, which no search and no slow reader of an answer can hold.

What waits for a thread is bounded, or clients that ask and leave would fill the queue with requests that nobody waits
for: further ones are refused. A client that has reset its connection is not answered. One that has only ended its side
may still wait for the answer, so it gets one, but one after another, and is the first to be refused.

A request that is refused before it reaches the application is answered as the application does (`refusals`), by the
thread that waits for events, which does not give up Python's lock for it (`clients`).
The log has neither the client address nor the request line, which may contain a query.
"""

from __future__ import annotations

import errno
import logging
import select
import socket
import sys
import time
import weakref
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

from webapp.serving.arriving import Arrival, Refused, State
from webapp.serving.clients import Client
from webapp.serving.refusals import Refusal, refusal
from webapp.serving.server import SPARE_THREADS

FIRST_BYTE_SECONDS = 5.0
"""How long a new connection may be silent."""

ARRIVAL_SECONDS = 10.0
"""How long a request may take to arrive, from its first byte to the last one of its body."""

WRITE_ARRIVAL_SECONDS = 60.0
"""The same for one that brings articles."""

MOST_ARRIVING = 600
"""Connections of a process that are idle or still sending; beyond that the oldest is closed for a new one."""

ACCEPTED_AT_ONCE = 8
"""Connections that are accepted before others are looked at again. More would take them from idle processes."""

SWITCH_SECONDS = 0.001
"""How long a thread keeps Python's lock while others wait for it."""

LINGER_SECONDS = 1.0
"""How long what a client still sends is read after the end of an answer."""

MOST_LINGERING = 200
"""Connections of a process of which so much is read; beyond that the oldest is closed."""

ARRIVING_BYTES = 64 * 1024 * 1024
"""Bytes of incomplete requests that a process holds; beyond that the one that brings more is refused."""

MOST_ENDED = 1
"""Requests under way in a pool whose clients have ended their side, most of whom have left; more are refused."""

_TRANSIENT = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)
_OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_HAS_GONE = select.POLLERR | select.POLLHUP
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Waiting:
    """A connection that is waited for: the request so far, and until when."""

    def __init__(self, ends: float) -> None:
        self.arrival = Arrival()
        self.ends = ends
        self.is_long = False
        self.is_registered = False


class GunicornWorker(ThreadWorker):  # type: ignore[misc]  # untyped base
    """gunicorn's worker with threads; see the module."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: dict[Any, _Waiting] = {}
        self._lingering: dict[Any, float] = {}
        self._held = 0
        self._looked = 0.0
        self._json: weakref.WeakKeyDictionary[socket.socket, bool] = weakref.WeakKeyDictionary()
        self._health: ThreadPoolExecutor
        self._names: dict[socket.socket, Any] = {}
        """Where each listener listens, asked once."""
        self._refused: Counter[str] = Counter()
        self._under_way: Counter[ThreadPoolExecutor] = Counter()
        """Requests that wait for a thread of a pool, or are being answered by one."""
        self._ended: Counter[ThreadPoolExecutor] = Counter()
        """Those of them whose clients have ended their side."""

    def init_process(self) -> None:
        """Make the thread of /healthz beside those of the pool."""
        self._health = ThreadPoolExecutor(1, "health")
        # A thread that asks for Python's lock gets it from each busy one so soon: there may be as many as threads.
        sys.setswitchinterval(SWITCH_SECONDS)
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Accept some connections, and wait for their requests."""
        for _ in range(min(ACCEPTED_AT_ONCE, self.worker_connections - self.nr_conns)):
            try:
                client = Client.accepted(listener)
            except OSError as error:
                if error.errno in _OUT_OF_DESCRIPTORS:
                    self._close_oldest()
                elif error.errno not in _TRANSIENT:
                    raise
                return
            self.nr_conns += 1
            if len(self._waiting) >= MOST_ARRIVING:
                self._close_oldest()
            if listener not in self._names:
                self._names[listener] = listener.getsockname()
            self._wait(TConn(self.cfg, client, client.address, self._names[listener]), FIRST_BYTE_SECONDS)

    def enqueue_req(self, conn: Any) -> None:
        """Have a thread answer a complete request."""
        self._under_way[conn.pool] += 1
        self._ended[conn.pool] += conn.has_ended
        future = conn.pool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def handle(self, conn: Any) -> Any:
        """Answer a request, unless nobody waits for it any more. Runs in a thread of a pool."""
        return not conn.sock.events() & _HAS_GONE and super().handle(conn)

    def finish_request(self, conn: Any, future: Future[Any]) -> None:
        """Close a connection, or wait for its next request, of which the beginning may be there already."""
        self._under_way[conn.pool] -= 1
        self._ended[conn.pool] -= conn.has_ended
        if future.cancelled() or future.exception() is not None:
            self.nr_conns -= 1
            conn.close()
            return
        if not future.result():
            self._linger(conn)
            return
        more = conn.parser.unreader.take_buffered()
        conn.sock.setblocking(False)
        self._wait(conn, self.cfg.keepalive if self.alive else min(1.0, self.cfg.keepalive), more)

    def murder_pending(self) -> None:
        """Close what has been silent for too long, and refuse what takes too long to arrive."""
        now = time.monotonic()
        if now - self._looked < 0.25:
            return
        self._looked = now
        self._tell_refused()
        for conn in [each for each, ends in self._lingering.items() if ends <= now]:
            self._close_lingering(conn)
        for conn, waiting in [each for each in self._waiting.items() if each[1].ends <= now]:
            if len(waiting.arrival):
                self._refuse(conn, Refused(408, "RequestTimeout", "The request took too long to arrive."))
            else:
                self._close(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close everything that is waited for, if the worker ends."""
        self._tell_refused()
        for conn in list(self._waiting) if force else ():
            self._close(conn)
        for conn in list(self._lingering) if force else ():
            self._close_lingering(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait for no request longer than until `deadline`: the worker is to end."""
        for waiting in self._waiting.values():
            waiting.ends = min(waiting.ends, deadline)

    def _linger(self, conn: Any) -> None:
        """End a connection: what the client still sends is read for a moment, or it would lose the end of the answer.

        gunicorn does so in the thread that waits for events, which a client could hold.
        """
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            has_ended = conn.sock.receive() == b""
        except OSError:  # The client has gone.
            has_ended = True
        if has_ended:
            self.nr_conns -= 1
            conn.close()
            return
        self.poller.register(conn.sock, EVENT_READ, partial(self._drain, conn))
        self._lingering[conn] = time.monotonic() + LINGER_SECONDS
        if len(self._lingering) > MOST_LINGERING:
            self._close_lingering(next(iter(self._lingering)))

    def _drain(self, conn: Any, _: object) -> None:
        if conn in self._lingering and conn.sock.receive() == b"":
            self._close_lingering(conn)

    def _close_lingering(self, conn: Any) -> None:
        del self._lingering[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _wait(self, conn: Any, seconds: float, begun: bytes = b"") -> None:
        """Wait for a request, unless all of it is there, which begins with `begun`."""
        waiting = self._waiting[conn] = _Waiting(time.monotonic() + seconds)
        if begun:
            self._receive(conn, begun)
        else:
            self._readable(conn, None)
        if self._waiting.get(conn) is waiting:
            self.poller.register(conn.sock, EVENT_READ, partial(self._readable, conn))
            waiting.is_registered = True

    def _stop_waiting(self, conn: Any) -> Arrival:
        waiting = self._waiting.pop(conn)
        if waiting.is_registered:
            self.poller.unregister(conn.sock)
        self._held -= len(waiting.arrival)
        return waiting.arrival

    def _close(self, conn: Any) -> None:
        self._stop_waiting(conn)
        self.nr_conns -= 1
        conn.close()

    def _close_oldest(self) -> None:
        oldest = next(iter(self._waiting), None)
        if oldest is not None:
            self._close(oldest)

    def _readable(self, conn: Any, _: object) -> None:
        if conn not in self._waiting:  # Closed by another event of the same moment.
            return
        if data := conn.sock.receive():
            self._receive(conn, data)
        elif data is not None:
            self._close(conn)

    def _receive(self, conn: Any, data: bytes) -> None:
        """Add to a request, and hand it on if that was the rest."""
        waiting = self._waiting[conn]
        arrival = waiting.arrival
        if not len(arrival):
            waiting.ends = time.monotonic() + ARRIVAL_SECONDS
        before = len(arrival)
        state = arrival.take(data)
        self._held += len(arrival) - before
        if isinstance(state, Refused):
            self._refuse(conn, state)
        elif state is State.COMPLETE:
            self._hand_over(conn)
        elif self._held > ARRIVING_BYTES:
            self._refuse(conn, Refused(503, "TooManyArriving", "There are too many requests under way."))
        elif arrival.may_be_long and not waiting.is_long:
            waiting.is_long = True
            waiting.ends += WRITE_ARRIVAL_SECONDS - ARRIVAL_SECONDS
        if state is State.PARTIAL and arrival.wants_continue and conn in self._waiting:
            arrival.wants_continue = False
            try:
                conn.sock.send_now(_CONTINUE)
            except OSError:
                self._close(conn)

    def _hand_over(self, conn: Any) -> None:
        is_health = self._waiting[conn].arrival.path.partition(b"?")[0] == b"/healthz"
        conn.pool = self._health if is_health else self.tpool
        events = conn.sock.events()
        if events & _HAS_GONE:
            self._close(conn)
            return
        # As many may wait as are answered. Whoever has ended its side gets a spare thread only.
        conn.has_ended = bool(events & select.POLLRDHUP)
        is_refused = conn.has_ended and self._ended[conn.pool] >= MOST_ENDED
        if is_refused or self._under_way[conn.pool] >= (SPARE_THREADS if conn.has_ended else 2 * self.cfg.threads):
            self._refuse(conn, Refused(503, "TooManyWaiting", "There are too many requests under way."))
            return
        arrival = self._stop_waiting(conn)
        self._json[conn.sock] = arrival.wants_json
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(arrival.request())
        self.enqueue_req(conn)

    def _refuse(self, conn: Any, refused: Refused) -> None:
        arrival = self._stop_waiting(conn)
        self._refused[refused.reason] += 1
        if self._refused[refused.reason] == 1:
            self.log.warning("a request was refused: %s", refused.reason)
        with suppress(OSError):  # It fits into what the system holds for a client, unless earlier answers are not read.
            conn.sock.send_now(refusal(refused.status, arrival.wants_json, refused.detail))
        if arrival.is_all:
            # Nothing that is unread would make the system discard the answer.
            self.nr_conns -= 1
            conn.close()
        else:
            self._linger(conn)

    def _tell_refused(self) -> None:
        """Log how many more were refused since the last time; a line each would cost more than the refusal."""
        for reason, times in self._refused.items():
            if times > 1:
                self.log.warning("%d more requests were refused: %s", times - 1, reason)
        self._refused.clear()

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that cannot be read."""
        if isinstance(exc, ParseException):
            self.log.warning("a request was refused: %s", type(exc).__name__)
        super().handle_error(req, Refusal(client, self._json.get(client, False)), addr, exc)


class Log(Logger):  # type: ignore[misc]  # untyped base
    """gunicorn's log, in the format configured by `webapp.monitoring.logs`."""

    def setup(self, cfg: Any) -> None:
        """Keep the existing handlers, and filter lines that are not useful."""
        super().setup(cfg)
        ours = logging.getLogger("webapp").handlers
        self.error_log.handlers = list(ours)
        self.error_log.addFilter(is_loggable)


def is_loggable(record: logging.LogRecord) -> bool:
    """Whether to log a line: not of a silent client, and not one with an address (`GunicornWorker` logs it without)."""
    silent = record.exc_info and isinstance(record.exc_info[1], BlockingIOError)
    return not silent and not record.getMessage().startswith("Invalid request from ip=")
