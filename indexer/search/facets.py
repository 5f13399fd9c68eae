"""How many of the passages found have each value of a metadata field: the numbers beside filters.

A facet is counted without its own restriction (year and month: without the dates), as is usual where several values
can be chosen: with one source chosen, the others still show what choosing them too would add. So a facet that is
restricted takes an engine question of its own; the others are counted with the page. A restriction written in the
query (`source:báo`) is part of the question and always counts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from indexer.engine.base import Engine, EngineRequest
from indexer.engine.query import Everything, Node
from indexer.query.filters import restricted
from indexer.results import SearchRequest
from indexer.schema import DATE_PARTS
from indexer.settings import Settings

MOST_DAYS = 92
"""Most days that are counted at once, three months."""


def facet_requests(request: SearchRequest) -> dict[SearchRequest, tuple[str, ...]]:
    """The facets asked for, under the request whose restrictions count for them.

    Those under `request` itself are counted with the page; each of the others takes a question of its own.
    """
    requests: dict[SearchRequest, tuple[str, ...]] = {}
    for name in request.facets:
        without = _without_own(name, request)
        requests[without] = (*requests.get(without, ()), name)
    return requests


def _without_own(name: str, request: SearchRequest) -> SearchRequest:
    """The request without the restriction of facet `name`."""
    if name in DATE_PARTS:
        return replace(request, after=None, before=None)
    return replace(request, filters=request.filters.changed(name, ()))


def counts_by_day(
    engine: Engine, asked: Node | None, request: SearchRequest, days: tuple[date, date], settings: Settings
) -> dict[date, int]:
    """How many passages each day from the first to the last has, of those that have any.

    None at all where the time does not suffice. Raises `ValueError` for too many days.
    """
    first, last = days
    count = (last - first).days + 1
    if count > MOST_DAYS:
        raise ValueError(f"{count} days are asked for; at most {MOST_DAYS} are counted")
    node = restricted(asked, replace(request, after=first, before=last), settings.schema) or Everything()
    seconds = settings.search_seconds
    page = engine.search(EngineRequest(node, 0, 0, facets=("date",), facet_values=count, seconds=seconds))
    return {} if page.degraded else {date.fromisoformat(day): found for day, found in page.facets["date"].values}
