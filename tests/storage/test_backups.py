"""A backup is sound whatever is written meanwhile, and comes back as it was."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path
from typing import BinaryIO

import pytest
from click.testing import CliRunner

from indexer import IndexDamaged, IndexUnwritable, InputMissing, SearchRequest, add, build, open_index, rollback
from indexer.cli.main import main
from indexer.storage import backups, tuned_weights
from indexer.storage.backups import backup, restore
from indexer.storage.generations import FolderBackend
from indexer.storage.registry import open_backend
from indexer.storage.tuned_weights import Tuned
from indexer.storage.withdrawn import Withdrawn, WithdrawnArticle
from tests.samples import ARTICLES


def folders(directory: Path) -> FolderBackend:
    backend = open_backend(directory)
    assert isinstance(backend, FolderBackend)
    return backend


def ids(directory: Path) -> list[str]:
    with open_index(directory) as index:
        assert list(index.check()) == []
        return sorted(info.id for info in index.articles())


def test_a_backup_is_an_index_and_comes_back(directory: Path, tmp_path: Path) -> None:
    tuned_weights.write(directory, Tuned({"k1": 0.9}, 9, 0.5, 0.6, 0.01, "2026-01-01"))
    kept = tmp_path / "backup"
    names = backup(folders(directory), kept)
    before = ids(directory)
    assert ids(kept) == before and tuned_weights.read(kept) == tuned_weights.read(directory)
    assert sorted(path.name for path in kept.iterdir()) == ["current", "generations", "tuned.json"]
    live = build([{"id": "khác", "text": "Bài khác."}], directory).generation
    backend = folders(directory)
    with backend.writing("indexer restore"):
        restored = restore(backend, kept)
    assert ids(directory) == before and restored.previous == live
    assert restored.generation not in (live, names.generation)
    rollback(directory)
    assert ids(directory) == ["khác"]


def test_what_was_withdrawn_and_learned_comes_back_too(directory: Path, tmp_path: Path) -> None:
    first, second = ids(directory)[:2]
    learned, other = (Tuned({"k1": k1}, 9, 0.5, 0.6, 0.01, "2026-01-01") for k1 in (0.9, 0.8))
    tuned_weights.write(directory, learned)
    Withdrawn([WithdrawnArticle(first, "cũ", "2026-01-01T00:00:00+00:00", "ab")]).write(directory)
    kept = tmp_path / "backup"
    backup(folders(directory), kept)

    elsewhere = tmp_path / "elsewhere"
    backend = folders(elsewhere)
    with backend.writing("indexer restore"):
        restore(backend, kept)
    assert Withdrawn.read(elsewhere).articles == Withdrawn.read(directory).articles
    assert tuned_weights.read(elsewhere) == learned

    # What the index itself has is not lost by it.
    tuned_weights.write(elsewhere, other)
    own = [WithdrawnArticle(each, "mới", "2026-02-02T00:00:00+00:00") for each in (first, second)]
    Withdrawn(own).write(elsewhere)
    with backend.writing("indexer restore"):
        restore(backend, kept)
    known = {each.id: (each.reason, each.signature) for each in Withdrawn.read(elsewhere).articles}
    assert known == {first: ("mới", "ab"), second: ("mới", "")}
    assert tuned_weights.read(elsewhere) == other


@pytest.mark.parametrize("left", ["nothing", "the manifest", "all but the manifest"])
def test_of_a_generation_that_goes_while_it_is_copied_the_newer_is_copied(
    directory: Path, tmp_path: Path, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = folders(directory)
    older = backend.published()
    live = build([{"id": "khác", "text": "Bài khác."}], directory).generation
    folder = backend.folder(older.generation)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if left == "nothing" or (path.name == "manifest.json") != (left == "the manifest"):
            path.unlink()
    told = iter([older])
    published = FolderBackend.published
    monkeypatch.setattr(FolderBackend, "published", lambda backend: next(told, None) or published(backend))
    assert backup(backend, tmp_path / "backup").generation == live
    assert ids(tmp_path / "backup") == ["khác"]


def test_backups_while_a_writer_publishes_are_all_sound(directory: Path, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            add([{"id": f"x{number}", "text": f"Đoạn số {number} về bưởi."}], directory)
            number += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for number in range(12):
            backup(folders(directory), tmp_path / f"backup-{number}")
    finally:
        done.set()
        writing.join()
    for number in range(12):
        assert set(ids(tmp_path / f"backup-{number}")) >= {str(each["id"]) for each in ARTICLES}


def test_a_generation_that_is_removed_while_it_is_copied_is_copied_whole(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backups._write_file
    published: list[str] = []

    def slow(read: BinaryIO, target: Path) -> int:
        if not published:
            for number in range(2):
                published.append(build([{"id": f"mới-{number}", "text": "Bài mới."}], directory).generation)
        return real(read, target)

    before = folders(directory).published().generation
    monkeypatch.setattr(backups, "_write_file", slow)
    assert backup(folders(directory), tmp_path / "backup").generation == before
    assert not folders(directory).folder(before).exists()
    assert set(ids(tmp_path / "backup")) == {str(each["id"]) for each in ARTICLES}


def largest(directory: Path) -> Path:
    files = [path for path in (directory / "generations").rglob("*") if path.is_file()]
    return max(files, key=lambda path: path.stat().st_size)


@pytest.mark.parametrize("fault", ["flipped", "lost", "no backup", "no current"])
def test_what_is_no_sound_backup_is_refused_and_nothing_changes(directory: Path, tmp_path: Path, fault: str) -> None:
    kept = tmp_path / "backup"
    backup(folders(directory), kept)
    if fault == "flipped":
        content = bytearray(largest(kept).read_bytes())
        content[len(content) // 2] ^= 1
        largest(kept).write_bytes(content)
    elif fault == "lost":
        largest(kept).unlink()
    elif fault == "no current":
        (kept / "current").unlink()
    else:
        shutil.rmtree(kept)
    generations, current = set(os.listdir(directory / "generations")), (directory / "current").read_bytes()
    backend = folders(directory)
    with pytest.raises((IndexDamaged, InputMissing)), backend.writing("indexer restore"):
        restore(backend, kept)
    assert set(os.listdir(directory / "generations")) == generations
    assert (directory / "current").read_bytes() == current


def test_a_damaged_index_is_not_taken_for_a_backup(directory: Path, tmp_path: Path) -> None:
    path = largest(directory)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match="not what was published"):
        backup(folders(directory), tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    path.unlink()
    with pytest.raises(IndexDamaged):
        backup(folders(directory), tmp_path / "backup")


def test_a_place_that_cannot_take_it_is_told(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "other").touch()
    with pytest.raises(IndexUnwritable, match="exists"):
        backup(folders(directory), tmp_path / "full")
    (tmp_path / "file").touch()
    with pytest.raises(IndexUnwritable):
        backup(folders(directory), tmp_path / "file" / "backup")
    (tmp_path / "empty").mkdir()
    backup(folders(directory), tmp_path / "empty")
    assert ids(tmp_path / "empty") == ids(directory)


def test_the_commands(directory: Path, tmp_path: Path) -> None:
    kept, other = tmp_path / "backup", tmp_path / "other"
    result = CliRunner().invoke(main, ["backup", str(kept), "--index", str(directory)])
    assert result.exit_code == 0 and "verified" in result.output
    result = CliRunner().invoke(main, ["restore", str(kept), "--index", str(other)])
    assert result.exit_code == 0 and "is live" in result.output
    assert ids(other) == ids(directory)
    with open_index(other) as index:
        assert index.search(SearchRequest("bưởi")).total
    result = CliRunner().invoke(main, ["restore", str(tmp_path / "none"), "--index", str(other)])
    assert result.exit_code == 2 and "indexer backup" in result.output
    assert json.loads((other / "current").read_text())["previous"] == ""
    assert os.listdir(other / "generations") == [json.loads((other / "current").read_text())["generation"]]
