"""The units of a query: what a passage must hold to be found.

A unit is a word of one or more syllables, a name, a number or code, or a quoted phrase: syllables that are met side by
side. Words that only ask, and function words, are none unless nothing else is asked. What meets a unit besides what was
typed: its repair, an abbreviation or its long form and, typed without diacritics, what the indexed text has of its
letters. How many units a passage must hold is decided in `found`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.lexicon import Lexicon
from indexer.query.joining import HONORIFICS, is_of_one_name, is_word_of_three, named_in_text, parts_names
from indexer.query.reading import Reading
from indexer.query.unit import Unit, UnitReading, letters_of, readings_of, readings_within
from indexer.query.unmarked_names import has_context, is_unmarked_name, other_readings, pairs_meant
from indexer.query.words import Range, WordRun
from indexer.results import Span
from indexer.schema import Field
from indexer.vietnamese import (
    CONNECTIVES,
    FUNCTION_WORDS,
    fold,
    has_diacritics,
    is_syllable,
)

MOST_READINGS = 12
"""Readings of one unit that are searched."""

OUTDONE = 5
"""Two syllables that stand side by side as they were read are no word of the dictionary that is more than so many times
as rare."""

_BEFORE_NAMES = HONORIFICS | {"ở", "tại", "từ", "với"}
"""Words that make no phrase with what follows them: it means itself without them, too."""

_OF_MONEY = ("vnd", "usd")  # How the keys of amounts of money end.

_COUNTRY = "anh"
"""A pronoun too, but seldom at the end of a query: `thủ tướng anh`."""

_CHUNK_BEFORE, _CHUNK_AFTER = re.compile(r"(?<!\S)\S*$"), re.compile(r"\S*")
_AROUND = '.,;:!?()[]"“”'
"""What stands around a word and is none of its signs."""


def units_of(
    query: str, run: WordRun, reading: Reading, dropped: Sequence[bool], lexicon: Lexicon | None, *, exact: bool
) -> list[tuple[Unit, bool]]:
    """The units of a run of plain words, each with whether it says something: function words and frames do not.

    With `exact` (beside syllables that carry diacritics), a syllable without them has the level tone.
    """
    made = _Units(query, run, reading, lexicon, exact)
    return [(made.unit(unit), made.says_something(unit, dropped)) for unit in made.ranges(dropped)]


@dataclass(frozen=True)
class _Units:
    """The units of a run. Ranges count the tokens of the run as repaired, or as typed where nothing was repaired."""

    query: str
    run: WordRun
    reading: Reading
    lexicon: Lexicon | None
    exact: bool

    @property
    def _read(self) -> WordRun:
        return self.reading.repaired_run or self.run

    def ranges(self, dropped: Sequence[bool] = ()) -> list[Range]:
        """The tokens of each unit, in order; those that are `dropped` make no word with others."""
        run = self._read
        joined = [False] * len(run.forms)
        for first, last in run.units:
            joined[first + 1 : last + 1] = self._held_together(range(first + 1, last + 1))
        capitals, lost = self._of_places(self.run.capitals), self._lost(dropped)
        for at in range(1, len(joined)):
            # `MU thua`: what is in capitals is a word of its own. `tội gì`: what asks is, unless the text has both.
            joined[at] = joined[at] and capitals[at - 1] == capitals[at] and (at not in lost or self._beside(at))
        for first, last in (*self.run.compounds, *self._things()):
            if last > first:
                place = self._place(first, last)
                joined[place.start + 1 : place.stop] = [True] * (len(place) - 1)
        for each in run.respelled:
            if each.listed:
                whole = [False, *[True] * (each.last - each.first), False]
                joined[each.first : each.last + 2] = whole[: len(joined) - each.first]
        named = self._named()
        for at in range(1, len(joined)):
            joined[at] = (joined[at] or (named[at] and self._is_of_one_name(at))) and not self._parts_names(at)
        for at in self._words_read_apart(joined, dropped):
            joined[at] = True
        if self.lexicon is not None:
            for at in named_in_text(self._read.forms, tuple(joined), lost, self._readings_beside, self.lexicon):
                joined[at] = True
        for at in range(1, len(joined)):
            joined[at] = joined[at] or self._is_given_name(at, joined)
        if len(joined) == 2 and not joined[1]:
            joined[1] = self._is_name_or_phrase(dropped)
        if len(joined) > 1 and self.exact and self._read.forms[-1] == _COUNTRY and not self.run.initials[-1]:
            joined[-1] = joined[-1] or self._beside(len(joined) - 1)
        firsts = [at for at, follows in enumerate(joined) if not follows]
        return [(first, after - 1) for first, after in pairwise([*firsts, len(joined)])]

    def _is_of_one_name(self, at: int) -> bool:
        """Whether a token typed as a further syllable of a name is of one name with the one before."""
        lexicon = self.lexicon
        return lexicon is None or any(is_of_one_name(*pair, lexicon) for _, pair in self._readings_beside(at))

    def _parts_names(self, at: int) -> bool:
        """Whether a token begins a name, and the one before ends another."""
        if self.lexicon is None or not 1 < at < len(self._read.forms) - 1:
            return False
        return parts_names(self._readings_beside(at - 1), self._readings_beside(at + 1), self.lexicon)

    def _is_given_name(self, at: int, joined: Sequence[bool]) -> bool:
        """Whether a token is the name of who is called by the one before: `ông Phong`, alone wind or style too.

        With further names it is one by itself: `ông Nguyễn Phong`.
        """
        title, name = self._read.forms[at - 1 : at + 1]
        place, initials = self._tokens((at, at)).start, (*self.run.initials, False)
        single = not joined[at - 1] and not any(joined[at + 1 : at + 2]) and not initials[place + 1]
        return (
            self.exact and single and initials[place] and title in HONORIFICS and is_syllable(name) and self._beside(at)
        )

    def _things(self) -> Iterator[Range]:
        """The tokens typed that are one thing: a date, a code.

        Typed apart, letters and a number are one where the text has them so, or another spelling of them: `MH 370`, not
        `covid 2021`. An amount of money is one in any case: `100 nghìn đồng`.
        """
        for each in self.run.respelled:
            stand = self._stand_together(self._place(each.first, each.last)) or any(map(self._is_pair, each.sequences))
            if each.whole and (stand or any(key.endswith(_OF_MONEY) for key in each.keys)):
                yield each.first, each.last

    def _is_pair(self, forms: Sequence[str]) -> bool:
        """Whether the indexed text has two tokens side by side."""
        return self.lexicon is not None and len(forms) == 2 and self.lexicon.pair_count(*forms) > 0

    def _stand_together(self, tokens: range) -> bool:
        """Whether the indexed text has each of some tokens right after the one before, or all of them in one chunk."""
        typed = "".join(self._read.forms[tokens.start : tokens.stop])
        return self.lexicon is None or self.lexicon.count(typed) > 0 or all(map(self._beside, tokens[1:]))

    def _lost(self, dropped: Sequence[bool]) -> set[int]:
        """The tokens that stand in the place of dropped ones."""
        return {place for at, places in enumerate(self._places) if dropped and dropped[at] for place in places}

    def _is_name_or_phrase(self, dropped: Sequence[bool]) -> bool:
        """Whether two tokens, of which one or both say nothing, are a name or a phrase that the indexed text has.

        Without this, `tuấn anh` and `lan anh` would ask for no more than their first syllable. Typed without
        diacritics, what says nothing may be another word (`gia cho`), before another one if the dictionary has it so
        (`la ban`).
        """
        lexicon = self.lexicon
        if lexicon is None or not dropped or any(dropped):
            return False
        first, second = self._read.forms
        match [self.says_something((at, at), dropped) for at in range(2)]:
            case [True, False]:
                # Connectives (`của`, `trong`) end a phrase only where the text says so.
                if not self.exact or second not in CONNECTIVES:
                    return self._beside(1)
                return lexicon.are_joined(first, second)
            case [False, True]:
                if any(lexicon.is_word_of_two(*pair) for _, pair in self._readings_beside(1)):
                    return True
                return self.exact and first not in _BEFORE_NAMES and lexicon.are_joined(first, second)
            case [False, False]:
                return self._beside(1)
        return False

    def _words_read_apart(self, joined: Sequence[bool], dropped: Sequence[bool]) -> Iterator[int]:
        """The further tokens of what was read apart, but is a word of the dictionary that the indexed text has."""
        forms = self._read.forms
        if self.lexicon is None:
            return
        lost, capitals = self._lost(dropped), self._of_places(self.run.capitals)
        usable = [at not in lost and form.isalpha() for at, form in enumerate(forms)]
        alone = [not before and not after for before, after in pairwise((*joined, False))]
        known: dict[int, list[tuple[int, tuple[str, str]]]] = {}
        for at in range(1, len(forms)):
            if usable[at - 1] and usable[at] and capitals[at - 1] == capitals[at] and not self._parts_names(at):
                found = self._readings_beside(at)
                known[at] = [each for each in found if self.lexicon.is_word_of_two(*each[1])]
        for at in range(2, len(forms)):
            outside = joined[at - 2] or (at + 1 < len(forms) and joined[at + 1])
            if not outside and is_word_of_three(known.get(at - 1, ()), known.get(at, ())):
                alone[at - 2 : at + 1] = [False] * 3
                yield from (at - 1, at)
        pairs = []
        for at, found in known.items():
            count = found[0][0] if found else 0
            if count and count * OUTDONE >= self.lexicon.pair_count(*forms[at - 1 : at + 1]):
                pairs.append((-count, at))
        for _, at in sorted(pairs):
            if alone[at - 1] and alone[at]:
                alone[at - 1] = alone[at] = False
                yield at

    def _readings_beside(self, at: int) -> list[tuple[int, tuple[str, str]]]:
        """What a token and the one before mean side by side in the indexed text, and how often they stand there so."""
        found = self._known_beside.get(at)
        if found is None:
            assert self.lexicon is not None
            first, second = self._read.forms[at - 1 : at + 1]
            if self.exact:
                count = self.lexicon.pair_count(first, second)
                found = [(count, (first, second))] if count else []
            else:
                found = self.lexicon.pair_readings(fold(first), fold(second))
                if self._is_unmarked_name(at):
                    found.sort(key=lambda each: each[1] != (first, second))
            self._known_beside[at] = found
        return found

    @functools.cached_property
    def _known_beside(self) -> dict[int, list[tuple[int, tuple[str, str]]]]:
        return {}  # What `_readings_beside` found: each way to join tokens asks it.

    def says_something(self, unit: Range, dropped: Sequence[bool]) -> bool:
        """Whether it is more than a function word or a part of a question frame."""
        if unit[0] == unit[1] and self._read.forms[unit[0]] in FUNCTION_WORDS and not self._is_named(unit):
            return False
        return not all(dropped[at] for at in self._tokens(unit))

    def _is_named(self, unit: Range) -> bool:
        """Whether what may be a function word was typed as a name: `công ty AI`, `Thủ tướng Anh`.

        A capital at the beginning of a query, or of every word, says nothing.
        """
        at, initials = self._tokens(unit).start, self.run.initials
        return self.run.capitals[at] or (at > 0 and initials[at] and not all(initials))

    def unit(self, unit: Range) -> Unit:
        """The unit of a range."""
        tokens = self._tokens(unit)
        typed = self.run.forms[tokens.start : tokens.stop]
        meant = self._read.forms[unit[0] : unit[1] + 1]
        spans = [span for span in self.run.spans[tokens.start : tokens.stop] if span]
        whole = (spans[0][0], spans[-1][1]) if len(spans) == len(tokens) else None
        spelled = dict.fromkeys((*self._respelled(tokens, unit), *self._expanded(unit)))
        # Where the tokens say less than was typed (`12,5%`), only what says all of it meets the unit.
        less = any(each.signs and range(each.first, each.last + 1) == tokens for each in self.run.respelled)
        is_name_as_typed = len(meant) == 2 and self._is_unmarked_name(unit[1])
        itself = is_name_as_typed and not has_context(self.run)
        letters = dict.fromkeys(
            self._letters(typed, meant, itself=itself, named=all(self.run.initials[tokens.start : tokens.stop]))
        )
        found = spelled if less and spelled else letters | spelled
        # Of a place with more spellings than that, those that the text has.
        common = sorted(found, key=self._is_lost_pair) if len(found) > MOST_READINGS else found
        readings = tuple(common)[:MOST_READINGS]
        pairs = () if self.exact or len(meant) != 2 else self._readings_of(each for each in readings if each in letters)
        if whole and less:
            whole = self._chunk(*whole)
        text = self.query[slice(*whole)] if whole else " ".join(typed)
        repaired = meant != typed and all(each.field is Field.SYLLABLES for each in letters)
        # Alone, what was repaired would be read otherwise, what has the level tone beside others as anything, and a
        # name that may be something else beside others as nothing else.
        quoted = [each for each in readings if each.field is Field.SYLLABLES]
        is_exact = self.exact and not any(map(has_diacritics, typed)) and len(quoted) == 1
        if repaired or is_exact or (is_name_as_typed and not itself):
            query = " OR ".join(f'"{" ".join(each.forms)}"' for each in quoted)
            return Unit(" ".join(meant) if repaired else text, whole, readings, query, pairs=pairs)
        others = other_readings(typed, pairs, self.lexicon) if self.lexicon and pairs and len(typed) == 2 else ()
        read = " ".join(meant) if meant != typed and self._stand_nowhere(typed) else text
        return Unit(read, whole, readings, text, pairs=pairs, others=others)

    def _stand_nowhere(self, typed: Iterable[str]) -> bool:
        """Whether the letters of a token stand nowhere in the index: what is found was not typed."""
        return self.lexicon is not None and not all(self.lexicon.same_letters(fold(form)) for form in typed)

    def _is_lost_pair(self, reading: UnitReading) -> bool:
        """Whether it is two tokens that the indexed text does not have side by side."""
        return len(reading.forms) == 2 and not self._is_pair(reading.forms)

    def _readings_of(self, letters: Iterable[UnitReading]) -> tuple[tuple[str, ...], ...]:
        return tuple([each.forms for each in letters if each.field is Field.SYLLABLES and len(each.forms) == 2])

    def _chunk(self, start: int, end: int) -> Span:
        """A span of the query with what stands around it between blanks, signs of units above all."""
        before, after = _CHUNK_BEFORE.search(self.query[:start]), _CHUNK_AFTER.match(self.query, end)
        assert before is not None and after is not None  # Both may be empty.
        return start - len(before[0].lstrip(_AROUND)), end + len(after[0].rstrip(_AROUND))

    def _is_unmarked_name(self, at: int) -> bool:
        """Whether a token and the one before were typed, and stay, as a name without diacritics."""
        tokens = self._tokens((at - 1, at))
        stays = self._read.forms[at - 1 : at + 1] == self.run.forms[tokens.start : tokens.stop]
        return stays and self.lexicon is not None and is_unmarked_name(self.run, tokens.start + 1, self.lexicon)

    def _letters(
        self, typed: tuple[str, ...], meant: tuple[str, ...], *, itself: bool, named: bool
    ) -> Iterator[UnitReading]:
        """What the letters typed, or the letters that were meant, stand for: `itself`, or whatever has them."""
        if self.exact:
            yield UnitReading(typed)
            yield UnitReading(meant)
            return
        letters = letters_of(meant)
        if len(meant) == 1:
            yield UnitReading(meant) if self.reading.is_certain and meant != typed else letters
        elif itself:
            yield UnitReading(meant)
        elif len(meant) == 2 and self.lexicon and (pairs := pairs_meant(letters.forms, self.lexicon, named=named)):
            yield from map(UnitReading, pairs)
        else:
            yield letters
        if letters.forms != typed:
            yield UnitReading(typed, Field.UNMARKED)

    def _respelled(self, tokens: range, unit: Range) -> Iterator[UnitReading]:
        """The other spellings of the tokens typed of a unit, and of what they were repaired to."""
        for each in self.run.respelled:
            if each.first <= tokens.start and tokens.stop <= each.last + 1:
                yield from readings_of(each)
            elif tokens.start <= each.first and each.last < tokens.stop:
                yield from readings_within(each, tokens, self.run.forms)
        for each in self.reading.repaired_run.respelled if self.reading.repaired_run else ():
            if each.first <= unit[0] and unit[1] <= each.last:
                yield from readings_of(each)

    def _expanded(self, unit: Range) -> Iterator[UnitReading]:
        """What abbreviations in the unit stand for, and the abbreviations of what it is a part of."""
        forms, (first, last) = self._read.forms, unit
        for meaning in self.reading.meanings:
            if meaning.kind == "repair":
                continue
            over = meaning.over or self._place(meaning.start, meaning.end - 1)
            if over.start <= first and last < over.stop:
                yield UnitReading(meaning.forms)
            elif over.start <= last and first < over.stop:
                # `Bộ GD-ĐT` is `Bộ Giáo dục` too, of which only a part is in what the abbreviation stands for.
                yield UnitReading((*forms[first : over.start], *meaning.forms, *forms[over.stop : last + 1]))

    @functools.cached_property
    def _places(self) -> Sequence[range]:
        """For each token typed the tokens that stand in its place."""
        places = self.reading.places if self.reading.repaired_run else ()
        return places or [range(at, at + 1) for at in range(len(self.run.forms))]

    @functools.cached_property
    def _typed_at(self) -> Sequence[range]:
        """For each token the tokens typed that it stands for."""
        typed = [range(0)] * len(self._read.forms)
        for at, places in enumerate(self._places):
            for place in places:
                typed[place] = range(typed[place].start if typed[place] else at, at + 1)
        return typed

    def _place(self, first: int, last: int) -> range:
        return range(self._places[first].start, self._places[last].stop)

    def _tokens(self, unit: Range) -> range:
        """The tokens typed of which a unit was made."""
        return range(self._typed_at[unit[0]].start, self._typed_at[unit[1]].stop)

    def _of_places(self, typed: Sequence[bool]) -> list[bool]:
        """What holds for typed tokens, for the tokens in their places."""
        found = [False] * len(self._read.forms)
        for at, places in enumerate(self._places):
            found[places.start : places.stop] = [typed[at]] * len(places)
        return found

    def _named(self) -> list[bool]:
        """For each token, whether it was typed as a further syllable of a name is."""
        named = [False] * len(self._read.forms)
        for at, places in enumerate(self._places):
            if places.start > 1 or self._read.forms[0] not in HONORIFICS:
                named[places.start] = self.run.named[at]
        return named

    def _held_together(self, further: range) -> list[bool]:
        """Of the further tokens of what was segmented as one word, whether they are of one word with those before.

        It is wrong where neither the indexed text nor the dictionary has them side by side, and where a word of the
        dictionary is followed by what only the text has there: `khách quan | truyền`, as in `cơ quan truyền thông`.
        """
        lexicon, forms = self.lexicon, self._read.forms
        if lexicon is None:
            return [True] * len(further)
        words = [lexicon.is_word_of_two(*forms[at - 1 : at + 1]) for at in further]
        return [is_word or (self._beside(at) and not any(words)) for at, is_word in zip(further, words, strict=True)]

    def _beside(self, at: int) -> bool:
        """Whether the indexed text has a token right after the one before; without a lexicon, it may."""
        return self.lexicon is None or bool(self._readings_beside(at))
