"""Which generation is live, where none is yet, and who writes."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from indexer import IndexBuilding, IndexUnfinished, add, build, open_backend, open_index


def test_a_first_build_that_was_broken_off_is_no_damage(
    tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "first"
    backend = open_backend(directory)
    with backend.writing("indexer build"):
        draft = backend.make()
        with pytest.raises(IndexBuilding, match="is being built"):
            open_index(directory)
        # Whoever builds it is not told that somebody does.
        with pytest.raises(IndexUnfinished):
            backend.published()
        draft.writer.cancel()
    for attempt in (lambda: open_index(directory), lambda: add([articles], directory)):
        with pytest.raises(IndexUnfinished, match="never finished") as caught:
            attempt()
        assert "indexer build" in caught.value.hint
    build([articles], directory)
    assert len(list((directory / "generations").iterdir())) == 1


def test_a_writer_does_not_mind_who_looks_whether_it_writes(directory: Path, articles: Path) -> None:
    with open(directory / "lock", encoding="utf-8") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.03, fcntl.flock, (looking, fcntl.LOCK_UN)).start()
        build([articles], directory)
