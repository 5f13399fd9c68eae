"""Requests that count something else than they rank, made of requests that do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from indexer.engine.base import EnginePage, EngineRequest
from indexer.engine.query import All, Any, Exclude, Facet, Node

SearchMany = Callable[[Sequence[EngineRequest]], list[EnginePage]]


def counting(search_many: SearchMany, request: EngineRequest, counted: Node) -> EnginePage:
    """The page of a request with `counted`: a round of searches for hits and counts, one for what hits are."""
    ranked = replace(request, counted=None, facets=(), named=(*request.named, counted))
    counts = EngineRequest(
        counted, limit=0, facets=request.facets, facet_values=request.facet_values, seconds=request.seconds
    )
    besides, either = Exclude(request.query, counted), Any((request.query, counted))
    page, of_counted, rest, all_ = search_many(
        [ranked, counts, replace(counts, query=besides, facets=()), replace(counts, query=either, facets=())]
    )
    # Where the time ran out before it was asked, a hit says nothing.
    hits = tuple([replace(hit, counted=all(hit.matches[-1:]), matches=hit.matches[:-1]) for hit in page.hits])
    matched, matched_besides, late = _by_article(search_many, request, counted, page)
    pages = (page, of_counted, rest, all_)
    return replace(
        page,
        hits=hits,
        total=of_counted.total,
        articles=of_counted.articles,
        total_exact=all(each.total_exact for each in (of_counted, rest)),
        articles_exact=all(each.articles_exact for each in (of_counted, all_)),
        facets=of_counted.facets,
        matched=matched,
        matched_besides=matched_besides,
        besides=rest.total,
        articles_besides=max(0, all_.articles - of_counted.articles),
        degraded=late or any(each.degraded for each in pages),
    )


def _by_article(
    search_many: SearchMany, request: EngineRequest, counted: Node, page: EnginePage
) -> tuple[dict[str, int], dict[str, int], bool]:
    """Of each article on a page how many paragraphs are counted, how many match besides; and whether it was late."""
    names = list(page.matched)
    if not names:
        return {}, {}, False
    articles = Any(tuple([Facet("article", name) for name in names]))
    asked = EngineRequest(counted, limit=len(names), per_article=1, seconds=request.seconds)
    found, both = search_many(
        [
            replace(asked, query=All((counted, articles))),
            replace(asked, query=All((request.query, counted, articles))),
        ]
    )
    matched = {name: found.matched.get(name, 0) for name in names}
    besides = {name: page.matched[name] - both.matched.get(name, 0) for name in names}
    return matched, besides, found.degraded or both.degraded
