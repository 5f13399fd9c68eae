"""What the indexed text has side by side as one thing, in whatever letters it is typed: names, things with a number.

The lexicon counts how often two syllables side by side both begin with a capital. Names of places are known besides.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from itertools import pairwise

from indexer.lexicon import Lexicon
from indexer.lexicon.spellings import place_names
from indexer.vietnamese import FUNCTION_WORDS, is_spelled_like_a_syllable, is_syllable, words_of_three

Pairs = Sequence[tuple[int, tuple[str, str]]]
"""What two syllables side by side mean, each with how often it stands in the text."""

HONORIFICS = frozenset(["ông", "bà", "anh", "chị", "cô", "chú", "bác", "em", "thầy", "cậu", "dì", "ngài", "cụ"])
"""Before a name, with a capital only where a sentence or a query begins: no part of it."""

_OFFICES = frozenset(["bộ", "sở", "cục", "vụ"])

NAME = 0.5
"""The least share of the occurrences of two syllables side by side in which both begin with a capital, of a name."""
_SURE_NAME = 0.9
"""The same where one of them is mostly none, and begins sentences (`Ông Hùng`); but Như Thanh is a name."""
_LEAST_SURE = 3
"""And the least number of these occurrences."""
_GOING_ON = 0.1
"""The same of the further syllables of a name: Thành Nhân, behind Nguyễn Thành."""
IN_NAMES = "anh"
"""A word for a person that says nothing by itself, but is the last syllable of many names (Lan Anh, Việt Anh)."""

COMPARABLE = 0.5
"""What letters without diacritics mean side by side may be a name if it is so many times as frequent as the commonest:
`con dao` is Côn Đảo too."""

_WEAK = 0.05
"""Where two names stand side by side, the text has the last syllable of one and the first of the other so less than so
many times as often as the other syllables of each."""
_BY_CHANCE = 3
"""How many times as often as by chance they stand side by side, at most."""
_MOSTLY = 0.25
"""Without capitals, with a hyphen between (`Jong-un`), two syllables are of one name where one of them stands so often
beside the other."""
_SELDOM = 0.1
"""The same of two names of other languages."""
_ONLY_THERE = 0.9
"""What stands so often behind one syllable belongs to it, with or without a capital: `nguyên đán`."""

_NUMBERED = 5
"""A number follows the syllable that it belongs to more than so many times as often as by chance."""
_LONGEST_NUMBER = 3
"""Digits of a number that says little alone; those of a year say enough."""


def parts_names(before: Pairs, after: Pairs, lexicon: Lexicon) -> bool:
    """Whether two syllables are the last one of a name and the first one of another: `Nha Trang Khánh Hòa`.

    Given is what each of them means beside its other neighbour (as `readings` of `named_in_text`).
    """
    if not before or not after:
        return False
    (one, ending), (other, beginning) = (
        max((lexicon.capital_pair_count(*pair), pair) for _, pair in each) for each in (before, after)
    )
    between = ending[1], beginning[0]
    if lexicon.capital_pair_count(*between) < _WEAK * min(one, other):
        return True
    # Of rare names, what is hardly more often so than by chance: `Quang Hải Đình Bắc`.
    drawn = lexicon.attraction(*between)
    return (
        bool(one and other)
        and drawn < _BY_CHANCE
        and drawn < min(lexicon.attraction(*each) for each in (ending, beginning))
    )


def is_of_one_name(first: str, second: str, lexicon: Lexicon) -> bool:
    """Whether two syllables typed as parts of a name are of one: `Mỹ Iran` are two, with a dash between in the text."""
    if is_syllable(first) and not is_spelled_like_a_syllable(second):
        # Who is named in another language has the country before now and then: `Mỹ Obama`, but `Kim Jong`.
        return lexicon.pair_count(first, second) > _MOSTLY * lexicon.count(second)
    rarer = min(lexicon.count(first), lexicon.count(second))
    if not is_spelled_like_a_syllable(first) and not is_spelled_like_a_syllable(second):
        return lexicon.pair_count(first, second) > _SELDOM * rarer  # `Real Madrid`, but `Venezuela Maduro`.
    if lexicon.capital_pair_count(first, second):
        return True
    return lexicon.pair_count(first, second) > _MOSTLY * rarer


def is_name(first: str, second: str, lexicon: Lexicon, *, goes_on: bool = False) -> bool:
    """Whether two syllables, where the text has them side by side, are mostly written as parts of a name.

    With `goes_on`, the first one is known to be part of a name: then they must be written so now and then, and stand
    there more often than by chance.
    """
    if (first, second) in place_names():
        return True
    if goes_on:
        count = lexicon.pair_count(first, second)
        if count > _LEAST_SURE and count >= _ONLY_THERE * lexicon.count(second):
            return True
        if lexicon.attraction(first, second) < 1:
            return False
    if not (is_syllable(first) and is_syllable(second)):
        return False
    least, share = 1, NAME
    if goes_on:
        share = _GOING_ON
    elif first in FUNCTION_WORDS or first in HONORIFICS or (second in HONORIFICS and second != IN_NAMES):
        least, share = _LEAST_SURE, _SURE_NAME
    capitals = lexicon.capital_pair_count(first, second)
    return capitals >= least and capitals >= share * lexicon.pair_count(first, second)


def is_numbered(first: str, second: str, lexicon: Lexicon) -> bool:
    """Whether a short number belongs to the syllable before it: `quận 7`, `tháng 5`, `bão số 3`."""
    if not second.isdigit() or len(second) > _LONGEST_NUMBER or not first.isalpha() or first in FUNCTION_WORDS:
        return False
    if first == "số":
        return lexicon.pair_count(first, second) > 0
    return lexicon.attraction(first, second) > _NUMBERED


def is_word_of_three(firsts: Pairs, lasts: Pairs) -> bool:
    """Whether two pairs that overlap make a word of the dictionary."""
    words = words_of_three() if firsts and lasts else frozenset()
    return any((*first, last[1]) in words for _, first in firsts for _, last in lasts if first[1] == last[0])


def named_in_text(
    forms: Sequence[str],
    joined: Sequence[bool],
    lost: Container[int],
    readings: Callable[[int], Pairs],
    lexicon: Lexicon,
) -> Iterator[int]:
    """Those of some tokens that continue the one before as a name, or as the number of a thing.

    `joined` says which tokens continue the one before in any case, `lost` are no part of anything, and `readings` has
    what a token and the one before mean side by side, with how often, most often first.
    """
    alone = [not before and not after for before, after in pairwise((*joined, False))]
    named, last = 0, ""
    for at in range(1, len(forms)):
        beside = alone[at - 1 : at + 1]
        if joined[at] or at in lost or at - 1 in lost or not any(beside):
            continue
        found = readings(at)
        pairs = [pair for count, pair in found if count >= COMPARABLE * found[0][0]]
        goes_on = last != "" and named == at - 1
        if goes_on and at + 1 < len(forms) and parts_names(readings(at - 1), readings(at + 1), lexicon):
            continue
        if goes_on:
            pairs = [pair for pair in pairs if pair[0] == last]
        elif not all(beside):
            # Of a longer word it is known what it means.
            pairs = [pair for pair in pairs if pair == (forms[at - 1], forms[at])]
        if not pairs:
            continue
        name = next((pair for pair in pairs if is_name(*pair, lexicon, goes_on=goes_on)), None)
        # Of a longer word the text must say that it goes on, but for that after an office: `bộ công an`.
        if name and (all(beside) or name[0] in _OFFICES or lexicon.are_joined(*name)):
            named, last = at, name[1]
            yield at
        elif all(beside) and is_numbered(*pairs[0], lexicon):
            yield at
