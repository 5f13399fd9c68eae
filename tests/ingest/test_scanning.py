"""Scans of a folder compared with the ledger, with real files and a real ledger."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.errors import IndexLocked, InputMissing, LedgerUnusable
from indexer.ingest.ledger import NAME, Ledger
from indexer.ingest.scanning import Scan, scan
from indexer.setting_values import DeclaredSource
from tests.ingest.databases import damage, from_the_future


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tin").mkdir()
    return tmp_path / "tin"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "index") as held:
        yield held


def scanned(folder: Path, ledger: Ledger, reader: str = "1", settle: float = 0.0) -> Scan:
    """One run: a scan whose pending files count as read."""
    found = scan(DeclaredSource("tin", folder, settle_seconds=settle), ledger, reader, wait=lambda _: None)
    for pending in found.pending:
        ledger.put(pending.row._replace(state="indexed"))
    ledger.commit()
    return found


def pending(found: Scan) -> list[str]:
    return [each.file.id for each in found.pending]


def test_only_what_is_new_or_changed_is_pending(folder: Path, ledger: Ledger) -> None:
    (folder / "a.txt").write_text("Một")
    (folder / "b.txt").write_text("Hai")
    assert pending(scanned(folder, ledger)) == ["a", "b"]
    assert pending(scanned(folder, ledger)) == []
    (folder / "b.txt").write_text("Ba")
    assert pending(scanned(folder, ledger)) == ["b"]


def test_a_change_that_keeps_size_and_time_is_seen(folder: Path, ledger: Ledger) -> None:
    file = folder / "a.txt"
    file.write_text("aaa")
    scanned(folder, ledger)
    status = file.stat()
    file.write_text("bbb")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert pending(scanned(folder, ledger)) == ["a"]


def test_a_file_with_new_times_and_the_same_bytes_is_not_read(folder: Path, ledger: Ledger) -> None:
    (folder / "a.txt").write_text("Một")
    scanned(folder, ledger)
    os.utime(folder / "a.txt", (1, 1))
    assert pending(scanned(folder, ledger)) == []
    row = ledger.file("tin", b"a.txt")
    assert row is not None and row.modified == 10**9


def test_another_reader_has_everything_read_again(folder: Path, ledger: Ledger) -> None:
    (folder / "a.txt").write_text("Một")
    scanned(folder, ledger)
    assert pending(scanned(folder, ledger, reader="2")) == ["a"]


def test_a_file_that_moved_keeps_its_id_and_its_old_path_gets_another(folder: Path, ledger: Ledger) -> None:
    (folder / "a.txt").write_text("Một")
    scanned(folder, ledger)
    ledger.own("a", "tin", b"a.txt")
    (folder / "2024").mkdir()
    (folder / "a.txt").rename(folder / "2024" / "b.txt")
    found = scanned(folder, ledger)
    assert (found.moved, pending(found), found.gone) == (1, [], [])
    assert ledger.owner("a") == ("tin", b"2024/b.txt")
    # Changed at its new place, it is the same article; what comes to the old one is another.
    (folder / "2024" / "b.txt").write_text("Hai")
    (folder / "a.txt").write_text("Ba")
    (folder / "a.md").write_text("Bốn")
    assert pending(scanned(folder, ledger)) == ["a", "a~2", "a.txt"]


def test_a_file_keeps_its_id_whatever_comes_to_lie_beside_it(folder: Path, ledger: Ledger) -> None:
    (folder / "a.txt").write_text("Một")
    assert pending(scanned(folder, ledger)) == ["a"]
    (folder / "a.md").write_text("Hai")
    assert pending(scanned(folder, ledger)) == ["a.md"]
    (folder / "a.txt").write_text("Một hai")
    (folder / "a.md").write_text("Ba")
    assert pending(scanned(folder, ledger)) == ["a.md", "a"]
    # One that lies where another was gone to has the plain id again.
    (folder / "a.txt").unlink()
    (folder / "a.html").write_text("Bốn")
    assert pending(scanned(folder, ledger)) == ["a"]


def test_a_copy_is_no_move(folder: Path, ledger: Ledger) -> None:
    (folder / "a.txt").write_text("Một")
    scanned(folder, ledger)
    (folder / "b.txt").write_text("Một")
    found = scanned(folder, ledger)
    assert (found.moved, pending(found)) == (0, ["b"])


def test_what_is_gone_is_told_and_not_what_lies_below_a_folder_that_cannot_be_read(
    folder: Path, ledger: Ledger
) -> None:
    for name in ("a", "b.txt", "b.txt2"):
        (folder / name).mkdir()
        (folder / name / "tin.txt").write_text(name)
    scanned(folder, ledger)
    (folder / "a" / "tin.txt").unlink()
    (folder / "b.txt2" / "tin.txt").unlink()
    # A pipe in place of the folder: as with one that may not be read, nobody can tell what is in it.
    (folder / "b.txt" / "tin.txt").rename(folder.parent / "elsewhere")
    (folder / "b.txt").rmdir()
    os.mkfifo(folder / "b.txt")
    found = scanned(folder, ledger)
    assert [row.path for row in found.gone] == [b"a/tin.txt", b"b.txt2/tin.txt"]
    assert len(found.rejections) == 1


def test_a_folder_that_is_not_there_is_an_error_and_nothing_is_gone(folder: Path, ledger: Ledger) -> None:
    (folder / "a.txt").write_text("Một")
    scanned(folder, ledger)
    folder.rename(folder.parent / "unmounted")
    with pytest.raises(InputMissing):
        scanned(folder, ledger)


@pytest.mark.parametrize("grows", [True, False])
def test_a_file_that_is_written_to_waits_for_a_later_run(folder: Path, ledger: Ledger, grows: bool) -> None:
    (folder / "a.txt").write_text("Một")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if grows:
            (folder / "a.txt").write_text("Một hai")

    found = scan(DeclaredSource("tin", folder, settle_seconds=3_600), ledger, "1", wait=wait)
    assert waits == [3_600]
    assert (pending(found), found.young) == (([], [str(folder / "a.txt")]) if grows else (["a"], []))


def test_names_that_are_no_utf_8_are_kept_as_they_are(folder: Path, ledger: Ledger) -> None:
    (folder / os.fsdecode(b"v\xe0.txt")).write_text("Một")
    scanned(folder, ledger)
    assert ledger.file("tin", b"v\xe0.txt") is not None
    assert pending(scanned(folder, ledger)) == []


def test_a_file_given_as_a_source_is_one(folder: Path, ledger: Ledger) -> None:
    (folder / "tin.jsonl").write_text('{"id": "a", "text": "Một"}\n')
    assert pending(scanned(folder / "tin.jsonl", ledger)) == ["tin"]
    assert pending(scanned(folder / "tin.jsonl", ledger)) == []


def test_a_ledger_is_held_by_one_and_what_is_not_committed_is_gone(tmp_path: Path) -> None:
    with Ledger(tmp_path) as one:
        one.own("a", "tin", b"a.txt")
        with pytest.raises(IndexLocked, match="another"), Ledger(tmp_path):
            pass
    with Ledger(tmp_path) as two:
        assert two.owner("a") is None
        two.own("a", "tin", b"a.txt")
        two.commit()
    with Ledger(tmp_path) as three:
        assert three.owner("a") == ("tin", b"a.txt")


@pytest.mark.parametrize("make", [damage, from_the_future])
def test_a_ledger_that_cannot_be_read_says_what_to_do(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / NAME)
    with pytest.raises(LedgerUnusable) as caught, Ledger(tmp_path):
        pass
    assert NAME in str(caught.value)
    assert "Move it away" in caught.value.hint
