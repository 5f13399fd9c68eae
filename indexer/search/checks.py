"""Validation of requests: the limits of the settings, and the metadata fields of the index."""

from __future__ import annotations

from indexer.query.filters import restricted
from indexer.results import SearchRequest
from indexer.settings import Settings


def check_request(request: SearchRequest, settings: Settings) -> None:
    """Raise `ValueError` for a page beyond the limits, and for an order, a facet or a filter that no field has."""
    limit, schema = settings.page_size_limit, settings.schema
    if not 1 <= request.per_page <= limit:
        raise ValueError(f"per_page is {request.per_page}; it must be from 1 to {limit}")
    if request.page < 1 or request.page * request.per_page > settings.depth_limit:
        deepest = settings.depth_limit // request.per_page
        raise ValueError(f"page is {request.page}; with {request.per_page} a page it must be from 1 to {deepest}")
    if request.sort not in schema.sorts:
        raise ValueError(f"sort is {request.sort!r}; it must be one of: {', '.join(schema.sorts)}")
    for name in request.facets:
        if name not in schema.facets:
            raise ValueError(f"facet is {name!r}; it must be one of: {', '.join(schema.facets)}")
    restricted(None, request, schema)
