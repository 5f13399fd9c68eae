"""Percentiles and ratios."""

from __future__ import annotations

import pytest

from benchmarks.aims import Aim
from benchmarks.figures import percentiles, ratio


def test_percentiles_are_by_nearest_rank() -> None:
    assert percentiles([float(n) for n in range(1, 101)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert percentiles([3.0]) == {"p50": 3.0, "p95": 3.0, "p99": 3.0}


def test_a_ratio_is_formed_within_a_round() -> None:
    # Both take ten times as long in the second round: the ratio stays.
    assert ratio([1.0, 10.0, 1.0], [2.0, 20.0, 2.0]) == 0.5


def test_rounds_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio([1.0], [1.0, 2.0])


@pytest.mark.parametrize(
    ("most", "reached", "met"),
    [(True, 0.5, True), (True, 0.6, False), (False, 0.5, True), (False, 0.4, False), (True, None, None)],
)
def test_an_aim_is_met_at_its_limit(most: bool, reached: float | None, met: bool | None) -> None:
    assert Aim("a measure", 0.5, most, reached).met is met
