"""A ranking stage of one's own: one class, given to `open_index` beside those there are. No product file changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from indexer import Passage, SearchRequest, Settings, build, open_index
from indexer.search.ranking import Question, RankedHit
from indexer.search.stages import STAGES
from tests.conftest import ROOT
from tests.samples import write_articles
from tests.search import conformance

ARTICLES = tuple(
    {"id": str(year), "title": "", "date": f"{year}-05-01", "text": "Mùa bưởi năm nay được giá."}
    for year in (2019, 2024, 2021)
)


class Freshness:
    """Of passages that are alike otherwise, the newer one first."""

    def __init__(self, settings: Settings) -> None:
        self.weights: Mapping[str, float] = {"fresh": 0.5}

    def applies(self, question: Question) -> bool:
        return question.seeks != "date"

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> Sequence[RankedHit]:
        newest = max((hit.info.date.year for hit in hits if hit.info.date), default=0)
        return [
            hit.plus(fresh=self.weights["fresh"] / (1 + newest - hit.info.date.year)) if hit.info.date else hit
            for hit in hits
        ]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    build([write_articles(tmp_path / "articles.jsonl", ARTICLES)], tmp_path / "index")
    yield tmp_path / "index"


def search(folder: Path, text: str, *, fresh: bool) -> tuple[Passage, ...]:
    sentences = {"sentences": STAGES["sentences"]}
    stages = {**sentences, "freshness": Freshness} if fresh else sentences
    with open_index(folder, stages=stages) as index:
        return index.search(SearchRequest(text, explain=True)).passages


def test_it_reorders_what_the_engine_found(folder: Path) -> None:
    before, after = search(folder, "mùa bưởi", fresh=False), search(folder, "mùa bưởi", fresh=True)
    assert [passage.article.id for passage in before] == ["2019", "2024", "2021"]
    assert [passage.article.id for passage in after] == ["2024", "2021", "2019"]
    assert [passage.score - before[0].score for passage in after] == pytest.approx([1 / 2, 1 / 8, 1 / 12])


def test_its_part_is_explained_beside_the_others(folder: Path) -> None:
    for passage in search(folder, "mùa bưởi", fresh=True):
        assert passage.explanation is not None
        *_, fresh = passage.explanation
        assert (fresh.kind, fresh.weight, fresh.field) == ("fresh", 0.5, "")
        assert sum(part.score for part in passage.explanation) == pytest.approx(passage.score, abs=1e-4)


def test_where_it_does_not_apply_the_others_do(folder: Path) -> None:
    (passage, *_) = search(folder, "mùa bưởi khi nào", fresh=True)
    assert [part.kind for part in passage.explanation or () if not part.field] == ["sentence", "first"]


def test_it_keeps_to_the_rules_of_stages(tmp_path: Path) -> None:
    build([ROOT / "corpus"], tmp_path / "index")
    conformance.check(tmp_path / "index", Freshness)
