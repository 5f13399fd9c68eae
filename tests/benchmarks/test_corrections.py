"""What a syllable that is known to be wrong may have been meant to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.corrections import Corrector
from tests.lexicon.texts import TEXTS, lexicon_of


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Corrector:
    """A corrector that has read the small texts three times over."""
    return Corrector(lexicon_of(tmp_path_factory.mktemp("small"), TEXTS * 3))


def test_corrections_of_a_syllable_come_likeliest_first(small: Corrector) -> None:
    found = small.corrections(["lực", "lương", "vũ", "trang"], 1)
    assert found[0].forms == ("lượng",)
    assert [entry.score for entry in found] == sorted((entry.score for entry in found), reverse=True)
    assert small.corrections(["lực"], 5) == []
    assert small.corrections([], 0) == []


def test_a_correction_may_part_syllables_run_together(small: Corrector) -> None:
    assert small.corrections(["tỉnh", "hàtĩnh", "sẵn"], 1)[0].forms == ("hà", "tĩnh")


@pytest.mark.parametrize(
    ("typed", "at", "meant"),
    [
        ("sẵn xàng chiến đấu", 1, "sàng"),  # s for x
        ("sẵn sàng chiến đâu", 3, "đấu"),  # the tone left out
        ("sẵn sàng chiếm đấu", 2, "chiến"),  # a key beside
        ("lực lượng vủ trang", 2, "vũ"),  # hook for tilde
    ],
)
def test_the_first_correction_is_what_the_text_and_the_slip_speak_for(
    small: Corrector, typed: str, at: int, meant: str
) -> None:
    assert small.corrections(typed.split(" "), at)[0].forms == (meant,)


def test_a_correction_may_be_rare_or_two_confusions_away(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, ["lương giảm sút rồi giảm sút nữa", "quả penalty và một quả penalty nữa"])
    corrector = Corrector(lexicon)
    assert ("sút",) in [each.forms for each in corrector.corrections(["giảm", "xúc", "rồi"], 1)]
    assert ("penalty",) in [each.forms for each in corrector.corrections(["quả", "pelnaty", "nữa"], 1)]


@given(st.lists(st.sampled_from(["lực", "lương", "vũ", "trang", "hàtĩnh", "sẵn"]), min_size=1, max_size=6), st.data())
def test_what_was_typed_is_no_correction(small: Corrector, typed: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(typed) - 1))
    assert (typed[at],) not in [each.forms for each in small.corrections(typed, at, limit=1000)]
