"""A clock for tests of what happens when the time for a search has run out."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

HOUR = 3600.0


def let_hours_go_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """For `indexer.search.index` an hour goes by whenever it looks at the clock, and all that was before now.

    The performance counter may begin with the start of the machine: counted from 0, hours to come would be later.
    """
    hours = itertools.count(-10_000 * HOUR, HOUR)
    monkeypatch.setattr("indexer.search.index.time", SimpleNamespace(perf_counter=lambda: next(hours)))
