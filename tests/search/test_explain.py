"""What a score is made of: the parts add up to the score shown, in the library, in JSON and on the command line."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner

from indexer import to_json
from indexer.cli.main import main
from indexer.indexing.changes import build
from indexer.results import SearchRequest
from indexer.search.explain import explanation
from indexer.search.index import Index, open_index
from indexer.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build([ROOT / "corpus"], folder)
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[Index]:
    with open_index(folder, Settings()) as opened:
        yield opened


@pytest.mark.parametrize(
    "text",
    [
        "cờ thi đua",
        "co thi dua xuat sac",
        "LLVT tỉnh",
        '"thi đua" quoosc',
        "nguy* công",
        'title:"quốc phòng" -UBND',
        "26/12",
    ],
)
@pytest.mark.parametrize("group", ["none", "article"])
@pytest.mark.parametrize("sort", ["relevance", "fresh"])
def test_the_parts_add_up_to_the_score(index: Index, text: str, group: Literal["none", "article"], sort: str) -> None:
    results = index.search(SearchRequest(text, per_page=30, group=group, sort=sort, explain=True))
    assert results.passages
    for passage in results.passages:
        assert passage.explanation is not None
        assert sum(part.score for part in passage.explanation) == pytest.approx(passage.score, abs=1e-4)
        assert all(bool(part.field) == (part.kind in ("term", "phrase", "prefix")) for part in passage.explanation)


def test_freshness_halves_the_score_with_each_half_life_before_the_newest_article(index: Index) -> None:
    newest = index.search(SearchRequest("*", per_page=1)).passages[0].article.first("date")
    assert isinstance(newest, datetime.date)
    passages = index.search(SearchRequest("Hà Tĩnh", sort="fresh", explain=True)).passages
    ages = [newest - day for passage in passages if isinstance(day := passage.article.first("date"), datetime.date)]
    assert len(ages) == len(passages) > 1
    assert [passage.score for passage in passages] == sorted([passage.score for passage in passages], reverse=True)
    for passage, age in zip(passages, ages, strict=True):
        *relevance, freshness = passage.explanation or ()
        assert (freshness.kind, freshness.weight) == ("freshness", 30.0)
        assert passage.score == pytest.approx(sum(part.score for part in relevance) * 0.5 ** (age.days / 30))


def test_it_says_which_form_in_which_field(index: Index) -> None:
    (passage,) = index.search(SearchRequest("cờ thi đua", per_page=1, explain=True)).passages
    told = {(part.field, part.form): part for part in passage.explanation or ()}
    assert told["syllables", "cờ"].frequency == passage.paragraph.text.lower().split().count("cờ") > 0
    assert told["bigrams", "thi đua"].document_frequencies[0] > 0
    assert {part.kind for part in passage.explanation or ()} >= {"term", "sentence", "first"}


def test_nothing_is_told_unasked(index: Index) -> None:
    results = index.search(SearchRequest("cờ thi đua"))
    assert all(passage.explanation is None for passage in results.passages)
    assert "explanation" not in to_json(results)["results"][0]


def test_restrictions_alone_score_nothing_and_have_no_parts(index: Index) -> None:
    results = index.search(SearchRequest("kind:caption", explain=True))
    assert results.passages
    assert all(passage.explanation == () and passage.score == 0 for passage in results.passages)


def test_the_command_shows_it(folder: Path) -> None:
    command = ["search", "cờ thi đua", "--index", str(folder), "--limit", "1", "--explain"]
    shown = CliRunner().invoke(main, command)
    assert shown.exit_code == 0
    assert "syllables term 'cờ'" in shown.stdout
    assert "best sentence (weight " in shown.stdout
    (result,) = json.loads(CliRunner().invoke(main, [*command, "--format", "json"]).stdout)["results"]
    assert sum(part["score"] for part in result["explanation"]) == pytest.approx(result["score"], abs=1e-4)


def test_explaining_ends_with_the_time_of_the_search(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    late = 0.0

    def slow(*arguments: Any) -> Any:
        nonlocal late
        late += 60.0
        return explanation(*arguments)

    now = time.perf_counter
    monkeypatch.setattr("indexer.search.index.explanation", slow)
    monkeypatch.setattr(time, "perf_counter", lambda: now() + late)
    results = index.search(SearchRequest("cờ thi đua", explain=True))
    explained = [passage.explanation is not None for passage in results.passages]
    assert len(explained) > 5 and explained == [True] + [False] * (len(explained) - 1)
    assert results.degraded


def test_one_explanation_that_takes_longer_than_the_search_may_is_left_out(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explained(*arguments: Any) -> Any:
        *others, seconds = arguments
        assert 0 < seconds <= 5
        return explanation(*others, 0.0)

    monkeypatch.setattr("indexer.search.index.explanation", explained)
    results = index.search(SearchRequest("cờ thi đua", explain=True))
    assert {passage.explanation for passage in results.passages} == {None}
    assert results.degraded
