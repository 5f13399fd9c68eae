"""Result files of runs, and the significance of the difference between two runs.

The test is the paired randomisation test (Fisher 1935; for retrieval, Smucker, Allan and Carterette 2007): if both runs
were equally good, each query's difference could as well have the other sign. The p-value is the share of random sign
assignments whose mean difference is at least as far from 0 as the observed one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.errors import ResultsInvalid
from indexer.evaluation.run import Evaluation, Variants

MEASURE = "nDCG@10"
"""The measure by which runs are compared."""
PERMUTATIONS = 10_000
_SEED = 20_090_719
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the queries they share: their means, the second less the first, and the two-sided p-value."""

    name: str
    queries: int
    first: float
    second: float
    difference: float
    p: float


def results(run: Variants, *, per_query: bool = True) -> dict[str, Any]:
    """A run as JSON: the means, each variant's, and, under `per_query`, the values of each query."""
    found = _figures(run.original, per_query)
    if run.variants:
        found["variants"] = {
            name: {**_figures(each, per_query), "retention": _rounded(run.retention(name))}
            for name, each in run.variants.items()
        }
    return found


def write_results(path: Path, found: Mapping[str, Any]) -> None:
    """Write results to a file; raises `ResultsInvalid` where that is not possible."""
    try:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise ResultsInvalid(
            f"{path} cannot be written: {error.strerror}", "Name a file in a folder that exists."
        ) from None


def compare(first: Path, second: Path) -> list[Comparison]:
    """Compare two files of results: the queries as written, then each typing variant that both have.

    Only queries that both have count; raises `ResultsInvalid` where there is none.
    """
    runs = [_read(path) for path in (first, second)]
    found = []
    for name in runs[0]:
        if name not in runs[1]:
            continue
        one, other = runs[0][name], runs[1][name]
        shared = [key for key in one if key in other]
        if not shared:
            raise ResultsInvalid(
                f"{first} and {second} share no query", "Compare two runs over the same judged queries."
            )
        values = [one[key] for key in shared], [other[key] for key in shared]
        before, after = (sum(each) / len(each) for each in values)
        found.append(Comparison(name, len(shared), before, after, after - before, randomisation_test(*values)))
    return found


def randomisation_test(first: Sequence[float], second: Sequence[float], permutations: int = PERMUTATIONS) -> float:
    """The two-sided p-value of the mean difference of two runs, query by query.

    The observed signs count as one of the permutations, so p is never 0. Seeded: the same values give the same p.
    """
    differences = np.subtract(second, first, dtype=np.float64)
    # Queries without a difference do not matter.
    differences = differences[differences != 0]
    observed = abs(differences.sum())
    generator = np.random.default_rng(_SEED)
    extreme, done = 0, 0
    while done < permutations:
        rows = min(permutations - done, max(1, _AT_ONCE // max(len(differences), 1)))
        signs = generator.integers(0, 2, (rows, len(differences)), dtype=np.int8) * 2 - 1
        # Sums of the same numbers in another order may differ in the last digits.
        extreme += int((np.abs(signs @ differences) >= observed - 1e-9).sum())
        done += rows
    return (extreme + 1) / (permutations + 1)


def _figures(run: Evaluation, per_query: bool) -> dict[str, Any]:
    means = {name: _rounded(value) for name, value in run.measures.items()}
    figures = {"queries": run.queries, "seconds": round(run.seconds, 2), **means}
    if not per_query:
        return figures
    values = {key: {name: _rounded(value, 6) for name, value in each.items()} for key, each in run.per_query.items()}
    return {**figures, "per_query": values}


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def _read(path: Path) -> dict[str, dict[str, float]]:
    """Of each part of a file of results the measure by query id; "as written" comes first."""
    try:
        found = json.loads(path.read_text("utf-8"))
        parts = {"as written": found, **found.get("variants", {})}
        return {
            name: {key: float(values[MEASURE]) for key, values in part["per_query"].items()}
            for name, part in parts.items()
        }
    except OSError as error:
        reason = str(error.strerror)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"no results of an evaluation ({type(error).__name__}: {error})"
    raise ResultsInvalid(f"{path} cannot be read: {reason}", "Write results with: indexer eval FOLDER --output FILE.")
