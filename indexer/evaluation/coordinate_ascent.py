"""Weights chosen from judged queries: coordinate ascent, and queries parted by their ids so that some stay unseen.

Coordinate ascent (Metzler and Croft 2007) tries the candidates of one setting after another and keeps the best. A
candidate replaces the value in place only where it gains at least `LEAST_GAIN`: what is not better stays as it is. A
setting's candidates and the order are fixed, so the same judgements give the same result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from indexer.settings import Settings
from indexer.storage.tuned_weights import TUNABLE

MEASURE = "nDCG@10"
LEAST_GAIN = 0.002
"""Of the mean nDCG@10: on some hundred queries, less cannot be told from chance, and what is there stays."""

Values: TypeAlias = Mapping[str, float]
"""Settings by name."""
PerQuery: TypeAlias = Mapping[str, float]
"""Query id -> nDCG@10."""

CANDIDATES: Mapping[str, tuple[float, ...]] = {
    "k1": (0.3, 0.5, 0.8),
    "b": (0.4, 0.6, 0.75),
    "idf_power": (1.0, 1.1, 1.25),
    "weight_words": (0.3, 0.6, 0.9),
    "weight_bigrams": (0.25, 0.5, 0.75),
    "weight_unmarked": (0.0, 0.1),
    "weight_title": (0.0, 0.2, 0.4),
    "capitals": (0.0, 0.2, 0.4),
    "weight_sentence": (0.0, 0.2, 0.4),
    "weight_answer": (0.0, 0.5, 1.0),
    "weight_first": (0.0, 0.05, 0.1),
}
"""What is tried of each setting, in this order."""


@dataclass(slots=True)
class AscentResult:
    """What was chosen, the mean on the queries it was chosen by, and, by setting, the mean of each candidate tried.

    The mean of a candidate is that with the values in place when it was tried.
    """

    values: dict[str, float]
    score: float
    tried: dict[str, dict[float, float]] = field(default_factory=dict)


class Scores:
    """The measure of each query under given values; what was asked once is remembered."""

    def __init__(self, ask: Callable[[Values], PerQuery]) -> None:
        self._ask = ask
        self._known: dict[tuple[tuple[str, float], ...], PerQuery] = {}

    def of(self, values: Values) -> PerQuery:
        """The measure of each query."""
        key = tuple(sorted(values.items()))
        if key not in self._known:
            self._known[key] = self._ask(values)
        return self._known[key]

    def mean(self, values: Values, queries: Iterable[str]) -> float:
        """The mean over some queries."""
        found = self.of(values)
        chosen = [found[query] for query in queries]
        return sum(chosen) / len(chosen)


def ascend(
    scores: Scores,
    queries: Sequence[str],
    start: Values,
    candidates: Mapping[str, Sequence[float]] = CANDIDATES,
    rounds: int = 2,
) -> AscentResult:
    """The best values found for `queries` from `start` on; it ends when a round changes nothing."""
    result = AscentResult(dict(start), scores.mean(start, queries))
    for _ in range(rounds):
        before = dict(result.values)
        for name, tried in candidates.items():
            means = {value: scores.mean({**result.values, name: value}, queries) for value in tried}
            result.tried[name] = means
            best = max(tried, key=means.__getitem__)
            if means[best] >= result.score + LEAST_GAIN:
                result.values[name], result.score = best, means[best]
        if result.values == before:
            break
    return result


def part_of(query: str, parts: int) -> int:
    """Which of `parts` a query belongs to, by its id alone: the same in every set, on every machine."""
    return int.from_bytes(hashlib.sha256(f"timdoan {query}".encode()).digest()[:8], "big") % parts


def defaults() -> dict[str, float]:
    """The defaults of the settings that are chosen."""
    return {name: getattr(Settings(), name) for name in TUNABLE}
