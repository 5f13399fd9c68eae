"""How much of what could be tried is tried: a part by default, all of it with THOROUGH=1 (`script/test --thorough`).

CI tries all. By default a test that goes through many seeds, examples, kills or files goes through a fixed part of
them, and what takes minutes whatever it goes through is skipped, with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

THOROUGH = os.environ.get("THOROUGH") == "1"

T = TypeVar("T")

thorough = pytest.mark.skipif(not THOROUGH, reason="minutes: script/test --thorough")
"""A test that runs only where all is tried."""


def tries(most: int, least: int = 1) -> int:
    """How many of `most` to try."""
    return most if THOROUGH else max(least, most // 4)


def some(several: Sequence[T], every: int = 4) -> Sequence[T]:
    """What of several to try: all, or one of so many."""
    return several if THOROUGH else several[::every]
