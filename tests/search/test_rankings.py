"""Rankings under changing weights are those of an index opened with them, in whatever order the weights come."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, Settings, build, open_index, warm
from indexer.engine.base import EnginePage, EngineRequest
from indexer.engine.whoosh.engine import WhooshEngine
from indexer.evaluation.coordinate_ascent import CANDIDATES
from indexer.evaluation.run import Rank
from indexer.lexicon.synonyms import FILE
from indexer.query import plan as planning
from indexer.search.rankings import PLANNED, SCORED, Rankings
from indexer.storage.tuned_weights import TUNABLE
from tests.conftest import ROOT

CORPUS = ROOT / "corpus"
QUERIES = [
    "cờ thi đua xuất sắc",
    "chức năng nhiệm vụ của bộ đội biên phòng",
    "ngày thành lập bộ đội biên phòng",
    "bien phong tinh ha tinh",
    "buoi phuc trach",
    "trái cây",
    "UBND tỉnh",
    '"hồ Kẻ Gỗ"',
    "sông nào dài nhất",
    "nguời dân",
    "nguồn:nhật báo mẫu sông lam người dân",
]
REQUESTS = [SearchRequest(text, group="article" if at % 2 else "none") for at, text in enumerate(QUERIES)]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warm()
    folder = tmp_path_factory.mktemp("rankings")
    build([CORPUS / "corpus.jsonl", CORPUS / "newspaper.jsonl"], folder)
    (folder / FILE).write_text("trái cây, bưởi\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def index(directory: Path) -> Iterator[Index]:
    with open_index(directory) as opened:
        yield opened


@pytest.fixture(scope="module")
def rankings(index: Index) -> Rankings:
    return index.rankings()


def found(rank: Rank, requests: list[SearchRequest] = REQUESTS) -> list[object]:
    return [rank(request) for request in requests]


@pytest.mark.parametrize("name", random.Random(2).sample(TUNABLE, len(TUNABLE)))
def test_rankings_are_those_of_an_index_opened_with_the_weights(
    name: str, directory: Path, index: Index, rankings: Rankings
) -> None:
    for value in (min(CANDIDATES[name]), max(CANDIDATES[name])):
        with open_index(directory, Settings().changed({name: value})) as other:
            assert found(rankings.under({name: value})) == found(other.rank)
    assert found(rankings.under({})) == found(index.rank)


@pytest.mark.parametrize("name", [*PLANNED, *SCORED])
def test_a_weight_far_from_its_default_ranks_otherwise(name: str, index: Index, rankings: Rankings) -> None:
    """Else the test above could not tell what was kept from what was made."""
    limits = next(each.metadata for each in dataclasses.fields(Settings) if each.name == name)
    assert found(rankings.under({name: limits["low"]})) != found(rankings.under({name: limits["high"]}))
    assert found(rankings.under({})) == found(index.rank)


def test_what_the_weights_do_not_change_is_made_once(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    whole_search, whole_plan = WhooshEngine.search, planning.plan_of

    def search(engine: WhooshEngine, request: EngineRequest) -> EnginePage:
        made.append("page")
        return whole_search(engine, request)

    monkeypatch.setattr(WhooshEngine, "search", search)
    monkeypatch.setattr("indexer.search.rankings.plan_of", lambda *known: made.append("plan") or whole_plan(*known))
    rankings = index.rankings()
    asked: dict[str, list[str]] = {}
    for name in ("defaults", "weight_sentence", "k1", "weight_title"):
        made.clear()
        found(rankings.under({} if name == "defaults" else {name: min(CANDIDATES[name])}), REQUESTS[:1])
        asked[name] = list(made)
    pages = asked["defaults"][1:]
    assert pages == ["page"] * len(pages) != []
    assert asked == {
        "defaults": ["plan", *pages],
        "weight_sentence": [],
        "k1": pages,
        "weight_title": ["plan", *pages],
    }


def test_without_synonyms_their_weight_is_idle(tmp_path: Path, index: Index) -> None:
    assert index.rankings().unused == ()
    build([{"id": "a", "text": "Bưởi chín."}], tmp_path)
    with open_index(tmp_path) as without:
        assert without.rankings().unused == ("weight_synonyms",)
