"""The kind of slip between two syllables is told, and what is made more often of what is possible costs less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.slips import RIMES_CONFUSED, counts, kind_of_slip, slip_cost
from indexer.vietnamese import is_syllable


@pytest.mark.parametrize(
    ("typed", "meant", "kind"),
    [
        ("cận", "cần", "tone wrong"),
        ("cân", "cần", "tone missing"),
        ("hân", "han", "shape added"),
        ("cuốn", "cuôn", "tone added"),
        ("quốc", "quôc", "tone added"),
        ("đung", "dung", "bar added"),
        ("mang", "măng", "shape missing"),
        ("lùi", "lui", "tone added"),
        ("sữa", "sửa", "hook for tilde"),
        ("dường", "đường", "bar missing"),
        ("tân", "tăn", "shape wrong"),
        ("tâm", "tăm", "rime of the same letters"),
        ("dầy", "dày", "rime of the same letters"),
        ("trương", "trưng", "rime"),
        ("luyên", "liên", "rime"),
        ("dương", "đường", "bar missing, tone"),
        ("dương", "đượng", "bar missing, tone"),
        ("lựơng", "lượng", "tone misplaced"),
        ("lưong", "luơng", "mark misplaced"),
        ("qủa", "quả", "tone misplaced"),
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
        ("xinh", "sính", "s for x, tone"),
        ("xác", "sát", "two sounds"),
        ("xúc", "sút", "two sounds"),
        ("phoong", "phong", "doubled"),
        ("phogn", "phong", "swapped"),
        ("phng", "phong", "left out vowel"),
        ("hong", "phong", "left out first"),
        ("phon", "phong", "n for ng"),
        ("phosng", "phong", "added consonant"),
        ("phomg", "phong", "beside consonant"),
        ("ohong", "phong", "beside first"),
        ("phzng", "phong", "replaced consonant"),
        ("pheng", "phòng", "replaced vowel, tone"),
        ("dang", "đanh", "letter and shape"),
        ("pelnaty", "penalty", "letter moved"),
        ("quoc", "phong", "other"),
        ("ab", "", "other"),
    ],
)
def test_the_kind_of_a_slip_is_told(typed: str, meant: str, kind: str) -> None:
    assert kind_of_slip(typed, [meant]) == kind


def test_several_syllables_for_one_were_run_together() -> None:
    assert kind_of_slip("hatinh", ["hà", "tĩnh"]) == "run together"


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_two_forms_have_a_kind_that_has_a_cost(typed: str, meant: str) -> None:
    assert -9.0 - 5.0 < slip_cost(kind_of_slip(typed, [meant])) < 0.0


@given(st.sampled_from(sorted(counts())))
def test_what_was_made_was_possible(kind: str) -> None:
    made, possible = counts()[kind]
    assert 0 <= made <= possible


def test_marks_on_the_same_letters_weigh_above_an_edit_of_letters() -> None:
    assert slip_cost("tone wrong") > slip_cost("beside vowel") > slip_cost("letter and shape")
    assert slip_cost("hook for tilde") > slip_cost("tone wrong")
    assert slip_cost("another onset") < slip_cost("ch for tr")
    assert slip_cost("rime of the same letters") > slip_cost("shape wrong")


def test_a_slip_with_another_tone_besides_is_rarer() -> None:
    for kind, (made, _) in counts().items():
        if made > 1 and f"{kind}, tone" in counts():
            assert slip_cost(f"{kind}, tone") < slip_cost(kind)


def test_rimes_confused_are_rimes() -> None:
    assert all(is_syllable(rime) or is_syllable(f"q{rime}") for pair in RIMES_CONFUSED for rime in pair)
