"""In-memory request counters of one process, as a storage of the library `limits`.

The library's own `memory://` starts a thread for nearly every request, which then scans all counters. This one removes
expired counters only every few seconds; otherwise it does what a storage of `limits` must.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from limits.storage import Storage

SWEEP_SECONDS = 5.0


class ProcessStorage(Storage):
    """Counters by key until they expire. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self._next_sweep = 0.0

    def __len__(self) -> int:
        return len(self._counts)

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """The exceptions it may raise: none of its own."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add `amount` to the counter `key`, which expires `expiry` seconds after its creation; returns the sum."""
        now = self._clock()
        with self._lock:
            if now >= self._next_sweep:
                self._counts = {other: entry for other, entry in self._counts.items() if entry[1] > now}
                self._next_sweep = now + SWEEP_SECONDS
            count, end = self._counts.get(key, (0, 0.0))
            count, end = (count + amount, end) if end > now else (amount, now + expiry)
            self._counts[key] = count, end
            return count

    def get(self, key: str) -> int:
        """The sum of the counter, 0 when it has expired."""
        count, end = self._counts.get(key, (0, 0.0))
        return count if end > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        """When the counter expires, in seconds since the epoch; now if there is none."""
        now = self._clock()
        return max(self._counts.get(key, (0, 0.0))[1], now)

    def check(self) -> bool:
        """True: it is always available."""
        return True

    def reset(self) -> int:
        """Remove all counters; returns how many there were."""
        with self._lock:
            forgotten, self._counts = len(self._counts), {}
            return forgotten

    def clear(self, key: str) -> None:
        """Remove one counter."""
        with self._lock:
            self._counts.pop(key, None)
