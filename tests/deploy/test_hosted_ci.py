"""The workflow for hosted CI: it runs .ci/run on every supported Python, and script/setup takes the one it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SUPPORTED = [
    name.rpartition(" ")[2]
    for name in PROJECT["classifiers"]
    if name.startswith("Programming Language :: Python :: 3.")
]


def test_it_runs_every_check_on_every_supported_python() -> None:
    (job,) = WORKFLOW["jobs"].values()
    assert job["strategy"]["matrix"] == {"python": ["3.11", "3.12", "3.13"]}
    assert job["container"] == "python:${{ matrix.python }}-bookworm"
    assert job["env"]["PYTHON"] == "python${{ matrix.python }}"
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run", "script/audit --sbom sbom.json"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    # YAML reads the key "on" as true.
    assert set(WORKFLOW[True]) == {"push", "pull_request"}


def test_the_package_says_the_same_versions() -> None:
    (job,) = WORKFLOW["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == SUPPORTED
    assert PROJECT["requires-python"] == f">={SUPPORTED[0]}"


def setup(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    (folder / "script").mkdir()
    shutil.copy(ROOT / "script" / "setup", folder / "script")
    for name in ("constraints.txt", "requirements.lock", "pyproject.toml"):
        (folder / name).write_text("", "utf-8")
    return subprocess.run(
        [folder / "script" / "setup"], env={**os.environ, "PYTHON": python}, capture_output=True, text=True, timeout=30
    )


def test_setup_takes_the_interpreter_it_is_given_and_no_other(tmp_path: Path) -> None:
    done = setup(tmp_path, "python-that-is-not-there")
    assert done.returncode == 1
    assert "was not found: PYTHON is python-that-is-not-there" in done.stderr


def test_setup_makes_the_environment_with_the_interpreter_it_is_given(tmp_path: Path) -> None:
    # An interpreter that knows its version and no more: it is asked for a new environment, and fails.
    python = tmp_path / "mine"
    python.write_text(
        f'#!/bin/sh\ncase "$1" in -m) echo asked: "$@" >&2; exit 7;; *) exec {sys.executable} "$@";; esac\n'
    )
    python.chmod(0o755)
    done = setup(tmp_path, str(python))
    assert done.returncode == 7
    assert "asked: -m venv --clear .venv" in done.stderr
