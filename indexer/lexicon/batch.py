"""A batch of analysed text as arrays: what `learn` counts from, without a step of Python for each token."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.phrases import Flags, Ids, TokenFlags
from indexer.vietnamese import Analysis

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
class Tokens:
    """The tokens of a batch, and the same as a stream in which `BREAK` parts the sentences."""

    ids: Ids
    flags: TokenFlags
    stream: Ids


class Batch:
    """Collects analysed paragraphs until they are worth counting."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._starts: list[int] = []
        self._joined = bytearray()
        self._texts: list[str] = []
        self._sizes: list[int] = []

    def __len__(self) -> int:
        """How many tokens it holds."""
        return len(self._ids)

    def add(self, ids: list[int], analysis: Analysis, text: str) -> None:
        """Add a paragraph, given the numbers of its syllables."""
        self._ids += ids
        self._starts += analysis.starts
        self._joined += bytes(analysis.joined)
        self._texts.append(text)
        self._sizes.append(len(ids))

    def tokens(self, barred: Flags) -> Tokens:
        """All tokens added; `barred` says of each syllable number whether no phrase begins or ends with it."""
        ids = np.array(self._ids, np.int32)
        joined = np.frombuffer(bytes(self._joined), np.bool_)
        characters = np.frombuffer(
            (_BETWEEN + _BETWEEN.join(self._texts)).encode("utf-32-le", "surrogatepass"), np.uint32
        )
        lengths = np.array([len(text) + len(_BETWEEN) for text in self._texts], np.int64)
        at = np.cumsum(lengths) - lengths + len(_BETWEEN)
        starts = np.array(self._starts, np.int64) + np.repeat(at, self._sizes)
        # The two characters before a token tell what parts it from the one before: `a b`, `a, b`, `a (b`.
        before = np.maximum(_kinds(characters[starts - 1]), _kinds(characters[starts - 2]))
        opens = before == _HARD
        flags = TokenFlags(
            begins=~joined,
            apart=before >= _SOFT,
            opens=opens,
            capital=_CAPITALS[np.minimum(characters[starts], _TABLE)],
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
