"""The document frequencies of a query's terms, and the field and spelling of each term that follow from them.

Diacritics you type must match: a form typed with diacritics is looked for as it is. If the index does not hold it at
all, its letters alone are looked for, so that a slip of diacritics still finds. A form typed without diacritics may
mean any with them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from indexer.engine.base import Vocabulary
from indexer.engine.query import Phrase, Term
from indexer.passages.targets import MatchMode
from indexer.schema import Field, bigram
from indexer.vietnamese import fold, has_diacritics

Name: TypeAlias = tuple[Field, str]
"""A term: its field and its form."""

_UNMARKED_OF = {Field.SYLLABLES: Field.UNMARKED, Field.TITLE: Field.TITLE_UNMARKED}


def names_of(forms: Sequence[str], field: Field = Field.SYLLABLES) -> Iterator[Name]:
    """The terms to know the frequencies of before `Frequencies.sequence` is asked for `forms`."""
    for form in forms:
        yield field, form
        yield _UNMARKED_OF[field], fold(form)
    if len(forms) == 2 and field is Field.SYLLABLES:
        yield Field.BIGRAMS, bigram(*forms)


class Frequencies:
    """The document frequencies of some terms; of others it knows nothing (`KeyError`).

    `paragraphs` counts those of the index. With `literal`, a form without diacritics has the level tone.
    """

    def __init__(self, counts: Mapping[Name, int], paragraphs: int = 0, *, literal: bool = False) -> None:
        self._counts = counts
        self.paragraphs = paragraphs
        self._literal = literal
        self._modes: dict[tuple[str, bool, Field], MatchMode | None] = {}

    @classmethod
    def ask(cls, vocabulary: Vocabulary, names: Iterable[Name], *, literal: bool = False) -> Frequencies:
        """Those of the terms in an index, asked for in one call."""
        names = list(dict.fromkeys(names))
        counts = vocabulary.document_frequencies(names) if names else ()
        return cls(dict(zip(names, counts, strict=True)), vocabulary.paragraphs, literal=literal)

    def frequency(self, field: Field, form: str) -> int:
        """How many paragraphs hold a form in a field."""
        return self._counts[field, form]

    def knows(self, field: Field, form: str) -> bool:
        """Whether the index holds the form in the field."""
        return self._counts[field, form] > 0

    def lacks(self, field: Field, form: str) -> bool:
        """Whether the index is known not to hold the form in the field."""
        return self._counts.get((field, form)) == 0

    def information(self, forms: Sequence[str], *, unmarked: bool = False) -> float:
        """How much it says, in nats, that a paragraph holds forms side by side: at least, by what is known of them.

        With `unmarked`, that it holds their letters.
        """
        if unmarked:
            names = [(Field.UNMARKED, fold(form)) for form in forms]
        else:
            pairs = [(Field.BIGRAMS, bigram(*pair)) for pair in pairwise(forms)]
            names = [*((Field.SYLLABLES, form) for form in forms), *pairs]
        held = min(self._counts.get(name, self.paragraphs) for name in names)
        return information(held, self.paragraphs)

    def match_mode(self, form: str, among_diacritics: bool, field: Field = Field.SYLLABLES) -> MatchMode | None:
        """Which tokens of the index a syllable matches: EXACT, RUN or UNMARKED; None when there is none.

        `among_diacritics` says whether diacritics were typed elsewhere in the same text; then RUN stands for a form
        without diacritics that the index holds with and without.
        """
        key = form, among_diacritics, field
        if key not in self._modes:
            same, alike = self._counts[field, form], self._counts[_UNMARKED_OF[field], fold(form)]
            if self._literal:
                alike = same
            mode = None if not alike else MatchMode.RUN if same and among_diacritics else MatchMode.UNMARKED
            if mode and (same == alike or (same and has_diacritics(form))):
                mode = MatchMode.EXACT
            self._modes[key] = mode
        return self._modes[key]

    def demanded(
        self, forms: tuple[str, ...], weight: float, field: Field = Field.SYLLABLES, *, exact: bool
    ) -> tuple[Term | Phrase, bool]:
        """As `sequence`, but with `exact`, or where one has diacritics, for the forms as they are, known or not."""
        if exact or any(map(has_diacritics, forms)):
            return leaf(field, forms, weight), False
        return self.sequence(forms, weight, field)

    def sequence(
        self, forms: tuple[str, ...], weight: float, field: Field = Field.SYLLABLES, *, among_diacritics: bool = False
    ) -> tuple[Term | Phrase, bool]:
        """The leaf for `forms` side by side (or for the only one), and whether it looks for them without diacritics.

        It does for forms typed wholly without diacritics, unless `among_diacritics` (the text around them has
        diacritics) and the index holds them all as typed; and for forms typed with diacritics of which the index lacks
        one.
        """
        marked = among_diacritics or any(map(has_diacritics, forms))
        if MatchMode.UNMARKED in [self.match_mode(form, marked, field) for form in forms]:
            return leaf(_UNMARKED_OF[field], tuple(map(fold, forms)), weight), True
        return leaf(field, forms, weight), False


def information(held: int, paragraphs: int) -> float:
    """How much it says, in nats, that a paragraph has what so many of all have: the idf of BM25."""
    return math.log(1 + (paragraphs - held + 0.5) / (held + 0.5))


def leaf(field: Field, forms: tuple[str, ...], weight: float) -> Term | Phrase:
    """What finds forms side by side in a field."""
    if len(forms) == 1:
        return Term(field, forms[0], weight)
    if len(forms) == 2 and field is Field.SYLLABLES:
        # The same paragraphs as the phrase, but read from one posting list.
        return Term(Field.BIGRAMS, bigram(*forms), weight)
    return Phrase(field, forms, weight)
