"""Learned weights in their file: what is kept, what is refused, what stands back behind a setting that was given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.errors import IndexUnwritable, TuningUnusable
from indexer.settings import Settings, read_settings
from indexer.storage import tuned_weights
from indexer.storage.tuned_weights import FILE, TUNABLE, Tuned

VALUES = {name: getattr(Settings(), name) + 0.01 for name in TUNABLE}


def tuned(values: dict[str, float]) -> Tuned:
    return Tuned(values, 9, 0.5, 0.6, 0.01, "2026-01-01")


def test_every_weight_that_may_be_learned_is_kept(tmp_path: Path) -> None:
    tuned_weights.write(tmp_path, tuned(VALUES))
    assert tuned_weights.read(tmp_path) == tuned(VALUES)
    assert [path.name for path in tmp_path.iterdir()] == ["tuned.json"]
    applied = tuned_weights.applied(Settings(), tuned(VALUES))
    assert {name: getattr(applied, name) for name in TUNABLE} == VALUES


@pytest.mark.parametrize(
    "values",
    [{"snippet_characters": 200}, {**VALUES, "nonsense": 1.0}, {"k1": -1.0}, {"k1": "much"}, {"k1": None}],
)
def test_what_no_weight_may_be_is_unusable(tmp_path: Path, values: dict[str, object]) -> None:
    tuned_weights.write(tmp_path, tuned({"k1": 1.0}))
    content = json.loads((tmp_path / FILE).read_text("utf-8"))
    (tmp_path / FILE).write_text(json.dumps({**content, "values": values}), "utf-8")
    with pytest.raises(TuningUnusable, match=r"tuned\.json, cannot be read"):
        tuned_weights.read(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", "[" * 100_000, '{"values": 1}'])
def test_a_file_that_holds_something_else_is_unusable(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    with pytest.raises(TuningUnusable) as caught:
        tuned_weights.read(tmp_path)
    assert "indexer tune --off" in caught.value.hint


def test_without_a_file_nothing_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "nothing", tmp_path / "file"):
        assert tuned_weights.read(place) is None
        assert tuned_weights.stamp(place) is None
    assert not tuned_weights.remove(tmp_path)
    assert tuned_weights.applied(Settings(k1=1.5), None) == Settings(k1=1.5)


def test_a_setting_that_was_given_stays_as_given() -> None:
    applied = tuned_weights.applied(Settings(k1=1.5), tuned({"k1": 0.9, "b": 0.1}))
    assert (applied.k1, applied.b) == (1.5, 0.1)


def test_coming_changing_and_going_are_noticed(tmp_path: Path) -> None:
    stamps = [tuned_weights.stamp(tmp_path)]
    for values in ({"k1": 0.9}, {"b": 0.12}):
        tuned_weights.write(tmp_path, tuned(values))
        stamps.append(tuned_weights.stamp(tmp_path))
    assert tuned_weights.remove(tmp_path)
    assert stamps[0] is None is tuned_weights.stamp(tmp_path)
    assert len(set(stamps)) == 3
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_or_removed_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(IndexUnwritable, match=r"tuned\.json cannot be written"):
        tuned_weights.write(tmp_path, tuned({"k1": 0.9}))
    with pytest.raises(IndexUnwritable, match=r"tuned\.json cannot be removed"):
        tuned_weights.remove(tmp_path)


def test_a_setting_given_on_purpose_wins_even_if_it_is_the_default(tmp_path: Path) -> None:
    default, learned = Settings().k1, tuned({"k1": 0.9, "b": 0.1})
    file = tmp_path / "settings.toml"
    file.write_text(f"k1 = {default}\n")
    for settings in (
        read_settings({"k1": default}, {}).settings,
        read_settings({}, {"TIMDOAN_K1": str(default)}).settings,
        read_settings({}, {}, file).settings,
        read_settings({"k1": default}, {}).settings.changed({"page_size": 5}),
    ):
        assert settings.given >= {"k1"}
        applied = tuned_weights.applied(settings, learned)
        assert (applied.k1, applied.b) == (default, 0.1)
    assert tuned_weights.applied(read_settings({}, {}).settings, learned).k1 == 0.9
    # It makes no other settings of them: what was answered before is not asked again.
    assert read_settings({"k1": default}, {}).settings == Settings()
