"""An index of the sample articles, built once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexer import build
from tests.samples import write_articles


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "articles.jsonl")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build([write_articles(folder / "articles.jsonl")], folder / "index")
    return folder / "index"


@pytest.fixture
def directory(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))
