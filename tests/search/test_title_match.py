"""Titles that are just what the query names, and passages that cover more of a query: by value."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from indexer import Index, Passage, SearchRequest, Settings, build, open_index
from tests.samples import write_articles

ARTICLES = (
    {"id": "vinh", "title": "Vịnh Hạ Long", "text": "Diện tích của vịnh là 1.553 km²."},
    {"id": "tin", "title": "Tin vịnh Hạ Long hôm qua", "text": "Diện tích của vịnh là 1.553 km²."},
    {"id": "khong", "title": "", "text": "Diện tích của vịnh là 1.553 km²."},
    {"id": "hai", "title": "Hai nơi", "text": "Bão vào Hạ Long, sóng lớn."},
    {"id": "mot", "title": "Một nơi", "text": "Hạ Long, Hạ Long, Hạ Long đông khách."},
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("titles")
    build([write_articles(folder / "articles.jsonl", ARTICLES)], folder / "index")
    with open_index(folder / "index", Settings(weight_title_match=0.5, weight_coverage=0.4)) as opened:
        yield opened


def parts(passage: Passage) -> dict[str, float]:
    """The parts that stages added, and the score without these two."""
    found = {part.kind: part.score for part in passage.explanation or () if not part.field}
    added = {name: found[name] for name in ("coverage", "title") if name in found}
    return added | {"before": passage.score - sum(added.values())}


def passages(index: Index, query: str) -> dict[str, Passage]:
    found = index.search(SearchRequest(query, per_page=50, explain=True)).passages
    return {passage.article.id: passage for passage in found if passage.paragraph.kind != "title"}


@pytest.mark.parametrize("query", ["diện tích vịnh Hạ Long", "dien tich vinh ha long"])
def test_a_title_all_of_which_is_asked_adds_its_weight(index: Index, query: str) -> None:
    found = {name: parts(passage) for name, passage in passages(index, query).items()}
    assert found["vinh"]["title"] == pytest.approx(0.5 * (found["vinh"]["before"] + found["vinh"]["coverage"]))
    assert "title" not in found["tin"]


def test_a_passage_without_a_title_has_the_mean_of_the_others(index: Index) -> None:
    found = {name: parts(passage) for name, passage in passages(index, "diện tích vịnh Hạ Long").items()}
    titled = [name for name in found if name != "khong"]
    mean = 0.5 * sum("title" in found[name] for name in titled) / len(titled)
    assert 0 < mean < 0.5
    share = found["khong"]["title"] / (found["khong"]["before"] + found["khong"]["coverage"])
    assert share == pytest.approx(mean)


def test_what_covers_the_whole_query_adds_the_whole_weight(index: Index) -> None:
    found = {name: parts(passage) for name, passage in passages(index, "Hạ Long , bão").items()}
    assert found["hai"]["coverage"] == pytest.approx(0.4 * found["hai"]["before"])
    # Of nine passages, titles among them, four have `Hạ Long` and one has `bão`: the share is that of the information.
    together, alone = (math.log(1 + (9 - held + 0.5) / (held + 0.5)) for held in (4, 1))
    lacking = found["mot"]["coverage"] / found["mot"]["before"]
    assert lacking == pytest.approx(0.4 * together / (together + alone))
