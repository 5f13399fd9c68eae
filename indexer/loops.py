"""How functions over arrays are compiled, and where what was compiled is kept.

Importing this module imports numba, so only modules that are imported late import it. `indexer.vietnamese`, which
imports nothing of the project, has a few such lines of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numba
from numba.core.caching import FunctionCache


class _Cache(FunctionCache):
    """numba's cache on disk; what cannot be kept there, the disk being full, is compiled all the same."""

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled."""
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]  # numba has no types


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled when first called, without Python's lock; kept on disk where a folder can be written."""
    dispatcher = numba.njit(nogil=True, error_model="numpy")(function)
    with suppress(RuntimeError):  # no folder for the cache
        # What `cache=True` does, with numba's own class.
        dispatcher._cache = _Cache(function)  # type: ignore[attr-defined,no-untyped-call]  # numba
    return dispatcher
