"""The examples that send articles to a server: the shell script is run against a real one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import open_index
from tests.conftest import ROOT
from tests.webapp.server import COLD, serving
from webapp.commands.main import main


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_shell_script_sends_files_and_lines_and_tells_what_was_rejected(tmp_path: Path) -> None:
    keys = str(tmp_path / "keys.txt")
    key = CliRunner().invoke(main, ["keys", "add", "shell", "--role", "write", "--file", keys]).output.strip()
    (tmp_path / "bưởi.txt").write_text("Mùa bưởi\n\nBưởi chín rộ.", "utf-8")
    (tmp_path / "tin.jsonl").write_text('{"id": "a", "text": "Cam"}\n{"id": "b", "text": "Quýt"}\n', "utf-8")
    (tmp_path / "rong.txt").write_text("")

    def publish(address: str, *names: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", str(ROOT / "deploy" / "publish.sh"), *(str(tmp_path / name) for name in names)]
        environment = {**os.environ, "TIMDOAN_URL": address, "TIMDOAN_KEY": key}
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    with serving(tmp_path / "index", module=COLD, api_keys=keys, write_seconds="0.1") as server:
        sent = publish(server.address, "bưởi.txt", "tin.jsonl")
        assert (sent.returncode, sent.stdout.count('"state":"indexed"')) == (0, 5), sent.stdout + sent.stderr
        assert publish(server.address, "rong.txt").returncode == 1
    with open_index(tmp_path / "index") as index:
        assert sorted(info.id for info in index.articles()) == ["a", "b", "bưởi"]


@pytest.mark.skipif(shutil.which("php") is None, reason="needs php")
def test_the_plugin_for_wordpress_is_php() -> None:
    checked = subprocess.run(["php", "-l", str(ROOT / "deploy" / "wordpress.php")], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
