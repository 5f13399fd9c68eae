"""Ingesting declared folders into a real index: what is published, removed, kept and told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indexer import SearchRequest, open_index, rollback
from indexer.articles import formats
from indexer.errors import IndexMissing, SettingInvalid
from indexer.indexing import ingesting
from indexer.indexing.ingesting import Ingested, ingest
from indexer.ingest.ledger import Ledger
from indexer.setting_values import DeclaredSource
from indexer.settings import Settings, read_settings
from tests.conftest import ROOT


class Archive:
    """A folder that is a source, and the index that it is ingested into."""

    def __init__(self, place: Path, **given: Any) -> None:
        self.folder = place / "tin"
        self.folder.mkdir(exist_ok=True)
        self.source = DeclaredSource("tin", self.folder, settle_seconds=0.0, **given)
        self.settings = Settings(index=place / "index", sources=(self.source,))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def ingest(self, **given: Any) -> Ingested:
        return ingest(self.settings, **given)

    def found(self, query: str) -> list[str]:
        with open_index(self.settings.index) as index:
            return sorted({each.article.id for each in index.search(SearchRequest(query)).passages})

    def ids(self) -> list[str]:
        with Ledger(self.settings.index) as ledger:
            return sorted(ledger.all_ids())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def records(*ids: str) -> str:
    return "".join(json.dumps({"id": id, "text": f"Bài {id} về bưởi."}) + "\n" for id in ids)


def test_the_index_follows_the_folder(archive: Archive) -> None:
    archive.write("a.txt", "Hồ Kẻ Gỗ")
    archive.write("b.txt", "Bưởi Phúc Trạch")
    first = archive.ingest()
    assert (first.report.articles, first.is_whole) == (2, True)
    assert archive.found("bưởi") == ["b"]
    nothing = archive.ingest()
    assert (nothing.report.generation, nothing.sources[0].read, nothing.is_whole) == ("", 0, True)

    archive.write("a.txt", "Mùa bưởi")
    (archive.folder / "b.txt").unlink()
    archive.write("c/d.txt", "Bưởi và cam")
    second = archive.ingest()
    outcome = second.sources[0]
    assert (outcome.files, outcome.read, outcome.gone, outcome.removed) == (2, 2, 1, 1)
    assert archive.found("bưởi") == ["a", "c/d"]
    assert archive.found("Kẻ Gỗ") == []


def test_a_file_that_moved_stays_one_article_and_nothing_is_published(archive: Archive) -> None:
    archive.write("a.txt", "Hồ Kẻ Gỗ")
    before = archive.ingest().report.generation
    (archive.folder / "a.txt").rename(archive.folder / "cu.txt")
    moved = archive.ingest()
    assert (moved.report.generation, moved.sources[0].moved) == ("", 1)
    assert archive.found("Kẻ Gỗ") == ["a"]
    archive.write("cu.txt", "Hồ Kẻ Gỗ mùa mưa")
    assert archive.ingest().report.generation > before
    assert archive.found("mưa") == ["a"]


def test_records_that_left_their_file_leave_the_index_unless_it_was_not_read_whole(archive: Archive) -> None:
    archive.write("tin.jsonl", records("a", "b", "c"))
    archive.ingest()
    archive.write("tin.jsonl", records("a", "c") + "{broken\n")
    broken = archive.ingest()
    assert (broken.report.rejected, broken.is_whole) == (1, False)
    assert archive.ids() == ["a", "b", "c"]
    archive.write("tin.jsonl", records("a", "c"))
    archive.ingest()
    assert archive.ids() == archive.found("bưởi") == ["a", "c"]


def test_more_than_a_share_is_removed_only_when_a_person_says_so(tmp_path: Path) -> None:
    archive = Archive(tmp_path, removals=0.5)
    archive.write("a.jsonl", records(*(f"a{number}" for number in range(20))))
    archive.write("b.jsonl", records("b"))
    archive.ingest()
    (archive.folder / "a.jsonl").unlink()
    archive.write("c.txt", "Bưởi mới")
    held = archive.ingest()
    assert (held.sources[0].held, held.sources[0].removed, held.is_whole) == (20, 0, False)
    assert len(archive.ids()) == 22, "what is new is indexed all the same"
    assert archive.ingest().sources[0].held == 20, "and it is told again"
    assert archive.ingest(removals=True).sources[0].removed == 20
    assert archive.ids() == archive.found("bưởi") == ["b", "c"]


def test_a_file_that_shrank_too_much_is_held_until_a_person_says_so(archive: Archive) -> None:
    archive.write("a.jsonl", records(*(f"a{number:02}" for number in range(20))))
    archive.ingest()
    archive.write("a.jsonl", records("a00"))
    assert archive.ingest().sources[0].held == 19
    assert len(archive.found("bưởi")) > 1
    assert archive.ingest(removals=True).sources[0].removed == 19
    assert archive.found("bưởi") == ["a00"]


def test_a_few_may_go_but_never_all(archive: Archive) -> None:
    archive.write("a.txt", "Bưởi")
    archive.write("b.txt", "Cam")
    archive.ingest()
    (archive.folder / "a.txt").unlink()
    assert archive.ingest().sources[0].removed == 1
    (archive.folder / "b.txt").unlink()
    assert archive.ingest().sources[0].held == 1
    assert archive.found("cam") == ["b"]


def test_a_folder_that_cannot_be_read_costs_nothing_and_others_are_ingested(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write("a.txt", "Bưởi")
    archive.ingest()
    archive.folder.rename(tmp_path / "away")
    (tmp_path / "khac").mkdir()
    (tmp_path / "khac" / "b.txt").write_text("Cam")
    other = DeclaredSource("khac", tmp_path / "khac", settle_seconds=0.0)
    done = ingest(archive.settings.changed({"sources": (archive.source, other)}))
    assert "does not exist" in done.sources[0].error
    assert not done.is_whole
    assert archive.ids() == ["a", "b"]


def test_an_id_that_is_taken_is_rejected_until_it_is_free(archive: Archive) -> None:
    archive.write("a.jsonl", records("x", "y"))
    archive.write("b.jsonl", records("x"))
    done = archive.ingest()
    assert [str(each) for each in done.report.rejections] == [
        f"{archive.folder}/b.jsonl:1: the id 'x' is already taken by another article of tin"
    ]
    archive.write("a.jsonl", records("y"))
    archive.ingest()
    archive.ingest()
    assert archive.ids() == archive.found("bưởi") == ["x", "y"]


def test_what_was_rejected_is_kept_and_not_read_again_before_it_changes(archive: Archive) -> None:
    archive.write("a.jsonl", "{broken\n")
    assert archive.ingest().report.rejected == 1
    with pytest.raises(IndexMissing):
        archive.found("bưởi")
    assert archive.ingest().sources[0].read == 0
    with Ledger(archive.settings.index) as ledger:
        assert [(row.path, row.state) for row in ledger.not_indexed()] == [(b"a.jsonl", "rejected")]
    archive.write("a.jsonl", records("a"))
    assert archive.ingest().is_whole
    assert archive.found("bưởi") == ["a"]


def test_defaults_fill_in_metadata_and_a_change_of_them_reads_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path, defaults=(("source", "Báo Mẫu"), ("author", ("Lê An", "Trần Bình"))))
    archive.write("a.jsonl", records("a") + json.dumps({"id": "b", "text": "Bưởi", "source": "Báo Khác"}) + "\n")
    archive.ingest()
    assert archive.found('source:"Báo Mẫu"') == ["a"]
    assert archive.found('author:"Trần Bình"') == ["a", "b"]
    assert Archive(tmp_path, defaults=(("source", "Tin Mẫu"),)).ingest().sources[0].read == 1
    assert archive.found('source:"Tin Mẫu"') == ["a"]


def test_a_newer_reader_reads_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write("a.txt", "Bưởi")
    archive.ingest()
    monkeypatch.setattr(formats, "VERSION", formats.VERSION + 1)
    assert archive.ingest().sources[0].read == 1
    assert archive.ingest().sources[0].read == 0


def test_another_generation_made_live_is_caught_up_with(archive: Archive) -> None:
    archive.write("a.txt", "Bưởi")
    archive.ingest()
    archive.write("a.txt", "Cam")
    archive.ingest()
    rollback(archive.settings.index)
    assert archive.found("cam") == []
    archive.ingest()
    assert archive.found("cam") == ["a"]
    # An index built of something else has lost the article.
    from indexer import build

    build([{"id": "x", "text": "Quýt"}], archive.settings.index)
    archive.ingest()
    assert archive.found("cam") == ["a"]
    assert archive.found("quýt") == ["x"]


def test_killed_between_publishing_and_the_ledger_it_publishes_the_same_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write("a.txt", "Bưởi")
    archive.write("b.txt", "Cam")
    archive.ingest()
    archive.write("a.txt", "Quýt")
    (archive.folder / "b.txt").unlink()

    class Killed(BaseException):
        pass

    def die(_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(ingesting._Run, "end", die)
        with pytest.raises(Killed):
            archive.ingest()
    assert archive.found("quýt") == ["a"]
    again = archive.ingest()
    assert (again.sources[0].read, again.sources[0].removed, again.is_whole) == (1, 1, True)
    assert archive.ids() == archive.found("quýt") == ["a"]


def test_sources_are_declared_in_the_settings_file_and_ingested_by_the_command(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write("a.txt", "Bưởi")
    file = tmp_path / "settings.toml"
    file.write_text(
        f'index = "{tmp_path}/index"\n[sources.tin]\npath = "{archive.folder}"\nsettle_seconds = 0\n'
        'defaults = { source = "Báo Mẫu" }\n'
    )
    declared = read_settings({}, {}, file).settings.sources
    assert declared == (DeclaredSource("tin", archive.folder, settle_seconds=0.0, defaults=(("source", "Báo Mẫu"),)),)
    shown = run(file, "settings").stdout
    (tmp_path / "shown.toml").write_text(shown)
    assert read_settings({}, {}, tmp_path / "shown.toml").settings.sources == declared
    done = run(file, "ingest")
    assert done.returncode == 0, done.stderr
    assert "1 article indexed" in done.stdout
    assert "tin" in run(file, "ingest", "--status").stdout
    wrong = run(file, "ingest", "bao")
    assert (wrong.returncode, "there is no source 'bao'" in wrong.stderr) == (2, True)


def run(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "indexer", "--settings", str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ('[sources."a b"]\npath = "x"', "no name"),
        ("[sources]\ntin = 1", "not a table"),
        ("[sources.tin]", "has 0 places"),
        ('[sources.tin]\npath = "x"\nfeed = "http://a.example/"', "has 2 places"),
        ('[sources.tin]\nfeed = "ftp://a.example/"', "has feed = 'ftp:"),
        ('[sources.tin]\nfeed = "http://a.example/"\nfollow = 1', "follow = 1"),
        ('[sources.tin]\npath = "x"\nfolder = 1', "'folder'"),
        ('[sources.tin]\npath = "x"\nremovals = 2', "removals = 2"),
        ('[sources.tin]\npath = "x"\nevery_seconds = true', "every_seconds = True"),
        ('[sources.tin]\npath = "x"\ndefaults = 1', "defaults = 1"),
        ("sources = 1", "setting sources is 1"),
    ],
)
def test_a_declaration_that_is_wrong_is_refused_by_name(tmp_path: Path, table: str, what: str) -> None:
    (tmp_path / "s.toml").write_text(table)
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {}, tmp_path / "s.toml")
    assert what in str(caught.value)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watch_follows_changes_and_ends_when_told(tmp_path: Path, number: int) -> None:
    archive = Archive(tmp_path)
    archive.write("a.txt", "Bưởi")
    file = tmp_path / "settings.toml"
    file.write_text(
        f'index = "{tmp_path}/index"\n[sources.tin]\npath = "{archive.folder}"\nsettle_seconds = 0\nevery_seconds = 1\n'
    )
    command = [sys.executable, "-m", "indexer", "--settings", str(file), "watch", "--jobs", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ)) as process:
        assert process.stdout is not None
        try:
            assert "watching tin; " in process.stdout.readline()
            assert "1 article indexed" in process.stdout.readline()
            process.stdout.readline()
            # Written elsewhere, so that no run sees it empty.
            (tmp_path / "b.txt").write_text("Cam", "utf-8")
            (tmp_path / "b.txt").rename(archive.folder / "b.txt")
            assert "1 article indexed" in process.stdout.readline()
            process.send_signal(number)
            assert "ended" in process.stdout.read()
            assert process.wait() == 0
        finally:
            process.kill()
    assert archive.found("cam") == ["b"]
