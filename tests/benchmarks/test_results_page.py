"""The benchmark of results pages asks for the same in each form, and answers from memory only where it says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.results_page import FORMS, address, measured
from indexer import Settings, build
from indexer.search.index import Index
from tests.samples import write_articles
from tests.webapp.archive import CONFERENCE, POMELO

QUERIES = ("bưởi", "hội nghị", "thi đua", "quân y", "chợ", "con đường làng")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    build([write_articles(tmp_path / "articles.jsonl", (CONFERENCE, POMELO))], tmp_path / "index")
    return Settings(index=tmp_path / "index", answer_bytes=0)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests that were searched."""
    asked: list[Any] = []
    search = Index.search

    def noted(self: Index, request: Any, *arguments: Any, **named: Any) -> Any:
        asked.append(request)
        return search(self, request, *arguments, **named)

    monkeypatch.setattr(Index, "search", noted)
    return asked


def test_each_query_is_asked_in_every_form_and_each_form_is_first_in_turn(
    settings: Settings, searches: list[Any]
) -> None:
    times = measured(settings, QUERIES)
    assert {form: len(each) for form, each in times.items()} == dict.fromkeys(FORMS, len(QUERIES))
    assert [each.text for each in searches] == [query for query in QUERIES for _ in FORMS]
    page, alike, plain = searches[:3]
    assert searches[3].facets == page.facets and searches[3].group == "article"
    assert searches[5].facets == page.facets and searches[3].facet_values != page.facet_values
    assert (page.group, page.facets) == (alike.group, alike.facets)
    assert (plain.group, plain.facets) == ("none", ())


def test_asked_again_a_query_is_searched_once(settings: Settings, searches: list[Any]) -> None:
    measured(settings.changed({"answer_bytes": 8_000_000}), QUERIES, again=True)
    assert len(searches) == len(QUERIES) * len(FORMS)


def test_an_answer_that_is_an_error_is_no_measurement(settings: Settings) -> None:
    with pytest.raises(RuntimeError, match="503"):
        measured(settings.changed({"index": settings.index / "none"}), QUERIES[:1])
    assert "%20" not in address("page", "a b", settings)
