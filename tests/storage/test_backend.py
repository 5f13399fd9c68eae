"""Generations in a directory, one operation at a time: what each leaves on disk and what it refuses."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

import pytest

from indexer import add, build, remove
from indexer.errors import IndexDamaged, IndexLocked, IndexMissing, IndexUnwritable, SettingInvalid
from indexer.indexing.changes import rollback
from indexer.schema import Schema
from indexer.settings import Settings
from indexer.storage import manifest
from indexer.storage.registry import open_backend
from tests.samples import ARTICLES, write_articles


def live(directory: Path) -> Path:
    return directory / "generations" / open_backend(directory).published().generation


def test_a_publication_is_noticed_at_once_by_the_stamp(directory: Path) -> None:
    backend = open_backend(directory)
    before = backend.stamp()
    remove(["hoi-nghi"], directory)
    assert before is not None
    assert backend.stamp() not in (before, None)
    assert backend.notice_seconds == 0
    (directory / "current").unlink()
    assert backend.stamp() is None


def test_a_generation_that_is_not_there_is_missing(directory: Path) -> None:
    with pytest.raises(IndexMissing, match="no generation 000009-00000000"):
        open_backend(directory).open("000009-00000000")


@pytest.mark.parametrize("name", ["nonsense", "no.such.module:files", "indexer.engine.whoosh:nothing"])
def test_an_engine_that_does_not_exist_is_refused(directory: Path, name: str) -> None:
    with pytest.raises(SettingInvalid, match=f"setting engine is '{name}', which cannot be used"):
        open_backend(directory, Settings(engine=name))


NO_ENGINE = ("an engine", "of nothing")


def no_backend(*_: object) -> tuple[str, str]:
    return NO_ENGINE


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nonsense", "there are opensearch, "),
        (
            f"{__name__}:NO_ENGINE",
            "tuple is no FileEngine, it has no capabilities, change, create, earlier, format, name, open",
        ),
        (
            f"{__name__}:no_backend",
            "tuple is no Backend, it has no activate, builder, building, capabilities, discard, fork, make",
        ),
        ("indexer.settings:Settings", "Settings.__init__() takes 1 positional argument"),
    ],
)
def test_why_an_engine_cannot_be_used_is_said(directory: Path, name: str, reason: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        open_backend(directory, Settings(engine=name))
    assert str(caught.value).startswith(f"setting engine is '{name}', which cannot be used: {reason}")


def test_tokens_count_up(directory: Path, articles: Path) -> None:
    for _ in range(3):
        build([articles], directory)
    assert sorted(path.name[:7] for path in live(directory).parent.iterdir()) == ["000003-", "000004-"]


def test_only_a_folder_named_by_a_token_is_a_generation(directory: Path, articles: Path, tmp_path: Path) -> None:
    folder = live(directory).parent
    (folder / "000050-00000000").touch()
    (folder / "60-notes").mkdir()
    (folder / "notes").mkdir()
    (directory / "current").unlink()  # With it lost, what looks like litter is kept.
    build([articles], directory)
    assert live(directory).name.startswith("000002-")
    (tmp_path / "other" / "generations").mkdir(parents=True)
    (tmp_path / "other" / "generations" / "000001-00000000").touch()
    with pytest.raises(IndexMissing, match="there is no index in"):
        open_backend(tmp_path / "other").published()


@pytest.mark.parametrize(
    ("generation", "previous"),
    [
        ("../x", ""),
        ("", ""),
        ("000001-0000000", ""),
        ("000001-0000000g", ""),
        (1, ""),
        ("000001-00000000", "../x"),
        ("000001-00000000", None),
        ("x", "000001-00000000"),
        ("x", "y"),
    ],
)
def test_names_that_no_generation_has_are_damage(directory: Path, generation: object, previous: object) -> None:
    (directory / "current").write_text(json.dumps({"generation": generation, "previous": previous}), "utf-8")
    with pytest.raises(IndexDamaged, match="does not name a generation"):
        open_backend(directory).published()


def test_the_lock_names_its_holder_alone_and_nobody_afterwards(directory: Path, articles: Path) -> None:
    (directory / "lock").write_text("indexer build, process 1 on another, since yesterday\n", "utf-8")
    with open_backend(directory).writing("indexer add"), pytest.raises(IndexLocked) as caught:
        build([articles], directory)
    said = str(caught.value)
    assert f": indexer add, process {os.getpid()} on " in said
    assert "yesterday" not in said
    assert (directory / "lock").read_bytes() == b""


def test_a_lock_that_nobody_has_signed_yet_has_an_unknown_holder(directory: Path, articles: Path) -> None:
    with open_backend(directory).writing("indexer add"):
        (directory / "lock").write_bytes(b"")
        with pytest.raises(IndexLocked, match=r"unknown$"):
            build([articles], directory)


def test_a_progress_that_nobody_reads_is_not_the_fault_of_the_index(directory: Path) -> None:
    with pytest.raises(BrokenPipeError), open_backend(directory).writing("indexer add"):
        raise BrokenPipeError
    with pytest.raises(IndexUnwritable, match="full"), open_backend(directory).writing("indexer add"):
        raise OSError("full")


def test_a_generation_has_the_fields_that_it_was_made_with(directory: Path) -> None:
    backend = open_backend(directory)
    schema = Schema.from_json([{"name": "section", "type": "keyword", "many": True}])
    draft = backend.make(schema)
    assert draft.schema == schema != backend.make().schema
    draft.writer.cancel()


def test_the_manifest_has_the_size_and_checksum_of_every_file(directory: Path, tmp_path: Path) -> None:
    more = write_articles(tmp_path / "more.jsonl", ({"id": "moi", "title": "", "text": "Bưởi."},))
    for change in (lambda: None, lambda: add([more], directory)):
        change()
        generation = live(directory)
        files = {path for path in generation.rglob("*") if path.is_file() and path.name != "manifest.json"}
        assert json.loads((generation / "manifest.json").read_text("utf-8"))["files"] == {
            str(path.relative_to(generation)): {
                "bytes": path.stat().st_size,
                "crc32": zlib.crc32(path.read_bytes()),
            }
            for path in files
        }


def test_what_is_wrong_with_a_file_is_said(directory: Path) -> None:
    generation = live(directory)
    lost, cut, changed = sorted(path for path in (generation / "engine").iterdir() if path.stat().st_size > 100)[:3]
    size = cut.stat().st_size
    lost.unlink()
    cut.write_bytes(cut.read_bytes()[:-1])
    changed.write_bytes(b"x" + changed.read_bytes()[1:])
    (generation / "lexicon" / "stray").write_bytes(b"x")
    assert sorted(manifest.damaged_files(generation)) == sorted(
        [
            f"{lost} is missing",
            f"{cut} has {size - 1} bytes, not {size}",
            f"{changed} is damaged: its content is not what was written",
            f"{generation / 'lexicon' / 'stray'} does not belong to the index",
        ]
    )
    assert len(list(manifest.damaged_files(generation, "engine"))) == 4
    assert len(list(manifest.damaged_files(generation, "lexicon"))) == 1


def test_without_hard_links_files_are_copied(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("no links here")

    before = live(directory)
    monkeypatch.setattr(os, "link", refused)
    remove([ARTICLES[0]["id"]], directory)
    assert live(directory) != before
    assert list(open_backend(directory).verify(live(directory).name)) == []


def test_unchanged_files_are_shared_by_hard_link(directory: Path, tmp_path: Path) -> None:
    before = live(directory)
    add([write_articles(tmp_path / "more.jsonl", ({"id": "moi", "title": "", "text": "Bưởi."},))], directory)
    shared = [path for path in (live(directory) / "engine").iterdir() if (before / "engine" / path.name).exists()]
    assert shared
    assert all(path.samefile(before / "engine" / path.name) for path in shared)


def test_a_damaged_generation_is_not_gone_back_to(directory: Path, articles: Path) -> None:
    previous = live(directory)
    build([articles], directory)
    (previous / "manifest.json").write_bytes(b"{")
    current = live(directory)
    with pytest.raises(IndexDamaged):
        rollback(directory)
    assert live(directory) == current


def test_the_live_generation_is_not_discarded(directory: Path) -> None:
    backend, generation = open_backend(directory), live(directory)
    backend.discard(generation.name)
    assert generation.is_dir()
    (directory / "current").unlink()
    (directory / "current").mkdir()  # It cannot be asked.
    backend.discard(generation.name)
    assert generation.is_dir()
    (directory / "current").rmdir()
    backend.discard(generation.name)
    assert not generation.exists()
