"""A reader sees wholly the old index or wholly the new one, and nothing is lost on the way."""

from __future__ import annotations

import errno
import json
import multiprocessing
import random
import signal
import subprocess
import sys
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from indexer import SearchRequest, add, build, open_index, remove
from indexer.engine.backend import Published
from indexer.errors import (
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexOutdated,
    IndexUnwritable,
    NothingToPublish,
)
from indexer.indexing.changes import rollback
from indexer.indexing.learning import Learning
from indexer.storage import current, generations, manifest
from indexer.storage.registry import open_backend
from tests.effort import tries
from tests.samples import ARTICLES, write_articles


def found(directory: Path, text: str) -> list[str]:
    with open_index(directory) as index:
        return [passage.article.id for passage in index.search(SearchRequest(text)).passages]


def generation_names(directory: Path) -> set[str]:
    return {path.name for path in (directory / "generations").iterdir()}


def test_a_build_is_published_and_keeps_the_generation_before(directory: Path, articles: Path) -> None:
    first = generations.published(directory).generation
    second = build([articles], directory).generation
    assert generations.published(directory) == Published(second, first)
    assert generation_names(directory) == {first, second}


def test_a_third_generation_removes_the_first(directory: Path, articles: Path) -> None:
    first = generations.published(directory).generation
    build([articles], directory)
    build([articles], directory)
    assert first not in generation_names(directory)
    assert len(generation_names(directory)) == 2


def test_an_open_index_answers_from_its_generation_and_knows_it_is_no_longer_current(
    directory: Path, tmp_path: Path
) -> None:
    with open_index(directory) as index:
        assert index.is_current()
        for _ in range(3):  # its files are unlinked by the second of these
            build([write_articles(tmp_path / "other.jsonl", ARTICLES[2:])], directory)
        assert not index.is_current()
        assert index.search(SearchRequest("bưởi")).total
    assert not found(directory, "bưởi")


def test_an_added_article_is_found_and_one_of_the_same_id_replaced(directory: Path, tmp_path: Path) -> None:
    more = write_articles(
        tmp_path / "more.jsonl",
        (
            {"id": "moi", "title": "Bài mới", "text": "Sao la sống ở vườn quốc gia Vũ Quang."},
            {"id": "ho-ke-go", "title": "Hồ Kẻ Gỗ", "text": "Mực nước hồ dâng cao sau mưa."},
        ),
    )
    report = add([more], directory)
    assert (report.articles, report.removed) == (2, 1)
    assert found(directory, "sao la") == ["moi"]
    assert found(directory, '"giữa rừng"') == []
    assert found(directory, '"mực nước"') == ["ho-ke-go"]


def test_a_removed_article_is_not_found_and_an_unknown_id_is_rejected(directory: Path) -> None:
    report = remove(["hoi-nghi", "khong-co"], directory)
    assert (report.removed, report.rejected) == (1, 1)
    assert found(directory, '"lực lượng vũ trang"') == []
    assert found(directory, "bưởi")


def test_rollback_makes_the_generation_before_live_again_and_is_its_own_inverse(directory: Path) -> None:
    remove(["buoi-phuc-trach"], directory)
    assert not found(directory, "bưởi")
    rollback(directory)
    assert found(directory, "bưởi")
    rollback(directory)
    assert not found(directory, "bưởi")


def test_rollback_without_an_earlier_generation_says_so(directory: Path) -> None:
    with pytest.raises(IndexMissing, match="no earlier generation"):
        rollback(directory)


def test_a_build_of_nothing_leaves_the_live_index_and_no_trace(directory: Path, tmp_path: Path) -> None:
    before = generation_names(directory)
    (tmp_path / "bad.jsonl").write_text("{no json}\n", "utf-8")
    with pytest.raises(NothingToPublish, match=r"bad\.jsonl:1"):
        build([tmp_path / "bad.jsonl"], directory)
    assert generation_names(directory) == before
    assert found(directory, "bưởi")


