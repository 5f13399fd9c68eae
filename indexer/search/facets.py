"""How many of the passages found have each value of a metadata field: the numbers beside filters.

A facet is counted without its own restriction (year and month: without the dates), as is usual where several values
can be chosen: with one source chosen, the others still show what choosing them too would add. So a facet that is
restricted takes an engine question of its own; the others are counted with the page. A restriction written in the
query (`source:báo`) is part of the question and always counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from indexer.results import SearchRequest
from indexer.schema import DATE_PARTS


def with_the_page(request: SearchRequest) -> tuple[str, ...]:
    """The facets asked for that can be counted with the page itself."""
    return tuple(name for name in request.facets if _without_own(name, request) == request)


def apart(request: SearchRequest) -> Iterator[tuple[tuple[str, ...], SearchRequest]]:
    """The other facets, each with the request whose restrictions count for it; those that share one come together."""
    questions: dict[SearchRequest, list[str]] = {}
    for name in request.facets:
        without = _without_own(name, request)
        if without != request:
            questions.setdefault(without, []).append(name)
    for without, names in questions.items():
        yield tuple(names), without


def _without_own(name: str, request: SearchRequest) -> SearchRequest:
    """The request without the restriction of facet `name`."""
    if name in DATE_PARTS:
        return replace(request, after=None, before=None)
    return replace(request, filters=request.filters.changed(name, ()))
