"""The search page and the JSON endpoint, over the public API of `indexer`: `create_app`.

It is imported when first used: the commands that only read or write a file need none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webapp.application import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        from webapp.application import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
