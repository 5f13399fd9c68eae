"""The rank of articles: all passages of one count together, not its best alone.

    score of the best passage * (1 + weight_article * (share of all passages - share of the best one))

`share` is that of the query's information (the idf of its units) which the passages of the article on the page, or its
title, hold: what one passage lacks may stand in the next. The scores of passages stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.engine.base import Hit
from indexer.query.found import information
from indexer.search.ranking import Question


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
        together = [any(held) for held in zip(*[hit.matches for hit in hits], strict=False)]
        return hits[0].score * (1 + weight * (share(together) - share(hits[0].matches)))

    return sorted(articles, key=score, reverse=True)
