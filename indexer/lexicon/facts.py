"""What a lexicon knows of a syllable or a phrase, gathered for a person to read.

Nothing here decides how a query is read; that is for `repair`, `abbreviations` and `suggest`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from indexer.lexicon.abbreviations import Abbreviations, Expansion
from indexer.lexicon.store import Lexicon
from indexer.vietnamese import fold, forms

MOST_LISTED = 10
"""Other diacritics, and followers, of one syllable that are listed, the commonest first."""
MOST_SYLLABLES = 32
"""Syllables of a text that are told of; the rest is left out."""

Counted = tuple[tuple[str, int], ...]
"""Forms with how often they occur, the commonest first."""


@dataclass(frozen=True, slots=True)
class SyllableFacts:
    """One syllable: how often it occurs, the share of it in capitals (0 to 1), and what is near it.

    `same_letters` are the other forms that are the same without diacritics, `followers` what directly follows it in a
    sentence.
    """

    form: str
    count: int
    capital_share: float
    same_letters: Counted
    followers: Counted


@dataclass(frozen=True, slots=True)
class Facts:
    """A text: its syllables, how often each follows the one before, and which abbreviations it takes part in.

    `phrase_count` is how often the whole phrase occurs, None where it is no phrase that the lexicon keeps (a name, a
    title, or a run of words that came more than once). `readings` is what the text stands for as an abbreviation,
    `shorts` how the text is abbreviated.
    """

    text: str
    syllables: tuple[SyllableFacts, ...]
    pairs: tuple[int, ...]
    phrase_count: int | None
    readings: tuple[Expansion, ...]
    shorts: tuple[Expansion, ...]


def facts(lexicon: Lexicon, text: str) -> Facts:
    """What `lexicon` knows of a text; of a text without any syllable, nothing."""
    syllables = tuple(forms(text))[:MOST_SYLLABLES]
    abbreviations = Abbreviations(lexicon)
    return Facts(
        text=text,
        syllables=tuple(_syllable(lexicon, form) for form in syllables),
        pairs=tuple(lexicon.pair_count(first, second) for first, second in itertools.pairwise(syllables)),
        phrase_count=_phrase_count(lexicon, syllables),
        readings=tuple(abbreviations.expansions(syllables)),
        shorts=tuple(abbreviations.abbreviations(syllables)),
    )


def _syllable(lexicon: Lexicon, form: str) -> SyllableFacts:
    alike = ((lexicon.form(number), lexicon.count_of(number)) for number in lexicon.same_letters(fold(form)))
    return SyllableFacts(
        form=form,
        count=lexicon.count(form),
        capital_share=lexicon.capital_share(form),
        same_letters=_commonest((other, count) for other, count in alike if other != form),
        followers=_followers(lexicon, form),
    )


def _followers(lexicon: Lexicon, form: str) -> Counted:
    number = lexicon.number(form)
    if number < 0:
        return ()
    row = slice(lexicon.rows[number], lexicon.rows[number + 1])
    # One more than is listed: number 0 is the end of a sentence, not a follower.
    order = np.argsort(-lexicon.pair_counts[row].astype(np.int64), kind="stable")[: MOST_LISTED + 1]
    found = zip(lexicon.seconds[row][order].tolist(), lexicon.pair_counts[row][order].tolist(), strict=True)
    return tuple((lexicon.form(second), count) for second, count in found if second)[:MOST_LISTED]


def _phrase_count(lexicon: Lexicon, syllables: tuple[str, ...]) -> int | None:
    phrase = " ".join(syllables)
    key = fold(phrase)
    for number in lexicon.phrase_keys.prefixed(key):
        if lexicon.phrase_keys[number] != key:
            return None  # Keys ascend: the equal ones come first.
        if lexicon.phrases[number] == phrase:
            return int(lexicon.phrase_counts[number])
    return None


def _commonest(found: Iterable[tuple[str, int]]) -> Counted:
    return tuple(sorted(found, key=lambda entry: (-entry[1], entry[0]))[:MOST_LISTED])
