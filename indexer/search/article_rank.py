"""The rank of articles: all passages of one count together, and where they stand in it, not its best alone.

    (the highest of its passages', each  score * (1 + weight_lead / (1 + place)))
        * (1 + weight_article * (share of all passages - share of the best one))

`place` counts the paragraphs before it but the title: what an article is about stands first, in news above all.
`share` is that of the query's information (the idf of its units) which the passages of the article on the page, or its
title, hold: what one passage lacks may stand in the next. Passages that score far below the best one do not count: a
long article has any word somewhere. The scores of passages stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.engine.base import Hit
from indexer.search.ranking import Question
from indexer.settings import Settings

NEAR_BEST = 0.85
"""The least share of the score of an article's best passage that others need to count."""


def ranked_articles(question: Question, articles: Sequence[Sequence[Hit]], settings: Settings) -> list[Sequence[Hit]]:
    """Articles, each of the passages that it is shown with (the best one first), in the order of their rank."""
    values = [each.information for each in question.units]
    most = sum(values)

    def share(held: Sequence[bool]) -> float:
        return sum([value for value, has in zip(values, held, strict=False) if has]) / most

    def score(hits: Sequence[Hit]) -> float:
        best = max([hit.score * (1 + settings.weight_lead / (1 + _place(hit))) for hit in hits])
        # Where hits say nothing of units, they have all of them.
        if not settings.weight_article or not hits[0].matches:
            return best
        near = [hit.matches for hit in hits if hit.score >= NEAR_BEST * hits[0].score]
        together = [any(held) for held in zip(*near, strict=False)]
        return best * (1 + settings.weight_article * (share(together) - share(hits[0].matches)))

    return sorted(articles, key=score, reverse=True)


def _place(hit: Hit) -> int:
    """How many paragraphs of the article, but its title, stand before that of a hit."""
    return max(0, hit.paragraph.position - bool(hit.info.title))
