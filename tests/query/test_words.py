"""Plain words that stand side by side, analysed together."""

from __future__ import annotations

import pytest

from indexer.query.clauses import Chunk
from indexer.query.words import WordRun, analyze_run, is_shouted


def run_of(text: str, limit: int = 10, *, shouted: bool = False) -> tuple[WordRun, str]:
    chunks, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        chunks.append(Chunk(word, at, at + len(word)))
    return analyze_run(chunks, limit, shouted=shouted)


@pytest.mark.parametrize(
    ("text", "capitals"),
    [("họp UBND tỉnh", (False, True, False)), ("UBND", (True,)), ("mục A và BC", (False, False, False, True))],
)
def test_words_of_two_letters_or_more_may_be_in_capitals(text: str, capitals: tuple[bool, ...]) -> None:
    assert run_of(text)[0].capitals == capitals
    assert not any(run_of(text, shouted=True)[0].capitals)


def test_what_is_beyond_the_limit_is_left_out_and_its_first_form_told() -> None:
    run, left_out = run_of("hồ chứa nước ngọt", 2)
    assert (run.forms, left_out) == (("hồ", "chứa"), "nước")
    assert run_of("hồ chứa nước ngọt", 4)[1] == ""


@pytest.mark.parametrize(
    ("text", "compounds"),
    [
        ("QP-AN họp", [(0, 1), (2, 2)]),
        ("QP AN", [(0, 0), (1, 1)]),
        ("họp (QP)-AN", [(0, 0), (1, 1), (2, 2)]),
        ("26/12 năm", [(0, 1), (2, 2)]),
        ("lúc 12:30 thì", [(0, 0), (1, 2), (3, 3)]),
        ("lúc:30 12:lúc", [(0, 0), (1, 1), (2, 2), (3, 3)]),
        ("TP.HCM xong.Sau", [(0, 1), (2, 2), (3, 3)]),
        ("a.hồ hồ.a", [(0, 1), (2, 3)]),
        ("một,hai", [(0, 0), (1, 1)]),
        ("KT–XH–QP", [(0, 2)]),
        ("", []),
    ],
)
def test_tokens_typed_as_one_chunk_are_a_compound(text: str, compounds: list[tuple[int, int]]) -> None:
    assert list(run_of(text)[0].compounds) == compounds


def test_units_are_words_and_compounds_those_that_overlap_as_one() -> None:
    run, _ = run_of("lực lượng vũ trang-QP họp")
    assert [(word.first, word.last) for word in run.words] == [(0, 1), (2, 3), (4, 4), (5, 5)]
    assert run.units == ((0, 1), (2, 4), (5, 5))
    assert run.marked and not run_of("luc luong")[0].marked


def test_a_token_stands_where_its_letters_do_and_nowhere_if_they_are_others() -> None:
    chunks = [Chunk("KT-XH", 4, 9), Chunk("quốc", 10, 20), Chunk("an.ninh", 21, 28), Chunk("xa", 30, 32)]
    run, _ = analyze_run(chunks, 10)
    assert run.spans == ((4, 6), (7, 9), None, (21, 23), (24, 28), (30, 32))


@pytest.mark.parametrize(
    ("text", "shouted"),
    [
        ("CA", False),
        ("HÀ", False),
        ("CA HN", False),
        ("HÀ NỘI", True),
        ("HÀ HN", False),
        ("CA HÀ NỘI", True),
        ("Hà NỘI", False),
        ("26/12", False),
        ("", False),
    ],
)
def test_a_query_all_in_capitals_is_shouted_unless_it_may_be_an_abbreviation(text: str, shouted: bool) -> None:
    assert is_shouted(text) == shouted


@pytest.mark.parametrize(
    ("text", "initials", "named"),
    [
        ("ông Võ Trọng Hải", [False, True, True, True], [False, False, True, True]),
        # One blank parts the syllables of a name, nothing else.
        ("Võ, Trọng Hải", [True, True, True], [False, False, True]),
        ("Võ-Trọng Hải", [True, True, True], [False, False, True]),
        ("Võ trọng Hải", [True, False, True], [False, False, False]),
        ("UBND Hải Hà", [False, True, True], [False, False, True]),
        ("Ý Nhi", [True, True], [False, True]),
        ("", [], []),
    ],
)
def test_what_begins_with_a_capital_may_be_a_name(text: str, initials: list[bool], named: list[bool]) -> None:
    run, _ = run_of(text)
    assert (list(run.initials), list(run.named)) == (initials, named)
    shouted, _ = run_of(text.upper(), shouted=True)
    assert not any((*shouted.capitals, *shouted.initials, *shouted.named))


def test_a_word_that_is_cut_by_the_limit_is_none() -> None:
    run, left_out = run_of("lực lượng vũ trang", 3)
    assert ([(word.first, word.last) for word in run.words], left_out) == ([(0, 1)], "trang")
    assert [(word.first, word.last) for word in run_of("lực lượng vũ trang", 4)[0].words] == [(0, 1), (2, 3)]
    assert run_of("lực lượng", 0)[0] == WordRun((), (), (), (), (), (), (), (), False)


def test_in_a_query_in_capitals_no_letters_are_a_code_for_what_follows() -> None:
    assert [each.keys for each in run_of("NĂM 2025")[0].respelled] != []
    assert run_of("NĂM 2025", shouted=True)[0].respelled == run_of("năm 2025")[0].respelled
    assert run_of("NĂM 2025")[0].respelled != run_of("năm 2025")[0].respelled


@pytest.mark.parametrize(
    ("chunks", "spans"),
    [
        ([("hồ", 3, 5), ("rộng", 9, 13)], [(3, 5), (9, 13)]),
        ([("(hồ)", 3, 7), ("26/12", 8, 13)], [(4, 6), (8, 10), (11, 13)]),
        # Letters that are not those of the query, and the place of those after them.
        ([("hồ", 3, 9), ("rộng", 10, 14)], [None, (10, 14)]),
        ([("...", 0, 3), ("rộng", 5, 9)], [(5, 9)]),
    ],
)
def test_where_the_tokens_of_chunks_stand(
    chunks: list[tuple[str, int, int]], spans: list[tuple[int, int] | None]
) -> None:
    run, _ = analyze_run([Chunk(*each) for each in chunks], 9)
    assert list(run.spans) == spans
