"""The numbers that scores are made of, over all segments of an index and without its deleted paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from indexer.engine.scoring import Scoring
from indexer.engine.whoosh.arrays import Array, decode, encode
from indexer.engine.whoosh.merge import live_frequencies
from indexer.engine.whoosh.segment import Segment
from indexer.schema import Field

CACHED_TERMS = 50_000
"""Terms whose places and frequencies are remembered; past that all are forgotten, which costs each a search."""

TERMS_AT_A_TIME = 4096


Name = tuple[Field, str]
"""A field and a form."""


class Place(NamedTuple):
    """A term in a segment: its number, where its record begins and ends, and how many paragraphs hold it."""

    term: int
    start: int
    end: int
    frequency: int


class Known(NamedTuple):
    """A term in each segment, and how many paragraphs that are not deleted hold it."""

    places: tuple[Place | None, ...]
    frequency: int


class Statistics:
    """Counts of one committed state; what has been looked up is remembered. Safe to share between threads."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = segments
        self.paragraphs = sum(segment.entry.live for segment in segments)
        """N of the formula."""
        self.tokens = {field: sum(segment.tokens(field) for segment in segments) for field in Field}
        self._known: dict[Name, Known] = {}
        self._sortable: dict[str, list[Array]] = {}
        self._norms: dict[tuple[int, Field, float, float], Array] = {}
        self.find: Callable[[int, Sequence[Name]], Sequence[Place | None]] = self._find
        """Looks up some terms in segment number i; the fast path puts a compiled one here."""
        self.count_live: Callable[[int, Sequence[Name], Sequence[Place]], Sequence[int]] = self._count_live
        """Counts the paragraphs of segment number i, which has deleted ones, that hold each of some terms; likewise."""

    def look_up(self, names: Sequence[Name]) -> list[Known]:
        """Some terms; what is not remembered is looked up together."""
        known = self._known
        try:
            return [known[name] for name in names]
        except KeyError:
            missing = [name for name in dict.fromkeys(names) if name not in known]
        if len(known) + len(missing) > CACHED_TERMS:
            # Another thread may be reading what is remembered, so it is not cleared.
            known, missing = {}, list(dict.fromkeys(names))
            self._known = known
        in_segments = [self.find(i, missing) for i in range(len(self.segments))]
        frequencies = [self._frequencies(i, missing, places) for i, places in enumerate(in_segments)]
        for i, name in enumerate(missing):
            places = tuple([found[i] for found in in_segments])
            known[name] = Known(places, sum([own[i] for own in frequencies]))
        return [known[name] for name in names]

    def document_frequencies(self, names: Sequence[Name]) -> list[int]:
        """How many paragraphs hold each of some terms; what is not remembered is looked up together."""
        return [known.frequency for known in self.look_up(names)]

    def places(self, field: Field, form: str) -> tuple[Place | None, ...]:
        """For each segment where the term `form` is, or None."""
        return self.look_up([(field, form)])[0].places

    def document_frequency(self, field: Field, form: str) -> int:
        """How many paragraphs hold `form` in `field`."""
        return self.look_up([(field, form)])[0].frequency

    def _find(self, i: int, names: Sequence[Name]) -> list[Place | None]:
        found: list[Place | None] = []
        for field, form in names:
            postings = self.segments[i].postings[field]
            term = postings.find(form)
            found.append(None if term is None else Place(term, *postings.bounds(term), postings.frequency_of(term)))
        return found

    def _frequencies(self, i: int, names: Sequence[Name], places: Sequence[Place | None]) -> list[int]:
        """How many paragraphs of segment `i` that are not deleted hold each of some terms."""
        if self.segments[i].live is None:
            return [0 if place is None else place.frequency for place in places]
        there = [(name, place) for name, place in zip(names, places, strict=True) if place is not None]
        counted = iter(self.count_live(i, *zip(*there, strict=True)) if there else ())
        return [0 if place is None else next(counted) for place in places]

    def _count_live(self, i: int, names: Sequence[Name], places: Sequence[Place]) -> list[int]:
        postings, live = self.segments[i].postings, self.segments[i].live
        assert live is not None  # Else there is nothing to count.
        ids = (postings[name[0]].record_of(place.term).ids for name, place in zip(names, places, strict=True))
        return [int(np.count_nonzero(live[each])) for each in ids]

    def idf(self, field: Field, form: str, scoring: Scoring) -> float:
        """idf(df)^idf_power of the formula."""
        return scoring.idf(self.document_frequency(field, form), self.paragraphs)

    def norms(self, i: int, field: Field, scoring: Scoring) -> Array:
        """k1 * (1 - b + b * length / average) for each paragraph of segment `i` (f8); remembered."""
        key = i, field, scoring.k1, scoring.b
        norms = self._norms.get(key)
        if norms is None:
            norms = self.norm(field, scoring, self.segments[i].postings[field].lengths.astype(np.float64))
            if len(self._norms) >= 4 * len(Field) * len(self.segments):
                self._norms.clear()
            self._norms[key] = norms
        return norms

    def norm(self, field: Field, scoring: Scoring, length: Any) -> Any:
        """The same of a length, or of an array of them."""
        # A field without any token has no postings, so what its average is does not matter.
        average = self.tokens[field] / self.paragraphs if self.tokens[field] else 1.0
        return scoring.k1 * (1 - scoring.b + scoring.b * length / average)

    def sortable(self, name: str) -> list[Array]:
        """For each segment, per article what it is ordered by under the metadata field `name` (f8; nan: no value).

        Numbers and days by themselves; keywords by their keys, then as written. Remembered.
        """
        known = self._sortable.get(name)
        if known is None:
            columns = [segment.stored.values.get(name) for segment in self.segments]
            written = [[] if c is None else list(zip(c.keys(), c.countable().values, strict=False)) for c in columns]
            rank = {value: place for place, value in enumerate(sorted(set().union(*written)))}
            known = self._sortable[name] = [
                np.full(segment.stored.article_count, np.nan)
                if column is None or column.ends is not None
                else column.sortable(np.array([rank[value] for value in own]) if own else None)
                for segment, column, own in zip(self.segments, columns, written, strict=True)
            ]
        return known

    def count_terms(self, field: Field) -> int:
        """How many distinct terms the largest segment has: all of them after a build, most of them after a change.

        To count those that only others have takes a look at each term of each, far longer than to add an article.
        """
        return max((len(segment.postings[field].terms) for segment in self.segments), default=0)

    def expand(self, field: Field, prefix: str, most: int) -> list[tuple[str, int]]:
        """(form, document frequency) of the `most` most frequent terms that begin with `prefix`, ties by form."""
        totals: dict[bytes, int] = {}
        for segment in self.segments:
            postings = segment.postings[field]
            terms = postings.terms.with_prefix(encode(prefix))
            frequencies = live_frequencies(postings, segment.live, terms)
            if len(self.segments) == 1 and len(terms) > most > 0:
                # Only those at least as frequent as the last that counts.
                least = np.partition(frequencies, len(terms) - most)[len(terms) - most]
                chosen = np.flatnonzero(frequencies >= least)
            else:
                chosen = np.arange(len(terms))
            for i in chosen.tolist():
                form = postings.terms[terms.start + i]
                totals[form] = totals.get(form, 0) + int(frequencies[i])
        found = [form for form in totals if totals[form]]
        found.sort(key=lambda form: (-totals[form], form))
        return [(decode(form), totals[form]) for form in found[: max(most, 0)]]
