"""How the functions of this folder are compiled, and where what was compiled is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from indexer import loops

_FOLDER = Path(__file__).parent
_SOURCES = hashlib.sha256(
    b"".join(path.read_bytes() for path in [*sorted(_FOLDER.glob("*.py")), _FOLDER.parent / "packing.py"])
)


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled when first called, without Python's lock; kept on disk where a folder can be written.

    numba finds what it kept by the function's name and the text of its file. What a function calls lies in other files
    too, so the name is made to tell the text of all of them.
    """
    function.__qualname__ += f"-{_SOURCES.hexdigest()[:8]}"
    return loops.compiled(function)
