"""Texts in batches, as long as the time lasts: work on the passages of an answer ends with it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

BATCH_CHARACTERS = 50_000
"""Texts are worked on together up to so many characters: a page of usual passages at once."""


def batches(texts: Sequence[str], ends: float, characters: int = BATCH_CHARACTERS) -> Iterator[slice]:
    """Slices of `texts`, in order, each of at most so many characters or of one text.

    There is always a first one if there are texts; none follows once the performance counter has reached `ends`.
    """
    first = size = 0
    for at, text in enumerate(texts):
        if at > first and size + len(text) > characters:
            yield slice(first, at)
            if time.perf_counter() >= ends:
                return
            first, size = at, 0
        size += len(text)
    if first < len(texts):
        yield slice(first, len(texts))
