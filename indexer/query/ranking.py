"""What the plain words of a query ask: units, of which a share must match, and what else adds to the score.

A unit is a syllable or a compound typed as one chunk. The weights are those of the settings; they were measured on
judged queries, as was that words, pairs of neighbours and titles add to the score but never decide what is found.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from indexer.fields import Field
from indexer.query.lookup import Lookup
from indexer.query.segments import Segment
from indexer.query.targets import Meets
from indexer.query.tree import Any, Node, Prefer, Term
from indexer.settings import Settings
from indexer.vietnamese import fold, is_marked

TYPED_SHARE = 0.1
"""Of the weight of a syllable in a text without any marks, the share of the form as typed; the rest goes to the
unmarked form. Shares from 0 to .1 rank alike (nDCG@10 on questions without marks), .3 costs .01."""

TYPED_SHARE_AMONG_MARKS = 0.8
"""The same where marks were typed elsewhere in the text: then a syllable without marks mostly means just that. From
0 to 1 makes no difference on judged questions; it keeps `năm` behind `nam`."""

UNMARKED_WORDS_SHARE = 0.5
"""Of the weight of a word, what is left in a text without any marks, which is segmented less well (+.01)."""


class Ranking:
    """Collects the plain words that stand side by side in a query; terms that come again count once."""

    def __init__(self, lookup: Lookup, settings: Settings) -> None:
        self._lookup = lookup
        self._settings = settings
        self._units: dict[tuple[str, ...], Node] = {}
        self._known: set[tuple[str, ...]] = set()
        self._optional: dict[Node, None] = {}

    def add(self, segment: Segment, dropped: Sequence[bool]) -> None:
        """Add a run of plain words, without the tokens that are `dropped`."""
        settings, forms = self._settings, segment.forms
        for first, last in segment.compounds:
            if all(dropped[first : last + 1]):
                continue
            if last > first:
                self._add_compound(forms[first : last + 1])
            else:
                self._add_syllable(forms[first], segment.marked)
        word_weight = settings.weight_words * (1 if segment.marked else UNMARKED_WORDS_SHARE)
        for word in segment.words:
            if not all(dropped[word.first : word.last + 1]):
                self._prefer(Field.WORDS, word.form, word_weight)
        for index in range(len(forms) - 1):
            if not any(dropped[index : index + 2]):
                self._add_pair(forms[index], forms[index + 1], segment.marked)

    def node(self) -> Node | None:
        """The tree of all that was added, or None when that was nothing.

        Units that the index does not know cannot match: what they would be asked for is not asked of the others when
        it is more than these can give.
        """
        units = [unit for key, unit in self._units.items() if key in self._known] or list(self._units.values())
        if not units:
            return None
        # Without the epsilon, .4 * 5 might be rounded up to 3.
        share = math.ceil(self._settings.minimum_match * len(self._units) - 1e-9)
        minimum = min(max(1, share), len(units))
        required = Any(tuple(units), minimum) if len(units) > 1 else units[0]
        demanded = set(units)
        optional = tuple(node for node in self._optional if node not in demanded)
        if not optional:
            return required
        return Prefer(required, Any(optional) if len(optional) > 1 else optional[0])

    def _add_syllable(self, form: str, among_marks: bool) -> None:
        unit = self._syllable(form, among_marks)
        self._units[form,] = unit or Term(Field.SYLLABLES, form, self._settings.weight_syllables)
        if unit is not None:
            self._known.add((form,))

    def _syllable(self, form: str, among_marks: bool) -> Term | None:
        """The term that decides whether a syllable matches, with its companions added; None if it is unknown."""
        settings, plain = self._settings, fold(form)
        weight = settings.weight_syllables
        meets = self._lookup.meets(form, among_marks)
        if meets is None:
            return None
        if meets is Meets.EXACT:
            self._prefer(Field.TITLE, form, settings.weight_title)
            if is_marked(form):
                self._prefer(Field.UNMARKED, plain, settings.weight_unmarked)
            return Term(Field.SYLLABLES, form, weight)
        # What holds the form as typed holds its unmarked form too, so the latter decides what matches.
        share = 0.0
        if self._lookup.knows(Field.SYLLABLES, form):
            share = TYPED_SHARE_AMONG_MARKS if meets is Meets.RUN else TYPED_SHARE
        self._prefer(Field.SYLLABLES, form, weight * share)
        self._prefer(Field.TITLE_UNMARKED, plain, settings.weight_title)
        return Term(Field.UNMARKED, plain, weight * (1 - share))

    def _add_compound(self, forms: tuple[str, ...]) -> None:
        """Add a compound: its parts in order are what matches; each part adds to the score."""
        leaf, _ = self._lookup.sequence(forms, self._settings.weight_bigrams)
        self._units[forms] = leaf
        parts = [self._syllable(form, any(map(is_marked, forms))) for form in forms]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts):
            self._known.add(forms)
        self._optional.update(dict.fromkeys(known))

    def _add_pair(self, first: str, second: str, among_marks: bool) -> None:
        """Add two neighbours; typed without marks, they are neighbours whatever their marks."""
        leaf, _ = self._lookup.sequence((first, second), self._settings.weight_bigrams, among_marks=among_marks)
        if isinstance(leaf, Term):
            self._prefer(leaf.field, leaf.form, leaf.weight)
        elif leaf.weight > 0:
            self._optional[leaf] = None

    def _prefer(self, field: Field, form: str, weight: float) -> None:
        """Add a term that adds to the score, if the index has it."""
        if weight > 0 and self._lookup.knows(field, form):
            self._optional[Term(field, form, weight)] = None
