"""The time limit of a search, checked before each step."""

from __future__ import annotations

from time import monotonic


class OutOfTime(Exception):
    """The time limit was reached before a node was evaluated. Never leaves this package."""


class TimeLimit:
    """A time limit that starts when it is made; without `seconds` it never ends."""

    def __init__(self, seconds: float | None = None) -> None:
        self._end = None if seconds is None else monotonic() + seconds
        self.ran_out = False
        """Whether something was left out because the time had run out."""

    def is_over(self) -> bool:
        """Whether the time limit is reached; if so, the caller leaves something out."""
        if self._end is not None and monotonic() >= self._end:
            self.ran_out = True
        return self.ran_out

    def check(self) -> None:
        """Raise `OutOfTime` once the time limit is reached."""
        if self.is_over():
            raise OutOfTime