@pytest.mark.parametrize(
    ("where", "fails"), [(generations, "write_manifest"), (Learning, "write"), (Learning, "finish")]
)
def test_a_build_that_fails_midway_leaves_the_live_index_and_no_trace(
    directory: Path, articles: Path, monkeypatch: pytest.MonkeyPatch, where: object, fails: str
) -> None:
    before = generation_names(directory)
    monkeypatch.setattr(where, fails, lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(IndexUnwritable, match="disk full"):
        build([articles], directory)
    assert generation_names(directory) == before
    assert found(directory, "bưởi")


@pytest.mark.parametrize("fails", ["write_durably", "sync_directory"])
def test_a_switch_that_fails_leaves_one_whole_generation_live_and_no_trace(
    directory: Path, articles: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    before, real = generations.published(directory), getattr(current, fails)

    def full(path: Path, *rest: object) -> None:
        if path in (directory, directory / "current.new"):
            path.is_dir() or path.touch()
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, *rest)

    monkeypatch.setattr(current, fails, full)
    with pytest.raises(IndexUnwritable, match="No space left") as caught:
        build([articles], directory)
    names = generations.published(directory)
    assert (f"generation {names.generation} is live" in str(caught.value)) is (fails == "sync_directory")
    assert not (directory / "current.new").exists()
    assert found(directory, "bưởi")
    if fails == "write_durably":
        assert names == before
        assert generation_names(directory) == {before.generation}
    else:  # The rename was done before the disk failed.
        assert names.previous == before.generation


def test_a_switch_of_which_nothing_was_written_says_why(
    directory: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(current, "write_durably", full)
    with pytest.raises(IndexUnwritable, match="No space left"):
        build([articles], directory)


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path, articles: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(IndexUnwritable, match="cannot be written"):
            build([articles], place)


def test_a_second_writer_is_told_who_holds_the_lock(directory: Path, articles: Path) -> None:
    with open_backend(directory).writing("indexer add"), pytest.raises(IndexLocked, match="indexer add, process"):
        build([articles], directory)


def test_a_missing_index_is_told_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing) as caught:
        open_index(tmp_path / "nothing")
    assert "indexer build" in caught.value.hint
    with pytest.raises(IndexMissing):
        remove(["a"], tmp_path / "nothing")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"generation": "../x", "previous": ""}',
        b'{"generation": "..", "previous": ""}',
        b'{"generation": "", "previous": ""}',
        b"\xff\xfe",
    ],
)
def test_an_unreadable_current_is_reported_and_nothing_deleted(directory: Path, articles: Path, content: bytes) -> None:
    before = generation_names(directory)
    (directory / "current").write_bytes(content)
    with pytest.raises(IndexDamaged):
        open_index(directory)
    with pytest.raises(IndexDamaged):
        add([articles], directory)
    assert generation_names(directory) == before
    build([articles], directory)
    assert found(directory, "bưởi")


def test_what_current_does_not_name_is_kept_when_it_names_what_is_not_there(directory: Path, tmp_path: Path) -> None:
    before = generation_names(directory)
    (directory / "current").write_text('{"generation": "000009-00000000", "previous": ""}', "utf-8")
    with pytest.raises(IndexDamaged):
        open_index(directory)
    (tmp_path / "bad.jsonl").write_text("{no json}\n", "utf-8")
    with pytest.raises(NothingToPublish):
        build([tmp_path / "bad.jsonl"], directory)
    assert generation_names(directory) == before


@pytest.mark.parametrize(
    "change",
    [
        {"files": None},
        {"files": {"x": 1}},
        {"files": {"x": {}}},
        {"created": None},
        {"stats": None},
        {"stats": {}},
        {"stats": {"articles": 1, "paragraphs": 1, "terms": {"x": 1}, "tokens": {}, "bytes": 1}},
    ],
)
def test_a_manifest_that_lacks_something_is_damage(directory: Path, articles: Path, change: dict[str, object]) -> None:
    manifest = directory / "generations" / generations.published(directory).generation / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), **change}), "utf-8")
    for attempt in (lambda: open_index(directory), lambda: add([articles], directory)):
        with pytest.raises(IndexDamaged, match=r"manifest\.json"):
            attempt()


def test_a_lost_current_is_damage_and_nothing_is_deleted(directory: Path) -> None:
    before = generation_names(directory)
    (directory / "current").unlink()
    with pytest.raises(IndexDamaged, match="lost its file"):
        open_index(directory)
    assert generation_names(directory) == before


@pytest.mark.parametrize("key", ["format", "engine_format"])
def test_an_index_of_another_format_is_recognised(directory: Path, key: str) -> None:
    manifest = directory / "generations" / generations.published(directory).generation / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), key: 99}), "utf-8")
    with pytest.raises(IndexOutdated) as caught:
        open_index(directory)
    assert "indexer build" in caught.value.hint


