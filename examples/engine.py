"""An engine: here one that has the engine of the product do the work, and says what it is asked and what it finds.

A registered engine is chosen by the setting `engine`, as any is; one that is not registered, as `module:attribute`.
One that keeps paragraphs itself begins with tests/contract/reference.py and reference_backend.py, which are complete.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import indexer
from indexer import EnginePage, EngineRequest, Generation, SearchRequest, Settings


class Telling:
    """Answers as another engine does."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, request: EngineRequest) -> EnginePage:
        page: EnginePage = self._engine.search(request)
        print(f"asked for {request.limit}, found {page.total}")
        return page


class TellingBackend:
    """The generations of one index, kept by the backend of the product."""

    def __init__(self, directory: Path, settings: Settings) -> None:
        self._backend = indexer.open_backend(directory, settings.changed({"engine": "whoosh"}))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def open(self, token: str = "") -> Generation:
        generation = self._backend.open(token)
        return replace(generation, engine=Telling(generation.engine))


indexer.register_engine("telling", f"{__name__}:TellingBackend")

with tempfile.TemporaryDirectory() as folder:
    settings = Settings(engine="telling")
    indexer.build([{"id": "1", "text": "Hồ Kẻ Gỗ."}, {"id": "2", "text": "Mùa bưởi."}], folder, settings=settings)
    with indexer.open_index(folder, settings) as index:
        print(index.search(SearchRequest("ho ke go")).passages[0].paragraph.text)

# Prints:
# asked for 30, found 1
# Hồ Kẻ Gỗ.
