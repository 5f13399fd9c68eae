"""Another spelling of what was typed counts no more than that, however rare it is: what ranks, over a real index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer import Index, SearchRequest, open_index
from indexer.query.frequencies import Frequencies
from indexer.schema import Field, bigram
from tests.samples import build_texts

TEXTS = {
    "sách": "Nhà xuất bản Hà Nội, HN 2002.",
    "phố": "Phố cổ Hà Nội đẹp. Hà Nội có nhiều phố, Hà Nội đông vui.",
    **{f"tin {at}": f"Tin {at} của Hà Nội." for at in range(9)},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_index(build_texts(tmp_path_factory.mktemp("rarer"), TEXTS)) as opened:
        yield opened


@pytest.mark.parametrize("query", ["Hà Nội", "ha noi"])
def test_the_rarer_spelling_adds_less_than_what_was_typed(index: Index, query: str) -> None:
    results = index.search(SearchRequest(query, explain=True))
    by_id = {passage.article.id: passage for passage in results.passages}
    parts = {part.form: part.score for part in by_id["sách"].explanation or ()}
    typed = parts["hà"] + parts["nội"] + parts[bigram("hà", "nội")]
    assert 0 < parts["hn"] < typed


def test_letters_say_what_the_rarest_of_them_says() -> None:
    known = Frequencies({(Field.SYLLABLES, "noi"): 1, (Field.UNMARKED, "noi"): 60, (Field.UNMARKED, "ha"): 50}, 100)
    said = known.information(("ha", "noi"), unmarked=True)
    assert said == known.information(("ha",), unmarked=True) < known.information(("noi",))


def test_how_much_forms_side_by_side_say() -> None:
    counts = {(Field.SYLLABLES, "hà"): 50, (Field.SYLLABLES, "nội"): 40, (Field.BIGRAMS, bigram("hà", "nội")): 30}
    known = Frequencies({**counts, (Field.SYLLABLES, "hn"): 3, (Field.SYLLABLES, "x"): 100}, 100)
    assert known.information(("hn",)) > known.information(("hà", "nội")) > known.information(("nội",)) > 0
    assert known.information(("lạ",)) == known.information(("x",))  # Of what is unknown, nothing is assumed.
