"""Coordinate ascent over weights on judged queries, and a split of queries by id that holds some out.

Coordinate ascent (Metzler and Croft 2007) tries the candidates of one setting after another and keeps the best. A
candidate replaces the current value only if it gains at least `LEAST_GAIN`. The candidates of a setting and their order
are fixed, so the same judgements give the same result.
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
"""The least gain in mean nDCG@10 that replaces a value: on a few hundred queries, less may be chance."""

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
    "weight_title": (0.0, 0.2, 0.4, 0.8),
    "capitals": (0.0, 0.2, 0.4),
    "weight_sentence": (0.0, 0.2, 0.4),
    "weight_answer": (0.0, 0.5, 1.0),
    "weight_coverage": (0.0, 0.3, 0.6),
    "weight_title_match": (0.0, 0.18, 0.36),
    "weight_article": (0.0, 0.5, 1.0),
    "weight_lead": (0.0, 0.1, 0.2, 0.4),
    "weight_first": (0.0, 0.05, 0.1),
    "weight_typed": (0.0, 0.02, 0.05),
    "weight_synonyms": (0.0, 0.2, 0.4, 0.7),
}
"""The candidates of each setting, in the order of the settings."""


@dataclass(slots=True)
class AscentResult:
    """The values chosen, their mean on the queries they were chosen on, and the mean of each candidate by setting.

    The mean of a candidate is with the values current when it was tried.
    """

    values: dict[str, float]
    score: float
    tried: dict[str, dict[float, float]] = field(default_factory=dict)


class Scores:
    """The measure of each query under given values, cached by the values."""

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
