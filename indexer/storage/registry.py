"""Which engines there are: how each is imported, when it is first used.

An engine is registered as `module:attribute`. What that names is a `FileEngine`, whose generations are kept in folders
of the index directory, or, for an engine that keeps its own, a function of the index directory and the settings that
gives the `Backend`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from indexer.engine.backend import Backend
from indexer.errors import SettingInvalid
from indexer.settings import Settings
from indexer.storage.generations import FolderBackend

_ENGINES = {"whoosh": "indexer.engine.whoosh:files"}


def register_engine(name: str, place: str) -> None:
    """Let the setting `engine` be `name`, meaning what `place` ("module:attribute") names."""
    _ENGINES[name] = place


def open_backend(directory: Path | str, settings: Settings | None = None) -> Backend:
    """The backend, of the engine that the settings name, of the index in a directory, which need not exist yet.

    Raises `SettingInvalid` where there is no such engine.
    """
    settings = settings or Settings()
    engine = import_engine(settings.engine)
    backend: Backend = engine(Path(directory), settings) if callable(engine) else FolderBackend(Path(directory), engine)
    return backend


def import_engine(name: str) -> Any:
    """What a name of an engine, or a `module:attribute`, stands for; its loops are those that `loops.warm` compiles.

    Raises `SettingInvalid` where there is no such engine.
    """
    module, _, attribute = _ENGINES.get(name, name).partition(":")
    try:
        if not attribute:
            raise ValueError(f"there are {', '.join(sorted(_ENGINES))}")
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        hint = "Give the name of an engine, or where to import another one from, as module:attribute."
        raise SettingInvalid(f"setting engine is {name!r}, which cannot be used: {error}", hint) from error
