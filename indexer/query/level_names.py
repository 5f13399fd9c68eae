"""Names that have no diacritics at all, in a query without any: `nha trang`, `gia lai` mean themselves.

The archive must have the letters side by side as a name, about as often as what else they may be read as.
"""

from __future__ import annotations

from indexer.lexicon import Lexicon
from indexer.query.joining import is_name
from indexer.query.words import WordRun
from indexer.vietnamese import FUNCTION_WORDS, is_syllable

LEAST = 0.25
"""How often the archive has such a name, as a share of the commonest reading with diacritics: Nha Trang, Nhà Trắng."""
LEAST_AMONG_OTHERS = 0.5
"""The same in a longer query, whose other words speak for a reading too."""
LEAST_CAPITALISED = 0.05
"""The same of a name typed like one, alone. Phu Quoc stands so 5 times in the news, and Phú Quốc 143 times."""


def is_level_name(run: WordRun, at: int, lexicon: Lexicon) -> bool:
    """Whether a token and the one before, typed without diacritics, are such a name."""
    first, second = run.forms[at - 1 : at + 1]
    if run.marked or first in FUNCTION_WORDS or second in FUNCTION_WORDS:
        return False
    if not (is_syllable(first) and is_syllable(second)) or not (count := lexicon.pair_count(first, second)):
        return False
    typed_like_one = run.initials[at - 1] and run.initials[at]
    if not typed_like_one and not (is_name(first, second, lexicon) and lexicon.are_joined(first, second)):
        return False
    least = LEAST_AMONG_OTHERS if has_context(run) else LEAST_CAPITALISED if typed_like_one else LEAST
    return count >= least * lexicon.pair_readings(first, second)[0][0]


def has_context(run: WordRun) -> bool:
    """Whether other words of the query say what two of them mean."""
    return len(run.forms) > 2
