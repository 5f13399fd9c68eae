"""The well-formed syllable and the one style of tone placement."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.vietnamese import canonical, is_spelled_like_a_syllable, is_syllable, other_style
from indexer.vietnamese.model import load_model
from indexer.vietnamese.tones import ONSETS, RHYMES, TONES, place_tone, split_syllable, split_tone, with_placed_tone

VOWELS = frozenset("aăâeêioôơuưy")


def well_formed() -> list[tuple[str, int, str]]:
    """Every syllable: its toneless letters, its tone, and its canonical spelling."""
    found = []
    for onset in sorted(ONSETS):
        for rhyme in RHYMES:
            for tone in range(len(TONES)):
                spelled = place_tone(onset + rhyme, tone)
                if spelled is not None:
                    found.append((onset + rhyme, tone, spelled))
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa", "hoà"),
        ("thúy", "thuý"),
        ("khỏe", "khoẻ"),
        ("ủy", "uỷ"),
        ("tòa", "toà"),
        ("xòe", "xoè"),
        ("lũy", "luỹ"),
        ("ngọai", "ngoại"),
        ("tòan", "toàn"),
        ("qủa", "quả"),
        ("qúy", "quý"),
        ("gìa", "già"),
        ("đòan", "đoàn"),
        ("HÒA", "HOÀ"),
        ("Thúy", "Thuý"),
    ],
)
def test_both_styles_are_one_form(old: str, new: str) -> None:
    assert canonical(old) == new
    assert canonical(new) == new


@pytest.mark.parametrize(
    ("old", "new"), [("hòa", "hoà"), ("thúy", "thuý"), ("khỏe", "khoẻ"), ("ỦY", "UỶ"), ("Hòa", "Hoà")]
)
def test_the_other_style_of_a_syllable(old: str, new: str) -> None:
    assert (other_style(old), other_style(new)) == (new, old)


@pytest.mark.parametrize("syllable", ["hoa", "hoàng", "toàn", "quý", "quả", "già", "café", "hà", "thuỳên", ""])
def test_what_has_one_style_stays(syllable: str) -> None:
    assert other_style(syllable) == syllable


SPELLED_ONE_WAY = """
    quý giá già gì gìn giếng giữ quả quốc quyển quỳnh khuỷu thuở mía lúa mưa cứu yếu uống ướt oái ngoèo tuýp quýt khuya
    của chùa múa giúp giặt nghĩa khoáng hoặc xoong boong muỗng rượu đường Sáo
"""
FOREIGN = """
    café où déjà José Zoé Chloé Müller Noël élève Đắk Pelé Bogotá naïve crème fjörd Åse 北京 Москва́ hòá ñandú Béo1
"""


@pytest.mark.parametrize("word", SPELLED_ONE_WAY.split())
def test_a_syllable_spelled_the_one_possible_way_stays(word: str) -> None:
    assert canonical(word) == word
    assert is_syllable(word)


@pytest.mark.parametrize("word", FOREIGN.split())
def test_a_foreign_word_stays(word: str) -> None:
    assert canonical(word) == word
    assert not is_syllable(word)


def test_every_syllable_has_one_form_however_its_tone_is_placed() -> None:
    syllables = well_formed()
    assert len(syllables) > 10_000
    for toneless, tone, spelled in syllables:
        assert with_placed_tone(spelled) == spelled
        assert is_syllable(spelled)
        assert split_tone(spelled) == (toneless, tone)
        if tone:
            for at, letter in enumerate(toneless, 1):
                if letter in VOWELS:
                    other = unicodedata.normalize("NFC", toneless[:at] + TONES[tone] + toneless[at:])
                    assert with_placed_tone(other) == spelled, (other, spelled)


@given(st.text(st.sampled_from("aàảãăậâeệêiìoóõộơuụưựyỳđĐNghcptmñ\u0301\u0303"), max_size=7))
def test_any_letters_are_a_syllable_with_its_tone_placed_or_stay(letters: str) -> None:
    form = unicodedata.normalize("NFC", letters)
    parts = split_tone(form)
    assert with_placed_tone(form) == ((parts and place_tone(*parts)) or form)


def test_no_two_syllables_share_a_form() -> None:
    by_form: dict[str, set[tuple[str, int]]] = {}
    for toneless, tone, spelled in well_formed():
        by_form.setdefault(spelled, set()).add((toneless, tone))
    assert all(len(sources) == 1 for sources in by_form.values())


def test_the_styles_differ_in_open_oa_oe_uy_alone() -> None:
    """The old style puts the tone on the vowel before; only there may both be met in one text."""
    for rhyme, at in RHYMES.items():
        if rhyme in {"oa", "oe", "uy"}:
            assert at == 1
        elif len(rhyme) == 2 and set(rhyme) <= VOWELS:
            assert at == (1 if rhyme in {"uê", "uơ"} else 0), rhyme


def test_the_word_list_of_the_model_is_spelled_in_the_canonical_style() -> None:
    """The evidence for the choice: what would change is slips, none of them in an open oa, oe or uy."""
    spelled_new = 0
    for first, followers in load_model().followers.items():
        for syllable in [first, *followers]:
            toneless, tone = split_tone(syllable.lower()) or ("", 0)
            parts = split_syllable(toneless)
            if tone and parts is not None and parts[1] in {"oa", "oe", "uy"}:
                assert canonical(syllable) == syllable
                spelled_new += 1
    assert spelled_new > 100


@pytest.mark.parametrize("toneless", ["film", "brasil", "", "ng", "q", "aeiou", "hòa"])
def test_no_tone_is_placed_on_what_is_no_toneless_syllable(toneless: str) -> None:
    assert place_tone(toneless, 1) is None


@pytest.mark.parametrize("toneless", ["hoc", "cach", "hop", "viêt"])
def test_a_syllable_that_ends_in_a_stop_takes_two_tones_and_none(toneless: str) -> None:
    allowed = [tone for tone in range(len(TONES)) if place_tone(toneless, tone) is not None]
    assert allowed == [0, 2, 5]


def test_gi_and_qu_are_onsets_only_before_a_rhyme() -> None:
    assert split_syllable("gia") == ("gi", "a")
    assert split_syllable("gi") == ("g", "i")
    assert split_syllable("gin") == ("g", "in")
    assert split_syllable("quy") == ("qu", "y")
    assert split_syllable("Quyên") == ("Qu", "yên")


@given(st.text(st.sampled_from("bcdđghklmnpqrstvxaăâeêioôơuưyáàảãạòóọùúýỳ\u0301\u0300") | st.characters(), max_size=10))
def test_canonical_is_idempotent_and_only_moves_the_tone(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert split_tone(once) == split_tone(text)


@pytest.mark.parametrize("form", ["việt", "viet", "nguyen", "hoà", "duong", "a"])
def test_a_syllable_is_known_without_its_diacritics(form: str) -> None:
    assert is_spelled_like_a_syllable(form)


@pytest.mark.parametrize("form", ["gpt", "bean", "max", "đien", "s26", ""])
def test_what_is_no_syllable_in_any_spelling_is_none(form: str) -> None:
    assert not is_spelled_like_a_syllable(form)
