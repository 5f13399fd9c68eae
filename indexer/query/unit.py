"""A unit of a query, and what meets it in a passage; `units` has how a query is divided into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.query.respelling import Respelled
from indexer.results import Span
from indexer.schema import Field
from indexer.vietnamese import fold, is_spelled_like_a_syllable, is_syllable


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What meets a unit: terms side by side in a field of a passage.

    The field is SYLLABLES, UNMARKED (any diacritics; then `forms` have none) or, with one term, KEYS.
    """

    forms: tuple[str, ...]
    field: Field = Field.SYLLABLES


def readings_of(other: Respelled) -> Iterator[UnitReading]:
    """The other spellings of tokens as readings."""
    yield from (UnitReading((form,), field) for field, form in other.names)
    yield from map(UnitReading, other.sequences)


def readings_within(each: Respelled, tokens: range, forms: Sequence[str]) -> Iterator[UnitReading]:
    """What meets a unit, `tokens` of a run, of which a part is spelled otherwise: `xe buýt`, `Moon Jae-in`.

    Syllables that are in no table are not read otherwise beside others: their letters may be anything.
    """
    if each.listed or not all(map(is_spelled_like_a_syllable, forms[each.first : each.last + 1])):
        before, after = forms[tokens.start : each.first], forms[each.last + 1 : tokens.stop]
        yield from (UnitReading((*before, *own, *after)) for own in each.sequences)
        for own in each.joined:
            yield UnitReading((*map(fold, before), own, *map(fold, after)), Field.UNMARKED)


_MARKED = frozenset("adeiouy")
"""The letters that can have a diacritic."""


def letters_of(forms: tuple[str, ...]) -> UnitReading:
    """Forms whatever their diacritics."""
    return UnitReading(tuple(map(fold, forms)), Field.UNMARKED)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a query: `text` is how it reads, `span` where it was typed (None: its letters are not in the query).

    `query` finds just the passages that have it. Any of `readings` meets it; where the index has not the first of them
    (of a quoted one, none), `instead` does too. Quotes demand it where it is `quoted`. `pairs` are the readings of two
    syllables without diacritics, `others` those that are not searched, since a name was meant.
    """

    text: str
    span: Span | None
    readings: tuple[UnitReading, ...]
    query: str
    instead: UnitReading | None = None
    quoted: bool = False
    pairs: tuple[tuple[str, ...], ...] = ()
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def is_in_full(self) -> bool:
        """Whether it is a word or name in full: no number, no date, and no abbreviation that has a long form."""
        typed = self.readings[0].forms
        letters = {fold("".join(each.forms)) for each in self.readings}
        return "".join(typed).isalpha() and (len(letters) == 1 or all(map(is_syllable, typed)))


def quoted_unit(
    text: str, forms: tuple[str, ...], others: Sequence[UnitReading] = (), *, alone: bool = False, exact: bool
) -> Unit:
    """The unit of a quoted phrase, which is met by its `others` spellings too, or by these `alone`.

    Without `exact`, forms without diacritics are met by others where the index lacks them, if any letter can have one.
    """
    if alone:
        return Unit(text, None, tuple(others), f'"{text}"', UnitReading(forms), quoted=True)
    letters = letters_of(forms)
    may_have = any(not _MARKED.isdisjoint(form) for form in forms)
    instead = letters if letters.forms == forms and may_have and not exact else None
    return Unit(text, None, (UnitReading(forms), *others), f'"{text}"', instead, quoted=True)
