"""What reading queries costs those that were typed right: each query of a judged set that the reading changed.

Such a query is searched as it was read and, as `literal`, as it was typed. Queries without any diacritics are left out:
they are meant to be read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

from indexer.evaluation.judged import JudgedSet
from indexer.evaluation.run import ask
from indexer.indexing.changes import build
from indexer.indexing.report import Progress
from indexer.results import Interpretation, SearchRequest
from indexer.search.index import Index, open_index
from indexer.settings import Settings
from indexer.vietnamese import forms, has_diacritics

MEASURE = "nDCG@10"


@dataclass(frozen=True, slots=True)
class Reread:
    """A query that the reading changed: what it was read as, what was searched besides, and the measure of both ways.

    `difference` is the measure as read less that as typed: below 0 the reading did harm.
    """

    key: str
    text: str
    read: str
    expanded: tuple[str, ...]
    as_read: float
    as_typed: float

    @property
    def difference(self) -> float:
        return self.as_read - self.as_typed


@dataclass(frozen=True, slots=True)
class Harm:
    """The queries that the reading changed, the most harmed first.

    `queries` counts those looked at, `unmarked` those left out for want of diacritics.
    """

    queries: int
    unmarked: int
    changed: tuple[Reread, ...]

    @property
    def difference(self) -> float:
        """The mean difference over all queries looked at; 0 where there are none."""
        return sum(each.difference for each in self.changed) / self.queries if self.queries else 0.0


def evaluate_harm(
    judged: JudgedSet,
    settings: Settings,
    limit: int | None = None,
    on_build: Progress | None = None,
    on_query: Callable[[int, int], None] | None = None,
) -> Harm:
    """Index the corpus of a judged set in a temporary folder, and compare the first `limit` queries (None: all)."""
    with tempfile.TemporaryDirectory(prefix="timdoan-harm-") as folder:
        build([judged.corpus], folder, on_build, settings=settings)
        with open_index(folder, settings) as index:
            return harm(index, judged, limit, on_query)


def harm(
    index: Index, judged: JudgedSet, limit: int | None = None, on_query: Callable[[int, int], None] | None = None
) -> Harm:
    """Compare the first `limit` queries (None: all) of a judged set as read and as typed."""
    chosen = dict(islice(judged.queries.items(), limit))
    marked = {key: text for key, text in chosen.items() if any(map(has_diacritics, forms(text)))}
    read: dict[str, Interpretation] = {}
    for number, (key, text) in enumerate(marked.items(), 1):
        if found := index.search(SearchRequest(text, per_page=1)).interpretation:
            read[key] = found
        if on_query:
            on_query(number, len(marked))
    changed: list[Reread] = []
    if read:
        asked = replace(judged, queries={key: marked[key] for key in read})
        as_read, as_typed = ask(index, asked), ask(index, asked, literal=True)
        changed = [
            Reread(
                key,
                marked[key],
                each.repaired,
                tuple(one.meaning for one in each.expanded),
                as_read.per_query[key][MEASURE],
                as_typed.per_query[key][MEASURE],
            )
            for key, each in read.items()
        ]
    ranked = sorted(changed, key=lambda each: (each.difference, each.key))
    return Harm(len(marked), len(chosen) - len(marked), tuple(ranked))
