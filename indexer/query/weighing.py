"""Weights of names: leaves that are mostly written with a capital count more.

The weight of a syllable is exp(strength (c - .3)), c the share of its occurrences in the indexed text that begin with a
capital (the lexicon counts them while indexing). A word has the highest of its syllables' weights, syllables side by
side the geometric mean of theirs.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from indexer.engine.query import Any, Node, Phrase, Term
from indexer.lexicon import Lexicon
from indexer.schema import Field

COMMON_SHARE = 0.3
"""The share of capitals that neither adds to the weight nor takes from it."""

_CACHED = 1 << 14
_LETTERS = (Field.UNMARKED, Field.TITLE_UNMARKED)


class CapitalWeights:
    """The weights by one lexicon; without one, or with a `strength` of 0, all are 1. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon | None, strength: float) -> None:
        self._lexicon = lexicon if strength else None
        self._strength = strength
        # The cache is the instance's own, so that it goes when it goes.
        self._of_term = functools.lru_cache(_CACHED)(self._term)
        self._of_syllable = functools.lru_cache(_CACHED)(self._syllable)

    def weighed(self, node: Node) -> Node:
        """A leaf, or alternatives, with each weight multiplied by that of the forms it is for."""
        if self._lexicon is None:
            return node
        if isinstance(node, Term):
            return Term(node.field, node.form, node.weight * self._of_term(node.field, node.form))
        if isinstance(node, Phrase):
            return Phrase(node.field, node.forms, node.weight * self._together(node.field, node.forms))
        if isinstance(node, Any):
            return Any(tuple([self.weighed(child) for child in node.children]), node.minimum)
        return node

    def _term(self, field: Field, form: str) -> float:
        """The weight of a term of any field."""
        if field is Field.WORDS:
            return max(self._of_syllable(syllable, False) for syllable in form.split("_"))
        return self._together(field, form.split(" "))

    def _together(self, field: Field, forms: Sequence[str]) -> float:
        """The weight of syllables side by side."""
        letters = field in _LETTERS
        return math.prod([self._of_syllable(form, letters) for form in forms]) ** (1 / len(forms))

    def _syllable(self, form: str, letters: bool) -> float:
        """The weight of a syllable; with `letters`, of all that are the same without diacritics, taken together."""
        lexicon = self._lexicon
        assert lexicon is not None
        numbers = lexicon.same_letters(form) if letters else [lexicon.number(form)]
        known = [number for number in numbers if number > 0]
        every = sum(map(lexicon.count_of, known))
        if not every:
            return 1.0
        capitals = sum(map(lexicon.capitals_of, known))
        return math.exp(self._strength * (capitals / every - COMMON_SHARE))
