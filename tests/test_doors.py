"""The import rules name every room, so that a new one is not forgotten; `lint-imports` holds them."""

from __future__ import annotations

import tomllib

from tests.conftest import ROOT


def test_the_rule_for_vietnamese_names_every_other_room() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    rule = next(contract for contract in contracts if contract.get("source_modules") == ["indexer.vietnamese"])
    rooms = {
        path.stem for path in (ROOT / "indexer").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert set(rule["forbidden_modules"]) == {f"indexer.{room}" for room in rooms - {"__init__", "vietnamese"}}
