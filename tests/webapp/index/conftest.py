"""Indexes that change while a process has them open."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import Index
from tests.webapp.index.generations import publish


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of one generation."""
    publish(tmp_path / "index", 1)
    return tmp_path / "index"


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The generations closed so far, in order."""
    generations: list[str] = []
    close = Index.close

    def note(index: Index) -> None:
        generations.append(index.generation)
        close(index)

    monkeypatch.setattr(Index, "close", note)
    return generations
