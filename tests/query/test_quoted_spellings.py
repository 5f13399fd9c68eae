"""A quoted date or code is met in its other spellings too, first as typed. Over a real index on disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer import Index, SearchRequest, open_index
from tests.samples import build_texts

TEXTS = {
    "a": "Họp ngày 5/3/2024 tại đây.",
    "b": "Họp ngày 5 tháng 3 năm 2024 ở kia.",
    "c": "Ngày 05-03-2023 có mưa.",
    "d": "Xe chạy 103 km/h trên đường.",
    "e": "Xe chạy 103km/h trên đường.",
    "f": "Chuyến bay VN1234 hạ cánh.",
    "g": "Chuyến bay VN-1234 cất cánh.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_index(build_texts(tmp_path_factory.mktemp("quoted"), TEXTS)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"5/3/2024"', "ab"),
        ('"ngày 5 tháng 3 năm 2024"', "ba"),
        ('"5/3"', "abc"),
        ('"103 km/h"', "de"),
        ('"103km/h"', "ed"),
        ('"VN-1234"', "gf"),
        ('"VN1234"', "fg"),
        ('"VN1234" hạ cánh', "f"),
        ('"họp ngày 5/3/2024"', "a"),
    ],
)
def test_the_other_spellings_follow(index: Index, query: str, found: str) -> None:
    results = index.search(SearchRequest(query))
    names = [passage.article.id for passage in results.passages[: results.total]]
    assert sorted(names) == sorted(found)
    assert names[0] == found[0] or query == '"5/3"'
    assert all(passage.highlights for passage in results.passages[: results.total])


def test_literally_only_the_letters_are_met(index: Index) -> None:
    results = index.search(SearchRequest('"VN-1234"', literal=True))
    assert [passage.article.id for passage in results.passages[: results.total]] == ["g"]
