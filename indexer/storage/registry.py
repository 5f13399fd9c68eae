"""Which engines there are: how each is imported, when it is first used.

An engine is registered as `module:attribute`. What that names is a `FileEngine`, whose generations are kept in folders
of the index directory, or, for an engine that keeps its own, a function of the index directory and the settings that
gives the `Backend`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, cast

from indexer.engine.backend import Backend
from indexer.errors import SettingInvalid
from indexer.settings import Settings
from indexer.storage.generations import FileEngine, FolderBackend

_ENGINES = {"opensearch": "indexer.engine.opensearch:backend", "whoosh": "indexer.engine.whoosh:files"}


def register_engine(name: str, place: str) -> None:
    """Let the setting `engine` be `name`, meaning what `place` ("module:attribute") names."""
    _ENGINES[name] = place


def open_backend(directory: Path | str, settings: Settings | None = None) -> Backend:
    """The backend, of the engine that the settings name, of the index in a directory, which need not exist yet.

    Raises `SettingInvalid` where there is no such engine.
    """
    settings = settings or Settings()
    engine = import_engine(settings.engine)
    if not callable(engine):
        return FolderBackend(Path(directory), _sound(settings.engine, engine, FileEngine))
    try:
        backend = engine(Path(directory), settings)
    except TypeError as error:  # Another function, or a class.
        raise _unusable(settings.engine, str(error)) from error
    return cast(Backend, _sound(settings.engine, backend, Backend))


def import_engine(name: str) -> Any:
    """What a name of an engine, or a `module:attribute`, stands for; its loops are those that `loops.warm` compiles.

    Raises `SettingInvalid` where there is no such engine.
    """
    module, _, attribute = _ENGINES.get(name, name).partition(":")
    try:
        if not attribute:
            raise ValueError(f"there are {', '.join(sorted(_ENGINES))}")
        return getattr(import_module(module), attribute)
    except Exception as error:  # Whatever an import raises.
        raise _unusable(name, str(error)) from error


def _sound(name: str, engine: Any, contract: type) -> Any:
    """What an engine's name stands for, if it has everything that its contract names; raises `SettingInvalid`."""
    wanted = {each for each in (*vars(contract), *contract.__annotations__) if not each.startswith("_")}
    if lacking := sorted(each for each in wanted if not hasattr(engine, each)):
        raise _unusable(name, f"{type(engine).__name__} is no {contract.__name__}, it has no {', '.join(lacking)}")
    return engine


def _unusable(name: str, reason: str) -> SettingInvalid:
    hint = "Give the name of an engine, or where to import another one from, as module:attribute."
    return SettingInvalid(f"setting engine is {name!r}, which cannot be used: {reason}", hint)
