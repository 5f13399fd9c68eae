"""The defaults are those that docs/defaults.toml says were chosen."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from benchmarks.choosing import taken
from indexer.settings import Settings
from indexer.storage.tuned_weights import TUNABLE

EVIDENCE = tomllib.loads((Path(__file__).resolve().parent.parent.parent / "docs" / "defaults.toml").read_text("utf-8"))


def test_every_weight_that_can_be_chosen_is_told_of() -> None:
    assert tuple(EVIDENCE["settings"]) == TUNABLE


@pytest.mark.parametrize("name", TUNABLE)
def test_the_default_is_the_value_chosen_and_it_was_tried(name: str) -> None:
    told = EVIDENCE["settings"][name]
    assert getattr(Settings(), name) == told["value"]
    assert told["value"] in [float(value) for value in told["tried"]]


def test_values_are_taken_only_where_the_other_half_gains() -> None:
    before = {f"q{n}": 0.5 for n in range(60)}
    assert taken(before, {query: 0.6 for query in before})
    assert not taken(before, {query: 0.4 for query in before})
    assert not taken(before, before | {"q0": 0.6})


def test_the_halves_do_not_meet_and_both_are_told() -> None:
    assert EVIDENCE["run"]["train_after"] >= EVIDENCE["run"]["train_before"]
    sets = {"corpus", "xquad-vi", "xquad-vi among viwiki", "zalo-wiki", "headlines, all", "headlines, quoted"}
    assert sets == set(EVIDENCE["test"])
