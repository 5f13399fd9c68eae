"""Spellings that no rule gives: names of places, and words written as one."""

from __future__ import annotations

from collections import Counter

from indexer.lexicon.spellings import names_in, places, spelled_words, words_in, written_apart
from indexer.vietnamese import forms


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
