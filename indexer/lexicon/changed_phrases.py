"""The phrases of a lexicon with what has changed since it was written; see `changed`."""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.delta import Delta, text_hash
from indexer.lexicon.saving import Learned
from indexer.lexicon.store import Numbers, Phrases
from indexer.lexicon.strings import StringPool
from indexer.vietnamese import fold

LEAST = 2
"""A phrase that occurs less often is not kept, unless it is a title."""


class ChangedPhrases:
    """What a delta changes of phrases that are in a file so often on their `own` and so often as `titles`."""

    def __init__(self, delta: Delta, own: NDArray[Any], titles: NDArray[Any]) -> None:
        self._delta = delta
        self._own, self._titles = own, titles
        known = delta.known
        self._counts = np.maximum(own[known].astype(np.int64) + delta.known_counts, 0)
        self._title_counts = np.maximum(titles[known].astype(np.int64) + delta.known_titles, 0)
        self._shown = _shown(self._counts, self._title_counts)

    @functools.cached_property
    def _new(self) -> list[tuple[str, str, int, int]]:
        """The phrases that are not in the file, in order: key, phrase, how often it occurs, place in the file."""
        shown = _shown(self._delta.phrase_counts, self._delta.phrase_titles)
        kept = np.flatnonzero(shown).tolist()
        phrases = self._delta.phrases() if kept else []
        folded = functools.cache(fold)
        places = self._delta.phrase_places
        return sorted(
            (" ".join(map(folded, phrases[at].split(" "))), phrases[at], int(shown[at]), int(places[at])) for at in kept
        )

    @property
    def more(self) -> int:
        """How many more phrases there are than in the file."""
        return len(self._new) - int(np.count_nonzero(self._shown == 0))

    def among(self, stored: Phrases, places: range, prefix: str) -> Phrases:
        """The phrases that begin so: those of the file, which are at `places`, as they are now, and new ones."""
        new, known = self._new, self._delta.known
        low, high = known.searchsorted([places.start, places.stop]).tolist()
        start = bisect_left(new, prefix, key=lambda each: each[0])
        stop = bisect_right(new, prefix, start, key=lambda each: each[0][: len(prefix)])
        if low == high and start == stop:
            return stored
        counts = stored.counts.copy()
        counts[known[low:high] - places.start] = self._shown[low:high]
        left = np.flatnonzero(counts)
        # What is new has negative numbers: -1 is the first.
        numbers = np.arange(-start - 1, -stop - 1, -1, dtype=np.int64)
        at = np.searchsorted(left, np.array([each[3] for each in new[start:stop]], np.int64) - places.start)
        order = np.insert(left, at, numbers)

        def phrase(place: int) -> str:
            number = int(order[place])
            return new[-number - 1][1] if number < 0 else stored.at(number)

        return Phrases(np.insert(counts[left], at, [each[2] for each in new[start:stop]]), phrase)

    def count(self, phrase: str, place: int | None, stored: int | None) -> int | None:
        """How often a phrase occurs that is `stored` so often at a place of the file; None where it is not kept."""
        if place is not None:
            at = self._at(place)
            return stored if at is None else int(self._shown[at]) or None
        at = bisect_left(self._new, (fold(phrase), phrase))
        found = self._new[at : at + 1]
        return found[0][2] if found and found[0][1] == phrase else None

    def held(self, phrase: str, place: int | None) -> tuple[int, int]:
        """How often a phrase at a place of the file (None: not in it) occurs, and as a title."""
        if place is not None:
            at = self._at(place)
            if at is None:
                return int(self._own[place]), int(self._titles[place])
            return int(self._counts[at]), int(self._title_counts[at])
        sought, of = text_hash(phrase), self._delta
        at = int(of.hashes.searchsorted(np.uint64(sought)))
        if at == len(of.hashes) or int(of.hashes[at]) != sought:
            return 0, 0
        return int(of.phrase_counts[at]), int(of.phrase_titles[at])

    def put_into(self, learned: Learned, phrases: StringPool) -> None:
        """Change what the file says, whose phrases these are, into what is now."""
        of = self._delta
        texts = [*map(phrases.__getitem__, of.known.tolist()), *of.phrases()]
        counts = [*self._counts.tolist(), *of.phrase_counts.tolist()]
        titles = [*self._title_counts.tolist(), *of.phrase_titles.tolist()]
        for phrase, count, title in zip(texts, counts, titles, strict=True):
            learned.phrases[phrase], learned.titles[phrase] = count, title
            if title <= 0:
                del learned.titles[phrase]
                if count < LEAST:
                    del learned.phrases[phrase]

    def _at(self, place: int) -> int | None:
        """Where among the changed ones the phrase at a place of the file is."""
        at = int(self._delta.known.searchsorted(place))
        return at if at < len(self._delta.known) and self._delta.known[at] == place else None


def _shown(counts: Numbers, titles: Numbers) -> Numbers:
    """How often phrases occur that were counted so often, and as titles; 0 where they are not kept."""
    return np.where((counts >= LEAST) | (titles > 0), np.maximum(counts, titles), 0)
