"""What is ranked as a sum has the same hits and scores as the tree, by the reference engine."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings

from indexer.engine.base import Document
from indexer.engine.opensearch.shape import Sum, as_sum
from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Prefer, Range, Term
from indexer.engine.scoring import Scoring
from indexer.schema import Field
from tests.contract.corpora import Commit, histories, trees
from tests.contract.reference import ReferenceEngine
from tests.effort import tries

A, B, C = (Term(Field.SYLLABLES, form) for form in "abc")
SCORING = Scoring()


@hypothesis_settings(max_examples=tries(120))
@given(history=histories(), node=trees)
def test_a_sum_scores_as_its_tree(history: list[Commit], node: Node) -> None:
    total = as_sum(node)
    assume(total is not None)
    assert total is not None
    documents = tuple(document for commit in history for article in commit.add for document in article)
    engine = ReferenceEngine(documents)
    for document in documents:
        assert _score(engine, total, document) == _rounded(engine.score(node, document, SCORING))


def _score(engine: ReferenceEngine, total: Sum, document: Document) -> float | None:
    scores = [engine.score(each, document, SCORING) for each in total.summands]
    if all(score is None for score in scores):
        return None
    if total.condition is not None and engine.score(total.condition, document, SCORING) is None:
        return None
    return _rounded(sum(score for score in scores if score is not None))


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 9)


def test_the_tree_of_plain_words_is_one_sum() -> None:
    query = Prefer(Any((A, Any((B, C))), 2), Any((C, B)))
    assert as_sum(query) == Sum((A, B, C, C, B), query)
    assert as_sum(Any((A, B))) == Sum((A, B), None)
    assert as_sum(A) == Sum((A,), None)


def test_restrictions_lead_where_they_leave_little() -> None:
    source, kind, dates = Facet("source", "x"), Facet("kind", "body"), Range("date")
    for restriction, leads in ((source, True), (kind, False), (dates, True)):
        query = All((A, restriction))
        assert as_sum(query) == Sum((A,), query, leads)
    excluded = Exclude(All((A, source)), B)
    assert as_sum(excluded) == Sum((A,), excluded, True)
    assert as_sum(Exclude(A, B)) == Sum((A,), Exclude(A, B), False)


def test_what_only_restricts_or_demands_several_is_none() -> None:
    for query in (Everything(), Facet("kind", "body"), All((A, B)), All((Facet("kind", "body"),)), Any(())):
        assert as_sum(query) is None
