"""What finding keys gives, and what every part of it needs: blanks, numbers, the word before."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

BLANK = "[ \u00a0\u2009\u202f]"
"""A blank, as a class of `re`: numbers and their units are often separated by one that does not break."""

BLANKS = frozenset(BLANK[1:-1])

NUMBER = (
    r"(?:[0-9]{1,3}(?:(?:\.[0-9]{3}){1,6}(?:,[0-9]{1,9})?|(?:,[0-9]{3}){1,6}(?:\.[0-9]{1,9})?)(?![0-9]|[.,][0-9])"
    r"|[0-9]{1,18}(?:[.,][0-9]{1,9})?(?![0-9]))"
)
"""A number as people write it: 1.234.567 and 1,234,567, perhaps with decimals; 12,5 and 12.5; 0500."""


class Keyed(NamedTuple):
    """A stretch of a text that other texts may spell otherwise, `start` to `end` (code points).

    `keys` are what it means, mostly one; whatever has one of them says the same. `also` are the keys of what it says
    besides: a day of a year is that day of any year. A document holds all of them; a query asks for `keys`.
    `signs` says that its tokens alone say less, as they have no signs: `12,5%` has but the token `12.5`.
    """

    start: int
    end: int
    keys: tuple[str, ...]
    also: tuple[str, ...] = ()
    signs: bool = False


def word_before(text: str, at: int, longest: int) -> str:
    """What ends before the character before `at` and begins behind a blank: at most so many characters.

    Whoever asks for letters must be ready for others: it may begin or end with signs.
    """
    return text[max(0, at - 1 - longest) : max(0, at - 1)].rpartition(" ")[2]


def value_of(number: str) -> Decimal:
    """What a match of `NUMBER` means: `1.234.567` and `1,234,567`, `12,5` and `12.5`, `07` and `7` are equal."""
    separators = [character for character in number if character in ".,"]
    if separators:
        whole, decimals = number.rsplit(separators[-1], 1)
        same = separators[0] == separators[-1]
        if same and (len(separators) > 1 or (len(decimals) == 3 and not whole.startswith("0"))):
            number = number.replace(separators[0], "")
        elif same:
            number = f"{whole}.{decimals}"
        else:
            number = f"{whole.replace(separators[0], '')}.{decimals}"
    return Decimal(number)


def written(value: Decimal) -> str:
    """A number in one style: no exponent, no zeros at the end of its decimals."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
