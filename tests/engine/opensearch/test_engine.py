"""What an engine makes of answers that are not whole, late or none; and how many requests a page takes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.backend import EngineStats
from indexer.engine.base import EngineRequest
from indexer.engine.opensearch import engine as engine_module
from indexer.engine.opensearch.engine import OpenSearchEngine
from indexer.engine.opensearch.manifest import Manifest, Part
from indexer.engine.opensearch.records import Encoder
from indexer.engine.opensearch.statistics import Statistics
from indexer.engine.opensearch.vocabulary import Vocabulary, term, write
from indexer.engine.query import Any as AnyOf
from indexer.engine.query import Prefer, Term
from indexer.engine.scoring import Scoring
from indexer.errors import EngineUnavailable
from indexer.schema import Field, Schema
from tests.engine.opensearch.node import Answer, failure, node

S = Field.SYLLABLES
A, B = Term(S, "a"), Term(S, "b")
BOTH = Prefer(A, B)
SHARDS = {"total": 3, "successful": 3, "failed": 0}


@pytest.fixture
def statistics(tmp_path: Path) -> Statistics:
    """Of ten paragraphs."""
    write(tmp_path / "part", [(term(S, "a"), 5), (term(S, "b"), 2)])
    return Statistics(10, {S: 30}, [Vocabulary(tmp_path / "part")], [])


def manifest(**changed: Any) -> Manifest:
    stats = EngineStats(2, 10, dict.fromkeys(Field, 0), dict.fromkeys(Field, 0), 0)
    part = Part("index-1", 0, 10, 10, "part")
    return Manifest("000001-00000000", "", "plugin", Schema(), stats, (part,), **changed)


def hit(article: str, position: int, score: float, seq: int, number: int) -> dict[str, Any]:
    """A hit as nodes give it."""
    encoder = Encoder(Schema(), lengths=False)
    source = encoder.document(ArticleInfo(article, ""), Paragraph(position, Kind.BODY, "a b"), {}, seq, number)
    return {"_source": source, "_score": score, "fields": {"seq": [seq], "number": [number]}}


def found(*hits: dict[str, Any], shards: dict[str, int] = SHARDS, **more: Any) -> dict[str, Any]:
    """An answer to one search."""
    aggregations = {"articles": {"value": 1}}
    whole = {"timed_out": False, "_shards": shards, "aggregations": aggregations}
    return {**whole, "hits": {"total": {"value": 4}, "hits": list(hits)}, **more}


def answering(asked: list[list[Any]], *responses: dict[str, Any]) -> Callable[[str, str, bytes], Answer]:
    """A node that gives these answers to the searches that come, and notes the bodies."""
    left = list(responses)

    def answer(method: str, path: str, body: bytes) -> Answer:
        bodies = [json.loads(line) for line in body.splitlines()][1::2]
        asked.append(bodies)
        return 200, {"responses": [left.pop(0) for _ in bodies]}

    return answer


@pytest.mark.parametrize(
    ("answer", "degraded"),
    [
        (found(), False),
        # A shard without a home counts as not successful, but not as failed.
        (found(shards={"total": 3, "successful": 2, "failed": 0}), True),
        (found(timed_out=True), True),
    ],
)
def test_an_answer_that_lacks_a_shard_is_degraded(
    statistics: Statistics, answer: dict[str, Any], degraded: bool
) -> None:
    with node(answering([], answer), opensearch_mode="exact") as connection:
        page = OpenSearchEngine(connection, manifest(), statistics).search(EngineRequest(A, limit=0))
    assert (page.degraded, page.total_exact, page.articles_exact) == (degraded, not degraded, not degraded)
    assert (page.total, page.articles) == (4, 1)


def test_counts_that_stopped_are_said_not_to_be_exact(statistics: Statistics) -> None:
    asked: list[list[Any]] = []
    with node(answering(asked, found(terminated_early=True), found())) as connection:
        page = OpenSearchEngine(connection, manifest(), statistics).search(EngineRequest(A))
    assert (page.degraded, page.total_exact, page.articles_exact) == (False, False, False)
    assert asked[0][0]["terminate_after"] == 10_000


def test_facets_are_counted_over_everything(statistics: Statistics) -> None:
    asked: list[list[Any]] = []
    kinds = {"buckets": [], "sum_other_doc_count": 0}
    counts = found(aggregations={"articles": {"value": 1}, "facet.kind": kinds})
    with node(answering(asked, counts)) as connection:
        OpenSearchEngine(connection, manifest(), statistics).search(EngineRequest(A, limit=0, facets=("kind",)))
    assert "terminate_after" not in asked[0][0]


def test_no_answer_in_time_is_an_empty_page(statistics: Statistics, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "GRACE", 0.05)
    released = threading.Event()

    def wait(*_: object) -> Answer:
        released.wait(60)
        return 200, {}

    with node(wait) as connection:
        engine = OpenSearchEngine(connection, manifest(), statistics)
        try:
            page = engine.search(EngineRequest(A, seconds=0.01))
            explanation = engine.explain(A, "a1", 0, Scoring(), seconds=0.01)
        finally:
            released.set()
    assert (page.hits, page.total, page.degraded, page.total_exact) == ((), 0, True, False)
    assert explanation is None


def test_several_questions_are_one_request(statistics: Statistics) -> None:
    asked: list[list[Any]] = []
    responses = [found(), found(hit("x", 0, 1.0, 0, 0)), found(), found()]
    with node(answering(asked, *responses)) as connection:
        engine = OpenSearchEngine(connection, manifest(), statistics)
        pages = engine.search_many([EngineRequest(BOTH), EngineRequest(A, limit=0), EngineRequest(A, sort="date")])
    assert [len(bodies) for bodies in asked] == [4]
    assert [len(page.hits) for page in pages] == [1, 0, 0]


def test_a_page_of_articles_takes_two(statistics: Statistics) -> None:
    asked: list[list[Any]] = []
    places = [hit("x", 0, 1.0, 3, 1), hit("y", 0, 2.0, 2, 0), hit("x", 1, 2.0, 4, 1)]
    inner = {"best": {"hits": {"total": {"value": 2}, "hits": [hit("y", 0, 2.0, 2, 0)]}}}
    with node(answering(asked, found(), found(*places), found({"inner_hits": inner}))) as connection:
        page = OpenSearchEngine(connection, manifest(), statistics).search(EngineRequest(BOTH, per_article=2, limit=1))
    assert [len(bodies) for bodies in asked] == [2, 1]
    # The best article, by score and then by place.
    assert asked[1][0]["query"]["bool"]["filter"] == [{"terms": {"number": [0]}}]
    assert ([each.info.id for each in page.hits], dict(page.matched), page.total) == (["y"], {"y": 2}, 4)


def test_equal_scores_of_a_rescore_stand_in_document_order(statistics: Statistics) -> None:
    hits = [hit("x", 1, 2.0, 9, 1), hit("y", 0, 3.0, 11, 2), hit("x", 0, 2.0, 8, 1)]
    with node(answering([], found(), found(*hits))) as connection:
        page = OpenSearchEngine(connection, manifest(), statistics).search(EngineRequest(BOTH))
    assert [(each.info.id, each.paragraph.position) for each in page.hits] == [("y", 0), ("x", 0), ("x", 1)]


def test_document_frequencies_take_no_request(statistics: Statistics) -> None:
    def refuse(*_: object) -> Answer:
        raise AssertionError("a request was made")

    with node(refuse) as connection:
        engine = OpenSearchEngine(connection, manifest(), statistics)
        assert engine.document_frequencies([(S, "a"), (S, "c")]) == [5, 0]
        assert engine.expand(S, "", 9) == [("a", 5), ("b", 2)]
        assert engine.search(EngineRequest(AnyOf((A, B)), seconds=0.0)).degraded


def test_what_was_deleted_is_left_out_of_every_search(statistics: Statistics) -> None:
    asked: list[list[Any]] = []
    with node(answering(asked, found(), found()), opensearch_mode="fast") as connection:
        OpenSearchEngine(connection, manifest(deleted=(3, 5)), statistics).search(EngineRequest(A))
    for body in asked[0]:
        assert body["query"]["bool"]["must_not"] == [{"terms": {"number": [3, 5]}}]


def test_a_search_that_failed_in_all_shards_is_unavailable(statistics: Statistics) -> None:
    failed = failure("search_phase_execution_exception", "all shards failed")
    with node(answering([], failed, failed)) as connection:
        engine = OpenSearchEngine(connection, manifest(), statistics)
        with pytest.raises(EngineUnavailable, match="all shards failed"):
            engine.search(EngineRequest(A))


def test_a_generation_that_is_gone_is_unavailable(statistics: Statistics) -> None:
    gone = failure("index_not_found_exception", "no such index [index-1]")
    with node(lambda *_: (404, gone)) as connection:
        engine = OpenSearchEngine(connection, manifest(), statistics)
        with pytest.raises(EngineUnavailable, match="no such index"):
            engine.search(EngineRequest(A))
