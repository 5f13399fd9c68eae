"""Explanation of a passage's score: the parts of the query's leaves and of each ranking stage.

The parts add up to the score shown. How a leaf is scored is documented in `indexer.engine.base`, the rest by the stages
(`indexer.search.stages`).
"""

from __future__ import annotations

from collections.abc import Mapping

from indexer.engine.base import Engine, EngineRequest, Explained, Hit
from indexer.engine.query import Prefix, Term
from indexer.results import ScorePart
from indexer.search.ranking import RankedHit


def explanation(
    engine: Engine, request: EngineRequest, hit: Hit, weights: Mapping[str, float], seconds: float | None = None
) -> tuple[ScorePart, ...] | None:
    """The parts of a hit's score: the leaves in the order of the query, then what stages added.

    `weights` has the weight of each part that a stage may add. None where it takes longer than `seconds`.
    """
    leaves = engine.explain(request.query, hit.info.id, hit.paragraph.position, request.scoring, seconds)
    if leaves is None:
        return None
    added = hit.parts if isinstance(hit, RankedHit) else {}
    leaves = tuple([each for each in leaves if each.leaf.weight])  # The others only decide what is found.
    return (*map(_of_leaf, leaves), *(ScorePart(name, weights[name], score) for name, score in added.items()))


def _of_leaf(found: Explained) -> ScorePart:
    leaf = found.leaf
    kind = "term" if isinstance(leaf, Term) else "prefix" if isinstance(leaf, Prefix) else "phrase"
    form = leaf.form if isinstance(leaf, Term | Prefix) else " ".join(leaf.forms)
    return ScorePart(
        kind, leaf.weight, found.score, leaf.field.value, form, found.frequency, tuple(found.document_frequencies)
    )
