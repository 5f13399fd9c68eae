"""The engines that are compared: a name for each, and where it lives. None is imported before it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from benchmarks.engines.base import Peer

HOMES = {
    "ours": "ours:Ours",
    "ours-search": "ours:WholeSearch",
    "tantivy": "tantivy:Counting",
    "tantivy-top": "tantivy:TopOnly",
    "xapian": "xapian:Xapian",
    "bm25s": "bm25s:Bm25s",
    "fts5": "fts5:Fts5",
    "whoosh": "stock_whoosh:StockWhoosh",
}
"""`ours-search` is the whole library over the engine `ours`; `tantivy` counts all matches as ours does, `tantivy-top`
only finds the best ten; `whoosh` is Whoosh 2.7.4 with its own codec and matchers."""


def peer(name: str) -> Peer:
    """The engine of a name; raises `ImportError` when what it needs is not installed, `KeyError` for no name."""
    made = _home(name)()
    assert isinstance(made, Peer)
    return made


def why_missing(name: str) -> str | None:
    """Why an engine cannot be run here, or None when it can."""
    try:
        _home(name)
    except ImportError as error:
        return str(error)
    return None


def _home(name: str) -> Callable[[], object]:
    module, _, found = HOMES[name].partition(":")
    home: Callable[[], object] = getattr(import_module(f"benchmarks.engines.{module}"), found)
    return home
