"""Weights tuned on the judged queries of one collection, and their cross-validated gain.

The queries are split into folds by their ids. What is learned from all folds but one (`coordinate_ascent.ascend`) is
measured on that one; over all folds that is the cross-validated measure. The weights put in force are learned from all
queries. They gain as much on new queries only as far as these are like the judged ones.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.engine.backend import Capabilities
from indexer.errors import TuningRefused
from indexer.evaluation.comparison import randomisation_test
from indexer.evaluation.coordinate_ascent import CANDIDATES, MEASURE, Scores, Values, ascend, defaults, part_of
from indexer.evaluation.judged import JudgedSet
from indexer.evaluation.measures import measure_each
from indexer.evaluation.run import passages_are_judged, ranking
from indexer.search.index import open_index
from indexer.search.rankings import SCORED
from indexer.settings import Settings
from indexer.storage.registry import open_backend
from indexer.storage.tuned_weights import Tuned

LEAST_QUERIES = 50
"""The fewest judged queries: with so many, a gain of three points is significant."""
FOLDS = 5
ROUNDS = 2
MOST_CHANCE = 0.05
"""The p-value below which a gain is significant."""
_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Run:
    """All queries asked once: which time it was, the weights that were not the defaults, and the mean nDCG@10."""

    number: int
    weights: Mapping[str, float]
    mean: float


def tune(
    judged: JudgedSet, directory: Path, settings: Settings, on_run: Callable[[Run], None] = lambda _: None
) -> Tuned:
    """Learn weights for the index in `directory`; nothing is written.

    Queries count that have a relevant document in the index. `on_run` is called with every run.
    Raises `TuningRefused` where fewer than `LEAST_QUERIES` do, and where the lexicon is damaged.
    """
    with open_index(directory, settings, tuned=False) as index:
        articles = {info.id for info in index.articles()}
        judged = _answerable(judged, articles)
        if len(judged.queries) < LEAST_QUERIES:
            raise TuningRefused(
                f"{len(judged.queries)} judged queries have a relevant document here; it takes {LEAST_QUERIES}",
                "Judge more queries on the articles of this index.",
            )
        index.forget_damaged_lexicon()
        if not index.has_lexicon:
            raise TuningRefused("the lexicon of this index cannot be read", "Find the reason: indexer check")
        passages = passages_are_judged(judged, articles)
        rankings = index.rankings()
        runs = itertools.count(1)

        def asked(values: Values) -> Mapping[str, float]:
            rank = rankings.under(values)
            found = {query: ranking(rank, text, passages, depth=_DEPTH) for query, text in judged.queries.items()}
            measured = {query: each[MEASURE] for query, each in measure_each(judged.judgements, found).items()}
            on_run(Run(next(runs), _changed(values), sum(measured.values()) / len(measured)))
            return measured

        tried = candidates(open_backend(directory, settings).capabilities, rankings.unused)
        return learn(Scores(asked), list(judged.queries), tried)


def candidates(capabilities: Capabilities, unused: Sequence[str] = ()) -> Mapping[str, tuple[float, ...]]:
    """The values to try of each weight that an engine lets requests change, but those that are `unused`."""
    fixed = (*unused, *(() if capabilities.scoring else SCORED))
    return {name: values for name, values in CANDIDATES.items() if name not in fixed}


def learn(scores: Scores, queries: list[str], tried: Mapping[str, tuple[float, ...]] = CANDIDATES) -> Tuned:
    """The weights learned from `queries` of the values `tried`, and the cross-validated gain on held-out queries."""
    start = defaults()
    folds = [[query for query in queries if part_of(query, FOLDS) == fold] for fold in range(FOLDS)]
    before: list[float] = []
    after: list[float] = []
    for held_out in filter(None, folds):
        known = [query for query in queries if query not in set(held_out)]
        values = ascend(scores, known, start, tried, ROUNDS).values
        before += [scores.of(start)[query] for query in held_out]
        after += [scores.of(values)[query] for query in held_out]
    values = ascend(scores, queries, start, tried, ROUNDS).values
    return Tuned(
        values=_changed(values),
        queries=len(queries),
        before=round(sum(before) / len(before), 4),
        after=round(sum(after) / len(after), 4),
        p=round(randomisation_test(before, after), 4),
        date=str(datetime.date.today()),
    )


def _changed(values: Values) -> dict[str, float]:
    """Those that are not the defaults."""
    start = defaults()
    return {name: value for name, value in values.items() if value != start[name]}


def worth_it(tuned: Tuned) -> bool:
    """Whether held-out queries gain significantly."""
    return bool(tuned.values) and tuned.after > tuned.before and tuned.p < MOST_CHANCE


def _answerable(judged: JudgedSet, articles: Container[str]) -> JudgedSet:
    relevant = {
        query: any(
            grade > 0 and (name in articles or name.rpartition("#")[0] in articles) for name, grade in grades.items()
        )
        for query, grades in judged.judgements.items()
    }
    return replace(judged, queries={key: text for key, text in judged.queries.items() if relevant[key]})
