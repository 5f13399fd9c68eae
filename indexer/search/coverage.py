"""The stage that adds to the scores of passages by how much of the query they cover.

    coverage = weight_coverage * score * share

`share` is that of the query's information (the idf of its units) which the passage or its article's title holds. BM25
adds up terms, so a passage that repeats one of two names may outscore one that has both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
        weight, values = self.weights["coverage"], [each.information for each in question.units]
        most = sum(values)
        return [
            hit.plus(
                coverage=weight
                * hit.score
                * (1 - sum([value for value, has in zip(values, hit.matches, strict=False) if not has]) / most)
            )
            for hit in hits
        ]
