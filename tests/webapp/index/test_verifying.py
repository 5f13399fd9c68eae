"""Files are verified beside serving: what is damaged is told, and the generation before may answer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, Settings
from indexer.engine.whoosh.arrays import MAGIC
from indexer.errors import EngineUnavailable, IndexDamaged
from tests.webapp.index.generations import ids, publish
from webapp.index.holder import IndexHolder


@pytest.mark.files
def test_damage_that_opening_does_not_notice_is_found_beside_serving(directory: Path, closed: list[str]) -> None:
    flip(directory, "*")
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
    assert str(lexicon) in told.values["reason"]
    holder.close()


def flip(directory: Path, generation: str) -> None:
    """Change a letter of the texts of a generation (* is all), with nothing that opening would notice."""
    for path in directory.glob(f"generations/{generation}/engine/*.paragraphs"):
        content = bytearray(path.read_bytes())
        content[len(MAGIC)] ^= 1
        path.write_bytes(content)


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
    flip(directory, "*")
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
