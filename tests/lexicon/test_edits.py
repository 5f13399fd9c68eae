"""One slip is told from none and from two, and its likeliness follows its kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon.edits import ANY, NEIGHBOURING, TYPICAL, confusions, one_edit


@pytest.mark.parametrize(
    ("typed", "meant", "cost"),
    [
        ("phogn", "phong", TYPICAL),  # neighbours swapped
        ("phoong", "phong", TYPICAL),  # a letter doubled
        ("sung", "xung", TYPICAL),
        ("trieu", "chieu", TYPICAL),
        ("gia", "da", TYPICAL),
        ("nam", "lam", TYPICAL),
        ("ly", "li", TYPICAL),
        ("hat", "hac", TYPICAL),
        ("nog", "nong", TYPICAL),  # no syllable ends in g alone
        ("dih", "dinh", TYPICAL),
        ("cah", "cach", TYPICAL),
        ("phomg", "phong", NEIGHBOURING),  # m beside n
        ("phobg", "phong", NEIGHBOURING),
        ("phzng", "phong", ANY),
    ],
)
def test_the_kind_of_a_slip_decides_its_cost(typed: str, meant: str, cost: float) -> None:
    assert one_edit(typed, meant) == cost


@pytest.mark.parametrize(
    ("typed", "meant"), [("phong", "phong"), ("pong", "phang"), ("quoc", "phong"), ("", "ab"), ("abcd", "dabc")]
)
def test_no_slip_and_two_slips_are_none(typed: str, meant: str) -> None:
    assert one_edit(typed, meant) is None


def test_a_letter_left_out_or_added_is_one_slip() -> None:
    assert one_edit("phng", "phong") is not None
    assert one_edit("phongi", "phong") is not None
    assert one_edit("hong", "phong") is not None


@given(st.text("abcdghiknorstuxy", max_size=7), st.integers(0, 7), st.sampled_from("abcdghik"))
def test_every_single_edit_is_recognised(form: str, at: int, letter: str) -> None:
    at = min(at, len(form))
    added = form[:at] + letter + form[at:]
    assert one_edit(added, form) is not None
    assert one_edit(form, added) is not None
    if at < len(form) and form[at] != letter:
        assert one_edit(form[:at] + letter + form[at + 1 :], form) is not None


@given(st.text("abcdghiknorstuxy", min_size=1, max_size=7))
def test_confusions_go_both_ways(form: str) -> None:
    for other in confusions(form):
        assert other != form
        assert one_edit(form, other) == TYPICAL
