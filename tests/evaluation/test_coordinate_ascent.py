"""Coordinate ascent keeps candidates that gain and no others; queries are split by their ids alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from indexer.evaluation.coordinate_ascent import LEAST_GAIN, Scores, ascend, part_of

CANDIDATES = {"x": (0.0, 1.0, 2.0), "y": (0.0, 1.0)}


def scores_of(gain: float, asked: list[Mapping[str, float]] | None = None) -> Scores:
    """Best at x = 2; y gains `gain` for the query `b` alone."""

    def ask(values: Mapping[str, float]) -> dict[str, float]:
        if asked is not None:
            asked.append(dict(values))
        return {"a": values["x"] / 10, "b": values["x"] / 10 + gain * values["y"]}

    return Scores(ask)


def test_the_best_candidate_of_each_setting_is_kept() -> None:
    choice = ascend(scores_of(0.1), ["a", "b"], {"x": 1.0, "y": 0.0}, CANDIDATES)
    assert choice.values == {"x": 2.0, "y": 1.0}
    assert choice.score == pytest.approx(0.25)
    assert choice.tried["y"] == pytest.approx({0.0: 0.2, 1.0: 0.25})


def test_a_gain_too_small_to_tell_changes_nothing() -> None:
    choice = ascend(scores_of(LEAST_GAIN), ["a", "b"], {"x": 2.0, "y": 0.0}, CANDIDATES)
    assert choice.values == {"x": 2.0, "y": 0.0}


def test_only_the_queries_given_count() -> None:
    assert ascend(scores_of(0.1), ["a"], {"x": 2.0, "y": 0.0}, CANDIDATES).values["y"] == 0.0
    assert ascend(scores_of(0.1), ["b"], {"x": 2.0, "y": 0.0}, CANDIDATES).values["y"] == 1.0


def test_the_same_values_are_asked_once() -> None:
    asked: list[Mapping[str, float]] = []
    ascend(scores_of(0.1, asked), ["a", "b"], {"x": 1.0, "y": 0.0}, CANDIDATES)
    assert len(asked) == len({tuple(sorted(values.items())) for values in asked})


def test_parts_are_of_like_size_and_depend_on_nothing_but_the_id() -> None:
    parts = [part_of(f"q{number}", 2) for number in range(1000)]
    assert 400 < sum(parts) < 600
    assert parts[:8] == [1, 0, 0, 0, 1, 1, 1, 0]
