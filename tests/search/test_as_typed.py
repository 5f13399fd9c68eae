"""What is spelled just as in the query comes before the same in another spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import ArticleInfo, Paragraph, SearchRequest, build, open_index
from indexer.articles.model import Kind
from indexer.engine.base import EngineRequest
from indexer.engine.query import Everything
from indexer.query.frequencies import Frequencies
from indexer.search.as_typed import AsTyped
from indexer.search.ranking import Question, RankedHit
from indexer.settings import Settings

PAIRS = (("kỹ thuật", "kĩ thuật"), ("hoà bình", "hòa bình"), ("khí CO₂", "khí CO2"), ("số 1.000", "số 1,000"))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0]))
def test_the_spelling_typed_comes_first(tmp_path: Path, pair: tuple[str, str]) -> None:
    build([{"id": each, "text": f"Chuyện về {each} ở đây."} for each in pair], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        for typed in pair:
            assert index.search(SearchRequest(typed)).passages[0].article.id == typed


def test_a_query_with_one_spelling_is_left_alone(tmp_path: Path) -> None:
    build([{"id": "a", "text": "Chuyện về quốc phòng."}], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        (hit,) = index.search(SearchRequest("quốc phòng", explain=True)).passages
        assert hit.explanation is not None and "typed" not in [part.kind for part in hit.explanation]


def test_a_weight_of_nothing_leaves_the_order_to_the_others(tmp_path: Path) -> None:
    settings = Settings(weight_typed=0.0)
    build([{"id": each, "text": f"Chuyện về {each} ở đây."} for each in PAIRS[0]], tmp_path / "index")
    with open_index(tmp_path / "index", settings) as index:
        orders = [[hit.article.id for hit in index.search(SearchRequest(typed)).passages] for typed in PAIRS[0]]
    assert orders[0] == orders[1]


def question(query: str) -> Question:
    return Question(query, EngineRequest(Everything()), None, Frequencies({}), 0)


def added(query: str, *texts: str) -> list[float]:
    """What the stage adds to texts of which the best scores 8: weight .5 * 8 * (share of chunks + whole) / 2."""
    hits = [
        RankedHit(ArticleInfo("a", ""), Paragraph(at, Kind.BODY, text), 8.0 if at == 0 else 2.0)
        for at, text in enumerate(texts)
    ]
    return [hit.parts["typed"] for hit in AsTyped(Settings(weight_typed=0.5)).rank(question(query), hits)]


def test_a_share_of_the_chunks_and_the_whole_query_count_half_each() -> None:
    query = "  Kỹ thuật (hoà bình), kỹ! "
    assert added(
        query,
        "Một bài kỹ thuật (HOÀ bình), kỹ nữa.",  # all of it, letter for letter
        "Hoà bình và kỹ thuật.",  # both chunks that may be spelled otherwise
        "Kĩ thuật (hoà bình), kĩ.",  # one of the two
        "Kĩ thuật, hòa bình.",
        "",
    ) == [4.0, 2.0, 1.0, 0.0, 0.0]


def test_ten_thousand_characters_are_read() -> None:
    before = "x" * 9_998
    assert added("kỹ", f"{before}kỹ", f"{before}.kỹ") == [4.0, 0.0]


@pytest.mark.parametrize(
    ("query", "applies"),
    [
        ("kỹ", True),  # the other letter
        ("hoà", True),  # the other place of the tone
        ("quốc phòng", False),
        ('"quốc phòng?"', False),
        ("covid19", True),  # a digit
        ("QP-AN", True),  # a separator
        ("ｋｍ", True),  # letters of another width
        ("", False),
        ("... ?", False),
    ],
)
def test_it_applies_to_what_may_be_spelled_otherwise(query: str, applies: bool) -> None:
    assert AsTyped(Settings()).applies(question(query)) is applies
    assert AsTyped(Settings(weight_typed=0.0)).applies(question(query)) is False
