"""Other spellings that no rule gives: names of places and loan words from reviewed tables, and words written as one.

`places.tsv` has a line for each place, `spellings.tsv` for each word: the usual spelling, then others. They are
compared by their forms, so that tone placement, i/y, capitals and what stands between syllables do not count.
`place_names.tsv` has what is known as a name.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from indexer.loops import made_once
from indexer.vietnamese import (
    canonical,
    fold,
    forms,
    has_diacritics,
    is_spelled_like_a_syllable,
    is_syllable,
    other_letter,
    without_diacritics,
    word_pairs,
)

Forms = tuple[str, ...]
_ByFirst = dict[str, list[tuple[Forms, tuple[Forms, ...]]]]
"""First form -> the spellings that begin with it, the longest first, each with all spellings of the same."""

_PLACES_FILE, _WORDS_FILE = "places.tsv", "spellings.tsv"
_NAMES_FILE = "place_names.tsv"
_PHRASES_FILE = "phrases.txt"
_SHORTEST_UNMARKED = 4
"""Letters of a name that is recognised when typed without its diacritics: `Úc` is not, as `uc` may be anything."""


class Named(NamedTuple):
    """A name or a word among forms, `first` to `last` (both included), and the forms of its other spellings."""

    first: int
    last: int
    others: tuple[Forms, ...]


@made_once
def places() -> tuple[tuple[Forms, ...], ...]:
    """The spellings of each place of the table, as forms, the usual one first."""
    return _groups(_PLACES_FILE)


@made_once
def spelled_words() -> tuple[tuple[Forms, ...], ...]:
    """The spellings of each word, and of each name of anything else, likewise."""
    return _groups(_WORDS_FILE)


@made_once
def set_phrases() -> tuple[Forms, ...]:
    """Words of several syllables of which one says nothing elsewhere: `bằng lái`, as forms."""
    return tuple(tuple(forms(line)) for line in _lines(_PHRASES_FILE))


def _groups(name: str) -> tuple[tuple[Forms, ...], ...]:
    rows = (line.split("\t") for line in _lines(name))
    return tuple(tuple(dict.fromkeys(tuple(forms(each)) for each in (usual, *more.split("|")))) for usual, more in rows)


@made_once
def place_names() -> frozenset[Forms]:
    """The names of places that have two syllables, as forms."""
    return frozenset(tuple(forms(name)) for line in _lines(_NAMES_FILE) for name in line.split("|"))


def _lines(name: str) -> list[str]:
    text = importlib.resources.files("indexer.lexicon").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def names_in(typed: Sequence[str]) -> Iterator[Named]:
    """The names of the table of places among forms, the longest first from the left.

    Where no diacritics are typed, names are known without theirs.
    """
    return _among(typed, _unmarked_names() if not any(map(has_diacritics, typed)) else _names())


def words_in(typed: Sequence[str]) -> Iterator[Named]:
    """The words of the other table, and set phrases, likewise.

    Without their diacritics of the words only those that then are no syllables.

    `vacxin` is one, `sup` may be anything.
    """
    return _among(typed, _unmarked_words() if not any(map(has_diacritics, typed)) else _words())


def _among(typed: Sequence[str], by_first: _ByFirst) -> Iterator[Named]:
    at = 0
    while at < len(typed):
        for own, group in by_first.get(typed[at], ()):
            if tuple(typed[at : at + len(own)]) == own:
                yield Named(at, at + len(own) - 1, tuple(each for each in group if each != own))
                at += len(own) - 1
                break
        at += 1


@functools.lru_cache(1 << 12)
def written_apart(form: str) -> tuple[Forms, ...]:
    """The words of two syllables that are written as the one token `form`: `ôtô` is `ô tô`, and so is `oto`."""
    if not has_diacritics(form):
        return tuple(_words_joined_as(form))
    # With diacritics, two syllables are hardly anything else.
    parts = ((form[:at], form[at:]) for at in range(1, len(form)))
    return tuple((canonical(one), canonical(two)) for one, two in parts if is_syllable(one) and is_syllable(two))


@made_once
def _names() -> _ByFirst:
    return _by_first((own, group) for group in places() for own in group)


@made_once
def _words() -> _ByFirst:
    spelled = ((own, group) for group in spelled_words() for own in group)
    return _by_first([*spelled, *((phrase, (phrase,)) for phrase in set_phrases())])


@made_once
def _unmarked_names() -> _ByFirst:
    plain = ((tuple(map(fold, own)), group) for group in places() for own in group)
    return _by_first((own, group) for own, group in plain if sum(map(len, own)) >= _SHORTEST_UNMARKED)


@made_once
def _unmarked_words() -> _ByFirst:
    plain = ((own, tuple(map(fold, own)), group) for group in spelled_words() for own in group)
    spelled = [
        (letters, group)
        for own, letters, group in plain
        if letters == own or (len(own) == 1 and not is_spelled_like_a_syllable(letters[0]))
    ]
    phrases = (tuple(map(fold, phrase)) for phrase in set_phrases())
    return _by_first([*spelled, *((letters, (letters,)) for letters in phrases)])


def _by_first(spellings: Iterable[tuple[Forms, tuple[Forms, ...]]]) -> _ByFirst:
    found: _ByFirst = {}
    for own, group in spellings:
        found.setdefault(own[0], []).append((own, group))
    for names in found.values():
        names.sort(key=lambda each: -len(each[0]))
    return found


def _words_joined_as(form: str) -> Iterator[Forms]:
    """The words of two syllables whose letters, joined, are `form`, which has no diacritics."""
    parts = [(form[:at], form[at:]) for at in range(1, len(form))]
    parts = [each for each in parts if all(map(is_spelled_like_a_syllable, each))]
    if not parts:  # The tables take a single command a tenth of a second to make.
        return
    pairs, begun = word_pairs(), _unmarked_beginnings()
    for letters, rest in parts:
        for first in begun.get(letters, ()):
            for second in pairs[first]:
                if len(second) == len(rest) and rest in _plain_styles(second):
                    yield first, second


@made_once
def _unmarked_beginnings() -> dict[str, tuple[str, ...]]:
    """The first syllables of the dictionary's words of two by their letters, with i and with y."""
    found: dict[str, list[str]] = {}
    for first in word_pairs():
        for letters in _plain_styles(first):
            found.setdefault(letters, []).append(first)
    return {letters: tuple(firsts) for letters, firsts in found.items()}


@functools.lru_cache(1 << 14)
def _plain_styles(form: str) -> set[str]:
    """The letters of a syllable without diacritics, with i and with y."""
    return {without_diacritics(form), without_diacritics(other_letter(form))}
