"""The numbers of a generation that scores depend on: over all of its parts, what was deleted left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indexer.engine.opensearch.vocabulary import LETTER, Vocabulary, term
from indexer.engine.scoring import Scoring
from indexer.schema import Field

MOST_REMEMBERED = 1 << 16
"""Terms whose frequencies are remembered; when there are more, all are forgotten."""


class Statistics:
    """N, lengths and document frequencies; `removed` counts what was deleted from the parts."""

    def __init__(
        self, paragraphs: int, tokens: Mapping[Field, int], parts: Sequence[Vocabulary], removed: Sequence[Vocabulary]
    ) -> None:
        self.paragraphs, self.tokens = paragraphs, tokens
        # The largest comes first: `expand` looks the terms of the others up in it.
        self._parts = sorted(parts, key=len, reverse=True)
        self._removed = removed
        self._known: dict[tuple[Field, str], int] = {}

    def average(self, field: Field) -> float:
        """The mean length of a field, in tokens."""
        return self.tokens.get(field, 0) / self.paragraphs if self.paragraphs else 0.0

    def frequency(self, field: Field, form: str) -> int:
        """How many paragraphs hold a term."""
        known = self._known.get((field, form))
        if known is None:
            name = term(field, form)
            known = sum(part.frequency(name) for part in self._parts)
            if known:
                known -= sum(part.frequency(name) for part in self._removed)
            if len(self._known) >= MOST_REMEMBERED:
                self._known = {}
            self._known[field, form] = known
        return known

    def idf(self, field: Field, form: str, scoring: Scoring) -> float:
        """The idf(df)^idf_power of a term."""
        return scoring.idf(self.frequency(field, form), self.paragraphs)

    def expand(self, field: Field, prefix: str, most: int) -> list[tuple[str, int]]:
        """The most frequent terms that begin with `prefix`, ties by form."""
        if not self._parts or most < 1:
            return []
        base, begin = self._parts[0], term(field, prefix)
        places = base.beginning(begin)
        counts = base.counts[places.start : places.stop].astype(np.int64)
        others: dict[bytes, int] = {}
        signed = [*((part, 1) for part in self._parts[1:]), *((part, -1) for part in self._removed)]
        for part, sign in signed:
            for name, count in part.items(part.beginning(begin)):
                at = base.find(name)
                if at < len(base) and base[at] == name:
                    counts[at - places.start] += sign * count
                else:
                    others[name] = others.get(name, 0) + sign * count
        found = [(base[places.start + at], int(counts[at])) for at in _largest(counts, most)]
        found += [(name, count) for name, count in others.items() if count]
        found.sort(key=lambda item: (-item[1], item[0]))
        letter = len(LETTER[field])
        return [(name.decode("utf-8", "surrogatepass")[letter:], count) for name, count in found[:most]]


def _largest(counts: np.ndarray[tuple[int], np.dtype[np.int64]], most: int) -> list[int]:
    """The places of the `most` largest that are above 0, the first ones of those that are equal."""
    places = np.flatnonzero(counts)
    if len(places) > most:
        order = np.argsort(-counts[places], kind="stable")[:most]
        places = places[order]
    return places.tolist()
