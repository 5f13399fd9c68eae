"""How long a question may take: looked at between steps, by whoever is about to take the next one."""

from __future__ import annotations

from time import monotonic


class OutOfTime(Exception):
    """The time has run out before a node was evaluated. Never leaves this package."""


class TimeLimit:
    """Counts from when it is made; without `seconds` it never runs out."""

    def __init__(self, seconds: float | None = None) -> None:
        self._end = None if seconds is None else monotonic() + seconds
        self.ran_out = False
        """Whether something was left out because the time had run out."""

    def is_over(self) -> bool:
        """Whether the time has run out; if so, the caller leaves something out."""
        if self._end is not None and monotonic() >= self._end:
            self.ran_out = True
        return self.ran_out

    def check(self) -> None:
        """Raise `OutOfTime` once the time has run out."""
        if self.is_over():
            raise OutOfTime
