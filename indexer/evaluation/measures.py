"""The measures of a run, computed by ir-measures (MacAvaney et al. 2022) over trec_eval.

nDCG with linear gain (Järvelin and Kekäläinen 2002, as trec_eval has it), reciprocal rank of the first relevant
document, recall, and success (a relevant document within the first ten), each a mean over all judged queries: a query
that found nothing counts 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

MEASURES = {
    "nDCG@10": nDCG @ 10,
    "MRR@10": RR @ 10,
    "Recall@10": R @ 10,
    "Recall@100": R @ 100,
    "success@10": Success @ 10,
}
"""By the name shown; all lie between 0 and 1."""

DEPTH = 100
"""How many documents of each query a run must hold for these measures."""


PerQuery = dict[str, dict[str, float]]
"""Query id -> measure -> value."""


def measure_each(judgements: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]) -> PerQuery:
    """Every measure of each query of `rankings` (document ids, best first)."""
    judged = {query: dict(judgements[query]) for query in rankings}
    # trec_eval sorts by score and breaks ties by id: ranks as scores keep our own order.
    run = {query: {name: float(-rank) for rank, name in enumerate(names)} for query, names in rankings.items()}
    values = {query: dict.fromkeys(MEASURES, 0.0) for query in rankings}
    names = {measure: name for name, measure in MEASURES.items()}
    for value in ir_measures.iter_calc(list(MEASURES.values()), judged, run):
        values[value.query_id][names[value.measure]] = value.value
    return values


def mean(values: PerQuery) -> dict[str, float]:
    """The mean of every measure over all queries."""
    return {name: sum(each[name] for each in values.values()) / len(values) for name in MEASURES}


def measure(judgements: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """The mean of every measure over the queries of `rankings` (document ids, best first)."""
    return mean(measure_each(judgements, rankings))
