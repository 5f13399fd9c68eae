"""The open index of a process: exchanged under way, closed by its last user, never twice opened at once."""

from __future__ import annotations

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer import Settings
from indexer.errors import IndexDamaged, IndexMissing, IndexOutdated
from indexer.storage.generations import FolderBackend
from tests.webapp.index.generations import ids, publish
from webapp.index.holder import RETRY_SECONDS, IndexHolder


def test_one_index_serves_all_requests(directory: Path) -> None:
    holder = IndexHolder(Settings(index=directory))
    with holder.lease() as first, holder.lease() as second:
        assert first is second
    holder.close()


def test_a_newer_generation_is_noticed_and_the_older_closed(directory: Path, closed: list[str]) -> None:
    holder = IndexHolder(Settings(index=directory))
    with holder.lease() as index:
        older = index.generation
        assert ids(index) == ["bai-1"]
    publish(directory, 2)
    with holder.lease() as index:
        assert ids(index) == ["bai-2"]
        assert closed == [older]
    holder.close()


def test_a_request_ends_with_the_generation_it_began_with(directory: Path, closed: list[str]) -> None:
    holder = IndexHolder(Settings(index=directory))
    with holder.lease() as older:
        publish(directory, 2)
        with holder.lease() as newer:
            assert ids(newer) == ["bai-2"]
            assert ids(older) == ["bai-1"]
        assert closed == []
    assert closed == [older.generation]
    holder.close()


