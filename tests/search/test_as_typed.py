"""What is spelled just as in the query comes before the same in another spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import SearchRequest, build, open_index
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
