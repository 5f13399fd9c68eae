"""Typing variants: each does what its name says and nothing else, and the same every time."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.evaluation.variants import VARIANTS, encode_telex, encode_vni, variant
from indexer.vietnamese import canonical, fold, forms, is_syllable
from indexer.vietnamese.tones import ONSETS, RHYMES, place_tone
from indexer.vietnamese.typing import decode_telex, decode_vni

TEXT = "Người dân xã Hòa Thuỷ có được hỗ trợ thiệt hại sau bão lụt năm 2023 hay không?"
IDS = [f"q{number}" for number in range(200)]


def syllables() -> list[str]:
    """Every well-formed syllable."""
    found = [place_tone(onset + rhyme, tone) for onset in sorted(ONSETS) for rhyme in RHYMES for tone in range(6)]
    return [syllable for syllable in found if syllable is not None]


@pytest.mark.parametrize(("encode", "decode"), [(encode_telex, decode_telex), (encode_vni, decode_vni)])
def test_raw_keys_of_every_marked_syllable_decode_to_it(encode: object, decode: object) -> None:
    assert callable(encode)
    assert callable(decode)
    wrong = [syllable for syllable in syllables() if not syllable.isascii() and decode(encode(syllable)) != syllable]
    assert wrong == []


def test_raw_keys_keep_capitals_and_leave_what_has_no_marks() -> None:
    assert encode_telex("Người") == "Nguwowif"
    assert encode_vni("Người") == "Ngu7o7i2"
    assert encode_telex("ĐƯỜNG") == "DDUWOWNGF"
    assert encode_telex("Đội") == "Ddooij"
    assert encode_vni("Đội") == "D9o6i5"
    assert encode_telex("Panthers") == "Panthers"


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_the_same_in_another_process(name: str) -> None:
    code = (
        "import sys; sys.stdout.reconfigure(encoding='utf-8');"
        "from indexer.evaluation.variants import variant; print(variant(*sys.argv[1:]))"
    )
    done = subprocess.run([sys.executable, "-c", code, name, "q7", TEXT], capture_output=True, check=True)
    assert done.stdout.decode().rstrip("\n") == variant(name, "q7", TEXT)


@given(st.sampled_from(sorted(VARIANTS)), st.text(), st.text())
def test_any_text_has_every_variant_and_always_the_same(name: str, key: str, text: str) -> None:
    assert variant(name, key, text) == variant(name, key, text)


def test_nomarks_is_the_text_folded_and_nfd_is_nfd_and_upper_upper() -> None:
    assert variant("nomarks", "q", TEXT) == fold(TEXT)
    assert variant("nfd", "q", TEXT) == unicodedata.normalize("NFD", TEXT)
    assert variant("upper", "q", TEXT) == TEXT.upper()


def test_tonestyle_turns_both_styles_round_and_means_the_same() -> None:
    other = variant("tonestyle", "q", TEXT)
    assert "Hoà Thủy" in other
    assert variant("tonestyle", "q", other) == TEXT
    assert forms(other) == forms(TEXT)
    assert variant("tonestyle", "q", "quý quà quẻ") == "quý quà quẻ"


def test_halfmarks_takes_all_marks_of_a_syllable_or_none_of_about_half() -> None:
    marked = [word for word in words(TEXT) if fold(word) != word]
    kept = 0
    for key in IDS:
        for before, after in zip(words(TEXT), words(variant("halfmarks", key, TEXT)), strict=True):
            assert after in (before, fold(before))
            kept += after == before and fold(before) != before
    assert 0.45 < kept / (len(marked) * len(IDS)) < 0.55


def test_wrongtone_changes_a_fifth_of_the_syllables_to_other_tones_of_the_same_letters() -> None:
    changed = 0
    for key in IDS:
        for before, after in zip(words(TEXT), words(variant("wrongtone", key, TEXT)), strict=True):
            assert fold(after) == fold(before)
            assert is_syllable(after)
            changed += canonical(after) != canonical(before)
    assert 0.17 < changed / (len(words(TEXT)) * len(IDS)) < 0.23


def test_typo_makes_one_edit_in_a_quarter_of_the_syllables() -> None:
    changed = 0
    for key in IDS:
        for before, after in zip(words(TEXT), words(variant("typo", key, TEXT)), strict=True):
            assert distance(before, after) <= 1
            changed += after != before
    assert 0.22 < changed / (len(words(TEXT)) * len(IDS)) < 0.28


def test_joined_leaves_out_about_a_quarter_of_the_blanks_and_never_two_in_a_row() -> None:
    assert all(variant("joined", key, TEXT).replace(" ", "") == TEXT.replace(" ", "") for key in IDS)
    left_out = 0
    for key in IDS:
        joined = variant("joined", key, TEXT)
        left_out += TEXT.count(" ") - joined.count(" ")
        # A chunk holds at most two syllables of the text.
        for chunk in joined.split():
            assert any(chunk in (a + b, a) for a, b in zip(TEXT.split(), [*TEXT.split()[1:], ""], strict=True))
    assert 0.15 < left_out / (TEXT.count(" ") * len(IDS)) < 0.27


def test_joined_leaves_names_and_numbers_alone() -> None:
    assert all(variant("joined", key, "Panthers Bowl 2015 50") == "Panthers Bowl 2015 50" for key in IDS)


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def distance(one: str, other: str) -> int:
    """Optimal string alignment."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a.lower() == other[j - 2].lower() and one[i - 2].lower() == b.lower():
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
