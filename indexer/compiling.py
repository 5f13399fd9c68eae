"""How functions over arrays are compiled, and where what was compiled is kept.

Importing this module imports numba, so only modules that are imported late import it. `indexer.vietnamese`, which
imports nothing of the project, has the same few lines of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled when first called, without Python's lock; kept on disk where a folder can be written."""
    try:
        return numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder for the cache
        return numba.njit(nogil=True, error_model="numpy")(function)
