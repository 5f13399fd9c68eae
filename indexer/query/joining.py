"""What the indexed text has side by side as one thing, in whatever letters it is typed: names, things with a number.

The lexicon counts how many occurrences of a syllable begin with a capital, but not of which pair. That is enough: two
syllables that both often do, and stand side by side, are a name. Names of places are known besides.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from itertools import pairwise

from indexer.lexicon import Lexicon
from indexer.lexicon.spellings import place_names
from indexer.vietnamese import FUNCTION_WORDS, is_syllable

NAME = 0.1
"""The least product of the shares of capitals of two syllables of a name."""
JOINED_NAME = 0.05
"""The same of two that the text joins. Of pairs of syllables in capitals in the news both find 78 %, of those in small
letters 1.2 %; without this one it is 71 % and .7 %, with half of both 84 % and 2.8 %."""

COMPARABLE = 0.5
"""What letters without diacritics mean side by side may be a name if it is so many times as frequent as the commonest:
`con dao` is Côn Đảo too."""

_BEGINS = 0.1
"""The least share of capitals of a name's first syllable: of `phim Hàn` only the last one has it."""
_NAMES_ALONE = 0.75
"""Syllables with more capitals name something alone: `mỹ`, `nga`."""
_ONE_ORDER = 3
"""The syllables of a name stand in its order so many times as often as in the other."""
_NUMBERED = 5
"""A number follows the syllable that it belongs to more than so many times as often as by chance."""
_LONGEST_NUMBER = 3
"""Digits of a number that says little alone; those of a year say enough."""


def is_name(first: str, second: str, lexicon: Lexicon, *, goes_on: bool = False) -> bool:
    """Whether two syllables, which stand side by side in the text, do so as parts of a name.

    With `goes_on`, the first one is known to be part of a name. Two names that are only told together (`Mỹ - Nga`)
    stand so in either order.
    """
    if (first, second) in place_names():
        return True
    if first in FUNCTION_WORDS or not (is_syllable(first) and is_syllable(second)):
        return False
    begins, ends = 1.0 if goes_on else lexicon.capital_share(first), lexicon.capital_share(second)
    if begins < _BEGINS or begins * ends < JOINED_NAME:
        return False
    ordered = lexicon.pair_count(first, second) > _ONE_ORDER * lexicon.pair_count(second, first)
    two = min(begins, ends) >= _NAMES_ALONE
    if lexicon.are_joined(first, second):
        return ordered or not two
    return begins * ends >= NAME and not two and (ordered or max(begins, ends) < _NAMES_ALONE)


def is_numbered(first: str, second: str, lexicon: Lexicon) -> bool:
    """Whether a short number belongs to the syllable before it: `quận 7`, `tháng 5`."""
    if not second.isdigit() or len(second) > _LONGEST_NUMBER or not first.isalpha() or first in FUNCTION_WORDS:
        return False
    return lexicon.attraction(first, second) > _NUMBERED


def named_in_text(
    forms: Sequence[str],
    joined: Sequence[bool],
    lost: Container[int],
    readings: Callable[[int], Sequence[tuple[int, tuple[str, str]]]],
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
        if goes_on:
            pairs = [pair for pair in pairs if pair[0] == last]
        elif not all(beside):
            # Of a longer word it is known what it means.
            pairs = [pair for pair in pairs if pair == (forms[at - 1], forms[at])]
        if not pairs:
            continue
        name = next((pair for pair in pairs if is_name(*pair, lexicon, goes_on=goes_on)), None)
        # Of a longer word the text must say that it goes on.
        if name and (all(beside) or lexicon.are_joined(*name)):
            named, last = at, name[1]
            yield at
        elif all(beside) and is_numbered(*pairs[0], lexicon):
            yield at
