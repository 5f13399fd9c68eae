"""Other spellings of what stands in a run of plain words, so that each finds the others.

They come from the keys of the text (`indexer.vietnamese.keys`), from reviewed tables of places and of words, and from
what is written as one word or as several (`ôtô`, `ô tô`; `wifi`, `Wi-Fi`; `COVID19`, `covid 19`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.lexicon.spellings import names_in, words_in, written_apart
from indexer.schema import Field, title_key
from indexer.vietnamese import Word, fold, has_diacritics, is_spelled_like_a_syllable, is_syllable
from indexer.vietnamese.keys import keyed, plain

Forms = tuple[str, ...]

_PIECES = re.compile(r"[^\W\d]+|[0-9]+")
_BEFORE_NUMBERS = {"quận": "q", "phường": "p"}
"""What is written as one letter before its number: `quận 1` is `Q.1`, and `Q. 1`."""
_OF_LETTERS = {letter: word for word, letter in _BEFORE_NUMBERS.items()}
_LONGEST_NUMBERED = 2
"""Digits of such a number."""
_SHORTEST_KEY = 3
_LONGEST_TAG = 4


@dataclass(frozen=True, slots=True)
class Respelled:
    """Tokens `first` to `last` of a run, and what else they may be spelled as; whatever is met means the same.

    `keys` are tokens of `Field.KEYS`; `joined` are single syllables without diacritics, `sequences` syllables side by
    side. Where it is `whole`, the tokens are one thing (a date, a code): they are met side by side, and are not
    repaired. With `signs`, they say less than was typed. It is `listed` where a table of words has it.
    """

    first: int
    last: int
    keys: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    sequences: tuple[Forms, ...] = ()
    whole: bool = True
    signs: bool = False
    listed: bool = False

    @property
    def is_place(self) -> bool:
        """Whether the table of places has it."""
        return bool(self.sequences) and not (self.keys or self.listed)

    @property
    def names(self) -> list[tuple[Field, str]]:
        """The terms of keys and joined syllables."""
        return [*((Field.KEYS, key) for key in self.keys), *((Field.UNMARKED, form) for form in self.joined)]

    @property
    def title_names(self) -> list[tuple[Field, str]]:
        """The same of titles."""
        keys = [(Field.KEYS, title_key(key)) for key in self.keys]
        return [*keys, *((Field.TITLE_UNMARKED, form) for form in self.joined)]


def respelled(
    text: str, starts: Sequence[int], ends: Sequence[int], forms: Sequence[str], words: Sequence[Word]
) -> tuple[Respelled, ...]:
    """The other spellings of a run: its text, where its tokens stand in it, their forms, and its words."""
    found = [*_keyed(text, starts, ends, forms)]
    coded = {(each.first, each.last) for each in found}
    found += [each for each in _numbered(forms) if (each.first, each.last) not in coded]
    found += [Respelled(name.first, name.last, sequences=name.others, whole=False) for name in names_in(forms)]
    # A word before a number may be written apart by itself too: `worldcup 2018`.
    taken = {at for each in found for at in range(each.first + is_word_and_number(each, forms), each.last + 1)}
    for at, form in enumerate(forms):
        if at not in taken and (single := _single(at, form, text[starts[at] : ends[at]])):
            found.append(single)
    several = {(word.first, word.last) for word in words if word.last > word.first}
    several |= {(at - 1, at) for at in range(1, len(forms)) if len(forms) <= _LONGEST_TAG}
    if 1 < len(forms) <= _LONGEST_TAG:
        several.add((0, len(forms) - 1))
    for first, last in sorted(several):
        if taken.isdisjoint(range(first, last + 1)) and (
            together := _together(first, [text[starts[at] : ends[at]] for at in range(first, last + 1)])
        ):
            found.append(together)
    known = {(each.first, each.last, own) for each in found for own in each.sequences}
    for each in words_in(forms):
        others = tuple(own for own in each.others if (each.first, each.last, own) not in known)
        found.append(Respelled(each.first, each.last, sequences=others, whole=False, listed=True))
    return tuple(found)


def _may_be_any(letters: str) -> bool:
    return not letters.islower() or is_spelled_like_a_syllable(letters)


def is_word_and_number(each: Respelled, forms: Sequence[str]) -> bool:
    """Whether what may be a code is a word that is no syllable and a number, two tokens: `MH 370`, `worldcup 2018`."""
    first = forms[each.first]
    return each.last == each.first + 1 and forms[each.last].isdigit() and first.isalpha() and not is_syllable(first)


def _keyed(text: str, starts: Sequence[int], ends: Sequence[int], forms: Sequence[str]) -> Iterator[Respelled]:
    """What has a key, without what lies inside of something longer."""
    by_range: dict[tuple[int, int], Respelled] = {}
    furthest = -1
    for each in keyed(text):
        over = range(bisect_left(starts, each.start), bisect_right(ends, each.end))
        if not over:
            continue
        key = over[0], over[-1]
        known = by_range.get(key)
        # They come in the order of their beginnings.
        if known is None and key[1] <= furthest:
            continue
        furthest = max(furthest, key[1])
        typed = tuple(forms[over[0] : over[-1] + 1])
        # Letters that may be any syllable are none that somebody wrote as one: `K'Ho` is not `khó`, nor `AI` `ai`.
        joined = [one for one in each.keys if one.isdigit() or (one.isalpha() and not _may_be_any(one))]
        sequences = [own for one in each.keys for own in _sequences(one) if own != typed]
        by_range[key] = Respelled(
            *key,
            (*(known.keys if known else ()), *each.keys),
            (*(known.joined if known else ()), *joined),
            (*(known.sequences if known else ()), *sequences),
            signs=each.signs and (known is None or known.signs),
        )
    yield from by_range.values()


def _numbered(forms: Sequence[str]) -> Iterator[Respelled]:
    """What is written as a word or as a letter before its number: `quận 1`, `Q. 1`."""
    for at, (word, number) in enumerate(pairwise(forms)):
        letter = _BEFORE_NUMBERS.get(word, word)
        if letter in _OF_LETTERS and _is_short_number(number):
            other = _OF_LETTERS[letter] if word == letter else letter
            yield Respelled(at, at + 1, keys=(letter + number,), sequences=((other, number),))


def _is_short_number(form: str) -> bool:
    return form.isdigit() and len(form) <= _LONGEST_NUMBERED


def _sequences(key: str) -> list[Forms]:
    """The letters and the digits of a code, one after another, and what the letters stand for: `covid19` is `covid 19`.

    Of other keys nothing.
    """
    if not key.replace(" ", "").isalnum() or not key[0].isalpha():
        return []
    pieces = tuple(_PIECES.findall(key))
    if len(pieces) == 2 and pieces[0] in _OF_LETTERS and _is_short_number(pieces[1]):
        return [pieces, (_OF_LETTERS[pieces[0]], pieces[1])]
    if len(pieces) != 2:
        return [pieces] if len(pieces) > 1 else []
    # Of a word that has other spellings, each with the number: `seagame33`.
    others = [own for each in words_in(pieces[:1]) for own in each.others]
    return [pieces, *((*own, pieces[1]) for own in others)]


def _single(at: int, form: str, typed: str) -> Respelled | None:
    """A number, or a word that is no syllable, which others may write in parts: with its key. Not `luong`, `lũ ống`."""
    if form[0].isdigit():
        return Respelled(at, at, keys=(form,), whole=False)
    if len(form) < _SHORTEST_KEY or is_syllable(form) or is_spelled_like_a_syllable(form) or not form.isalpha():
        return None
    return Respelled(at, at, keys=(fold(form),), sequences=written_apart(form), whole=False)


def _together(first: int, typed: Sequence[str]) -> Respelled | None:
    """Syllables that others may write as one: `ô tô`, `wi fi`; but nobody where that is any syllable: `tự ý`, `tùy`."""
    joined = plain("".join(filter(str.isalnum, "".join(typed))))
    if not joined.isalnum() or joined.isdigit() or (not joined.isalpha() and all(map(_is_counted, typed))):
        return None
    if is_spelled_like_a_syllable(joined) and all(is_syllable(each.lower()) for each in typed):
        return None
    return Respelled(first, first + len(typed) - 1, (joined,), (joined,), whole=False)


def _is_counted(typed: str) -> bool:
    """Whether it is a number or a Vietnamese syllable: `tháng 3` is no code, `u 23` may be."""
    return typed[0].isdigit() or (is_syllable(typed.lower()) and (len(typed) > 1 or has_diacritics(typed)))
