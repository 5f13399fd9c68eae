"""Figures from rounds: percentiles, medians, and ratios formed within a round."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The 50th, 95th and 99th percentile by nearest rank."""
    ordered = sorted(values)

    def at(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return {"p50": round(at(0.50), 4), "p95": round(at(0.95), 4), "p99": round(at(0.99), 4)}


def middle(rounds: Sequence[float]) -> float:
    """The median over rounds."""
    return statistics.median(rounds)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios, each of one round."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
