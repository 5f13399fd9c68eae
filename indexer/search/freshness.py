"""The order that puts what is both new and relevant first: a score halves with each half-life of its article's date.

    score * 2^(-age / half_life)

The age is counted in days from the newest article of the index, so that an answer depends on nothing but the index. An
article without a date comes after all that have one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace

from indexer.engine.base import FRESH, EnginePage, EngineRequest, Hit, Searcher
from indexer.engine.query import Everything
from indexer.search.ranking import RankedHit


class Freshness:
    """Tells what hits lose by their age. Safe to share between threads."""

    def __init__(self, engine: Searcher, half_life: float) -> None:
        self._engine, self._half_life = engine, half_life
        self._newest: datetime.date | None = None

    def aged(self, page: EnginePage, request: EngineRequest) -> EnginePage:
        """The page of an engine with the part "freshness", which is negative, where that is the order."""
        if request.sort != FRESH or not page.hits:
            return page
        return replace(page, hits=tuple(self._aged(page.hits)))

    def _aged(self, hits: Iterable[Hit]) -> Iterable[Hit]:
        newest = self._newest or self._asked()
        for hit in hits:
            day = hit.info.first("date")
            share = 0.0
            if newest is not None and isinstance(day, datetime.date):
                share = 2.0 ** -((newest - day).days / self._half_life)
            ranked = RankedHit(hit.info, hit.paragraph, hit.score, hit.counted, hit.matches)
            yield ranked.plus(freshness=hit.score * (share - 1))

    def _asked(self) -> datetime.date | None:
        """The date of the newest article."""
        hits = self._engine.search(EngineRequest(Everything(), limit=1, sort="date")).hits
        day = hits[0].info.first("date") if hits else None
        self._newest = day if isinstance(day, datetime.date) else None
        return self._newest
