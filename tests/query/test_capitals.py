"""What is typed in capitals, over a real index on disk: abbreviations whose letters may be a word in small ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexer import Index, SearchRequest, open_index
from indexer.query.found import known_unit
from indexer.query.frequencies import Frequencies
from indexer.query.unit import Unit, UnitReading
from indexer.schema import Field, title_key
from tests.samples import build_texts

TEXTS = {
    "máy": "Dùng AI trong y tế.",
    "ai": "Không ai làm y tế. Ai cũng biết.",
    "thuế": "Giảm VAT xuống 8%.",
    "vật": "Giảm vật tư. Đồ vật rẻ hơn.",
    "bao": "Cái bao ấy, một bao thóc, ba bao gạo, bốn bao đậu, năm bao cám. Bao giờ có bão?",
    "nhãn": "Trên nhãn có chữ BAO.",
    "tộc": "Người K'Ho ở Lâm Đồng.",
    "khó": "Việc khó ở Lâm Đồng.",
    "tiêu đề": "AI VÀ BÁO CHÍ",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_index(build_texts(tmp_path_factory.mktemp("capitals"), TEXTS)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("AI", {"máy"}),
        ('"AI"', {"máy"}),
        ("AI y tế", {"máy"}),
        ("AI co lam y te khong", set()),  # Nothing has làm beside it: it is no word that only asks.
        ("ai làm y tế", {"ai"}),
        ("VAT", {"thuế"}),
        ("giam VAT", {"thuế"}),
        ("giam vat", {"thuế", "vật"}),
        # Alone, what the text has in small letters may be any word.
        ("BAO", {"bao", "nhãn", "tiêu đề"}),
        ("chữ BAO", {"nhãn"}),
        ("K'Ho", {"tộc"}),
    ],
)
def test_what_is_in_capitals_is_met_in_capitals(index: Index, query: str, ids: set[str]) -> None:
    results = index.search(SearchRequest(query))
    assert {passage.article.id for passage in results.passages if not passage.missing} == ids


def test_an_index_without_its_key_is_asked_for_the_letters() -> None:
    unit = Unit("AI", None, (UnitReading(("AI",), Field.KEYS),), "AI", UnitReading(("ai",)))
    without_key = {(Field.SYLLABLES, "ai"): 7, (Field.TITLE, "ai"): 0}
    without_key |= {(Field.KEYS, key): 0 for key in ("AI", title_key("AI"))}
    without = Frequencies(without_key, 100)
    assert known_unit(unit, without).met == (unit.instead,)
    both = Frequencies(without_key | {(Field.KEYS, "AI"): 2}, 100)
    assert known_unit(unit, both).met == unit.readings
    # Of a quoted one, another spelling is enough.
    other = UnitReading(("trí",))
    spelled = replace(unit, readings=(*unit.readings, other))
    known = Frequencies(without_key | {(Field.SYLLABLES, "trí"): 1, (Field.TITLE, "trí"): 0}, 100)
    assert known_unit(spelled, known).met == (unit.instead, other)
    assert known_unit(replace(spelled, quoted=True), known).met == (other,)