def test_check_names_a_file_that_changed_is_lost_or_does_not_belong(directory: Path) -> None:
    generation = directory / "generations" / generations.published(directory).generation
    files = sorted(path for path in (generation / "engine").rglob("*") if path.is_file() and path.stat().st_size)
    stray = generation / "engine" / "stray"
    stray.write_bytes(b"x")
    largest = max(files[:-1], key=lambda path: path.stat().st_size if path != stray else 0)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    faults = list(manifest.damaged_files(generation))
    assert any(largest.name in fault and "damaged" in fault for fault in faults)
    assert any("stray" in fault for fault in faults)


# Several processes


def _corpus(path: Path, version: str, paragraphs: int) -> Path:
    text = "\n\n".join(f"Đoạn số {number} của bản {version} nói về quốc phòng." for number in range(paragraphs))
    return write_articles(path, ({"id": version, "title": f"Bản {version}", "text": text},))


def _read_until(directory: Path, stop: Event, started: Event, answers: multiprocessing.Queue[list[object]]) -> None:
    seen: set[str] = set()
    mixed: list[str] = []
    index = open_index(directory)
    while not stop.is_set():
        if not index.is_current():
            index.close()
            index = open_index(directory)
        results = index.search(SearchRequest("quốc phòng", per_page=100))
        versions = {passage.article.id for passage in results.passages}
        expected = {"mot": 30, "hai": 45}
        if len(versions) != 1 or results.total != expected[min(versions)]:
            mixed.append(f"{versions} {results.total}")
        seen |= versions
        started.set()
    answers.put([sorted(seen), mixed])


def test_readers_in_other_processes_see_wholly_the_old_or_wholly_the_new(tmp_path: Path) -> None:
    first, second = _corpus(tmp_path / "a.jsonl", "mot", 30), _corpus(tmp_path / "b.jsonl", "hai", 45)
    directory = tmp_path / "index"
    build([first], directory)
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    readers = []
    for _ in range(3):
        started = context.Event()
        reader = context.Process(target=_read_until, args=(directory, stop, started, answers))
        reader.start()
        readers.append(reader)
        assert started.wait(60)
    for number in range(tries(8, 4)):
        build([first if number % 2 else second], directory)
    stop.set()
    outcomes = [answers.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(60)
        assert reader.exitcode == 0
    assert [mixed for _, mixed in outcomes] == [[], [], []]
    assert any(seen == ["hai", "mot"] for seen, _ in outcomes)


KILLS = tries(6, 2)
"""One in each part of the time that the command takes, from when it has been imported."""


@pytest.mark.parametrize("command", ["build", "add"])
def test_a_process_killed_at_any_moment_leaves_the_live_index_as_it_was(tmp_path: Path, command: str) -> None:
    directory = tmp_path / "index"
    build([_corpus(tmp_path / "live.jsonl", "live", 50)], directory)
    draft = _corpus(tmp_path / "draft.jsonl", "draft", 1_000)
    arguments = [sys.executable, "-m", "indexer", command, str(draft), "--index", str(directory)]
    probe = tmp_path / "probe"
    build([_corpus(tmp_path / "live.jsonl", "live", 50)], probe)
    start = time.perf_counter()
    subprocess.run([*arguments[:-1], str(probe)], check=True, capture_output=True)
    whole = time.perf_counter() - start
    moments = random.Random(20)
    killed = 0
    for part in range(KILLS):
        before = generations.published(directory)
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=(0.2 + 0.75 * (part + moments.random()) / KILLS) * whole)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        names = generations.published(directory)
        with open_index(directory) as index:
            assert list(index.check()) == []
            if names == before:
                assert (
                    index.search(SearchRequest("quốc phòng")).total == index.stats().paragraphs - index.stats().articles
                )
    assert killed
    build([_corpus(tmp_path / "live.jsonl", "live", 50)], directory)
    names = generations.published(directory)
    assert generation_names(directory) == {names.generation, names.previous}
    assert sorted(path.name for path in directory.iterdir()) == ["building", "current", "generations", "lock"]
    assert found(directory, "bản live")


def test_opening_retries_when_the_generation_is_pruned_meanwhile(
    directory: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = generations.read_manifest, []

    def slow(generation: Path) -> object:
        if not calls:
            calls.append(generation)
            build([articles], directory)
            build([articles], directory)
        return real(generation)

    monkeypatch.setattr(generations, "read_manifest", slow)
    with open_index(directory) as index:
        assert index.generation == generations.published(directory).generation
