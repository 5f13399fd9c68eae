"""In which field, and in which spelling, syllables of a query are looked for: what the vocabulary of the index decides.

Diacritics that were typed must match: a form typed with diacritics is looked for as it is. If the index does not hold
it at all, its letters alone are looked for, so that a slip of diacritics still finds. A form typed without diacritics
may mean any marked one.
"""

from __future__ import annotations

import functools

from indexer.engine.base import Vocabulary
from indexer.engine.query import Phrase, Term
from indexer.passages.targets import MatchMode
from indexer.schema import Field, bigram
from indexer.vietnamese import fold, has_diacritics

_UNMARKED_OF = {Field.SYLLABLES: Field.UNMARKED, Field.TITLE: Field.TITLE_UNMARKED}


_CACHED = 1 << 15


class Lookup:
    """Answers for one index, remembered for a while. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        # Caches are the instance's own, so that they go when it goes. A query asks a hundred times, of few forms.
        self.frequency = functools.lru_cache(_CACHED)(vocabulary.document_frequency)
        """How many paragraphs hold a form in a field."""
        self._alike = functools.lru_cache(_CACHED)(self._match_mode)

    def knows(self, field: Field, form: str) -> bool:
        """Whether the index holds the form in the field."""
        return self.frequency(field, form) > 0

    def match_mode(self, form: str, among_diacritics: bool, field: Field = Field.SYLLABLES) -> MatchMode | None:
        """Which tokens of the index a syllable matches: EXACT, RUN or UNMARKED; None when there is none.

        `among_diacritics` says whether diacritics were typed elsewhere in the same text; then RUN stands for a form
        without diacritics that the index holds with and without.
        """
        return self._alike(form, among_diacritics, field)

    def _match_mode(self, form: str, among_diacritics: bool, field: Field) -> MatchMode | None:
        same = self.frequency(field, form)
        alike = self.frequency(_UNMARKED_OF[field], fold(form))
        if not alike:
            return None
        if same == alike or (same and has_diacritics(form)):
            return MatchMode.EXACT
        return MatchMode.RUN if same and among_diacritics else MatchMode.UNMARKED

    def sequence(
        self, forms: tuple[str, ...], weight: float, field: Field = Field.SYLLABLES, *, among_diacritics: bool = False
    ) -> tuple[Term | Phrase, bool]:
        """The leaf for `forms` side by side (or for the only one), and whether it looks for them without diacritics.

        It does for forms typed wholly without diacritics, unless `among_diacritics` (the text around them has
        diacritics) and the index holds them all as typed; and for forms typed with diacritics of which the index lacks
        one.
        """
        marked = among_diacritics or any(map(has_diacritics, forms))
        met = [self.match_mode(form, marked, field) for form in forms]
        if MatchMode.UNMARKED in met:
            return _leaf(_UNMARKED_OF[field], tuple(map(fold, forms)), weight), True
        return _leaf(field, forms, weight), False


def _leaf(field: Field, forms: tuple[str, ...], weight: float) -> Term | Phrase:
    if len(forms) == 1:
        return Term(field, forms[0], weight)
    if len(forms) == 2 and field is Field.SYLLABLES:
        # The same paragraphs as the phrase, but read from one posting list.
        return Term(Field.BIGRAMS, bigram(*forms), weight)
    return Phrase(field, forms, weight)
