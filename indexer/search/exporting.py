"""The whole found set, streamed: memory holds one page of it, whatever its size.

A generation never changes, so that its pages fit together; what is given is exactly what a search counts (`total`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from indexer.articles.model import ArticleInfo
from indexer.engine.base import Engine, EnginePage, EngineRequest, Hit
from indexer.engine.query import Everything, Exclude, Node, Range
from indexer.query.filters import restricted
from indexer.query.plan import Plan
from indexer.results import QueryWarning, SearchRequest
from indexer.search.finding import engine_request
from indexer.settings import Settings

SORTS = ("relevance", "date")
"""The orders of an export: by the score of the engine, or the newest article first."""

_AT_ONCE = 1_000

Turn = Callable[[], AbstractContextManager[object]]
"""What is entered for each page, as a server does that bounds how many search at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """A found set: how many passages it has, of how many articles, and all of them, to be taken once, in order.

    `warnings` are those of the query; `generation` is that of the index, which must stay open while passages are taken.
    """

    total: int
    articles: int
    generation: str
    warnings: tuple[QueryWarning, ...]
    passages: Iterator[Hit]


def found_set(
    engine: Engine, planned: Plan, request: SearchRequest, settings: Settings, generation: str, turn: Turn = nullcontext
) -> Found:
    """What a request finds; its pages are not looked at. Raises `ValueError` for an order that is none of `SORTS`."""
    if request.sort not in SORTS:
        raise ValueError(f"sort is {request.sort!r}; it must be one of: {', '.join(SORTS)}")
    warnings = tuple(planned.warnings)
    if planned.node is None:
        return Found(0, 0, generation, warnings, iter(()))
    page = replace(request, page=1, per_page=_AT_ONCE, group="none", facets=())
    asked = engine_request(planned.node, page, settings, scores=bool(planned.targets))
    with turn():
        first = engine.search(asked)
    return Found(first.total, first.articles, generation, warnings, _all(engine, asked, first, turn))


def listed(engine: Engine, request: SearchRequest, settings: Settings, undated: bool = False) -> Iterator[ArticleInfo]:
    """The articles within the restrictions of a request, newest first, those without a date last, or these alone.

    Raises `ValueError` for a field that there is not, and for a value that it cannot have.
    """
    node: Node = restricted(Everything(), request, settings.schema) or Everything()
    if undated:
        node = Exclude(node, Range("date"))
    asked = EngineRequest(node, limit=_AT_ONCE, per_article=1, sort="date")
    return (hit.info for hit in _all(engine, asked, engine.search(asked), nullcontext))


def _all(engine: Engine, asked: EngineRequest, page: EnginePage, turn: Turn) -> Iterator[Hit]:
    offset = 0
    while True:
        yield from page.hits
        offset += len(page.hits)
        if len(page.hits) < asked.limit:
            return
        with turn():
            page = engine.search(replace(asked, offset=offset))
