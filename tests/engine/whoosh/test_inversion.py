"""Tokens become postings in order of terms, whatever their terms are made of."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from indexer.engine.whoosh.forms import FormDictionary
from indexer.engine.whoosh.inversion import MOST_PIECES, FormTokens, Keyed, NeighbourTokens, RowTokens, write_run
from indexer.engine.whoosh.postings import Postings
from indexer.engine.whoosh.runs import Runs
from indexer.schema import Field, Pairs

PARAGRAPHS = (["b", "a1", "a"], [], ["a"], ["a", "b", "a", "b", "a1"])


def held(forms: FormDictionary) -> FormTokens:
    """The paragraphs, in two parts, among forms that another field has."""
    forms.number(["zz", "a0"], 2)
    tokens = FormTokens()
    for part in (PARAGRAPHS[:1], PARAGRAPHS[1:]):
        flat = [form for paragraph in part for form in paragraph]
        tokens.add(forms.number(flat, len(flat)), np.array([len(paragraph) for paragraph in part], np.int32))
    return tokens


def written(path: Path, keyed: Keyed) -> dict[str, list[tuple[int, list[int]]]]:
    """Per term, in order, the paragraphs and positions that its file has."""
    write_run(str(path), "x", keyed, {})
    postings = Postings(str(path), "x")
    found: dict[str, list[tuple[int, list[int]]]] = {}
    for number, term in enumerate(postings.terms):
        records = postings.records_of(range(number, number + 1))
        bounds = [0, *np.cumsum(records.frequencies).tolist()]
        places = [records.positions[low:high].tolist() for low, high in pairwise(bounds)]
        found[term.decode()] = list(zip(records.ids.tolist(), places, strict=True))
    return found


def test_forms_are_sorted_and_those_of_other_fields_left_out(tmp_path: Path) -> None:
    forms = FormDictionary()
    tokens = held(forms)
    assert list(written(tmp_path / "forms", tokens.keyed(forms.ordered())).items()) == [
        ("a", [(0, [2]), (2, [0]), (3, [0, 2])]),
        ("a1", [(0, [1]), (3, [4])]),
        ("b", [(0, [0]), (3, [1, 3])]),
    ]


def test_neighbours_do_not_reach_over_a_paragraph(tmp_path: Path) -> None:
    forms = FormDictionary()
    pairs = NeighbourTokens(held(forms), b" ")
    # A blank sorts before any digit: `a b` before `a1 a`.
    assert list(written(tmp_path / "pairs", pairs.keyed(forms.ordered())).items()) == [
        ("a b", [(3, [0, 2])]),
        ("a1 a", [(0, [1])]),
        ("b a", [(3, [1])]),
        ("b a1", [(0, [0]), (3, [3])]),
    ]


@pytest.mark.parametrize("counts", [[], [0], [1], [0, 1, 1]])
def test_paragraphs_too_short_for_pairs_have_none(tmp_path: Path, counts: list[int]) -> None:
    forms, tokens = FormDictionary(), FormTokens()
    tokens.add(forms.number(["a"] * sum(counts), sum(counts)), np.array(counts, np.int32))
    assert written(tmp_path / "pairs", NeighbourTokens(tokens, b" ").keyed(forms.ordered())) == {}


def test_rows_are_sorted_as_the_strings_they_are_joined_to(tmp_path: Path) -> None:
    forms = FormDictionary()
    numbers = forms.number(["a1", "b", "a"], 3)
    tokens = RowTokens(b"_")
    rows = np.array([[0, -1, -1], [2, 1, -1], [2, -1, -1], [2, 1, 2]], np.int32)
    tokens.add_rows(rows, numbers, np.array([0, 1, 2, 3], np.int32), np.array([3, 1], np.int32))
    tokens.add_rows(rows[:2], numbers, np.array([1, 1], np.int32), np.array([2], np.int32))
    assert list(written(tmp_path / "rows", tokens.keyed(forms.ordered())).items()) == [
        ("a", [(0, [2])]),
        ("a1", [(0, [0])]),
        ("a_b", [(0, [1]), (2, [0, 1])]),
        ("a_b_a", [(1, [0])]),
    ]


def test_what_does_not_fit_a_number_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    keyed = Keyed(np.array([2], np.int32), np.array([0, 1 << 62], np.uint64), lambda _: [b"a", b"b"])
    with pytest.raises(ValueError, match="too many tokens and terms"):
        write_run(str(tmp_path / "run"), "x", keyed, {})
    for rows, numbers in ((np.zeros((1, 4), np.int32), [0]), (np.zeros((1, 1), np.int32), [MOST_PIECES])):
        with pytest.raises(ValueError, match="too many parts"):
            RowTokens(b"_").add_rows(rows, np.array(numbers, np.uint32), np.zeros(1, np.int32), np.ones(1, np.int32))
    assert list(tmp_path.iterdir()) == []


def test_pairs_now_said_and_now_spelled_make_two_runs_and_no_more(tmp_path: Path) -> None:
    runs = Runs(str(tmp_path / "x"), "x", budget=1 << 20)
    for number in range(8_000):
        syllables = ["a", "b", "c"]
        pairs = Pairs(syllables)
        # Fewer paragraphs than so many of a kind are collected before they are looked at.
        runs.add({Field.SYLLABLES: syllables, Field.BIGRAMS: list(pairs) if number // 2_400 % 2 else pairs})
    assert {path.suffix for path in tmp_path.iterdir()} == {".run0"}
    runs.finish()
    assert len(Postings(str(tmp_path / f"x.{Field.BIGRAMS}"), "x").lengths) == 8_000
    assert {path.suffix for path in tmp_path.iterdir()} == {f".{field}" for field in Field}
