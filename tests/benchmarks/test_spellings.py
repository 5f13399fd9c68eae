"""The benchmark of spellings counts what meets, what is first and what is highlighted."""

from __future__ import annotations

from pathlib import Path

from benchmarks.spellings import FILE, groups, measured


def test_pairs_of_a_group_are_counted(tmp_path: Path) -> None:
    figures = measured([["17h45", "17:45"], ["xe đạp", "tàu hỏa"]], tmp_path)
    assert (figures.pairs, figures.met, figures.spellings, figures.first) == (4, 2, 4, 4)
    assert (figures.whole, figures.strange) == (6, 0)
    assert figures.lost == [("xe đạp", "tàu hỏa"), ("tàu hỏa", "xe đạp")]


def test_the_groups_have_several_spellings_each_once() -> None:
    found = groups(FILE)
    assert len(found) >= 24
    assert all(len(set(group)) == len(group) > 1 for group in found)
