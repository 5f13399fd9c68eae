"""When two engines' pages are the same: everything exact but scores, which count as equal within 1e-4."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import groupby, pairwise

import pytest

from indexer.engine.base import Engine, EngineRequest, Hit, ordering
from indexer.engine.query import All, Facet, Node

TOLERANCE = 1e-4
EVERYTHING = 10**6
ASKED = 3
"""Of so many articles the reference is asked again how much it finds; of the others its hits are counted."""

Place = tuple[str, int]


def place(hit: Hit) -> Place:
    """What names a paragraph."""
    return hit.info.id, hit.paragraph.position


def assert_same_page(engine: Engine, reference: Engine, request: EngineRequest) -> None:
    """Hold an engine's page against the reference's. Hits may trade places only where scores are equal in effect."""
    page, expected = engine.search(request), reference.search(request)
    assert page.total_exact and page.articles_exact and page.exact
    assert not page.degraded
    assert (page.total, page.articles) == (expected.total, expected.articles)
    assert (page.besides, page.articles_besides) == (expected.besides, expected.articles_besides)
    assert dict(page.facets) == dict(expected.facets)
    whole = reference.search(replace(request, offset=0, limit=EVERYTHING, per_article=None, facets=(), seconds=None))
    right = {place(hit): (rank, hit) for rank, hit in enumerate(whole.hits)}
    for hit in page.hits:
        _, its = right[place(hit)]
        assert (hit.info, hit.paragraph) == (its.info, its.paragraph)
        assert abs(hit.score - its.score) <= TOLERANCE
        assert (hit.counted, hit.matches) == (its.counted, its.matches)
    if request.per_article is None:
        assert not page.matched
        assert_same_order(list(page.hits), list(expected.hits), right, request)
        return
    # Articles are ordered by their best paragraphs, and each article's own paragraphs among themselves.
    groups = [list(group) for _, group in groupby(page.hits, key=lambda hit: hit.info.id)]
    expected_groups = [list(group) for _, group in groupby(expected.hits, key=lambda hit: hit.info.id)]
    bests = [group[0] for group in groups]
    assert_same_order(bests, [group[0] for group in expected_groups], right, request)
    of_article: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in whole.hits:
        of_article[hit.info.id].append(hit)
    for number, group in enumerate(groups):
        own = of_article[group[0].info.id]
        # What is counted may be more than what is ranked. Where it is the same, asking for hundreds tells no more.
        if request.counted or number < ASKED:
            counted = reference.search(EngineRequest(_within(request, group[0]), limit=0)).total
            assert page.matched[group[0].info.id] == counted
            assert request.counted or counted == len(own)
        else:
            assert page.matched[group[0].info.id] == len(own)
        if request.counted:
            assert page.matched_besides[group[0].info.id] == sum(not hit.counted for hit in own)
        assert_same_order(group, own[: request.per_article], right, request)
    assert list(page.matched) == [hit.info.id for hit in bests]


def _within(request: EngineRequest, hit: Hit) -> Node:
    """What is counted of the article of a hit."""
    return All((request.counted or request.query, Facet("article", hit.info.id)))


def assert_same_explanations(engine: Engine, reference: Engine, request: EngineRequest) -> None:
    """Every hit's score is explained by parts that add up to it, and that the reference gives too."""
    for hit in engine.search(request).hits:
        parts = engine.explain(request.query, *place(hit), request.scoring)
        expected = reference.explain(request.query, *place(hit), request.scoring)
        assert parts is not None and expected is not None
        assert sum(part.score for part in parts) == pytest.approx(hit.score, abs=TOLERANCE)
        assert len(parts) == len(expected)
        for part, its in zip(parts, expected, strict=True):
            assert (part.leaf, part.forms, part.frequency, part.document_frequencies, part.length) == (
                (its.leaf, its.forms, its.frequency, its.document_frequencies, its.length)
            )
            assert (part.idf, part.average_length, part.saturation, part.score) == pytest.approx(
                (its.idf, its.average_length, its.saturation, its.score)
            )


def sort_key(hit: Hit, request: EngineRequest) -> object:
    """What a paragraph is ordered by before its score."""
    order = ordering(request.sort)
    return order and hit.info.first(order[0])


def assert_same_order(
    hits: list[Hit], expected: list[Hit], right: dict[Place, tuple[int, Hit]], request: EngineRequest
) -> None:
    """Each place holds the expected paragraph or one that is as good; real ties stand in document order."""
    assert len(hits) == len(expected)
    for hit, other in zip(hits, expected, strict=True):
        assert abs(hit.score - other.score) <= TOLERANCE
        assert sort_key(hit, request) == sort_key(other, request)
    for first, second in pairwise(hits):
        (rank, a), (next_rank, b) = right[place(first)], right[place(second)]
        assert rank < next_rank or (a.score != b.score and abs(a.score - b.score) <= TOLERANCE)
