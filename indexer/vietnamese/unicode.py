"""The normal form of a text, and where each of its characters stands in the text as given.

Normal form here is NFC without ignorable characters. Letters, tones and tokens live elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MARKS_KEPT = 10
"""Marks kept on one letter. Vietnamese needs two; reordering a run of marks costs the square of its length."""

# Soft hyphen, zero-width spaces and joiners, direction marks, word joiner, byte order mark, variation selectors.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff"
)


def _class_of_marks(start: int, stop: int) -> str:
    """The combining marks (categories Mn, Mc, Me) from `start` up to `stop` as the inside of a character class."""
    category = unicodedata.category
    ranges: list[list[int]] = []
    for code in range(start, stop):
        if category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_BASIC_MARKS = _class_of_marks(0x300, 0x10000)
# No plane above the first holds marks, but for the variation selectors, which are ignorable.
MARKS = _BASIC_MARKS + _class_of_marks(0x10000, 0x20000)
"""Every combining mark, as the inside of a character class of `re`."""


def _clusters(ignorable: str, marks: str) -> re.Pattern[str]:
    """What may change when normalised and is more than one character: Hangul letters, or a letter and its marks."""
    trailing = f"[{marks}{ignorable}]"
    return re.compile(
        f"(?:[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]){trailing}*"
        f"|[^{marks}{ignorable}]?{trailing}+"
    )


class _Normalizer:
    """NFC with offsets, with or without the ignorable characters."""

    def __init__(self, ignorable: str) -> None:
        # A text in which this finds nothing has no mark to be composed and nothing to be removed; the planes above
        # the first count as suspect as a whole, which keeps the class, and so the search, fast.
        self._suspect = re.compile(f"[{_BASIC_MARKS}{ignorable}\U00010000-\U0010ffff]")
        self._ignorable = re.compile(f"[{ignorable}]") if ignorable else None
        self._basic = _clusters(ignorable.replace("\U000e0000-\U000e0fff", ""), _BASIC_MARKS)
        self._any = _clusters(ignorable, MARKS)

    def __call__(self, text: str) -> NormalText:
        if self._suspect.search(text) is None and unicodedata.is_normalized("NFC", text):
            return NormalText(text, None, None)
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for piece, piece_starts, piece_ends in self._pieces(text):
            pieces.append(piece)
            starts += piece_starts
            ends += piece_ends
        return NormalText("".join(pieces), starts, ends)

    def _pieces(self, text: str) -> Iterator[tuple[str, Sequence[int], Sequence[int]]]:
        done = 0
        pattern = self._any if max(text) > "\uffff" else self._basic
        for match in pattern.finditer(text):
            start, end = match.span()
            if done < start:
                yield from _plain(text, done, start)
            yield self._cluster(text, start, end)
            done = end
        if done < len(text):
            yield from _plain(text, done, len(text))

    def _cluster(self, text: str, start: int, end: int) -> tuple[str, Sequence[int], Sequence[int]]:
        kept = range(start, end)
        if self._ignorable is not None:
            kept_list = [i for i in kept if self._ignorable.match(text[i]) is None]
        else:
            kept_list = list(kept)
        if not kept_list:
            return "", (), ()
        # A Hangul syllable has at most three letters before its marks.
        composed = unicodedata.normalize("NFC", "".join([text[i] for i in kept_list[: 3 + MARKS_KEPT]]))
        # Composition merges characters to the left, so the k-th of the result begins at the k-th source character,
        # and the last one takes the rest. What is more than the source (a mark that decomposes) is marks again.
        last = len(kept_list) - 1
        starts = [kept_list[min(k, last)] for k in range(len(composed))]
        return composed, starts, [*(at + 1 for at in starts[:-1]), kept_list[-1] + 1]


def _plain(text: str, start: int, end: int) -> Iterator[tuple[str, Sequence[int], Sequence[int]]]:
    """Characters that stand for themselves or are replaced one by one (KELVIN SIGN by K)."""
    piece = text[start:end]
    if unicodedata.is_normalized("NFC", piece):
        yield piece, range(start, end), range(start + 1, end + 1)
        return
    for at, character in enumerate(piece, start):
        composed = unicodedata.normalize("NFC", character)
        yield composed, [at] * len(composed), [at + 1] * len(composed)


class NormalText(NamedTuple):
    """A text in normal form; character i of it stands at `starts[i]:ends[i]` of the source (None: at i:i+1)."""

    text: str
    starts: Sequence[int] | None
    ends: Sequence[int] | None

    def source_spans(self, starts: list[int], ends: list[int]) -> tuple[list[int], list[int]]:
        """Where the spans `starts[i]:ends[i]` (none of them empty) of the normal form stand in the source."""
        if self.starts is None or self.ends is None:
            return starts, ends
        to_start, to_end = self.starts, self.ends
        return [to_start[at] for at in starts], [to_end[at - 1] for at in ends]


compose = _Normalizer("")
"""`compose(text)` is the text in NFC."""

normalize = _Normalizer(_IGNORABLE)
"""`normalize(text)` is the text in NFC without ignorable characters."""
