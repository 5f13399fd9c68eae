"""Names of two syllables in a query without diacritics, as far as the archive tells names from words.

Names that have no diacritics at all mean themselves (`nha trang`, `gia lai`): the archive must have the letters side by
side as a name, about as often as what else they may be read as. What is typed like a name (`Dien Bien`) is rather one
of those readings whose syllables often have capitals: Điện Biên, not diễn biến.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.lexicon import Lexicon
from indexer.lexicon.spellings import place_names
from indexer.query.joining import is_name
from indexer.query.words import WordRun
from indexer.vietnamese import FUNCTION_WORDS, fold, is_syllable

LEAST = 0.5
"""How often the archive has such a name, as a share of the commonest reading with diacritics."""
LEAST_OF_PLACES = 0.25
"""The same of places, where the query has no other words that speak for a reading: Nha Trang, Nhà Trắng."""


def is_unmarked_name(run: WordRun, at: int, lexicon: Lexicon) -> bool:
    """Whether a token and the one before, typed without diacritics, are such a name."""
    first, second = run.forms[at - 1 : at + 1]
    if run.marked or first in FUNCTION_WORDS or second in FUNCTION_WORDS:
        return False
    if not (is_syllable(first) and is_syllable(second)) or not (count := lexicon.pair_count(first, second)):
        return False
    typed_like_one = run.initials[at - 1] and run.initials[at]
    if not is_name(first, second, lexicon) or not (typed_like_one or lexicon.are_joined(first, second)):
        return False
    least = LEAST_OF_PLACES if (first, second) in place_names() and not has_context(run) else LEAST
    return count >= least * lexicon.pair_readings(first, second)[0][0]


NEAR_THE_LIKELIEST = 0.2
"""Readings that may be the name that was typed, as a share of the likeliest."""


def name_readings(first: str, second: str, lexicon: Lexicon) -> list[tuple[int, tuple[str, str]]]:
    """What two syllables without diacritics, typed like a name, may be, each with how likely it is, most first.

    That is how often both begin with a capital where they stand side by side in the text.
    """
    weighed = [(lexicon.capital_pair_count(*pair), pair) for _, pair in lexicon.pair_readings(first, second)]
    least = NEAR_THE_LIKELIEST * max((weight for weight, _ in weighed), default=0)
    return sorted([each for each in weighed if each[0] >= least > 0], reverse=True)


OTHER_READING = 0.25
"""Of two syllables without diacritics, the rarest reading that is not searched and that users are shown, as a share of
the commonest that is."""
MOST_OTHERS = 2


def other_readings(
    typed: tuple[str, ...], searched: Sequence[tuple[str, ...]], lexicon: Lexicon
) -> tuple[tuple[str, str], ...]:
    """What two syllables without diacritics, of which some readings are searched, may be besides."""
    first, second = map(fold, typed)
    least = OTHER_READING * max(lexicon.pair_count(*pair) for pair in searched)
    found = [pair for count, pair in lexicon.pair_readings(first, second) if count >= least and pair not in searched]
    return tuple([pair for pair in found if lexicon.are_joined(*pair)][:MOST_OTHERS])


def has_context(run: WordRun) -> bool:
    """Whether other words of the query say what two of them mean."""
    return len(run.forms) > 2
