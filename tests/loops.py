"""Loops run plain until a process is warm; most tests of them run both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from indexer import loops, warm

T = TypeVar("T")


@contextmanager
def plain() -> Iterator[None]:
    """Have loops run as plain Python, whether or not this process is warm."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "_warm", False)
        yield


def both_ways(answer: Callable[[], T]) -> tuple[T, T]:
    """What is answered plain, and compiled."""
    with plain():
        first = answer()
    warm()
    return first, answer()
