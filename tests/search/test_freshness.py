"""What is both new and relevant: what each hit loses by its age, by value."""

from __future__ import annotations

import datetime

import pytest

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import FRESH, Document, EnginePage, EngineRequest
from indexer.engine.query import Term
from indexer.schema import Field, paragraph_fields
from indexer.search.freshness import Freshness
from indexer.search.ranking import RankedHit
from indexer.vietnamese import analyze
from tests.contract.reference import ReferenceEngine

NEWEST = datetime.date(2024, 3, 1)
QUERY = Term(Field.SYLLABLES, "hồ")


class CountingEngine(ReferenceEngine):
    """Counts how often the newest article is asked for."""

    asked = 0

    def search(self, request: EngineRequest) -> EnginePage:
        self.asked += request.sort == "date"
        return super().search(request)


def engine_of(*days: datetime.date | None) -> CountingEngine:
    """An article of each day, all with the same text, and the newest one with another."""
    documents = []
    for number, (day, text) in enumerate([(NEWEST, "Rừng xanh."), *((day, "Hồ rộng.") for day in days)]):
        info = ArticleInfo.of(f"bai-{number}", date=day)
        documents.append(Document(info, Paragraph(0, Kind.BODY, text), paragraph_fields(analyze(text), ())))
    return CountingEngine(tuple(documents))


def test_the_score_halves_with_each_half_life_before_the_newest_article() -> None:
    days = [NEWEST, NEWEST - datetime.timedelta(days=10), NEWEST - datetime.timedelta(days=20), None]
    engine = engine_of(*days)
    request = EngineRequest(QUERY, sort=FRESH, half_life=10.0)
    freshness = Freshness(engine, 10.0)
    page = engine.search(request)
    scores = [hit.score for hit in page.hits]
    assert len(set(scores)) == 1
    for _ in range(2):
        aged = freshness.aged(page, request)
        assert [hit.info.date for hit in aged.hits] == days
        parts = [hit.parts["freshness"] for hit in aged.hits if isinstance(hit, RankedHit)]
        assert parts == pytest.approx([each * scores[0] for each in (0.0, -0.5, -0.75, -1.0)])
        assert [hit.score for hit in aged.hits] == pytest.approx([each * scores[0] for each in (1.0, 0.5, 0.25, 0.0)])
        assert (aged.total, aged.articles) == (page.total, page.articles)
    # The day of the newest article is asked for once.
    assert engine.asked == 1


def test_in_another_order_and_without_hits_nothing_changes() -> None:
    engine = engine_of(NEWEST)
    freshness = Freshness(engine, 10.0)
    page = engine.search(EngineRequest(QUERY))
    assert freshness.aged(page, EngineRequest(QUERY)) is page
    nothing = EnginePage(hits=(), total=0, articles=0)
    assert freshness.aged(nothing, EngineRequest(QUERY, sort=FRESH)) is nothing
    assert engine.asked == 0


def test_where_no_article_has_a_date_all_come_to_nothing() -> None:
    info = ArticleInfo.of("a")
    engine = ReferenceEngine((Document(info, Paragraph(0, Kind.BODY, "Hồ."), paragraph_fields(analyze("Hồ."), ())),))
    request = EngineRequest(QUERY, sort=FRESH)
    (hit,) = Freshness(engine, 10.0).aged(engine.search(request), request).hits
    assert hit.score == 0.0
