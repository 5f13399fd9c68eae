"""What the C library keeps of memory that is free.

By default glibc has up to eight arenas for each core, which threads fill one each, and returns little of them. What
that costs a server is in docs/performance.md.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

ARENAS = 2
KEPT_BYTES = 1_000_000
"""Free memory at the end of an arena beyond this is given back; blocks from this size on have pages of their own."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of glibc's `mallopt`."""
_VARIABLES = ("MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def give_back_sooner() -> None:
    """Keep less free memory, in this process and those forked from it, unless the environment says how much.

    Other C libraries than glibc have no such option.
    """
    if any(map(os.environ.get, _VARIABLES)):
        return
    with suppress(AttributeError, OSError):
        option = ctypes.CDLL(None).mallopt
        for name, value in ((_ARENA_MAX, ARENAS), (_TRIM_THRESHOLD, KEPT_BYTES), (_MMAP_THRESHOLD, KEPT_BYTES)):
            option(name, value)
