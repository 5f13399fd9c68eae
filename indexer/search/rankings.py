"""Ranking the same queries under one set of weights after another, in one open generation.

Learning weights (`indexer.evaluation.tuning`) asks each query hundreds of times. What the weights do not change is
kept: a query is read once, planned again only for other weights of its trees, the engine asked again only where these
or its scoring differ; the stages after the engine are run each time. Rankings are those of `Index.rank`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields
from typing import Generic, TypeVar

from indexer.engine.base import Engine, EnginePage, EngineRequest, Searcher
from indexer.engine.scoring import Scoring
from indexer.lexicon import Lexicon
from indexer.query.plan import Plan, PlanInputs, plan_inputs, plan_of
from indexer.query.reading import QueryReader
from indexer.query.weighing import CapitalWeights
from indexer.results import SearchRequest
from indexer.search.checks import check_request
from indexer.search.finding import Finder
from indexer.search.parsed import parsed_for
from indexer.search.stages import StageMaker
from indexer.settings import Settings

PLANNED = ("weight_words", "weight_bigrams", "weight_unmarked", "weight_title", "capitals", "weight_synonyms")
"""The weights that the trees of a query are made by."""
SCORED = tuple(each.name for each in fields(Scoring))
"""The weights that an engine counts by."""

_MOST_KEPT = 2_000
"""Queries read, plans, and pages of the engine, that are kept: some 50 kB for each query."""

Values = tuple[float, ...]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Kept(Generic[K, V]):
    """What was made under the latest weights, at most so many; under others all of it is made again."""

    def __init__(self) -> None:
        self._values: Values = ()
        self._made: dict[K, V] = {}

    def get(self, values: Values, key: K, make: Callable[[], V]) -> V:
        if values != self._values:
            self._values, self._made = values, {}
        made = self._made.get(key)
        if made is None:
            made = make()
            if len(self._made) < _MOST_KEPT:
                self._made[key] = made
        return made


class Rankings:
    """Ranks by one engine under any weights. Not to be shared between threads."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        lexicon: Lexicon | None,
        reader: QueryReader | None,
        stages: Mapping[str, StageMaker],
    ) -> None:
        self._engine, self._settings, self._lexicon, self._stages = engine, settings, lexicon, stages
        self._reader = reader
        self._inputs = _Kept[SearchRequest, PlanInputs]()
        self._plans = _Kept[SearchRequest, Plan]()
        self._pages = _Kept[EngineRequest, EnginePage]()

    @property
    def unused(self) -> tuple[str, ...]:
        """The weights that change nothing here."""
        return () if self._reader and self._reader.has_synonyms else ("weight_synonyms",)

    def under(self, weights: Mapping[str, float]) -> Callable[[SearchRequest], tuple[tuple[str, int], ...]]:
        """What ranks requests, as `Index.rank` of an index opened with these weights in its settings."""
        settings = self._settings.changed(weights)
        read = (settings.weight_synonyms,)
        planned = tuple(getattr(settings, name) for name in PLANNED)
        reader = self._reader and self._reader.weighing_synonyms(settings.weight_synonyms)
        capitals = CapitalWeights(self._lexicon, settings.capitals)
        engine = _Remembering(self._engine, self._pages, (*planned, *(getattr(settings, name) for name in SCORED)))
        finder = Finder(engine, settings, [make(settings) for make in self._stages.values()])

        def inputs(request: SearchRequest) -> PlanInputs:
            check_request(request, settings)
            parsed = parsed_for(self._engine, settings, request.text)
            return plan_inputs(parsed, request, self._engine, settings, None if request.literal else reader)

        def plan(request: SearchRequest) -> Plan:
            known = self._inputs.get(read, request, lambda: inputs(request))
            return plan_of(known, request, settings, capitals)

        def rank(request: SearchRequest) -> tuple[tuple[str, int], ...]:
            return finder.find(self._plans.get(planned, request, lambda: plan(request)), request).names

        return rank


class _Remembering:
    """A `Searcher` that keeps its answers."""

    def __init__(self, engine: Searcher, pages: _Kept[EngineRequest, EnginePage], values: Values) -> None:
        self._engine, self._pages, self._values = engine, pages, values

    @property
    def paragraphs(self) -> int:
        return self._engine.paragraphs

    def search(self, request: EngineRequest) -> EnginePage:
        return self._pages.get(self._values, request, lambda: self._engine.search(request))
