"""What a page takes: how often the engine is asked, a query is planned and its text is analysed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient

import indexer.passages.highlight
import indexer.query.words
import indexer.schema.metadata
import indexer.schema.text
import indexer.search.index
import indexer.search.plans
from indexer import vietnamese
from indexer.engine.whoosh.engine import WhooshEngine
from indexer.vietnamese import Analysis

pytestmark = pytest.mark.files


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each of some functions was called."""
    counter: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def counting(*arguments: Any, **named: Any) -> Any:
            counter[name] += 1
            return real(*arguments, **named)

        monkeypatch.setattr(owner, name, counting)

    count(WhooshEngine, "search")
    count(indexer.search.index, "plan")
    # What another test asked before is planned again.
    monkeypatch.setattr(indexer.search.plans, "LONGEST", -1)
    return counter


@pytest.mark.parametrize(
    ("query", "searches"),
    [
        # The found set, and as it is small, what is nearest; the units of several syllables are counted once for all.
        ("q=cờ thi đua", 3),
        ('q="thi đua" hội nghị -bưởi', 3),
        ("q=cờ thi đua&sort=date&page=2", 1),
        # Of one word, what is nearest is not asked for. The kinds are counted without that restriction.
        ("q=hội nghị&kind=body", 2),
        ("q=hội nghị&kind=body&source=Báo Mẫu&after=2020", 4),
        ("q=cờ thi đua&sort=date&after=2023-12-01&before=2024-01-01", 3),  # and each day
    ],
)
def test_a_results_page_plans_once_and_asks_the_engine_once(
    client: FlaskClient, calls: Counter[str], query: str, searches: int
) -> None:
    assert client.get(f"/search?{query}").status_code == 200
    assert calls == {"search": searches, "plan": 1}


@pytest.mark.parametrize(
    ("query", "searches"),
    # The last is found nowhere in the article: what is nearest is asked for.
    [("co thi dua", 3), ('"cờ thi đua"', 3), ('trao "cờ thi đua"', 3), ('trao "thi đua cờ"', 4)],
)
def test_an_article_page_plans_its_query_once_and_asks_for_its_passages_related_ones_and_its_day(
    client: FlaskClient, calls: Counter[str], query: str, searches: int
) -> None:
    response = client.get("/articles/thoi-su/hoi-nghi", query_string={"q": query})
    assert response.status_code == 200
    # What is of its day has no words, and is planned besides.
    assert calls == {"plan": 2, "search": searches}


@pytest.mark.parametrize(
    ("query", "analysed"),
    [
        ("hội nghị tổng kết", ["hội nghị tổng kết"]),
        # Its units by themselves, then what it is ranked by: all of it without quotes.
        ('hội nghị "thi đua" tổng kết', ["hội nghị", "tổng kết", "hội nghị thi đua tổng kết"]),
        # What has digits may be spelled otherwise in quotes too.
        ('hội nghị "168/2024" họp', ["hội nghị", "168/2024", "họp", "hội nghị 168/2024 họp"]),
        # What was typed, and what was meant.
        ("hoi nghi tong ket", ["hoi nghi tong ket", "hội nghị tổng kết"]),
    ],
)
def test_a_run_of_plain_words_is_analysed_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, query: str, analysed: list[str]
) -> None:
    texts: list[str] = []

    def analyze(text: str) -> Analysis:
        texts.append(text)
        return vietnamese.analyze(text)

    for module in (indexer.query.words, indexer.passages.highlight, indexer.schema.metadata, indexer.schema.text):
        monkeypatch.setattr(module, "analyze", analyze)
    assert client.get("/search", query_string={"q": query}).status_code == 200
    assert [text for text in texts if len(text) < 40] == analysed
