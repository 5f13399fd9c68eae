"""How plain text of a query falls into compounds, words and units."""

from __future__ import annotations

import pytest

from indexer.query.clauses import Chunk
from indexer.query.words import WordRun, analyze_run, is_shouted


def run_of(text: str, limit: int = 100, *, shouted: bool = False) -> WordRun:
    return analyze_run((Chunk(text, 0, len(text)),), limit, shouted=shouted)[0]


def compounds(text: str) -> list[str]:
    found = run_of(text)
    return [" ".join(found.forms[first : last + 1]) for first, last in found.compounds]


@pytest.mark.parametrize("text", ["QP-AN", "26/12", "GD&ĐT", "12:30", "vi.wikipedia.org", "O'Brien", "TP.HCM", "2–1"])
def test_what_is_typed_as_one_chunk_is_a_compound(text: str) -> None:
    assert len(compounds(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["QP - AN", "một,hai", "xong.Sau", "XONG.SAU", "nghi\u0309.Sau", "a;b", "đúng?Sai", "kind:x", "a…b"],
)
def test_white_space_and_sentence_marks_separate(text: str) -> None:
    assert len(compounds(text)) == 2


def test_ranges_cover_all_tokens_in_order() -> None:
    found = run_of("phong trào QP-AN của lực lượng vũ trang")
    for ranges in (found.compounds, found.units):
        assert [index for first, last in ranges for index in range(first, last + 1)] == list(range(len(found.forms)))
    assert (2, 3) in found.compounds and (2, 3) in found.units


def test_only_so_many_tokens_count() -> None:
    found, left_out = analyze_run(
        (Chunk("lực", 0, 3), Chunk("lượng", 4, 9), Chunk("vũ", 10, 12), Chunk("trang", 13, 18)), 3
    )
    assert left_out == "trang"
    assert found.forms == ("lực", "lượng", "vũ")
    assert found.units[-1][1] == 2


def test_nothing_is_a_segment_too() -> None:
    found = run_of("?!")
    assert (found.forms, found.compounds, found.units, found.words) == ((), (), (), ())


@pytest.mark.parametrize("text", ["CÁ NHÂN", "CA SĨ", "GIÁ ĐIỆN 2023", "UBND TỈNH HÀ TĨNH"])
def test_capitals_of_a_whole_text_say_nothing_of_its_words(text: str) -> None:
    assert is_shouted(text)
    assert not any(run_of(text, shouted=True).capitals)


@pytest.mark.parametrize("text", ["", "12", "CA", "CA HN", "QP-AN", "Cá nhân", "cá"])
def test_a_short_text_may_be_an_abbreviation(text: str) -> None:
    assert not is_shouted(text)


def test_tokens_in_capitals_are_told_apart() -> None:
    assert run_of("CA tỉnh Hà Tĩnh").capitals == (True, False, False, False)


def test_tokens_are_where_they_stand_in_the_query() -> None:
    """Words of other letters than the query has there, as `or` for `OR`, stand nowhere."""
    query = "(Hồ  Kẻ-Gỗ, OR"
    run, _ = analyze_run((Chunk("Hồ", 1, 3), Chunk("Kẻ-Gỗ,", 5, 11), Chunk("văn bản", 12, 14)), 100)
    assert [query[slice(*span)] if span else None for span in run.spans] == ["Hồ", "Kẻ", "Gỗ", None, None]
