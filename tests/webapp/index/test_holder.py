"""The open index of a process: exchanged under way, closed by its last user, never twice opened at once."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, Settings, build
from indexer.errors import EngineUnavailable, IndexDamaged, IndexMissing, IndexOutdated
from indexer.storage.generations import FolderBackend
from tests.samples import write_articles
from tests.webapp.archive import POMELO
from webapp.index.holder import RETRY_SECONDS, IndexHolder


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    publish(tmp_path / "index", 1)
    return tmp_path / "index"


def publish(directory: Path, number: int) -> None:
    """Publish an index of one article that says which generation it is."""
    record = {**POMELO, "id": f"bai-{number}", "title": f"Bưởi vụ {number}"}
    build([write_articles(directory.parent / f"{number}.jsonl", (record,))], directory)


def ids(index: Index) -> list[str]:
    return sorted({passage.article.id for passage in index.search(SearchRequest("bưởi")).passages})


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


@pytest.mark.files
def test_damage_that_opening_does_not_notice_is_found_beside_serving(directory: Path, closed: list[str]) -> None:
    (texts,) = directory.glob("generations/*/engine/*.paragraphs")
    content = texts.read_bytes()
    assert b"Ng" in content
    texts.write_bytes(content.replace(b"Ng", b"Nh"))
    later: list[Callable[[], None]] = []
    holder = IndexHolder(Settings(index=directory), later=later.append)
    with holder.lease() as index:
        later.pop()()
        assert closed == []
    assert closed == [index.generation]
    for _ in range(2):
        with pytest.raises(IndexDamaged, match=r"\.paragraphs") as caught, holder.lease():
            pass
        assert "indexer rollback" in caught.value.hint
    publish(directory, 2)
    with holder.lease() as index:
        later.pop()()
        assert ids(index) == ["bai-2"]
    with holder.lease() as again:
        assert again is index
    holder.close()


@pytest.mark.files
def test_a_damaged_lexicon_found_beside_serving_turns_repair_off_alone(
    directory: Path, closed: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # As if the lexicon were too large to be read through when it is opened.
    monkeypatch.setattr("indexer.lexicon.container.CHECKED_AT_OPEN", 0)
    (lexicon,) = directory.glob("generations/*/lexicon/*")
    content = bytearray(lexicon.read_bytes())
    content[len(content) // 2] ^= 0xFF
    lexicon.write_bytes(content)
    later: list[Callable[[], None]] = []
    holder = IndexHolder(Settings(index=directory), later=later.append)
    with holder.lease() as index:
        assert holder.holdings().lexicon
        later.pop()()
        assert ids(index) == ["bai-1"]
        assert [warning.code for warning in index.search(SearchRequest("bưởi")).warnings] == ["lexicon_unusable"]
    assert not holder.holdings().lexicon
    assert closed == []
    (told,) = caplog.records
    assert str(lexicon) in told.values["reason"]  # type: ignore[attr-defined]
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
def test_an_index_of_another_version_takes_the_place_of_nothing(directory: Path) -> None:
    holder = IndexHolder(Settings(index=directory))
    with holder.lease():
        pass
    publish(directory, 2)
    manifest = max((directory / "generations").iterdir()) / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "engine_format": 99}), "utf-8")
    with holder.lease() as index:
        assert ids(index) == ["bai-1"]
    holder.close()
    with pytest.raises(IndexOutdated), holder.lease():
        pass


def flip(directory: Path, generation: str) -> None:
    """Change letters of a text, with nothing that opening would notice."""
    (texts,) = (directory / "generations" / generation / "engine").glob("*.paragraphs")
    content = texts.read_bytes()
    assert b"Ng" in content
    texts.write_bytes(content.replace(b"Ng", b"Nh"))


@pytest.mark.files
def test_files_are_verified_again_after_some_hours(directory: Path) -> None:
    now = 100.0
    later: list[Callable[[], None]] = []
    holder = IndexHolder(Settings(index=directory, scrub_hours=2.0), clock=lambda: now, later=later.append)
    with holder.lease() as index:
        later.pop()()
    with holder.lease():
        assert not later
    flip(directory, index.generation)
    now += 2 * 3600
    for _ in range(3):
        with holder.lease():
            pass
    # Once, however many ask meanwhile.
    (verify,) = later
    verify()
    with pytest.raises(IndexDamaged), holder.lease():
        pass
    holder.close()
    never: list[Callable[[], None]] = []
    shutil.rmtree(directory)
    publish(directory, 1)
    holder = IndexHolder(Settings(index=directory, scrub_hours=0.0), clock=lambda: now, later=never.append)
    with holder.lease():
        never.clear()
    now += 1e6
    with holder.lease():
        assert not never
    holder.close()


def test_what_cannot_be_verified_now_is_lent_and_verified_again(
    directory: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unavailable(_: Index) -> str:
        raise EngineUnavailable("1 of 3 shards do not answer")

    now = 100.0
    later: list[Callable[[], None]] = []
    holder = IndexHolder(Settings(index=directory, scrub_hours=0.0), clock=lambda: now, later=later.append)
    with monkeypatch.context() as patch:
        patch.setattr(Index, "damage", unavailable)
        with holder.lease():
            later.pop()()
    assert "could not be verified" in caplog.records[-1].getMessage()
    with holder.lease() as index:
        assert ids(index) == ["bai-1"]
        assert not later
    now += 60
    with holder.lease():
        later.pop()()
    now += 60
    with holder.lease():
        assert not later
    holder.close()


@pytest.mark.files
def test_after_damage_the_generation_before_answers_if_that_is_set(directory: Path) -> None:
    publish(directory, 2)
    later: list[Callable[[], None]] = []
    holder = IndexHolder(Settings(index=directory, serve_previous=True), later=later.append)
    with holder.lease() as index:
        assert ids(index) == ["bai-2"] and not holder.newest_unreadable
    flip(directory, index.generation)
    later.pop()()
    for _ in range(2):
        with holder.lease() as index:
            assert ids(index) == ["bai-1"]
        assert holder.newest_unreadable
        assert holder.holdings().warnings == ("newest-generation-unreadable",)
    # A sound publication takes its place.
    publish(directory, 3)
    with holder.lease() as index:
        assert ids(index) == ["bai-3"] and not holder.newest_unreadable
    holder.close()


@pytest.mark.files
def test_where_the_generation_before_is_damaged_too_nothing_answers(directory: Path) -> None:
    publish(directory, 2)
    for path in directory.glob("generations/*/engine/*.paragraphs"):
        content = path.read_bytes()
        path.write_bytes(content.replace(b"Ng", b"Nh"))
    later: list[Callable[[], None]] = []
    holder = IndexHolder(Settings(index=directory, serve_previous=True), later=later.append)
    for _ in range(2):
        with holder.lease():
            later.pop()()
    with pytest.raises(IndexDamaged), holder.lease():
        pass


@pytest.mark.files
def test_a_server_that_starts_with_a_damaged_index_answers_from_the_one_before(directory: Path) -> None:
    publish(directory, 2)
    newest = max((directory / "generations").iterdir())
    (newest / "manifest.json").write_text("{")
    for allowed in (False, True):
        holder = IndexHolder(Settings(index=directory, serve_previous=allowed))
        if allowed:
            with holder.lease() as index:
                assert ids(index) == ["bai-1"] and holder.newest_unreadable
        else:
            with pytest.raises(IndexDamaged), holder.lease():
                pass
        holder.close()
