"""What of one article a query finds, as its results count it."""

from __future__ import annotations

from typing import NamedTuple

from indexer.articles.model import Article
from indexer.engine.base import EngineRequest, Searcher
from indexer.engine.query import All, Facet, Node
from indexer.passages.highlight import highlighted
from indexer.query.plan import Plan
from indexer.results import Span
from indexer.search.finding import seconds_left


class ArticleMatches(NamedTuple):
    """The `positions` of an article's passages that are in the found set or, without any, of those nearest to it.

    `found` says that they are in the found set; `highlights` has the spans of each passage. `understood` is the query
    as it was read, `units` what it asks for, as in `Results`.
    """

    positions: frozenset[int]
    found: bool
    highlights: list[tuple[Span, ...]]
    understood: str
    units: tuple[str, ...]


def article_matches(engine: Searcher, plan: Plan, understood: str, article: Article, ends: float) -> ArticleMatches:
    """What a plan finds in an article until `ends` (of `time.perf_counter`); nothing for a plan without words."""
    texts = [paragraph.text for paragraph in article.paragraphs]
    units = tuple([known.unit.text for known in plan.units])
    if plan.node is None or not plan.targets:
        return ArticleMatches(frozenset(), False, [()] * len(texts), understood, units)

    def positions(node: Node | None) -> frozenset[int]:
        if node is None:
            return frozenset()
        within = All((node, Facet("article", article.info.id)))
        page = engine.search(EngineRequest(within, limit=len(texts), seconds=seconds_left(ends)))
        return frozenset([hit.paragraph.position for hit in page.hits])

    if found := positions(plan.node):
        return ArticleMatches(found, True, highlighted(plan.highlighter, texts, ends), understood, units)
    near, highlights = positions(plan.nearest), highlighted(plan.nearest_highlighter, texts, ends)
    return ArticleMatches(near, False, highlights, understood, units)
