"""The public API: what `indexer` exports, what importing it costs, and that its examples run."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import indexer
from indexer import errors
from tests.conftest import ROOT

SOURCE = Path(indexer.__file__).read_text("utf-8")


def imported() -> dict[str, str]:
    """The names that a type checker sees, and the module of each."""
    return {
        name.name: node.module or ""
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("indexer.")
        for name in node.names
    }


def test_every_public_name_is_there_and_typed() -> None:
    assert sorted(imported()) == sorted(indexer.__all__)
    for name in indexer.__all__:
        value = getattr(indexer, name)
        assert value is getattr(sys.modules[imported()[name]], name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = indexer.nothing


def test_every_error_is_public() -> None:
    named = {name for name, value in vars(errors).items() if inspect.isclass(value)}
    assert named <= set(indexer.__all__)


def test_no_public_name_hides_a_package_or_a_module() -> None:
    there = {path.stem for path in (ROOT / "indexer").iterdir() if path.suffix in ("", ".py")}
    assert not there & set(indexer.__all__)


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import indexer, sys; print(*sorted(name for name in sys.modules if name.startswith('indexer')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["indexer", "indexer.errors"]


def test_its_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "tin.txt").write_text("Hồ Kẻ Gỗ\n\nLễ trao cờ thi đua.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert indexer.__doc__
    examples = re.findall(r"^    .*\n(?:(?:    .*)?\n)*", indexer.__doc__, re.MULTILINE)
    assert len(examples) == 2
    for example in examples:
        exec(textwrap.dedent(example), {})
    assert capsys.readouterr().out == "Hồ Kẻ Gỗ Lễ trao cờ thi đua.\n4 []\n"
