"""The contents of a lexicon for one syllable or phrase, for people to read (`indexer lexicon`).

Nothing here affects how a query is read; `repair`, `abbreviations` and `suggest` do that.
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
"""Most variants with other diacritics, and most followers, that are listed of one syllable."""
MOST_SYLLABLES = 32
"""Most syllables of a text that are reported; the rest is left out."""

Counted = tuple[tuple[str, int], ...]
"""Forms with how often they occur, the commonest first."""


@dataclass(frozen=True, slots=True)
class SyllableFacts:
    """One syllable: its count, its share of capitalized occurrences (0 to 1), and related forms.

    `same_letters` are the other forms that differ only in diacritics; `followers` are the forms that directly follow it
    in a sentence.
    """

    form: str
    count: int
    capital_share: float
    same_letters: Counted
    followers: Counted


@dataclass(frozen=True, slots=True)
class Facts:
    """A text: its syllables, how often each follows the one before, and its abbreviations or expansions.

    `phrase_count` is the count of the whole phrase, None where the lexicon does not keep it (it keeps names, titles,
    and word sequences that occur more than once). `readings` are the expansions of the text as an abbreviation,
    `shorts` the abbreviations of the text.
    """

    text: str
    syllables: tuple[SyllableFacts, ...]
    pairs: tuple[int, ...]
    phrase_count: int | None
    readings: tuple[Expansion, ...]
    shorts: tuple[Expansion, ...]


def facts(lexicon: Lexicon, text: str) -> Facts:
    """The facts of a text in `lexicon`; a text without syllables has none."""
    syllables = tuple(forms(text))[:MOST_SYLLABLES]
    abbreviations = Abbreviations(lexicon)
    return Facts(
        text=text,
        syllables=tuple(_syllable(lexicon, form) for form in syllables),
        pairs=tuple(lexicon.pair_count(first, second) for first, second in itertools.pairwise(syllables)),
        phrase_count=lexicon.phrase_count(" ".join(syllables)),
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
    numbers, counts = lexicon.followers(number)
    # One more than is listed: number 0 is the end of a sentence, not a follower.
    order = np.argsort(-counts, kind="stable")[: MOST_LISTED + 1]
    found = zip(numbers[order].tolist(), counts[order].tolist(), strict=True)
    return tuple((lexicon.form(second), count) for second, count in found if second)[:MOST_LISTED]


def _commonest(found: Iterable[tuple[str, int]]) -> Counted:
    return tuple(sorted(found, key=lambda entry: (-entry[1], entry[0]))[:MOST_LISTED])
