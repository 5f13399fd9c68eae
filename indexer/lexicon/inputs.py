"""What the lexicon learns from: analysed text as arrays, so that counting takes no Python step for each token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.counting import Counts, Keys, counted
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
class LexiconInput:
    """What the lexicon learns from several paragraphs; their text is not needed any more.

    Members with an entry for each token are in order of the text. `before` is what separates a token from the one
    before it: white space only, or weak or strong punctuation.
    """

    forms: Sequence[str]
    numbers: Ids
    counts: Ids
    joined: Flags
    before: NDArray[np.uint8]
    capital: Flags
    definitions: list[tuple[int, str, tuple[str, ...]]]
    """(paragraph, short form, long form) of each abbreviation that is defined."""
    characters: int
    """Of all texts."""


def lexicon_input(texts: Sequence[str], analyses: Analyses) -> LexiconInput:
    """The lexicon input of paragraphs, given their texts as written and their analyses."""
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
    return LexiconInput(
        forms=analyses.forms,
        numbers=analyses.numbers,
        counts=analyses.counts,
        joined=analyses.joined,
        # The two characters before a token show what separates it from the one before: `a b`, `a, b`, `a (b`.
        before=np.maximum(_kinds(characters[starts - 1]), _kinds(characters[starts - 2])),
        capital=_CAPITALS[np.minimum(characters[starts], _TABLE)],
        definitions=definitions,
        characters=sum(map(len, texts)),
    )


@dataclass(frozen=True, slots=True)
class TokenStream:
    """The tokens of a batch, and the same tokens as a stream in which `BREAK` separates sentences."""

    ids: Ids
    flags: TokenFlags
    stream: Ids

    def capital_pairs(self) -> tuple[Keys, Counts]:
        """The pairs of tokens that both begin with a capital, with no more than a blank between, and their counts."""
        named = self.flags.capital[:-1] & self.flags.capital[1:] & ~self.flags.apart[1:]
        numbers = self.ids.astype(np.uint64)
        return counted(numbers[:-1][named] << np.uint64(32) | numbers[1:][named])


class TokenBuffer:
    """Collects inputs until there are enough tokens to count in one batch."""

    def __init__(self) -> None:
        self._ids: list[Ids] = []
        self._inputs: list[LexiconInput] = []
        self._size = 0

    def __len__(self) -> int:
        """How many tokens it holds."""
        return self._size

    def add(self, ids: Ids, given: LexiconInput) -> None:
        """Add an input, given the number of each of its tokens."""
        self._ids.append(ids)
        self._inputs.append(given)
        self._size += len(ids)

    def tokens(self, barred: Flags) -> TokenStream:
        """All tokens added; `barred` says of each syllable number whether no phrase begins or ends with it."""
        ids = np.concatenate(self._ids)
        before = np.concatenate([entry.before for entry in self._inputs])
        opens = before == _HARD
        flags = TokenFlags(
            begins=~np.concatenate([entry.joined for entry in self._inputs]),
            apart=before >= _SOFT,
            opens=opens,
            capital=np.concatenate([entry.capital for entry in self._inputs]),
            barred=barred[ids],
        )
        return TokenStream(ids, flags, _stream(ids, opens))


def _kinds(characters: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return _KINDS[np.minimum(characters, _TABLE)]


def _stream(ids: Ids, opens: Flags) -> Ids:
    places = np.arange(len(ids)) + np.cumsum(opens)
    stream = np.full(len(ids) + int(np.count_nonzero(opens)) + 1, BREAK, np.int32)
    stream[places] = ids
    return stream
