"""Why a passage scored as it did: what each leaf of the query added, and what ranking anew did.

The parts add up to the score shown. How a leaf is scored is told in `indexer.engine.base`, the rest in
`indexer.search.rerank`.
"""

from __future__ import annotations

from typing import Literal

from indexer.engine.base import Engine, Explained, Hit
from indexer.engine.query import Prefix, Term
from indexer.results import ScorePart
from indexer.search.rerank import Answer
from indexer.settings import Settings


def explanation(
    engine: Engine, answer: Answer, hit: Hit, settings: Settings, seconds: float | None = None
) -> tuple[ScorePart, ...] | None:
    """The parts of a hit's score: the leaves in the order of the query, then its best sentence and its first match.

    None where that takes longer than `seconds`.
    """
    assert answer.question is not None
    name = hit.info.id, hit.paragraph.position
    question = answer.question
    leaves = engine.explain(question.query, *name, question.scoring, seconds)
    if leaves is None:
        return None
    parts = [_of_leaf(leaf) for leaf in leaves]
    if gained := answer.parts.get(name):
        parts.append(ScorePart("sentence", settings.weight_sentence, gained.sentence))
        parts.append(ScorePart("first", settings.weight_first, gained.first))
    return tuple(parts)


def _of_leaf(found: Explained) -> ScorePart:
    leaf = found.leaf
    kind: Literal["term", "phrase", "prefix"]
    kind = "term" if isinstance(leaf, Term) else "prefix" if isinstance(leaf, Prefix) else "phrase"
    form = leaf.form if isinstance(leaf, Term | Prefix) else " ".join(leaf.forms)
    return ScorePart(
        kind, leaf.weight, found.score, leaf.field.value, form, found.frequency, tuple(found.document_frequencies)
    )
