"""How many passages each source, author, kind, year or month has among those found: the numbers beside filters.

A facet is counted without its own restriction (year and month: without the dates), as is usual where several values
can be chosen: with one source chosen, the others still show what choosing them too would add. So a facet that is
restricted takes an engine question of its own; the others are counted with the page. A restriction written in the
query (`source:báo`) is part of the question and always counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from indexer.results import FACETS, FacetCounts, SearchRequest
from indexer.schema import facet_key

Counted = Sequence[tuple[str, int]]
"""(value as written, passages), most frequent first."""

_key = lru_cache(maxsize=65_536)(facet_key)


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


def facet_counts(request: SearchRequest, counted: Mapping[str, Counted]) -> dict[str, FacetCounts]:
    """The counts of the facets asked for, in the order asked, at most `request.facet_values` values of each.

    Values that a restriction takes for the same (`facet_key`: without diacritics and case) are counted together, under
    the writing that is most frequent, so that the number shown is the number found when the value is chosen.
    """
    return {name: _capped(_joined(name, counted.get(name, ())), request.facet_values) for name in request.facets}


def _without_own(name: str, request: SearchRequest) -> SearchRequest:
    """The request without the restriction of facet `name`; raises `ValueError` when there is no such facet."""
    match name:
        case "source":
            return replace(request, sources=())
        case "author":
            return replace(request, authors=())
        case "kind":
            return replace(request, kinds=())
        case "year" | "month":
            return replace(request, after=None, before=None)
    raise ValueError(f"facet is {name!r}; it must be one of: {', '.join(FACETS)}")


def _joined(name: str, values: Counted) -> list[tuple[str, int]]:
    if name not in ("source", "author"):
        return list(values)
    writings: dict[str, str] = {}
    sums: dict[str, int] = {}
    for value, count in values:
        key = _key(value)
        writings.setdefault(key, value)
        sums[key] = sums.get(key, 0) + count
    joined = [(writings[key], count) for key, count in sums.items()]
    return sorted(joined, key=lambda item: (-item[1], item[0]))


def _capped(values: Sequence[tuple[str, int]], most: int) -> FacetCounts:
    rest = values[most:]
    return FacetCounts(tuple(values[:most]), len(rest), sum(count for _, count in rest))
