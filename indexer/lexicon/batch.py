"""A batch of analysed text as arrays: what `learn` counts from, without a step of Python for each token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.definitions import defined
from indexer.lexicon.phrases import Flags, Ids, TokenFlags
from indexer.vietnamese import Analyses

BREAK = 0
"""The number that stands for the start and the end of a sentence in a stream of syllables."""

_TABLE = 0x3000
_LETTER, _SPACE, _SOFT, _HARD = 0, 1, 2, 3
_SOFT_MARKS = ",-–—/&+*'’‘_=<>|~@#%^$°·•"


def _character_kinds() -> NDArray[np.uint8]:
    kinds = np.full(_TABLE + 1, _LETTER, np.uint8)
    for code in range(_TABLE):
        character = chr(code)
        if character in "\n\r\u2028\u2029":
            kinds[code] = _HARD
        elif character.isspace():
            kinds[code] = _SPACE
        elif character in _SOFT_MARKS:
            kinds[code] = _SOFT
        elif not character.isalnum() and character.isprintable() and not 0x300 <= code < 0x370:
            kinds[code] = _HARD
    return kinds


_KINDS = _character_kinds()
_CAPITALS = np.array([chr(code).isupper() for code in range(_TABLE)] + [False])
# Two line breaks, so that the two characters before any token exist and part it from the text before.
_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learned of several paragraphs, taken out of their text: no text is needed any more to count it.

    The members that have an entry for each token stand in order of the text. `before` is what parts a token from the
    one before it: nothing but space, or punctuation, weak or strong.
    """

    forms: Sequence[str]
    numbers: Ids
    counts: Ids
    joined: Flags
    before: NDArray[np.uint8]
    capital: Flags
    definitions: list[tuple[int, str, tuple[str, ...]]]
    """(paragraph, short form, long form) of each abbreviation that is defined."""


def lesson(texts: Sequence[str], analyses: Analyses) -> Lesson:
    """What is to be learned of paragraphs, given their texts as written and their analyses."""
    characters = np.frombuffer((_BETWEEN + _BETWEEN.join(texts)).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.array([len(text) + len(_BETWEEN) for text in texts], np.int64)
    at = np.cumsum(lengths) - lengths + len(_BETWEEN)
    starts = analyses.starts + np.repeat(at, analyses.counts)
    lasts = np.cumsum(analyses.counts).tolist()
    definitions = [
        (i, short, long)
        for i, (text, first, last) in enumerate(zip(texts, [0, *lasts], lasts, strict=False))
        if "(" in text
        for short, long in defined(analyses.of(first, last), text)
    ]
    return Lesson(
        forms=analyses.forms,
        numbers=analyses.numbers,
        counts=analyses.counts,
        joined=analyses.joined,
        # The two characters before a token tell what parts it from the one before: `a b`, `a, b`, `a (b`.
        before=np.maximum(_kinds(characters[starts - 1]), _kinds(characters[starts - 2])),
        capital=_CAPITALS[np.minimum(characters[starts], _TABLE)],
        definitions=definitions,
    )


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a batch, and the same as a stream in which `BREAK` parts the sentences."""

    ids: Ids
    flags: TokenFlags
    stream: Ids


class Batch:
    """Collects lessons until they are worth counting."""

    def __init__(self) -> None:
        self._ids: list[Ids] = []
        self._lessons: list[Lesson] = []
        self._size = 0

    def __len__(self) -> int:
        """How many tokens it holds."""
        return self._size

    def add(self, ids: Ids, lesson: Lesson) -> None:
        """Add a lesson, given the number of each of its tokens."""
        self._ids.append(ids)
        self._lessons.append(lesson)
        self._size += len(ids)

    def tokens(self, barred: Flags) -> Tokens:
        """All tokens added; `barred` says of each syllable number whether no phrase begins or ends with it."""
        ids = np.concatenate(self._ids)
        before = np.concatenate([lesson.before for lesson in self._lessons])
        opens = before == _HARD
        flags = TokenFlags(
            begins=~np.concatenate([lesson.joined for lesson in self._lessons]),
            apart=before >= _SOFT,
            opens=opens,
            capital=np.concatenate([lesson.capital for lesson in self._lessons]),
            barred=barred[ids],
        )
        return Tokens(ids, flags, _stream(ids, opens))


def _kinds(characters: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return _KINDS[np.minimum(characters, _TABLE)]


def _stream(ids: Ids, opens: Flags) -> Ids:
    places = np.arange(len(ids)) + np.cumsum(opens)
    stream = np.full(len(ids) + int(np.count_nonzero(opens)) + 1, BREAK, np.int32)
    stream[places] = ids
    return stream
