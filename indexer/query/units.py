"""The units of a query: what a passage must hold to be found.

A unit is a word of one or more syllables, a name, a number or code, or a quoted phrase: syllables that are met side by
side. Words that only ask, and function words, are none unless nothing else is asked. What meets a unit besides what was
typed: its repair, an abbreviation or its long form and, typed without diacritics, what the indexed text has of its
letters. How a run is divided into units is decided in `dividing`, how many of them a passage must hold in `found`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.lexicon import Lexicon
from indexer.query.dividing import divided
from indexer.query.read_run import ReadRun
from indexer.query.reading import Reading
from indexer.query.unit import Unit, UnitReading, letters_of, readings_of, readings_within
from indexer.query.unmarked_names import fuller_readings, has_context, other_readings, pairs_meant
from indexer.query.words import Range, WordRun
from indexer.results import Span
from indexer.schema import Field
from indexer.vietnamese import fold, has_diacritics, is_syllable
from indexer.vietnamese.typing import decode_telex, decode_vni

MOST_READINGS = 12
"""Readings of one unit that are searched."""

_ABBREVIATION = 1 / 3
"""What is typed in capitals alone is an abbreviation where the indexed text has it with a capital in such a share."""

_CHUNK_BEFORE, _CHUNK_AFTER = re.compile(r"(?<!\S)\S*$"), re.compile(r"\S*")
_AROUND = '.,;:!?()[]"“”'
"""What stands around a word and is none of its signs."""


def units_of(
    query: str, run: WordRun, reading: Reading, dropped: Sequence[bool], lexicon: Lexicon | None, *, exact: bool
) -> list[tuple[Unit, bool]]:
    """The units of a run of plain words, each with whether it says something: function words and frames do not.

    With `exact` (beside syllables that carry diacritics), a syllable without them has the level tone.
    """
    read = ReadRun(run, reading, lexicon, exact)
    made = _Units(query, read)
    return [(made.unit(unit), says_something) for unit, says_something in divided(read, dropped)]


@dataclass(frozen=True, slots=True)
class _Units:
    """Makes the units of a run that was read."""

    query: str
    run: ReadRun

    def unit(self, unit: Range) -> Unit:
        """The unit of a range."""
        tokens = self.run.tokens(unit)
        typed = self.run.typed.forms[tokens.start : tokens.stop]
        meant = self.run.forms[unit[0] : unit[1] + 1]
        spans = [span for span in self.run.typed.spans[tokens.start : tokens.stop] if span]
        whole = (spans[0][0], spans[-1][1]) if len(spans) == len(tokens) else None
        spelled = dict.fromkeys((*self._respelled(tokens, unit), *self._expanded(unit)))
        # Where the tokens say less than was typed (`12,5%`), only what says all of it meets the unit.
        less = any(each.signs and range(each.first, each.last + 1) == tokens for each in self.run.typed.respelled)
        less = less and not (typed[0].isalpha() and self._may_be_shouted(typed[0]))
        is_name_as_typed = len(meant) == 2 and self.run.is_unmarked_name(unit[1])
        itself = is_name_as_typed and not has_context(self.run.typed)
        named = all(self.run.typed.initials[tokens.start : tokens.stop])
        letters = dict.fromkeys(self._letters(typed, meant, itself=itself, named=named))
        found = spelled if less and spelled else letters | spelled
        # Of a place with more spellings than that, those that the text has.
        common = sorted(found, key=self._is_lost_pair) if len(found) > MOST_READINGS else found
        readings = tuple(common)[:MOST_READINGS]
        looked_up = len(meant) == 2 and not self.run.exact
        pairs = self._readings_of(each for each in readings if each in letters) if looked_up else ()
        if whole and less:
            whole = self._chunk(*whole)
        text = self.query[slice(*whole)] if whole else " ".join(typed)
        repaired = meant != typed and all(each.field is Field.SYLLABLES for each in letters)
        # Alone, what was repaired would be read otherwise, what has the level tone beside others as anything, and a
        # name that may be something else beside others as nothing else.
        quoted = [each for each in readings if each.field is Field.SYLLABLES]
        is_exact = self.run.exact and not any(map(has_diacritics, typed)) and all(map(is_syllable, typed))
        is_exact = is_exact and [each.forms for each in quoted] == [typed]
        if repaired or is_exact or (is_name_as_typed and not itself):
            query = " OR ".join(f'"{" ".join(each.forms)}"' for each in quoted)
            return Unit(" ".join(meant) if repaired else text, whole, readings, query, pairs=pairs)
        instead = None
        if less and readings[0].field is Field.KEYS and typed[0].isalpha():
            instead = UnitReading(typed)  # An index that was built before has no key of `AI`.
        others = self._others(typed, meant, pairs)
        read = " ".join(meant) if meant != typed and self._stand_nowhere(typed) else text
        return Unit(read, whole, readings, text, instead, pairs=pairs, others=others)

    def _others(
        self, typed: tuple[str, ...], meant: tuple[str, ...], searched: Sequence[tuple[str, ...]]
    ) -> tuple[tuple[str, str], ...]:
        """What two syllables may be that is not searched: users learn of it."""
        if self.run.lexicon is None or len(typed) != 2:
            return ()
        if self.run.exact and meant == typed:
            return fuller_readings(typed, self.run.lexicon)
        return other_readings(typed, searched, self.run.lexicon) if searched else ()

    def _may_be_shouted(self, form: str) -> bool:
        """Whether what was typed in capitals may be any word: alone, where the indexed text has it in small letters."""
        lexicon = self.run.lexicon
        return len(self.run.typed.forms) == 1 and lexicon is not None and lexicon.capital_share(form) < _ABBREVIATION

    def _stand_nowhere(self, typed: Iterable[str]) -> bool:
        """Whether the letters of a token stand nowhere in the index: what is found was not typed."""
        return self.run.lexicon is not None and not all(self.run.lexicon.same_letters(fold(form)) for form in typed)

    def _is_lost_pair(self, reading: UnitReading) -> bool:
        """Whether it is two tokens that the indexed text does not have side by side."""
        return len(reading.forms) == 2 and not self.run.is_pair(reading.forms)

    def _readings_of(self, letters: Iterable[UnitReading]) -> tuple[tuple[str, ...], ...]:
        return tuple([each.forms for each in letters if each.field is Field.SYLLABLES and len(each.forms) == 2])

    def _chunk(self, start: int, end: int) -> Span:
        """A span of the query with what stands around it between blanks, signs of units above all."""
        before, after = _CHUNK_BEFORE.search(self.query[:start]), _CHUNK_AFTER.match(self.query, end)
        assert before is not None and after is not None  # Both may be empty.
        return start - len(before[0].lstrip(_AROUND)), end + len(after[0].rstrip(_AROUND))

    def _letters(
        self, typed: tuple[str, ...], meant: tuple[str, ...], *, itself: bool, named: bool
    ) -> Iterator[UnitReading]:
        """What the letters typed, or the letters that were meant, stand for: `itself`, or whatever has them."""
        if self.run.exact:
            yield UnitReading(typed)
            yield UnitReading(meant)
            return
        letters, lexicon = letters_of(meant), self.run.lexicon
        if itself:
            yield UnitReading(meant)
        elif len(meant) == 1:
            sure = self.run.reading.is_certain or _keys_say(typed, meant[0])
            yield UnitReading(meant) if sure and meant != typed else letters
        elif len(meant) == 2 and lexicon and (pairs := pairs_meant(letters.forms, lexicon, named=named)):
            yield from map(UnitReading, pairs)
        else:
            yield letters
        if letters.forms != typed:
            yield UnitReading(typed, Field.UNMARKED)

    def _respelled(self, tokens: range, unit: Range) -> Iterator[UnitReading]:
        """The other spellings of the tokens typed of a unit, and of what they were repaired to."""
        for each in self.run.typed.respelled:
            if each.first <= tokens.start and tokens.stop <= each.last + 1:
                yield from readings_of(each)
            elif tokens.start <= each.first and each.last < tokens.stop:
                yield from readings_within(each, tokens, self.run.typed.forms)
        for each in self.run.reading.repaired_run.respelled if self.run.reading.repaired_run else ():
            if each.first <= unit[0] and unit[1] <= each.last:
                yield from readings_of(each)

    def _expanded(self, unit: Range) -> Iterator[UnitReading]:
        """What abbreviations in the unit stand for, and the abbreviations of what it is a part of."""
        forms, (first, last) = self.run.forms, unit
        for meaning in self.run.reading.meanings:
            if meaning.kind == "repair":
                continue
            over = meaning.over or self.run.place(meaning.start, meaning.end - 1)
            if over.start <= first and last < over.stop:
                yield UnitReading(meaning.forms)
            elif over.start <= last and first < over.stop:
                # `Bộ GD-ĐT` is `Bộ Giáo dục` too, of which only a part is in what the abbreviation stands for.
                yield UnitReading((*forms[first : over.start], *meaning.forms, *forms[over.stop : last + 1]))


def _keys_say(typed: Sequence[str], meant: str) -> bool:
    """Whether a token is a syllable with its diacritics, typed as keys: `tuowngs`."""
    return len(typed) == 1 and meant in (decode_telex(typed[0]), decode_vni(typed[0]))
