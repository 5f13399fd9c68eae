"""The lists of terms of one segment, as the compiled loops want them, remembered from query to query.

The arrays of a frequent term are used where they lie in the file; what is remembered of it is little.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from indexer.engine.scoring import Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.finder import TermFinder
from indexer.engine.whoosh.statistics import Name, Place, Statistics
from indexer.schema import Field

BYTES_OF_LISTS = 32 << 20
"""For what is remembered of terms, of all segments together, under one scoring. Once used up, all is forgotten."""

BYTES_OF_TERM = 1000
"""What a term takes beside its arrays, about."""

ListName = tuple[Field, str, Field]
"""A field, a form, and the field whose norms score its paragraphs: for bigrams, the syllables'."""


class TermList(NamedTuple):
    """The list of a term in a segment: row (see `kernel.posting_lists`), postings, highest tf / (tf + norm), factor.

    `factor` is idf * (k1 + 1) in UNITs; for a term with the norms of another field the caller computes it. `kept` owns
    the memory, other than the file, whose addresses the row has.
    """

    row: Array
    postings: int
    highest: float
    factor: float
    kept: Array


class TermLists:
    """Looks up the terms of segment number `i` under one scoring. Safe to share between threads."""

    def __init__(self, statistics: Statistics, i: int, scoring: Scoring, finder: TermFinder) -> None:
        self._statistics, self._i, self._scoring, self._finder = statistics, i, scoring, finder
        # The norm of a length is a + b * length.
        ends = np.array([[statistics.norm(field, scoring, length) for length in (0.0, 1.0)] for field in Field])
        self._norms = finder.field_norms(np.column_stack([ends[:, 0], ends[:, 1] - ends[:, 0]]))
        share = statistics.segments[i].entry.live / max(statistics.paragraphs, 1)
        self._bytes_left = self._most_bytes = int(BYTES_OF_LISTS * share)
        self._lists: dict[ListName, TermList | None] = {}

    def of(self, names: Sequence[ListName], others: Sequence[Name] = ()) -> dict[ListName, TermList | None]:
        """The lists of some terms, None where the segment lacks one; what is not remembered is looked up together.

        So are, if any of them is not, `others` whose idf will be asked for.
        """
        lists = self._lists
        missing = [name for name in dict.fromkeys(names) if name not in lists]
        if not missing:
            return lists
        found, needed = self._look_up(missing, others)
        # Another thread may look up others meanwhile: then a few bytes are counted wrong, which the next time to
        # forget puts right. What it is reading is not cleared.
        if needed > self._bytes_left:
            found |= {name: lists[name] for name in names if name in lists}
            self._lists, self._bytes_left = found, self._most_bytes
            return found
        self._bytes_left -= needed
        lists |= found
        return lists

    def factor(self, field: Field, forms: Sequence[str]) -> float:
        """The sum of the idf of some forms, times k1 + 1, in UNITs."""
        known, paragraphs = self._statistics.look_up([(field, form) for form in forms]), self._statistics.paragraphs
        idf = sum([self._scoring.idf(frequency, paragraphs) for _, frequency in known])
        return idf * (self._scoring.k1 + 1) * kernel.UNIT

    def _look_up(
        self, names: Sequence[ListName], others: Sequence[Name]
    ) -> tuple[dict[ListName, TermList | None], int]:
        """The lists of some terms, and the bytes that they take."""
        known = self._statistics.look_up([*[(field, form) for field, form, _ in names], *others])
        found: dict[ListName, TermList | None] = {}
        there: dict[ListName, Place] = {}
        factors = []
        scoring, paragraphs = self._scoring, self._statistics.paragraphs
        for name, (in_segments, frequency) in zip(names, known, strict=False):
            found[name] = None
            place = in_segments[self._i]
            if place is not None:
                there[name] = place
                own = name[2] is name[0]
                factors.append(scoring.idf(frequency, paragraphs) * (scoring.k1 + 1) * kernel.UNIT if own else 0.0)
        needed = BYTES_OF_TERM * len(names)
        if not there:
            return found, needed
        rows, highest, kept = self._finder.describe(list(there), list(there.values()), self._norms)
        for (name, place), row, best, factor in zip(there.items(), rows, highest, factors, strict=True):
            found[name] = TermList(row, place.frequency, best, factor, kept)
        return found, needed + kept.nbytes
