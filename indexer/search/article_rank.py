"""The rank of articles: all passages of one count together, not its best alone.

    score of the best passage * (1 + weight_article * (share of all passages - share of the best one))

`share` is that of the query's information (the idf of its units) which the passages of the article on the page, or its
title, hold: what one passage lacks may stand in the next. Passages that score far below the best one do not count: a
long article has any word somewhere. The scores of passages stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.engine.base import Hit
from indexer.query.found import information
from indexer.search.ranking import Question

NEAR_BEST = 0.85
"""The least share of the score of an article's best passage that others need to count."""


def ranked_articles(question: Question, articles: Sequence[Sequence[Hit]], weight: float) -> list[Sequence[Hit]]:
    """Articles, each of the passages that it is shown with (the best one first), in the order of their rank."""
    # Where hits say nothing of units, they have all of them.
    if not weight or not any(hit.matches for hits in articles for hit in hits[:1]):
        return list(articles)
    values = [information(unit, question.frequencies) for unit in question.units]
    most = sum(values)

    def share(held: Sequence[bool]) -> float:
        return sum([value for value, has in zip(values, held, strict=False) if has]) / most

    def score(hits: Sequence[Hit]) -> float:
        near = [hit.matches for hit in hits if hit.score >= NEAR_BEST * hits[0].score]
        together = [any(held) for held in zip(*near, strict=False)]
        return hits[0].score * (1 + weight * (share(together) - share(hits[0].matches)))

    return sorted(articles, key=score, reverse=True)
