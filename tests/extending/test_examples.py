"""Each example runs by itself, prints what its last comment says, and needs nothing but the public API."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
MARK = "\n# Prints:\n"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_prints_what_it_says(path: Path, tmp_path: Path) -> None:
    _, expected = path.read_text("utf-8").split(MARK)
    done = subprocess.run([sys.executable, path], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines() == [line.removeprefix("# ") for line in expected.splitlines()]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_short_and_keeps_to_the_public_api(path: Path) -> None:
    code = path.read_text("utf-8")
    assert code.count("\n") < 60
    modules = [node.module for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    assert "indexer" in modules
    assert not [module for module in modules if module and module.startswith("indexer.")]


def test_every_example_stands_in_the_guide() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert EXAMPLES
    for path in EXAMPLES:
        assert f"](examples/{path.name})" in guide
