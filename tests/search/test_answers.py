"""What an index promises of each answer besides its order: who is told of it, its limits, its time, its highlights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from indexer import Index, Results, SearchRequest, Settings, build, open_index, warm
from indexer.engine.base import EnginePage, EngineRequest
from indexer.search import index as module
from tests.samples import write_articles

PLAIN = SearchRequest("bưởi")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    build([write_articles(folder / "articles.jsonl")], folder / "index")
    return folder / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[Index]:
    with open_index(folder) as opened:
        yield opened


def test_the_observer_is_told_of_what_was_asked(folder: Path) -> None:
    told: list[Results] = []
    with open_index(folder, observer=told.append) as index:
        answer = index.search(PLAIN)
        index.search(PLAIN, observed=False)
        index.rank(PLAIN)
        index.highlight("bưởi", ["bưởi"])
    assert told == [answer]


def test_bare_pairs_are_refused_outside_the_limits_too(index: Index) -> None:
    assert len(index.rank(PLAIN)) == 3
    with pytest.raises(ValueError, match="per_page is 0"):
        index.rank(replace(PLAIN, per_page=0))


Answering = Callable[[EngineRequest], EnginePage]


def late(search: Answering) -> Answering:
    return lambda request: replace(search(request), degraded=True)


def test_each_part_that_was_late_makes_the_answer_late(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = index._engine
    request = replace(PLAIN, facets=("source",), filters={"source": ["tin mau"]})
    assert not index.search(request).degraded
    many, one = engine.search_many, engine.search
    with monkeypatch.context() as patched:
        patched.setattr(engine, "search", late(one))
        assert index.search(PLAIN).degraded
    with monkeypatch.context() as patched:
        patched.setattr(
            engine, "search_many", lambda requests: [replace(page, degraded=True) for page in many(requests)]
        )
        results = index.search(request)
        assert results.degraded and results.warnings[-1].code == "out_of_time"
        # Nothing but the facets is asked for so.
        assert not index.search(PLAIN).degraded


def test_what_was_not_counted_in_time_is_not_said_to_stand_nowhere(
    folder: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = SearchRequest('"cờ thi đua" "hai tập thể"')
    whole = index.search(request)
    assert [unit.count > 0 for unit in whole.units] == [True, True] and not whole.degraded
    fresh = open_index(folder)
    many = fresh._engine.search_many

    def out_of_time(requests: Sequence[EngineRequest]) -> list[EnginePage]:
        return [replace(page, total=0, total_exact=False) for page in many(requests)]

    monkeypatch.setattr(fresh._engine, "search_many", out_of_time)
    with fresh:
        late = fresh.search(request)
    assert [(unit.count, unit.exact) for unit in late.units] == [(0, False)] * 2
    assert late.degraded and [warning.code for warning in late.warnings] == ["out_of_time"]


def test_the_time_is_shared_by_the_facets_that_are_counted_apart(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[EngineRequest] = []
    many = index._engine.search_many

    def observed(requests: Sequence[EngineRequest]) -> list[EnginePage]:
        asked.extend(requests)
        return many(requests)

    monkeypatch.setattr(index._engine, "search_many", observed)
    filters = {"source": ["tin mau"], "kind": ["body", "lead"]}
    request = replace(PLAIN, facets=("source", "kind", "author"), facet_values=7, filters=filters)
    found = index.search(request, 40.0)
    assert {name: len(counts.values) for name, counts in found.facets.items()} == {"source": 1, "kind": 3, "author": 0}
    assert [(each.facets, each.facet_values) for each in asked] == [(("source",), 7), (("kind",), 7)]
    assert all(each.seconds is not None and 10.0 < each.seconds <= 20.0 for each in asked)


def test_an_answer_is_late_where_what_was_found_is_though_what_is_near_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "Bưởi chín vàng ở làng quê. " * 2_500
    records = [*({"id": f"a{at}", "text": f"Số {at}. {long}"} for at in range(2)), {"id": "b", "text": "Bưởi xanh."}]
    build(records, tmp_path)
    with open_index(tmp_path) as index:
        monkeypatch.setattr("indexer.passages.batches.time", SimpleNamespace(perf_counter=lambda: float("inf")))
        results = index.search(SearchRequest("bưởi làng"))
    assert (results.total, results.partial, results.degraded) == (2, 1, True)
    assert [bool(passage.highlights) for passage in results.passages] == [True, False, True]


def test_the_highlights_of_an_article_are_those_of_what_was_found_in_it(index: Index) -> None:
    article = index.article("buoi-phuc-trach")
    assert article is not None
    texts = [paragraph.text for paragraph in article.paragraphs]

    def shown(query: str) -> tuple[list[int], list[list[str]]]:
        found = index.matches_in(article, SearchRequest(query))
        spans = zip(texts, found.highlights, strict=True)
        return sorted(found.positions), [[text[slice(*span)] for span in each] for text, each in spans]

    assert shown("bưởi") == ([0, 1, 2], [["bưởi"], ["bưởi"], ["bưởi"]])
    assert shown("thu hoạch bưởi") == ([1], [["bưởi"], ["thu hoạch bưởi"], ["bưởi"]])
    # Found elsewhere, or nowhere: what is near is shown.
    assert not index.matches_in(article, SearchRequest("bưởi hội nghị")).found
    assert shown("bưởi hội nghị")[0] == [0, 1, 2]
    assert shown("bưởi hội nghị")[1] == [["bưởi"], ["bưởi"], ["bưởi"]]
    for query in ("", "kind:body", "date:2024"):
        assert shown(query) == ([], [[], [], []])


@pytest.mark.parametrize(
    "query",
    ["bưởi", "thu hoạch bưởi", "bưởi hội nghị", "bưởi zzz", '"hội nghị" zzz', "Hội nghị nào bàn về mùa bưởi năm nay?"],
)
def test_an_article_has_as_many_matches_as_its_results_say(index: Index, query: str) -> None:
    request = SearchRequest(query, group="article", near_duplicates="show")
    results = index.search(request)
    assert results.groups
    for group in results.groups:
        article = index.article(group.article.id)
        assert article is not None
        matches = index.matches_in(article, request)
        assert len(matches.positions) == group.matched, group.article.id
        assert matches.found or group.passages[0].missing
        assert {passage.paragraph.position for passage in group.passages} <= matches.positions


def test_a_score_of_exactly_one_is_explained(folder: Path) -> None:
    with open_index(folder, Settings(rerank=0)) as index:
        passages = index.search(SearchRequest("bưở*", explain=True)).passages
    assert {passage.score for passage in passages} == {1.0}
    assert [[part.kind for part in passage.explanation or ()] for passage in passages] == [["prefix"]] * 3


def test_eight_queries_are_proposed_and_three_titles_unless_others_are_asked_for(tmp_path: Path) -> None:
    names = ("An", "Ba", "Cả", "Du", "Én", "Gia", "Hà", "Lê", "Mai", "Nga", "Oanh")
    titles = [f"Làng Vân {name}" for name in names]
    records = [{"id": title, "title": title, "text": f"Về {title}. Ở {title}."} for title in titles]
    build(records, tmp_path)
    with open_index(tmp_path) as index:
        assert [len(index.suggest("làng vân ")), len(index.suggest("làng vân ", 10))] == [8, 10]
        assert [len(index.direct_hits("làng vân ")), len(index.direct_hits("làng vân ", 10))] == [3, 10]


def test_warming_loads_the_engine_of_the_settings_and_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(module, "import_engine", done.append)

    def load(*, loads_only: bool) -> bool:
        done.append("only loads" if loads_only else "compiles")
        return not loads_only

    monkeypatch.setattr(module.loops, "warm", load)
    assert warm()
    assert not warm(Settings(engine="opensearch"), loads_only=True)
    assert done == ["whoosh", "compiles", "opensearch", "only loads"]
