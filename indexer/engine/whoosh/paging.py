"""One page from all matches of an index: sorting, grouping by article, and facets."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np

from indexer.engine.base import FRESH, EngineRequest, FacetCounts, ordering
from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.evaluate import Matches
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.statistics import Statistics
from indexer.engine.whoosh.values import ABSENT, Countable, sizes_of

Facets: TypeAlias = dict[str, FacetCounts]


class Page(NamedTuple):
    """What is shown: (segment, paragraph, score) of each hit; the rest as in `indexer.engine.base.EnginePage`.

    `counted` says of each hit whether it is counted; empty: all are.
    """

    hits: list[tuple[int, int, float]]
    total: int
    articles: int
    matched: dict[str, int]
    facets: Facets
    exact: bool = True
    counted: Sequence[bool] = ()
    besides: int = 0
    articles_besides: int = 0
    matched_besides: Mapping[str, int] = MappingProxyType({})


def locate(segments: Sequence[Segment], numbers: Sequence[int]) -> list[tuple[int, int]]:
    """(segment, paragraph) of paragraph numbers that count through all segments."""
    # The numbers are few: this is quicker than numpy.
    bases = [0, *accumulate([segment.entry.paragraphs for segment in segments])]
    return [(i := bisect_right(bases, number) - 1, number - bases[i]) for number in numbers]


class FacetCounter:
    """Counts the values of facets, segment by segment; of each at most `most`."""

    def __init__(self, names: Sequence[str], most: int) -> None:
        self.names, self._most = tuple(names), most
        # By facet and key, how often each writing of the value stands.
        self._counts: dict[str, dict[str, dict[str, int]]] = {name: {} for name in names}
        self._without = dict.fromkeys(names, 0)

    def add(self, name: str, values: Sequence[str], keys: Sequence[str], counts: Array) -> None:
        """Add how many paragraphs have each of `values`; those of one key are counted together."""
        known = self._counts[name]
        places = np.flatnonzero(counts)
        for i, count in zip(places.tolist(), counts[places].tolist(), strict=True):
            writings = known.setdefault(keys[i], {})
            writings[values[i]] = writings.get(values[i], 0) + count

    def add_without(self, name: str, countable: Countable | None, by_article: Array) -> None:
        """Add the paragraphs without a value, of those counted `by_article`."""
        if countable is None:
            self._without[name] += int(by_article.sum())
        elif countable.ends is None:
            self._without[name] += int(by_article[countable.numbers == ABSENT].sum())
        else:
            self._without[name] += int(by_article[sizes_of(countable.ends) == 0].sum())

    def facets(self) -> Facets:
        """The counts of each facet."""
        return {name: self._told(name, list(known.values())) for name, known in self._counts.items()}

    def _told(self, name: str, counted: list[dict[str, int]]) -> FacetCounts:
        # The most frequent writing stands for all of a key.
        named = [
            (min(each, key=lambda value: (-each[value], value)), sum(each.values())) for each in counted
        ]  # used at once
        named.sort(key=lambda item: (-item[1], item[0]))
        rest = named[self._most :]
        rest_count = sum(count for _, count in rest)
        return FacetCounts(tuple(named[: self._most]), len(rest), rest_count, self._without[name])


class AllMatches:
    """The matches of every segment, or of the first ones, joined: `numbers` count the paragraphs of the whole index.

    `counted` are those that are counted in their place.
    """

    def __init__(
        self, statistics: Statistics, matches: Sequence[Matches], counted: Sequence[Matches] | None = None
    ) -> None:
        segments = statistics.segments
        self._statistics, self._segments, self._matches = statistics, segments, matches
        paragraphs = [segment.entry.paragraphs for segment in segments]
        bases = np.concatenate(([0], np.cumsum(paragraphs, dtype=np.int64)))
        articles = np.concatenate(([0], np.cumsum([s.stored.article_count for s in segments], dtype=np.int64)))
        none: list[Array] = [np.empty(0, np.int64)]
        self.numbers = np.concatenate(none + [m.ids + b for m, b in zip(matches, bases, strict=False)])
        self.scores = np.concatenate([np.empty(0), *(m.scores for m in matches)])
        owners = (s.article_of[m.ids] + b for s, m, b in zip(segments, matches, articles, strict=False))
        self.owners = np.concatenate([*none, *owners])
        """Per match, the number of its article in the whole index; it ascends."""
        # Not itself: its arrays would stay until Python looks for cycles.
        self._counted = None if counted is None else AllMatches(statistics, counted)

    def page(self, request: EngineRequest) -> Page:
        """The part of the answer that was asked for."""
        offset, limit = max(request.offset, 0), max(request.limit, 0)
        begins = np.flatnonzero(np.diff(self.owners, prepend=-1))
        matched: dict[str, int] = {}
        matched_besides: dict[str, int] = {}
        if request.per_article is None:
            order = self._best(self._keys(request), offset + limit)
            shown = order[offset:]
        else:
            shown, matched, matched_besides = self._grouped(request, begins, offset, limit)
        places = locate(self._segments, self.numbers[shown].tolist())
        hits = [(*place, score) for place, score in zip(places, self.scores[shown].tolist(), strict=True)]
        counted = self._counted or self
        page = Page(hits, len(counted.numbers), len(set(counted.owners.tolist())), matched, counted._facets(request))
        if counted is self:
            return page
        return page._replace(
            counted=np.isin(self.numbers[shown], counted.numbers).tolist(),
            besides=len(np.setdiff1d(self.numbers, counted.numbers)),
            articles_besides=len(np.setdiff1d(self.owners, counted.owners)),
            matched_besides=matched_besides,
        )

    def _facets(self, request: EngineRequest) -> Facets:
        facets = FacetCounter(request.facets, request.facet_values)
        for segment, matches in zip(self._segments, self._matches, strict=False):
            stored = segment.stored
            by_article = np.bincount(segment.article_of[matches.ids], minlength=stored.article_count)
            for name in facets.names:
                if name == "kind":
                    kinds = stored.kind_names
                    facets.add(name, kinds, kinds, np.bincount(stored.kinds[matches.ids], minlength=len(kinds)))
                    continue
                countable = stored.countable(name)
                facets.add_without(name, countable, by_article)
                if countable:
                    values, keys, numbers, ends = countable
                    sizes = numbers != ABSENT if ends is None else sizes_of(ends)
                    weights = np.repeat(by_article, sizes)
                    counts = np.bincount(numbers[numbers != ABSENT], weights, len(values))
                    facets.add(name, values, keys, counts.astype(np.int64))
        return facets.facets()

    def _grouped(
        self, request: EngineRequest, begins: Array, offset: int, limit: int
    ) -> tuple[list[int], dict[str, int], dict[str, int]]:
        ends = np.append(begins[1:], len(self.numbers))
        keys = self._keys(request)
        best = [np.maximum.reduceat(key, begins) if len(begins) else key for key in keys]
        shown: list[int] = []
        matched: dict[str, int] = {}
        besides: dict[str, int] = {}
        all_counted = self._counted or self
        for group in self._best(best, offset + limit)[offset:]:
            members = np.arange(begins[group], ends[group])
            within = self._best([key[members] for key in keys], max(request.per_article or 0, 0))
            shown.extend(members[within].tolist())
            [(i, number)] = locate(self._segments, [int(self.numbers[members[0]])])
            segment = self._segments[i]
            owner, name = self.owners[begins[group]], segment.stored.article_id(int(segment.article_of[number]))
            counted = all_counted.numbers[slice(*np.searchsorted(all_counted.owners, [owner, owner + 1]))]
            matched[name] = len(counted)
            besides[name] = len(np.setdiff1d(self.numbers[members], counted))
        return shown, matched, besides

    def _keys(self, request: EngineRequest) -> list[Array]:
        """What matches are ordered by, the first key first, larger before smaller."""
        if request.sort == FRESH:
            fresh = np.log2(np.maximum(self.scores, sys.float_info.min)) + self._values("date") / request.half_life
            return [np.where(np.isnan(fresh), -np.inf, fresh), self.scores]
        order = ordering(request.sort)
        if order is None:
            return [self.scores]
        name, falling = order
        values = self._values(name)
        # What has no value comes last, whichever way it goes.
        return [np.where(np.isnan(values), -np.inf, values if falling else -values), self.scores]

    def _values(self, name: str) -> Array:
        """What each match is ordered by under a metadata field (f8; nan: no value)."""
        tables = self._statistics.sortable(name)
        pieces = (t[s.article_of[m.ids]] for t, s, m in zip(tables, self._segments, self._matches, strict=False))
        return np.concatenate([np.empty(0), *pieces])

    @staticmethod
    def _best(keys: list[Array], count: int) -> list[int]:
        """The first `count` places by descending keys, ties by place."""
        size = len(keys[0])
        places = np.arange(size)
        if 0 < count < size // 4:
            # Only those not below the last that counts need sorting.
            least = np.partition(keys[0], size - count)[size - count]
            places = np.flatnonzero(keys[0] >= least)
        order = np.lexsort([places, *(-key[places] for key in reversed(keys))])
        return places[order[:count]].tolist()  # type: ignore[no-any-return]  # list[int] for an integer array
