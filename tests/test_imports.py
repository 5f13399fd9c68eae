"""The import rules of pyproject.toml state the whole order: a package without a place is refused by `lint-imports`."""

from __future__ import annotations

import tomllib

from tests.conftest import ROOT


def test_every_layer_rule_is_exhaustive_and_names_what_there_is() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = [contract for contract in contracts if contract["type"] == "layers"]
    assert [contract["containers"] for contract in layers] == [["webapp"], ["indexer"]]
    for contract in layers:
        named = {name for layer in contract["layers"] for name in layer.split(" | ")}
        named |= set(contract.get("exhaustive_ignores", ()))
        folder = ROOT / contract["containers"][0]
        there = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
        assert contract["exhaustive"]
        assert named == there - {"__init__"}
