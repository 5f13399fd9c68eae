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
