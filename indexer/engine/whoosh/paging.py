"""One page from all matches of an index: sorting, grouping by article, and facets."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, TypeAlias

import numpy as np

from indexer.engine.base import EngineRequest, Sort
from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.evaluate import Matches
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.stored import ABSENT

Facets: TypeAlias = dict[str, tuple[tuple[str, int], ...]]


class Page(NamedTuple):
    """What is shown: (segment, paragraph, score) of each hit; the rest as in `indexer.engine.base.EnginePage`."""

    hits: list[tuple[int, int, float]]
    total: int
    articles: int
    matched: dict[str, int]
    facets: Facets
    exact: bool = True


def locate(segments: Sequence[Segment], numbers: Sequence[int]) -> list[tuple[int, int]]:
    """(segment, paragraph) of paragraph numbers that count through all segments."""
    # The numbers are few: this is quicker than numpy.
    bases = [0, *accumulate([segment.entry.paragraphs for segment in segments])]
    return [(i := bisect_right(bases, number) - 1, number - bases[i]) for number in numbers]


class FacetCounter:
    """Counts the values of facets, segment by segment."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in names}

    def add(self, name: str, values: Sequence[str], counts: Array) -> None:
        """Add how many paragraphs have each of `values`."""
        self._counts[name].update({values[i]: int(counts[i]) for i in np.flatnonzero(counts).tolist()})

    def values(self) -> Facets:
        """(value as written, paragraphs) per facet, most frequent first, ties by value."""
        return {
            name: tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
            for name, counts in self._counts.items()
        }


class AllMatches:
    """The matches of every segment, or of the first ones, joined: `numbers` count the paragraphs of the whole index."""

    def __init__(self, segments: Sequence[Segment], matches: Sequence[Matches]) -> None:
        self._segments, self._matches = segments, matches
        paragraphs = [segment.entry.paragraphs for segment in segments]
        bases = np.concatenate(([0], np.cumsum(paragraphs, dtype=np.int64)))
        articles = np.concatenate(([0], np.cumsum([s.stored.article_count for s in segments], dtype=np.int64)))
        none: list[Array] = [np.empty(0, np.int64)]
        self.numbers = np.concatenate(none + [m.ids + b for m, b in zip(matches, bases, strict=False)])
        self.scores = np.concatenate([np.empty(0), *(m.scores for m in matches)])
        owners = (s.article_of[m.ids] + b for s, m, b in zip(segments, matches, articles, strict=False))
        self.owners = np.concatenate([*none, *owners])
        """Per match, the number of its article in the whole index; it ascends."""
        self._dates = [s.stored.dates[s.article_of[m.ids]] for s, m in zip(segments, matches, strict=False)]

    def page(self, request: EngineRequest) -> Page:
        """The part of the answer that was asked for."""
        offset, limit = max(request.offset, 0), max(request.limit, 0)
        begins = np.flatnonzero(np.diff(self.owners, prepend=-1))
        matched: dict[str, int] = {}
        if request.per_article is None:
            order = self._best(self._keys(request.sort), offset + limit)
            shown = order[offset:]
        else:
            shown, matched = self._grouped(request, begins, offset, limit)
        places = locate(self._segments, self.numbers[shown].tolist())
        hits = [(*place, score) for place, score in zip(places, self.scores[shown].tolist(), strict=True)]
        return Page(hits, len(self.numbers), len(begins), matched, self._facets(request.facets))

    def _facets(self, names: Sequence[str]) -> Facets:
        facets = FacetCounter(names)
        for segment, matches in zip(self._segments, self._matches, strict=False):
            for name in facets.names:
                column = segment.facet_column(name)[matches.ids]
                values = segment.stored.facet_values(name)
                facets.add(name, values, np.bincount(column[column != ABSENT].astype(np.int64), None, len(values)))
        return facets.values()

    def _grouped(
        self, request: EngineRequest, begins: Array, offset: int, limit: int
    ) -> tuple[list[int], dict[str, int]]:
        ends = np.append(begins[1:], len(self.numbers))
        keys = self._keys(request.sort)
        best = [np.maximum.reduceat(key, begins) if len(begins) else key for key in keys]
        shown: list[int] = []
        matched: dict[str, int] = {}
        for group in self._best(best, offset + limit)[offset:]:
            members = np.arange(begins[group], ends[group])
            within = self._best([key[members] for key in keys], max(request.per_article or 0, 0))
            shown.extend(members[within].tolist())
            [(i, number)] = locate(self._segments, [int(self.numbers[members[0]])])
            segment = self._segments[i]
            matched[segment.stored.article_id(int(segment.article_of[number]))] = len(members)
        return shown, matched

    def _keys(self, sort: Sort) -> list[Array]:
        """What matches are ordered by, the first key first, larger before smaller."""
        if sort == "relevance":
            return [self.scores]
        return [np.concatenate([np.empty(0, np.int32), *self._dates]).astype(np.int64), self.scores]

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
