"""The counters of one process: they add up, end with their window, and are not kept for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from limits import parse
from limits.strategies import FixedWindowRateLimiter

from webapp.access.process_storage import SWEEP_SECONDS, ProcessStorage


class Clock:
    """Seconds that pass when told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_window_begins_with_its_first_request_and_ends_in_time() -> None:
    clock = Clock()
    storage = ProcessStorage(clock=clock)
    limiter, limit = FixedWindowRateLimiter(storage), parse("3/minute")
    assert [limiter.hit(limit, "a", cost=2), limiter.hit(limit, "a"), limiter.hit(limit, "a")] == [True, True, False]
    assert limiter.hit(limit, "b")
    assert limiter.get_window_stats(limit, "a") == (1_060.0, 0)
    clock.now += 59.9
    assert not limiter.hit(limit, "a")
    clock.now += 0.1
    assert storage.get(limit.key_for("a")) == 0
    assert limiter.hit(limit, "a")
    assert limiter.get_window_stats(limit, "a") == (1_120.0, 2)


def test_what_is_over_is_forgotten() -> None:
    clock = Clock()
    storage = ProcessStorage(clock=clock)
    for number in range(1_000):
        storage.incr(f"short {number}", 1.0)
        storage.incr(f"long {number}", 3_600.0)
    clock.now += SWEEP_SECONDS
    storage.incr("another", 1.0)
    assert len(storage) == 1_001
    storage.clear("another")
    assert storage.reset() == 1_000
    assert storage.get("long 1") == 0


def test_no_request_is_lost_between_threads() -> None:
    storage = ProcessStorage()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: storage.incr("a", 60.0), range(4_000)))
    assert storage.get("a") == 4_000
