"""The command that checks a file of synonyms."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from indexer import build
from indexer.cli.main import main


def test_problems_are_listed_by_line(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("máy bay, phi cơ\nmột mình\nphi cơ, tàu lượn\n", "utf-8")
    result = CliRunner().invoke(main, ["synonyms", "check", str(file)])
    assert result.exit_code == 1
    assert f"{file}:2: error: names nothing" in result.output
    assert f"{file}:3: note: phi cơ is in line 1 too" in result.output
    assert "2 lines count, 1 are left out, 1 notes" in result.output


def test_what_stands_nowhere_in_the_index_is_named(tmp_path: Path) -> None:
    build([{"id": "a", "text": "Chiếc máy bay."}], tmp_path / "index")
    file = tmp_path / "mine.txt"
    file.write_text("máy bay, phi cơ\n", "utf-8")
    command = ["synonyms", "check", str(file), "--against-index", "--index", str(tmp_path / "index")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0
    assert "phi cơ stands nowhere in the index" in result.output
    assert "máy bay stands nowhere" not in result.output
