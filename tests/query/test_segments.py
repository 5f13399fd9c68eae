"""How plain text of a query falls into compounds, words and units."""

from __future__ import annotations

import pytest

from indexer.query.segments import segment


def compounds(text: str) -> list[str]:
    found = segment(text, 100)
    return [" ".join(found.forms[first : last + 1]) for first, last in found.compounds]


@pytest.mark.parametrize("text", ["QP-AN", "26/12", "GD&ĐT", "12:30", "vi.wikipedia.org", "O'Brien", "TP.HCM", "2–1"])
def test_what_is_typed_as_one_chunk_is_a_compound(text: str) -> None:
    assert len(compounds(text)) == 1


@pytest.mark.parametrize("text", ["QP - AN", "một,hai", "xong.Sau", "a;b", "đúng?Sai", "kind:x", "a…b"])
def test_white_space_and_sentence_marks_separate(text: str) -> None:
    assert len(compounds(text)) == 2


def test_ranges_cover_all_tokens_in_order() -> None:
    found = segment("phong trào QP-AN của lực lượng vũ trang", 100)
    for ranges in (found.compounds, found.units):
        assert [index for first, last in ranges for index in range(first, last + 1)] == list(range(len(found.forms)))
    assert (2, 3) in found.compounds and (2, 3) in found.units


def test_only_so_many_tokens_count() -> None:
    found = segment("lực lượng vũ trang", 3)
    assert found.forms == ("lực", "lượng", "vũ")
    assert found.units[-1][1] == 2


def test_nothing_is_a_segment_too() -> None:
    found = segment("?!", 10)
    assert (found.forms, found.compounds, found.units, found.words) == ((), (), (), ())
