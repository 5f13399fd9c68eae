"""Plans that are kept: the same words are planned once, and anew whenever anything that a plan depends on changes."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer import Index, SearchRequest, build, open_index
from indexer.query.parse import Parsed
from indexer.query.plan import Plan
from indexer.search import index as searching
from indexer.search import plans
from indexer.search.plans import LONGEST, MOST
from tests.samples import ARTICLES, write_articles

ASKED = SearchRequest("hội nghị")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    build([write_articles(tmp_path / "articles.jsonl", ARTICLES)], tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        yield opened


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were planned."""
    texts: list[str] = []
    plan = searching.plan

    def noting(parsed: Parsed, request: SearchRequest, *rest: Any) -> Plan:
        texts.append(request.text)
        return plan(parsed, request, *rest)

    monkeypatch.setattr(searching, "plan", noting)
    return texts


@pytest.mark.parametrize(
    "again",
    [
        ASKED,
        SearchRequest(ASKED.text, page=2),
        SearchRequest(ASKED.text, sort="date", group="article", facets=("source",)),
        SearchRequest(ASKED.text, explain=True, near_duplicates="show"),
    ],
)
def test_the_same_words_are_planned_once(index: Index, planned: list[str], again: SearchRequest) -> None:
    fresh = index.search(again)
    planned.clear()
    assert index.search(ASKED).total == fresh.total
    found = index.search(again)
    assert planned == []
    assert (found.total, found.passages, found.groups) == (fresh.total, fresh.passages, fresh.groups)


@pytest.mark.parametrize(
    "other",
    [
        SearchRequest("hội nghị quốc phòng"),
        SearchRequest(ASKED.text, literal=True),
        SearchRequest(ASKED.text, filters={"kind": ["body"]}),
        SearchRequest(ASKED.text, after=datetime.date(2023, 1, 1)),
        SearchRequest(ASKED.text, before=datetime.date(2023, 1, 1)),
    ],
)
def test_other_words_or_restrictions_are_planned_anew(
    index: Index, planned: list[str], tmp_path: Path, other: SearchRequest
) -> None:
    index.search(ASKED)
    found = index.search(other)
    assert planned == [ASKED.text, other.text]
    with open_index(tmp_path / "index") as fresh:
        assert found.passages == fresh.search(other).passages


def test_the_next_day_is_another(index: Index, planned: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    index.search(ASKED)
    monkeypatch.setattr(plans, "today", lambda: datetime.date(2030, 1, 1))
    index.search(ASKED)
    assert len(planned) == 2


def test_synonyms_that_change_are_read(index: Index, planned: list[str], tmp_path: Path) -> None:
    before = index.search(SearchRequest("tàu bay"))
    (tmp_path / "index" / "synonyms.txt").write_text("tàu bay, hội nghị\n", "utf-8")
    after = index.search(SearchRequest("tàu bay"))
    assert len(planned) == 2
    assert after.total > before.total


def test_few_plans_are_kept_and_none_of_long_texts(index: Index, planned: list[str]) -> None:
    for number in range(MOST + 1):
        index.search(SearchRequest(f"hội nghị {number}"))
    planned.clear()
    index.search(SearchRequest(f"hội nghị {MOST}"))
    index.search(SearchRequest("hội nghị 0"))
    assert planned == ["hội nghị 0"]
    planned.clear()
    long = "hội nghị " * (LONGEST // 8)
    index.search(SearchRequest(long))
    index.search(SearchRequest(long))
    assert planned == [long, long]


def test_many_threads_may_ask(index: Index) -> None:
    totals = set[int]()

    def ask() -> None:
        for number in range(40):
            index.search(SearchRequest(f"hội {number}"))
            totals.add(index.search(ASKED).total)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(totals) == 1
