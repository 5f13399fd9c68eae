"""Raw Telex and VNI keys become the syllable that was meant, whatever the order of the keys."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.vietnamese.tones import ONSETS, RHYMES, TONES, place_tone, split_tone
from indexer.vietnamese.typing import LONGEST_TYPED, decode_telex, decode_typing, decode_vni

# The oracle: encoders for the usual order of keys, written from the tables of the two methods.
TELEX = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
VNI = {"ă": "a8", "â": "a6", "đ": "d9", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7"}
TELEX_TONES = ("", "f", "s", "r", "x", "j")
VNI_TONES = ("", "2", "1", "3", "4", "5")


def all_syllables() -> list[str]:
    """Every onset with every rhyme and every tone that gives a well-formed syllable."""
    made = {place_tone(onset + rhyme, tone) for onset in ONSETS for rhyme in RHYMES for tone in range(len(TONES))}
    return sorted(syllable for syllable in made if syllable is not None)


def encode(syllable: str, letters: dict[str, str], tones: tuple[str, ...]) -> tuple[str, str]:
    """The keys of a syllable with the tone at its end, and with the tone right after the marked vowel."""
    parts = split_tone(syllable)
    assert parts is not None
    toneless, tone = parts
    at_end = "".join(letters.get(letter, letter) for letter in toneless) + tones[tone]
    inside = []
    for letter in syllable:
        plain, own = split_tone(letter) or (letter, 0)
        inside.append(letters.get(plain, plain) + tones[own])
    return at_end, "".join(inside)


SYLLABLES = all_syllables()


def test_the_oracle_knows_the_syllables_of_the_language() -> None:
    assert len(SYLLABLES) > 12_000
    assert {"quốc", "nghiêng", "thuở", "khuỷu", "xoong", "gì", "rượu", "ừ"} <= set(SYLLABLES)


def test_every_syllable_typed_in_telex_is_decoded() -> None:
    wrong = []
    for syllable in SYLLABLES:
        for typed in encode(syllable, TELEX, TELEX_TONES):
            expected = None if typed == syllable else syllable
            if "oo" in (split_tone(syllable) or ("", 0))[0]:
                # Two o are ô; a third takes the circumflex back.
                typed = typed.replace("oo", "ooo")
                expected = syllable
            if decode_telex(typed) != expected:
                wrong.append((typed, decode_telex(typed), expected))
    assert wrong == []


def test_every_syllable_typed_in_vni_is_decoded() -> None:
    wrong = []
    for syllable in SYLLABLES:
        for typed in encode(syllable, VNI, VNI_TONES):
            expected = None if typed == syllable else syllable
            if decode_vni(typed) != expected:
                wrong.append((typed, decode_vni(typed), expected))
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddooij", "đội"),
        ("nguowif", "người"),
        ("nguoiwf", "người"),
        ("ngwowif", "người"),
        ("dduowcj", "được"),
        ("dduwocj", "được"),
        ("dad", "đa"),
        ("vietej", "việt"),
        ("vieejt", "việt"),
        ("nhwngx", "những"),
        ("tw", "tư"),
        ("muaw", "mưa"),
        ("quawng", "quăng"),
        ("hoawcj", "hoặc"),
        ("thuowr", "thuở"),
        ("xooong", "xoong"),
        ("hoaf", "hoà"),
        ("gif", "gì"),
        ("đưowcj", "được"),
    ],
)
def test_telex_keys_in_the_orders_people_use(typed: str, meant: str) -> None:
    assert decode_telex(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("d9o6i5", "đội"),
        ("quo61c", "quốc"),
        ("quoc61", "quốc"),
        ("nguo72i", "người"),
        ("nguoi72", "người"),
        ("ngu7o7i2", "người"),
        ("su75", "sự"),
        ("d9u7o7c5", "được"),
        ("mua7", "mưa"),
        ("hoa8c5", "hoặc"),
    ],
)
def test_vni_keys_in_the_orders_people_use(typed: str, meant: str) -> None:
    assert decode_vni(typed) == meant


@pytest.mark.parametrize("typed", ["", "a", "nam", "2023", "covid19x", "b52", "đội", "ass", "windows", "q2", "a11"])
def test_what_is_no_typing_is_left_alone(typed: str) -> None:
    assert decode_typing(typed) == ()


def test_words_that_could_be_keys_are_decoded_for_the_caller_to_judge() -> None:
    assert decode_typing("usd") == ()
    assert decode_typing("his") == ("hí",)
    assert decode_typing("co1") == ("có",)


@given(st.text(max_size=LONGEST_TYPED + 4))
def test_any_string_decodes_to_nothing_or_to_something_new_in_nfc(typed: str) -> None:
    for reading in decode_typing(typed):
        assert reading != typed
        assert unicodedata.is_normalized("NFC", reading)
        assert split_tone(reading) is not None


@given(st.text(alphabet="aeiouydwsfrxjzngthc0123456789ăđơ", max_size=LONGEST_TYPED))
def test_keys_in_any_order_never_raise(typed: str) -> None:
    for reading in decode_typing(typed):
        assert reading in SYLLABLE_SET


SYLLABLE_SET = frozenset(SYLLABLES)
