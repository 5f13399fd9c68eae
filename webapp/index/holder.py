"""The one open index of a process: opened when first needed, exchanged when a newer one is published.

What a request does with it lives in `webapp.pages` and `webapp.api`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app

from indexer import (
    Backend,
    EngineUnavailable,
    Generation,
    Index,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    Results,
    Settings,
    TimDoanError,
    open_backend,
    open_index,
)
from webapp.index.gate import take_turn
from webapp.monitoring import observing
from webapp.monitoring.holdings import Holdings

logger = logging.getLogger("webapp.index")

Unavailable = (IndexMissing, IndexDamaged, IndexOutdated, EngineUnavailable)
"""What `IndexHolder.lease` raises, and the last one any use of the index too; each means 503."""

RETRY_SECONDS = 1.0
"""How long a failure to open counts for every request, so that a damaged index is not read by each of them."""

UNVERIFIED_SECONDS = 60.0
"""After how long files are verified again where the engine could not be asked."""

DAMAGED_HINT = "Nothing was deleted. Go back with: indexer rollback, or build again with: indexer build PATH..."


@dataclass(eq=False, slots=True)
class _Opened:
    index: Index
    users: int = 0
    retired: bool = False
    verified: float = 0.0
    """When its files were compared with what was written, or are being."""
    is_unverified: bool = False
    """Whether that could not be told, since the engine did not answer."""
    is_earlier: bool = False
    """Whether it is the generation before the newest, which is damaged."""


class _Pinned:
    """A backend whose live generation is one of its choice; everything else is that of the backend."""

    def __init__(self, backend: Backend, token: str) -> None:
        self._backend, self._token = backend, token

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def open(self, token: str = "") -> Generation:
        """Open a generation, by default the one that was chosen."""
        return self._backend.open(token or self._token)


class IndexHolder:
    """Lends the live index to requests of several threads.

    A request keeps the generation it began with to its end; a replaced one is closed by its last user. While one
    thread opens a newer generation the others go on with the one they have, so no request waits for a switch. A newer
    generation that cannot be opened (copied halfway, damaged, of another version) is tried again, and the one that is
    open goes on answering meanwhile.

    `later` is given what compares the files of an opened index with what was written, to be called beside serving: an
    index that turns out to be damaged is lent no more, before it answers wrongly for long.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        observer: Callable[[Results], None] = lambda _: None,
        later: Callable[[Callable[[], None]], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._observer = observer
        self._clock = clock
        self._state = threading.Lock()
        self._opening = threading.Lock()
        self._live: _Opened | None = None
        self._backend = open_backend(settings.index, settings)
        self._failure: tuple[float, Hashable, TimDoanError] | None = None
        self._later = later
        self._damaged: tuple[Index, str] | None = None

    @contextmanager
    def lease(self) -> Iterator[Index]:
        """The live index for the length of a `with` block; raises one of `Unavailable`."""
        opened = self._take()
        try:
            yield opened.index
        finally:
            self._release(opened)

    def holdings(self) -> Holdings:
        """How much the live index holds; raises one of `Unavailable`."""
        with self.lease() as index:
            stats = index.stats()
            warnings = ("newest-generation-unreadable",) if self.newest_unreadable else ()
            held = stats.articles, stats.paragraphs
            return Holdings(index.generation, index.created, index.has_lexicon, *held, warnings)

    @property
    def newest_unreadable(self) -> bool:
        """Whether there is a newer generation than the one that answers, and it cannot be opened or is damaged."""
        return self._live is not None and (self._failure is not None or self._live.is_earlier)

    def close(self) -> None:
        """Close the index as soon as nobody uses it; a later `lease` opens it again."""
        self._replace(None)

    def _take(self) -> _Opened:
        opened = self._current()
        if opened:
            return opened
        # With an older generation at hand only one thread opens the newer; with none, all wait for it.
        older = self._any()
        if not self._opening.acquire(blocking=older is None):
            assert older is not None
            return older
        try:
            if older:
                self._release(older)
            return self._current() or self._open()
        finally:
            self._opening.release()

    def _current(self) -> _Opened | None:
        opened = self._any()
        if opened is None:
            return None
        if opened.index.is_current() or self._is_known_to_fail():
            self._scrub(opened)
            return opened
        self._release(opened)
        return None

    def _scrub(self, opened: _Opened) -> None:
        """Have the files of an index verified again, if the last time is long enough ago."""
        seconds = self._settings.scrub_hours * 3600
        with self._state:
            if opened.is_unverified:
                seconds = UNVERIFIED_SECONDS
            if not seconds or self._clock() - opened.verified < seconds:
                return
            opened.verified = self._clock()
        self._later(lambda: self._verify(opened))

    def _is_known_to_fail(self) -> bool:
        """Whether the newest generation could not be opened a moment ago."""
        failure = self._failure
        return failure is not None and failure[1] == self._backend.stamp() and not self._may_retry(failure[0])

    def _may_retry(self, since: float) -> bool:
        return self._clock() - since >= RETRY_SECONDS

    def _any(self) -> _Opened | None:
        with self._state:
            if self._live:
                self._live.users += 1
            return self._live

    def _release(self, opened: _Opened) -> None:
        with self._state:
            opened.users -= 1
            last = opened.retired and not opened.users
        if last:
            opened.index.close()

    def _open(self) -> _Opened:
        stamp = self._backend.stamp()
        if self._failure:
            since, before, known = self._failure
            # That there is none, or one of another version, is known until something is published; the rest may pass
            # by itself.
            lasts = type(known) in (IndexMissing, IndexOutdated)
            if before == stamp if lasts else not self._may_retry(since):
                if kept := self._any():
                    return kept
                raise type(known)(str(known), known.hint)
        if self._damaged and self._damaged[0].is_current():
            return self._earlier(IndexDamaged(self._damaged[1], DAMAGED_HINT))
        self._damaged = None
        try:
            index = open_index(self._settings.index, self._settings, self._backend, self._observer)
        except IndexDamaged as error:
            return self._without(stamp, error) if self._live else self._earlier(error, stamp)
        except Unavailable as error:
            return self._without(stamp, error)
        self._failure = None
        for lacking in index.outdated:
            logger.warning(lacking)
        return self._opened(index)

    def _opened(self, index: Index, is_earlier: bool = False) -> _Opened:
        opened = _Opened(index, users=1, verified=self._clock(), is_earlier=is_earlier)
        self._replace(opened)
        self._later(lambda: self._verify(opened))
        return opened

    def _earlier(self, error: IndexDamaged, stamp: Hashable = None) -> _Opened:
        """The generation before the newest, which is damaged, if the setting allows that; else raises `error`."""
        try:
            previous = self._backend.published().previous if self._settings.serve_previous else ""
            if previous and not (self._damaged and self._damaged[0].generation == previous):
                earlier = _Pinned(self._backend, previous)
                index = open_index(self._settings.index, self._settings, cast(Backend, earlier), self._observer)
                logger.error("the generation before answers", extra={"values": {"reason": str(error)}})
                return self._opened(index, is_earlier=True)
        except Unavailable:
            pass
        if stamp is None:
            raise error
        return self._without(stamp, error)

    def _without(self, stamp: Hashable, error: TimDoanError) -> _Opened:
        """The index that is open, where the newest cannot be; raises `error` where there is none, or it was removed."""
        known, self._failure = self._failure, (self._clock(), stamp, error)
        is_news = known is None or (known[1], str(known[2])) != (stamp, str(error))
        kept = None if isinstance(error, IndexMissing) else self._any()
        if is_news:
            instead = "the newest generation cannot be opened: the one before answers"
            message = instead if kept else "the index cannot be opened"
            logger.error(message, extra={"values": {"reason": str(error)}})
        if kept:
            return kept
        self._replace(None)
        raise error

    def _verify(self, opened: _Opened) -> None:
        """Lend an index no more if a file of it is not what was written, or without its lexicon if that is not."""
        try:
            if reason := opened.index.forget_damaged_lexicon():
                logger.error("the lexicon is damaged: searching without it", extra={"values": {"reason": reason}})
            reason = opened.index.damage()
        except EngineUnavailable as error:
            # What does not answer need not be damaged: searches go on, and say what they lack.
            logger.warning("the index could not be verified", extra={"values": {"reason": str(error)}})
            opened.is_unverified = True
            return
        opened.is_unverified = False
        if reason:
            logger.error("the index is damaged: searching no more", extra={"values": {"reason": reason}})
            self._damaged = opened.index, reason
            with self._state:
                is_live = self._live is opened
            if is_live:
                self._replace(None)

    def _replace(self, opened: _Opened | None) -> None:
        with self._state:
            old, self._live = self._live, opened
            if old:
                old.retired = True
            unused = old is not None and not old.users
        if old and unused:
            old.index.close()


def register(app: Flask, settings: Settings) -> None:
    """Give `app` its holder; nothing is opened yet."""
    app.extensions["timdoan.index"] = IndexHolder(settings, observer=observing.searched, later=_beside)


def _beside(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def holder(app: Flask) -> IndexHolder:
    """The holder of `app`."""
    held: IndexHolder = app.extensions["timdoan.index"]
    return held


def lease() -> AbstractContextManager[Index]:
    """The live index for a request that searches: `with lease() as index:`.

    It waits for the request's turn first; raises `Overloaded`, or one of `Unavailable`.
    """
    take_turn()
    return holder(current_app).lease()
