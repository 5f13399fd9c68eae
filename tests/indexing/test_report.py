"""What a build tells: files left out by kind, and everything in a file of JSON Lines."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.articles import formats
from indexer.cli.main import main
from indexer.indexing.changes import build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "bai"
    own.mkdir()
    (own / "a.txt").write_text("Tựa\n\nChữ.", "utf-8")
    (own / "b.jsonl").write_text('{"id": "b", "text": "x", "date": "hôm qua"}\n{"id": "c", "content": "y"}\n', "utf-8")
    for name in ("c.jpg", "d.jpg", "e", "README.md", ".an", "f.xyz"):
        (own / name).write_bytes(b"x")
    return own


def test_files_left_out_are_counted_by_what_they_are(folder: Path, tmp_path: Path) -> None:
    report = build([folder], tmp_path / "index")
    assert report.left_out == {".jpg": 2, "no suffix": 1, "README": 1, "hidden": 1, ".xyz": 1}


def test_the_file_of_a_report_has_a_line_for_each_thing_that_happened(folder: Path, tmp_path: Path) -> None:
    file = io.StringIO()
    build([folder], tmp_path / "index", report_file=file)
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    by_kind: dict[str, list[dict[str, object]]] = {}
    for line in lines:
        by_kind.setdefault(line.pop("what"), []).append(line)
    assert by_kind["read"] == [
        {"path": str(folder / "a.txt"), "articles": 1, "rejected": 0},
        {"path": str(folder / "b.jsonl"), "articles": 1, "rejected": 1},
    ]
    (rejected,) = by_kind["rejected"]
    assert (rejected["path"], rejected["line"]) == (str(folder / "b.jsonl"), 2)
    (warning,) = by_kind["warning"]
    assert (warning["field"], warning["line"]) == ("date", 1)
    assert {"path": str(folder / "f.xyz"), "kind": ".xyz"} in by_kind["left out"]


def test_the_command_sums_up_and_writes_the_report(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    command = ["build", str(folder), "--index", str(tmp_path / "index"), "--report", str(report)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert "6 files left out (.jpg 2, " in result.output
    assert all(json.loads(line)["what"] for line in report.read_text("utf-8").splitlines())
    result = CliRunner().invoke(main, [*command[:-1], str(tmp_path / "no" / "folder")])
    assert result.exit_code == 2
    assert "cannot be written" in result.output


def test_formats_are_listed_with_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = formats.Format(document="x:y", library="no_such_library", extra="pdf")
    monkeypatch.setitem(formats._TABLE, ".pdf", lacking)
    result = CliRunner().invoke(main, ["formats"])
    lines = result.output.splitlines()
    assert result.exit_code == 0, result.output
    assert any(line.split()[:1] == [".txt"] and line.split()[-1] == "yes" for line in lines)
    assert any(".pdf" in line and "needs no_such_library: pip install 'timdoan[pdf]'" in line for line in lines)


def test_a_file_whose_library_is_missing_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = formats.Format(document="x:y", library="no_such_library", extra="pdf")
    monkeypatch.setitem(formats._TABLE, ".pdf", lacking)
    (folder / "g.pdf").write_bytes(b"%PDF-")
    report = build([folder], tmp_path / "index")
    assert any("install it with: pip install 'timdoan[pdf]'" in rejection.reason for rejection in report.rejections)
