"""The stage that adds to the scores of passages by how much of the query they cover.

    coverage = weight_coverage * score * share

`share` is that of the query's information (the idf of its units) which the passage or its article's title holds. BM25
adds up terms, so a passage that repeats one of two names may outscore one that has both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.query.found import information
from indexer.search.missing import missing
from indexer.search.ranking import Question, RankedHit
from indexer.settings import Settings


class Coverage:
    """Adds the part "coverage" to the scores of passages."""

    def __init__(self, settings: Settings) -> None:
        self.weights: Mapping[str, float] = {"coverage": settings.weight_coverage}

    def applies(self, question: Question) -> bool:
        """Whether passages can differ in what they cover."""
        return self.weights["coverage"] > 0 and len(question.units) > 1

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> list[RankedHit]:
        """The hits with what they cover added."""
        weights = {unit: information(unit, question.frequencies) for unit in question.units}
        most = sum(weights.values())
        return [
            hit.plus(
                coverage=self.weights["coverage"]
                * hit.score
                * (1 - sum([weights[unit] for unit in missing(question.units, hit)]) / most)
            )
            for hit in hits
        ]
