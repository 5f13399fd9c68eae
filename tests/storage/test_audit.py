"""Who changed what, and when, is on record; what articles say, and keys, are not."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import IndexUnwritable, Settings, add, build, remove, rollback, upgrade
from indexer.cli.main import main
from indexer.storage.audit import MOST_NAMES, record_change
from indexer.storage.current import published
from webapp.commands.keys import keys

TEXT = "Chuyện không ai được ghi lại."


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_change_is_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, log = tmp_path / "index", tmp_path / "audit.jsonl"
    settings = Settings(audit_log=log)
    source = tmp_path / "bài.txt"
    source.write_text(f"Tên\n\n{TEXT}", "utf-8")
    build([source], index, settings=settings)
    add([{"id": "a", "text": TEXT}, {"id": ""}], index, settings=settings)
    remove(["a"], index, settings=settings)
    rollback(index, settings=settings)
    live = published(index).generation
    remove(["a"], index, settings=settings, purge=True)
    upgrade(index, settings=settings)
    monkeypatch.setenv("TIMDOAN_AUDIT_LOG", str(log))
    monkeypatch.setenv("TIMDOAN_INDEX", str(index))
    assert CliRunner().invoke(main, ["backup", str(tmp_path / "backup")]).exit_code == 0
    assert CliRunner().invoke(main, ["restore", str(tmp_path / "backup")]).exit_code == 0
    assert CliRunner().invoke(main, ["tune", "--off"]).exit_code == 0
    file = str(tmp_path / "keys.txt")
    key = CliRunner().invoke(keys, ["add", "anna", "--role", "write", "--file", file]).output.strip()
    assert CliRunner().invoke(keys, ["remove", "anna", "--file", file]).exit_code == 0
    found = lines(log)
    assert [line["action"] for line in found] == [
        *("indexer build", "indexer add", "indexer remove", "indexer rollback", "indexer remove", "indexer upgrade"),
        *("indexer restore", "indexer tune", "webapp keys add", "webapp keys remove"),
    ]
    user = pwd.getpwuid(os.getuid()).pw_name
    assert all(str(line["who"]).startswith(user) and str(line["at"]).endswith("+00:00") for line in found)
    assert found[0]["sources"] == [str(source)] and found[0]["articles"] == 1
    assert (found[1]["articles"], found[1]["rejected"]) == (1, 1)
    assert (found[2]["ids"], found[2]["removed"]) == (["a"], 1)
    assert found[3]["generation"] == live
    assert found[4]["purge"] is True
    assert (found[8]["key"], found[8]["roles"]) == ("anna", ["write"])
    text = log.read_text("utf-8")
    assert TEXT not in text and key not in text
    assert log.stat().st_mode & 0o077 == 0


def test_what_cannot_be_put_on_record_is_not_done(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([{"id": "a", "text": TEXT}], index)
    before = (index / "current").read_bytes()
    settings = Settings(audit_log=tmp_path / "none" / "audit.jsonl")
    for change in (
        lambda: build([{"id": "b", "text": TEXT}], index, settings=settings),
        lambda: add([{"id": "b", "text": TEXT}], index, settings=settings),
        lambda: remove(["a"], index, settings=settings),
        lambda: rollback(index, settings=settings),
    ):
        with pytest.raises(IndexUnwritable, match="audit log"):
            change()
    assert (index / "current").read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_what_the_disk_has_no_room_to_record_is_not_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, file = tmp_path / "index", tmp_path / "keys.txt"
    build([{"id": "a", "text": TEXT}], index)
    before = (index / "current").read_bytes()
    assert CliRunner().invoke(keys, ["add", "anna", "--file", str(file)]).exit_code == 0
    known = file.read_bytes()
    monkeypatch.setenv("TIMDOAN_AUDIT_LOG", "/dev/full")
    monkeypatch.setenv("TIMDOAN_INDEX", str(index))
    source = tmp_path / "b.txt"
    source.write_text(f"Tên\n\n{TEXT}", "utf-8")
    for command in (["add", str(source)], ["remove", "a"], ["remove", "a", "--for-good", "--reason", "x"]):
        found = CliRunner().invoke(main, command)
        assert found.exit_code == 2 and "No space left" in found.output and "is live" not in found.output
    for command in (["add", "bình", "--role", "admin"], ["add", "binh"], ["remove", "anna"]):
        found = CliRunner().invoke(keys, [*command, "--file", str(file)])
        assert found.exit_code == 2
    assert "No space left" in found.output and "Nothing was changed" in found.output
    assert (index / "current").read_bytes() == before and file.read_bytes() == known


def test_a_change_that_could_not_be_recorded_after_all_is_said_to_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.storage.audit.check", lambda _: None)
    settings = Settings(audit_log=tmp_path / "none" / "audit.jsonl")
    with pytest.raises(IndexUnwritable, match=r"^generation 000001-\w+ is live, but is not on record: the audit log"):
        build([{"id": "a", "text": TEXT}], tmp_path / "index", settings=settings)
    assert published(tmp_path / "index").generation


def test_a_line_names_so_much_and_counts_the_rest(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    record_change(
        Settings(audit_log=log), "indexer remove", ids=[str(number) for number in range(MOST_NAMES + 5)], none=[]
    )
    (line,) = lines(log)
    assert line["left_out"] == 5 and len(line["ids"]) == MOST_NAMES and "none" not in line  # type: ignore[arg-type]
    record_change(Settings(), "indexer remove", ids=["a"])
    assert len(lines(log)) == 1
