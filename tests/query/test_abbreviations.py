"""An abbreviation that the text gives several readings is searched by the three likeliest, each weighing less."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer import Index, SearchRequest, Settings, open_index
from tests.samples import build_texts

TEXTS = {
    "committee": "Ban thường vụ (BTV) họp. Ban thường vụ bàn, nghị quyết của ban thường vụ, lời ban thường vụ.",
    "editor": "Biên tập viên (BTV) có mặt. Biên tập viên đọc bản tin, một biên tập viên đọc thơ.",
    "cake": "Bánh trôi vàng (BTV) bày ra. Người ta ăn bánh trôi vàng.",
    "bay": "Bờ tây vịnh (BTV) có sóng.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_index(build_texts(tmp_path_factory.mktemp("abbreviations"), TEXTS), Settings(capitals=0.0)) as opened:
        yield opened


def test_the_likeliest_readings_are_told_in_order(index: Index) -> None:
    interpretation = index.search(SearchRequest("BTV")).interpretation
    assert interpretation is not None
    assert (interpretation.repaired, interpretation.changes) == ("BTV", ())
    assert (interpretation.confidence, interpretation.sure) == (1.0, False)
    assert [(each.meaning, each.source) for each in interpretation.expanded] == [
        ("ban thường vụ", "text"),
        ("biên tập viên", "text"),
        ("bánh trôi vàng", "text"),
    ]


def test_each_reading_counts_seven_tenths_of_the_one_before(index: Index) -> None:
    passages = index.search(SearchRequest("BTV", explain=True)).passages
    weights = {
        passage.article.id: {part.form: part.weight for part in passage.explanation or () if part.field == "syllables"}
        for passage in passages
    }
    assert weights == {
        "committee": {"btv": 1.0, "ban thường vụ": 1.0},
        "editor": {"btv": 1.0, "biên tập viên": pytest.approx(0.7)},
        "cake": {"btv": 1.0, "bánh trôi vàng": pytest.approx(0.49)},
        "bay": {"btv": 1.0},
    }


def test_an_abbreviation_and_its_readings_are_marked(index: Index) -> None:
    passages = index.search(SearchRequest("BTV")).passages
    marked = {
        passage.article.id: {passage.paragraph.text[start:end].lower() for start, end in passage.highlights}
        for passage in passages
    }
    assert marked == {
        "committee": {"btv", "ban thường vụ"},
        "editor": {"btv", "biên tập viên"},
        "cake": {"btv", "bánh trôi vàng"},
        "bay": {"btv"},
    }


def test_nothing_is_marked_of_what_only_asks(index: Index) -> None:
    texts = ["BTV là gì", "Biên tập viên là ai"]
    spans = index.highlight("BTV là gì", texts)
    assert [[text[slice(*span)] for span in each] for text, each in zip(texts, spans, strict=True)] == [
        ["BTV"],
        ["Biên tập viên"],
    ]
