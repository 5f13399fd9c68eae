"""Watching: every source is brought in line again and again, when its time has come or its files have changed.

The scan decides what is done; file events only make it come sooner. Where they do not reach (network drives), or
watchfiles is not installed, a change is seen when the source is due.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from indexer.errors import IndexLocked, TimDoanError
from indexer.indexing.draining import Drained, drain
from indexer.indexing.ingesting import Ingested, declared_sources, ingest
from indexer.ingest.queue import Queue
from indexer.setting_values import DeclaredSource
from indexer.settings import Settings

_AGAIN_SECONDS = 5.0
"""When a run that could not be carried out is tried again."""

_EVENT_MILLISECONDS = 500


class Alarm:
    """Ends the wait of a watcher: to stop, or because the files of some sources have changed."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._changed: set[str] = set()
        self.stopped = threading.Event()

    def stop(self) -> None:
        """End the watcher after the run that it is in."""
        self.stopped.set()
        with self._condition:
            self._condition.notify_all()

    def change(self, source: str) -> None:
        """Have a source scanned at once."""
        with self._condition:
            self._changed.add(source)
            self._condition.notify_all()

    def wait(self, seconds: float) -> set[str]:
        """The sources that have changed, at once if there are any, else after at most so long."""
        with self._condition:
            if not self._changed and not self.stopped.is_set():
                self._condition.wait(max(0.0, seconds))
            changed, self._changed = self._changed, set()
            return changed


def watch(
    settings: Settings,
    alarm: Alarm,
    on_run: Callable[[Ingested], object] = lambda _: None,
    on_error: Callable[[TimDoanError], object] = lambda _: None,
    *,
    on_drained: Callable[[Drained], object] = lambda _: None,
    jobs: int = 1,
    events: bool = True,
) -> None:
    """Ingest each source when it is due, until the alarm stops it; `on_run` gets what each run did.

    What came over HTTP and waits is published beside that, unless another process does so; `on_drained` gets what was
    done of it. A run that fails (the index is locked, the engine cannot be reached) goes to `on_error` and is tried
    again. Raises what the first run raises, unless the index was locked: settings that are wrong do not get right by
    waiting.
    """
    due = {source.name: 0.0 for source in declared_sources(settings)}
    every = {source.name: source.every_seconds for source in settings.sources}
    first, drains = True, 0.0
    queue = Queue(settings.index)
    with _events(settings.sources, alarm) if events else contextlib.nullcontext(), contextlib.closing(queue):
        while not alarm.stopped.is_set():
            now = time.monotonic()
            names = [name for name, at in due.items() if at <= now]
            if names:
                try:
                    done = ingest(settings, names, jobs=jobs, wait=alarm.stopped.wait)
                except TimDoanError as error:
                    if first and not isinstance(error, IndexLocked):
                        raise
                    on_error(error)
                    due.update(dict.fromkeys(names, time.monotonic() + _AGAIN_SECONDS))
                else:
                    first = False
                    now = time.monotonic()
                    for outcome in done.sources:
                        # What may still be written to is looked at again soon.
                        due[outcome.name] = now + min(every[outcome.name], _AGAIN_SECONDS if outcome.young else 1e9)
                    on_run(done)
            if time.monotonic() >= drains:
                drains = time.monotonic() + settings.write_seconds
                try:
                    _drain(settings, queue, jobs, alarm, on_drained)
                except TimDoanError as error:
                    on_error(error)
                    drains = time.monotonic() + _AGAIN_SECONDS
            for name in alarm.wait(min(drains, *due.values()) - time.monotonic()):
                due[name] = 0.0


def _drain(settings: Settings, queue: Queue, jobs: int, alarm: Alarm, on_drained: Callable[[Drained], object]) -> None:
    """Publish what waits in the queue; nothing where another process does so."""
    if not queue.depth().items:
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(queue.drained_by_this_process())
        except IndexLocked:
            return
        while not alarm.stopped.is_set() and (done := drain(settings, queue, jobs=jobs)) is not None:
            on_drained(done)


def can_have_events() -> bool:
    """Whether the library for file events is installed."""
    return find_spec("watchfiles") is not None


@contextlib.contextmanager
def _events(sources: tuple[DeclaredSource, ...], alarm: Alarm) -> Iterator[None]:
    """File events of folders set off the alarm, where there is a library for them."""
    folders = {source.path.resolve(): source.name for source in sources if source.path and source.path.is_dir()}
    if not folders or not can_have_events():
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_listen, args=(folders, alarm, ended), name="file-events", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _listen(folders: dict[Path, str], alarm: Alarm, ended: threading.Event) -> None:
    import watchfiles

    # A folder that cannot be watched (too many, gone) is scanned when it is due.
    with contextlib.suppress(OSError, RuntimeError):
        for changes in watchfiles.watch(
            *folders, stop_event=ended, rust_timeout=_EVENT_MILLISECONDS, raise_interrupt=False
        ):
            for folder, name in folders.items():
                if any(Path(path).is_relative_to(folder) for _, path in changes):
                    alarm.change(name)
