"""The systemd unit and its settings file: systemd finds no fault, and what they name exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.settings import read_settings
from tests.conftest import ROOT
from webapp.commands.main import main as webapp
from webapp.serving.server import STOP_SECONDS

UNIT = (ROOT / "deploy" / "timdoan.service").read_text("utf-8")
SETTINGS = ROOT / "deploy" / "timdoan.toml"


def value(name: str) -> str:
    found = re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not on this machine")
    # Where the unit would have the command, this environment has it.
    here = Path(sys.executable).with_name("webapp")
    unit = tmp_path / "timdoan.service"
    unit.write_text(UNIT.replace(value("ExecStart").split()[0], str(here)), "utf-8")
    found = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
    said = [line for line in found.stderr.splitlines() if "timdoan" in line]
    assert said == []


def test_it_starts_the_command_with_the_settings_file() -> None:
    command, *options = value("ExecStart").split()
    assert command.endswith("/.venv/bin/webapp")
    assert options == ["--settings", f"/etc/{SETTINGS.name}"]
    assert options[0] in {name for option in webapp.params for name in option.opts}
    assert int(value("TimeoutStopSec")) > STOP_SECONDS


def test_the_settings_file_is_sound_and_keeps_to_what_the_unit_may_write() -> None:
    settings = read_settings({}, {}, SETTINGS).settings
    state = f"/var/lib/{value('StateDirectory')}/"
    assert str(settings.index).startswith(state)
    assert value("WorkingDirectory") == state.rstrip("/")
    commented = re.sub(r"^# (\w+ = )", r"\1", SETTINGS.read_text("utf-8"), flags=re.MULTILINE)
    assert f'query_log = "{state}' in commented


def test_settings_that_are_commented_out_are_sound_too(tmp_path: Path) -> None:
    file = tmp_path / SETTINGS.name
    file.write_text(re.sub(r"^# (\w+ = )", r"\1", SETTINGS.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    assert read_settings({}, {}, file).settings.query_log
