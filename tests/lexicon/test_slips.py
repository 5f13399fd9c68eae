"""The kind of slip between two syllables is told, and what is made more often of what is possible costs less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon.slips import COUNTS, kind_of_slip, slip_cost


@pytest.mark.parametrize(
    ("typed", "meant", "kind"),
    [
        ("cận", "cần", "tone wrong"),
        ("cân", "cần", "tone missing"),
        ("sông", "song", "shape added"),
        ("lùi", "lui", "tone added"),
        ("sữa", "sửa", "hook for tilde"),
        ("dường", "đường", "shape missing"),
        ("tâm", "tăm", "shape wrong"),
        ("dương", "đường", "tone and shape"),
        ("dương", "đượng", "tone and shape"),
        ("lựơng", "lượng", "mark misplaced"),
        ("xinh", "sinh", "s for x"),
        ("trào", "chào", "ch for tr"),
        ("dành", "giành", "d for gi or r"),
        ("rành", "giành", "d for gi or r"),
        ("lon", "non", "l for n"),
        ("nghành", "ngành", "another onset"),
        ("lan", "lang", "n for ng"),
        ("các", "cát", "c for t"),
        ("lai", "lay", "i for y"),
        ("polime", "polyme", "i for y"),
        ("tinh", "tin", "another end"),
        ("xinh", "sính", "sound and marks"),
        ("phoong", "phong", "doubled"),
        ("phogn", "phong", "swapped"),
        ("phng", "phong", "left out"),
        ("phosng", "phong", "added"),
        ("phomg", "phong", "beside"),
        ("phzng", "phong", "replaced"),
        ("phzng", "phòng", "letter and marks"),
        ("quoc", "phong", "other"),
        ("ab", "", "other"),
    ],
)
def test_the_kind_of_a_slip_is_told(typed: str, meant: str, kind: str) -> None:
    assert kind_of_slip(typed, [meant]) == kind


def test_several_syllables_for_one_were_run_together() -> None:
    assert kind_of_slip("hatinh", ["hà", "tĩnh"]) == "run together"


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_two_forms_have_a_kind(typed: str, meant: str) -> None:
    assert kind_of_slip(typed, [meant]) in {*COUNTS, "other"}


def test_marks_on_the_same_letters_weigh_above_an_edit_of_letters() -> None:
    assert slip_cost("tone wrong") > slip_cost("beside") > slip_cost("letter and marks")
    assert slip_cost("hook for tilde") > slip_cost("tone wrong")
    assert slip_cost("another onset") < slip_cost("ch for tr")


def test_no_kind_is_impossible() -> None:
    assert all(-9.0 < slip_cost(kind) < 0.0 for kind in (*COUNTS, "other"))