@pytest.mark.files
def test_what_a_generation_holds_is_read_from_what_was_published(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(directory, 2)

    def scan(_: object) -> object:
        raise AssertionError("an engine was asked to count")

    monkeypatch.setattr("indexer.engine.whoosh.engine.WhooshEngine.stats", scan)
    holder = IndexHolder(Settings(index=directory))
    holdings = holder.holdings()
    assert (holdings.articles, holdings.paragraphs) == (1, 3)
    with holder.lease() as index:
        assert holdings.generation == index.generation
    holder.close()


@pytest.mark.files
def test_that_there_is_no_index_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = IndexHolder(Settings(index=tmp_path / "index"))
    opened: list[object] = []
    real = FolderBackend.open

    def note(backend: FolderBackend, token: str = "") -> object:
        opened.append(token)
        return real(backend, token)

    monkeypatch.setattr(FolderBackend, "open", note)
    for _ in range(3):
        with pytest.raises(IndexMissing), holder.lease():
            pass
    assert len(opened) == 1
    publish(tmp_path / "index", 1)
    with holder.lease() as index:
        assert ids(index) == ["bai-1"]
    holder.close()


def test_a_closed_holder_opens_again(directory: Path, closed: list[str]) -> None:
    holder = IndexHolder(Settings(index=directory))
    with holder.lease():
        holder.close()
        assert closed == []
    assert len(closed) == 1
    with holder.lease() as index:
        assert ids(index) == ["bai-1"]
    holder.close()


def test_an_error_of_a_request_gives_the_index_back(directory: Path, closed: list[str]) -> None:
    holder = IndexHolder(Settings(index=directory))
    with pytest.raises(KeyError), holder.lease():
        raise KeyError
    holder.close()
    assert len(closed) == 1


def test_no_index_is_told_until_there_is_one(tmp_path: Path) -> None:
    holder = IndexHolder(Settings(index=tmp_path / "index"))
    with pytest.raises(IndexMissing), holder.lease():
        pass
    publish(tmp_path / "index", 1)
    with holder.lease() as index:
        assert ids(index) == ["bai-1"]
    holder.close()


@pytest.mark.files
def test_an_index_that_was_taken_away_is_told(directory: Path, closed: list[str]) -> None:
    holder = IndexHolder(Settings(index=directory))
    with holder.lease():
        pass
    shutil.rmtree(directory)
    with pytest.raises(IndexMissing), holder.lease():
        pass
    assert len(closed) == 1


@pytest.mark.files
def test_a_damaged_index_is_read_anew_only_after_a_while(directory: Path) -> None:
    now = 100.0
    holder = IndexHolder(Settings(index=directory), clock=lambda: now)
    kept = directory.with_name("kept")
    shutil.copytree(directory, kept)
    for path in directory.rglob("*"):
        if path.is_file() and path.parent != directory:
            path.write_bytes(b"")
    with pytest.raises(IndexDamaged), holder.lease():
        pass
    shutil.rmtree(directory)
    kept.rename(directory)
    with pytest.raises(IndexDamaged), holder.lease():
        pass
    now += RETRY_SECONDS
    with holder.lease() as index:
        assert ids(index) == ["bai-1"]
    holder.close()


def test_many_threads_see_wholly_old_or_wholly_new_and_all_is_closed(directory: Path, closed: list[str]) -> None:
    holder = IndexHolder(Settings(index=directory))
    published = threading.Event()

    def ask(_: int) -> list[list[str]]:
        seen = []
        while not published.is_set():
            with holder.lease() as index:
                seen.append(ids(index))
        return seen

    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(ask, range(4))
        for number in (2, 3, 4):
            publish(directory, number)
        published.set()
        for seen in answers:
            # One article each time, and never an older one after a newer.
            assert {len(entry) for entry in seen} == {1}
            assert seen == sorted(seen)
    with holder.lease() as index:
        assert ids(index) == ["bai-4"]
    holder.close()
    assert index.generation in closed
    assert len(closed) == len(set(closed))


@pytest.mark.files
def test_while_a_newer_generation_cannot_be_opened_the_one_that_is_open_answers(
    directory: Path, closed: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    now = 100.0
    holder = IndexHolder(Settings(index=directory), clock=lambda: now)
    assert not holder.newest_unreadable
    with holder.lease() as index:
        older = index.generation
    publish(directory, 2)
    newer = max((directory / "generations").iterdir())
    (newer / "manifest.json").rename(directory / "kept.json")
    for _ in range(3):
        with holder.lease() as index:
            assert index.generation == older and ids(index) == ["bai-1"]
        assert holder.holdings().warnings == ("newest-generation-unreadable",)
        # It is tried again after a while, and told once.
        now += RETRY_SECONDS
    assert closed == []
    (told,) = [record for record in caplog.records if "the one before answers" in record.message]
    assert "manifest.json" in told.values["reason"]  # type: ignore[attr-defined]
    # Now it has been copied to its end.
    (directory / "kept.json").rename(newer / "manifest.json")
    now += RETRY_SECONDS
    with holder.lease() as index:
        assert ids(index) == ["bai-2"]
    assert closed == [older] and not holder.newest_unreadable and holder.holdings().warnings == ()
    holder.close()


@pytest.mark.files
def test_the_index_that_is_open_answers_when_its_name_comes_back(directory: Path) -> None:
    now = 100.0
    holder = IndexHolder(Settings(index=directory), clock=lambda: now)
    current = directory / "current"
    named = current.read_bytes()
    with holder.lease() as index:
        live = index.generation

    def name(data: bytes) -> None:
        current.with_name("current.t").write_bytes(data)
        current.with_name("current.t").replace(current)

    name(named.replace(live.encode(), b"000009-deadbeef"))
    with holder.lease() as index:
        assert index.generation == live
    name(named)
    for _ in range(3):  # At once, before and after it is tried again.
        with holder.lease() as index:
            assert index.generation == live
        now += RETRY_SECONDS / 2
    assert not holder.newest_unreadable
    holder.close()


@pytest.mark.files
def test_an_index_of_another_version_takes_the_place_of_nothing(directory: Path) -> None:
    now = 100.0
    holder = IndexHolder(Settings(index=directory), clock=lambda: now)
    with holder.lease():
        pass
    publish(directory, 2)
    manifest = max((directory / "generations").iterdir()) / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "engine_format": 99}), "utf-8")
    for _ in range(2):  # When it is tried again too.
        with holder.lease() as index:
            assert ids(index) == ["bai-1"]
        now += RETRY_SECONDS
    holder.close()
    with pytest.raises(IndexOutdated), holder.lease():
        pass
