"""Watching publishes what came over HTTP too, unless another process does."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Settings, open_index
from indexer.errors import TimDoanError
from indexer.indexing.draining import Drained
from indexer.indexing.watching import Alarm, watch
from indexer.ingest.queue import Queue
from indexer.ingest.submitting import of_record
from indexer.setting_values import DeclaredSource

SECONDS = 60.0
"""How long is waited for what must come."""


class Watched:
    """A folder with one article that is watched by a thread, and the queue of its index."""

    def __init__(self, place: Path) -> None:
        folder = place / "tin"
        folder.mkdir()
        (folder / "a.txt").write_text("Bưởi Phúc Trạch", "utf-8")
        source = DeclaredSource("tin", folder, settle_seconds=0.0, every_seconds=0.05)
        self.settings = Settings(index=place / "index", sources=(source,), write_seconds=0.05)
        self.queue = Queue(self.settings.index)
        self.runs, self.drained = threading.Semaphore(0), threading.Semaphore(0)
        self.done: list[Drained] = []
        self.errors: list[TimDoanError] = []

    def accept(self, id: str) -> None:
        self.queue.accept([of_record({"id": id, "text": "Cam"})], "anna", most_items=10, most_bytes=1 << 20)

    def tell(self, done: Drained) -> None:
        self.done.append(done)
        self.drained.release()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        alarm = Alarm()

        def run() -> None:
            watch(
                self.settings,
                alarm,
                lambda _: self.runs.release(),
                self.errors.append,
                on_drained=self.tell,
                events=False,
            )

        thread = threading.Thread(target=run)
        thread.start()
        try:
            assert self.runs.acquire(timeout=SECONDS)
            yield
        finally:
            alarm.stop()
            thread.join()

    def ids(self) -> list[str]:
        with open_index(self.settings.index) as index:
            return sorted(info.id for info in index.articles())


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.queue.close()


def test_what_waits_is_published_beside_the_sources(watched: Watched) -> None:
    with watched.watching():
        watched.accept("cam")
        assert watched.drained.acquire(timeout=SECONDS)
    assert [(each.items, each.rejected) for each in watched.done] == [(1, 0)]
    assert (watched.ids(), watched.errors) == (["a", "cam"], [])


def test_it_is_left_to_another_process_that_does_so(watched: Watched) -> None:
    with watched.watching():
        with watched.queue.drained_by_this_process():
            watched.accept("cam")
            for _ in range(4):
                assert watched.runs.acquire(timeout=SECONDS)
            assert (watched.queue.depth().items, watched.done) == (1, [])
        assert watched.drained.acquire(timeout=SECONDS)
    assert (watched.ids(), watched.errors) == (["a", "cam"], [])
