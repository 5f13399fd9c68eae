"""Spellings that no rule gives: names of places, and words written as one."""

from __future__ import annotations

from collections import Counter

from indexer.lexicon.spellings import names_in, places, set_phrases, spelled_words, words_in, written_apart
from indexer.vietnamese import FUNCTION_WORDS, forms


def test_no_spelling_stands_for_two_things() -> None:
    groups = (*places(), *spelled_words())
    counts = Counter(spelling for group in groups for spelling in group)
    assert [spelling for spelling, count in counts.items() if count > 1] == []
    assert all(len(group) > 1 and all(group) for group in groups)


def test_words_are_found_with_their_other_spellings() -> None:
    (found,) = words_in(forms("tiêm vắc-xin cho trẻ"))
    assert (found.first, found.last) == (1, 2)
    assert ("vaccine",) in found.others and ("vắc", "xin") not in found.others


def test_a_word_without_diacritics_is_one_where_it_is_no_syllable_then() -> None:
    assert [(each.first, each.last) for each in words_in(["tiem", "vacxin"])] == [(1, 1)]
    assert not list(words_in(["sup", "do"]))
    assert not list(words_in(["vac", "xin"]))  # read as `vắc xin` first, where the text has that
    assert not list(words_in(forms("tiêm vacin")))


def test_names_are_found_longest_first() -> None:
    (found,) = names_in(forms("ở thành phố Hồ Chí Minh"))
    assert (found.first, found.last) == (1, 5)
    assert ("tphcm",) in found.others and ("tp", "hcm") in found.others


def test_a_name_without_diacritics_is_one_where_nothing_has_any() -> None:
    (found,) = names_in(["dak", "lak"])
    assert ("đắk", "lắk") in found.others
    assert not list(names_in(forms("ngày bac kan")))
    assert not list(names_in(["uc"]))


def test_words_written_as_one_are_written_apart() -> None:
    assert ("ô", "tô") in written_apart("ôtô")
    assert ("ô", "tô") in written_apart("oto")
    assert ("ty", "vi") in written_apart("tivi")
    assert written_apart("êđê") == (("ê", "đê"),)
    assert written_apart("quốc") == ()
    assert written_apart("xyz") == ()


def test_a_set_phrase_has_a_function_word_and_is_no_other_thing() -> None:
    phrases = set_phrases()
    assert len(set(phrases)) == len(phrases)
    assert [phrase for phrase in phrases if len(phrase) < 2 or FUNCTION_WORDS.isdisjoint(phrase)] == []
    assert not {spelling for group in (*places(), *spelled_words()) for spelling in group} & set(phrases)


def test_set_phrases_are_found_with_and_without_diacritics() -> None:
    for typed in (forms("thi bằng lái xe"), ["thi", "bang", "lai", "xe"]):
        (found,) = words_in(typed)
        assert (found.first, found.last, found.others) == (1, 2, ())
