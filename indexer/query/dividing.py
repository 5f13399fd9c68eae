"""Dividing a run of plain words into units: which of its tokens are met side by side."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.query.joining import HONORIFICS, is_of_one_name, is_word_of_three, named_in_text, parts_names
from indexer.query.read_run import ReadRun
from indexer.query.respelling import Respelled
from indexer.query.words import Range
from indexer.vietnamese import CONNECTIVES, FUNCTION_WORDS, fold, has_diacritics, is_syllable

OUTDONE = 5
"""Two syllables that stand side by side as they were read are no word of the dictionary that is more than so many times
as rare."""

_BEFORE_NAMES = HONORIFICS | {"ở", "tại", "từ", "với"}
"""Words that make no phrase with what follows them: it means itself without them, too."""

_NAMED_THINGS = {
    *["nhà", "vua", "chúa", "triều", "nước", "tiếng", "chữ", "người", "dân", "quân", "họ", "tộc", "đạo"],
    *["biển", "sông", "núi", "hồ", "đảo", "vịnh", "đèo", "cầu", "chùa", "đền", "miền", "phía"],
}
"""What names of one syllable stand behind, which are other words elsewhere: `nhà Minh`, `biển Đông`."""
_PEOPLE = {"người", "dân", "quân"}
"""Of these, what follows says more often what they do: `người chết`, `dân dọn nhà`."""
_NAME = 0.2
"""The least share in capitals of what may be a name, in small letters."""
_MOSTLY_A_NAME = 0.5
"""The share in capitals of what is a name however it is typed: `người hoa`, `tiếng thái`."""
_WITH_CAPITAL, _IN_SMALL_LETTERS = 1, 5
"""The text has them side by side more than so many times as often as by chance; by how the name was typed."""

_OF_MONEY = ("vnd", "usd")  # How the keys of amounts of money end.

_PLAIN_CONNECTIVES = frozenset(map(fold, CONNECTIVES))

_COUNTRY = "anh"
"""A pronoun too, but seldom at the end of a query: `thủ tướng anh`."""


def divided(run: ReadRun, dropped: Sequence[bool]) -> list[tuple[Range, bool]]:
    """The tokens of each unit, in order, and whether it says something: function words and frames do not.

    Of the tokens typed, those that are `dropped` make no word with others.
    """
    division = _Division(run, dropped)
    return [(unit, division.says_something(unit)) for unit in division.ranges()]


@dataclass(frozen=True)
class _Division:
    """Each way to join tokens looks at those that the ones before it left apart."""

    run: ReadRun
    dropped: Sequence[bool]

    def ranges(self) -> list[Range]:
        """The tokens of each unit, in order."""
        firsts = [at for at, follows in enumerate(self._joined()) if not follows]
        return [(first, after - 1) for first, after in pairwise([*firsts, len(self.run.forms)])]

    def _joined(self) -> list[bool]:
        """For each token whether it is met right behind the one before it."""
        held = self._held()
        joined, named = list(held), self._named()
        for at in range(1, len(joined)):
            joined[at] = (joined[at] or (named[at] and self._is_of_one_name(at))) and not self._parts_names(at)
        for at in self._words_read_apart(joined):
            joined[at] = True
        lexicon = self.run.lexicon
        if lexicon is not None:
            for at in named_in_text(self.run.forms, tuple(joined), self._lost, self.run.readings_beside, lexicon):
                joined[at] = True
        for at in range(1, len(joined)):
            joined[at] = joined[at] or self._is_given_name(at, joined) or self._is_short_name(at, joined)
        if len(joined) == 2 and not joined[1]:
            joined[1] = self._is_name_or_phrase()
        if len(joined) > 1 and self.run.exact and self.run.forms[-1] == _COUNTRY and not self.run.typed.initials[-1]:
            joined[-1] = joined[-1] or self.run.beside(len(joined) - 1)
        return [each and (held[at] or self._are_in_one_case(at)) for at, each in enumerate(joined)]

    def _held(self) -> list[bool]:
        """The same of what is a word, one chunk, one thing, or in a table."""
        run, lost = self.run.read, self._lost
        joined = [False] * len(run.forms)
        for first, last in run.units:
            joined[first + 1 : last + 1] = self._held_together(range(first + 1, last + 1))
        for at in range(1, len(joined)):
            # `tội gì`: what asks is a word of its own, unless the text has both.
            joined[at] = joined[at] and self._are_in_one_case(at) and (at not in lost or self.run.beside(at))
        for first, last in (*self.run.typed.compounds, *self._things()):
            if last > first:
                place = self.run.place(first, last)
                joined[place.start + 1 : place.stop] = [True] * (len(place) - 1)
        for first, last in self._listed():
            whole = [False, *[True] * (last - first), False]
            joined[first : last + 2] = whole[: len(joined) - first]
        return joined

    def _are_in_one_case(self, at: int) -> bool:
        """Whether a token is in capitals as the one before is, or neither: `MU thua`, `giảm VAT` are two words."""
        return at == 0 or self._capitals[at - 1] == self._capitals[at]

    @functools.cached_property
    def _capitals(self) -> Sequence[bool]:
        return self.run.of_places(self.run.typed.capitals)

    def _listed(self) -> Iterator[Range]:
        """What a table of words has, as repaired or as typed; not where a word begins at its end: `về nhà nước`.

        And places that are typed without diacritics among words that have them: `công an ha noi`.
        """
        found = {(each.first, each.last) for each in self.run.read.respelled if each.listed}
        if self.run.exact:
            found |= {
                (each.first, each.last) for each in self.run.read.respelled if each.is_place and self._is_bare(each)
            }
        for each in self.run.typed.respelled if self.run.reading.repairs else ():
            if each.listed:
                place = self.run.place(each.first, each.last)
                found.add((place.start, place.stop - 1))
        for first, last in sorted(found):
            if not (fold(self.run.forms[first]) in _PLAIN_CONNECTIVES and self._begins_word(last)):
                yield first, last

    def _is_bare(self, other: Respelled) -> bool:
        """Whether tokens have no diacritics, and the last one begins no word: `hội an toàn`."""
        tokens = self.run.forms[other.first : other.last + 1]
        return not any(map(has_diacritics, tokens)) and not self._begins_word(other.last)

    def _begins_word(self, at: int) -> bool:
        """Whether a token begins a word with the one behind it, which the indexed text has."""
        lexicon = self.run.lexicon
        if lexicon is None or at + 1 == len(self.run.forms):
            return False
        return any(lexicon.is_word_of_two(*pair) for _, pair in self.run.readings_beside(at + 1))

    def _is_of_one_name(self, at: int) -> bool:
        """Whether a token typed as a further syllable of a name is of one name with the one before."""
        lexicon = self.run.lexicon
        return lexicon is None or any(is_of_one_name(*pair, lexicon) for _, pair in self.run.readings_beside(at))

    def _parts_names(self, at: int) -> bool:
        """Whether a token begins a name, and the one before ends another."""
        lexicon = self.run.lexicon
        if lexicon is None or not 1 < at < len(self.run.forms) - 1:
            return False
        pair = self.run.forms[at - 1], self.run.forms[at]
        if lexicon.is_word_of_two(*pair) and lexicon.are_joined(*pair):
            return False  # `Đảng Cộng sản Việt Nam`
        return parts_names(self.run.readings_beside(at - 1), self.run.readings_beside(at + 1), lexicon)

    def _is_given_name(self, at: int, joined: Sequence[bool]) -> bool:
        """Whether a token is the name of who is called by the one before: `ông Phong`, alone wind or style too.

        With further names it is one by itself: `ông Nguyễn Phong`.
        """
        title, name = self.run.forms[at - 1 : at + 1]
        place, initials = self.run.tokens((at, at)).start, (*self.run.typed.initials, False)
        if joined[at - 1] or any(joined[at + 1 : at + 2]) or initials[place + 1] or not initials[place]:
            return False
        return self.run.exact and title in HONORIFICS and is_syllable(name) and self.run.beside(at)

    def _is_short_name(self, at: int, joined: Sequence[bool]) -> bool:
        """Whether a token is a name of one syllable, and the one before what is named: `nhà Minh`, `tiếng Hoa`.

        In small letters, where the text has them side by side much more often than by chance.
        """
        lexicon, (head, name) = self.run.lexicon, self.run.forms[at - 1 : at + 1]
        if lexicon is None or head not in _NAMED_THINGS or not is_syllable(name):
            return False
        place, initials = self.run.tokens((at, at)).start, (*self.run.typed.initials, False)
        if joined[at - 1] or any(joined[at : at + 2]) or initials[place + 1]:
            return False
        if (head in _PEOPLE and not self._may_be_name(at)) or (name in FUNCTION_WORDS and not initials[place]):
            return False
        is_name = initials[place] or lexicon.capital_share(name) >= _MOSTLY_A_NAME
        return lexicon.attraction(head, name) > (_WITH_CAPITAL if is_name else _IN_SMALL_LETTERS)

    def _things(self) -> Iterator[Range]:
        """The tokens typed that are one thing: a date, a code.

        Typed apart, letters and a number are one where the text has them so, or another spelling of them: `MH 370`, not
        `covid 2021`. An amount of money is one in any case: `100 nghìn đồng`.
        """
        for each in self.run.typed.respelled:
            stand = self._stand_together(self.run.place(each.first, each.last))
            stand = stand or any(map(self.run.is_pair, each.sequences))
            if each.whole and (stand or any(key.endswith(_OF_MONEY) for key in each.keys)):
                yield each.first, each.last

    def _stand_together(self, tokens: range) -> bool:
        """Whether the indexed text has each of some tokens right after the one before, or all of them in one chunk."""
        typed = "".join(self.run.forms[tokens.start : tokens.stop])
        return self.run.lexicon is None or self.run.lexicon.count(typed) > 0 or all(map(self.run.beside, tokens[1:]))

    @functools.cached_property
    def _lost(self) -> set[int]:
        """The tokens that stand in the place of dropped ones."""
        return {place for at, places in enumerate(self.run.places) if self.dropped[at] for place in places}

    def _is_name_or_phrase(self) -> bool:
        """Whether two tokens, of which one or both say nothing, are a name or a phrase that the indexed text has.

        Without this, `tuấn anh` and `lan anh` would ask for no more than their first syllable. Typed without
        diacritics, what says nothing may be another word (`gia cho`), before another one if the dictionary has it so
        (`la ban`).
        """
        lexicon = self.run.lexicon
        if lexicon is None or any(self.dropped):
            return False
        first, second = self.run.forms
        match [self.says_something((at, at)) for at in range(2)]:
            case [True, False]:
                # Connectives (`của`, `trong`) end a phrase only where the text says so.
                if not self.run.exact or second not in CONNECTIVES:
                    return self.run.beside(1)
                return lexicon.are_joined(first, second)
            case [False, True]:
                if any(lexicon.is_word_of_two(*pair) for _, pair in self.run.readings_beside(1)):
                    return True
                # Who is called by a name is another than what is called `em bé`.
                is_called = first in HONORIFICS and not self._may_be_name(1)
                return (
                    self.run.exact and (first not in _BEFORE_NAMES or is_called) and lexicon.are_joined(first, second)
                )
            case [False, False]:
                return self.run.beside(1)
        return False

    def _may_be_name(self, at: int) -> bool:
        """Whether a token was typed with a capital, or the text has it so now and then."""
        lexicon, place = self.run.lexicon, self.run.tokens((at, at)).start
        return self.run.typed.initials[place] or lexicon is None or lexicon.capital_share(self.run.forms[at]) >= _NAME

    def _words_read_apart(self, joined: Sequence[bool]) -> Iterator[int]:
        """The further tokens of what was read apart, but is a word of the dictionary that the indexed text has."""
        forms = self.run.forms
        if self.run.lexicon is None:
            return
        usable = [at not in self._lost and form.isalpha() for at, form in enumerate(forms)]
        alone = [not before and not after for before, after in pairwise((*joined, False))]
        known: dict[int, list[tuple[int, tuple[str, str]]]] = {}
        for at in range(1, len(forms)):
            if usable[at - 1] and usable[at] and self._are_in_one_case(at) and not self._parts_names(at):
                found = self.run.readings_beside(at)
                if self.run.reading.is_certain:
                    found = [each for each in found if each[1] == forms[at - 1 : at + 1]]
                known[at] = [each for each in found if self.run.lexicon.is_word_of_two(*each[1])]
        for at in range(2, len(forms)):
            outside = joined[at - 2] or (at + 1 < len(forms) and joined[at + 1])
            if not outside and is_word_of_three(known.get(at - 1, ()), known.get(at, ())):
                alone[at - 2 : at + 1] = [False] * 3
                yield from (at - 1, at)
        pairs = []
        for at, found in known.items():
            count = found[0][0] if found else 0
            if count and count * OUTDONE >= self.run.lexicon.pair_count(*forms[at - 1 : at + 1]):
                pairs.append((-count, at))
        for _, at in sorted(pairs):
            if alone[at - 1] and alone[at]:
                alone[at - 1] = alone[at] = False
                yield at

    def says_something(self, unit: Range) -> bool:
        """Whether it is more than a function word or a part of a question frame."""
        if unit[0] == unit[1] and self.run.forms[unit[0]] in FUNCTION_WORDS and not self._is_named(unit):
            return False
        return not all(self.dropped[at] for at in self.run.tokens(unit))

    def _is_named(self, unit: Range) -> bool:
        """Whether what may be a function word was typed as a name: `công ty AI`, `Thủ tướng Anh`.

        A capital at the beginning of a query, or of every word, says nothing.
        """
        at, initials = self.run.tokens(unit).start, self.run.typed.initials
        return self.run.typed.capitals[at] or (at > 0 and initials[at] and not all(initials))

    def _named(self) -> list[bool]:
        """For each token, whether it was typed as a further syllable of a name is."""
        named = [False] * len(self.run.forms)
        for at, places in enumerate(self.run.places):
            if places.start > 1 or self.run.forms[0] not in HONORIFICS:
                named[places.start] = self.run.typed.named[at]
        return named

    def _held_together(self, further: range) -> list[bool]:
        """Of the further tokens of what was segmented as one word, whether they are of one word with those before.

        It is wrong where neither the indexed text nor the dictionary has them side by side, and where a word of the
        dictionary is followed by what only the text has there: `khách quan | truyền`, as in `cơ quan truyền thông`.
        """
        lexicon, forms = self.run.lexicon, self.run.forms
        if lexicon is None:
            return [True] * len(further)
        words = [lexicon.is_word_of_two(*forms[at - 1 : at + 1]) for at in further]
        return [is_word or (self.run.beside(at) and not any(words)) for at, is_word in zip(further, words, strict=True)]
