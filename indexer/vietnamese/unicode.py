"""Unicode normalization with offsets: the normal form of a text, and each of its characters' place in the source.

The normal form is NFC without ignorable characters, and with the usual letters and digits in the place of those that
mean the same: `CO₂`, `m²`, `ﬃ`, `ＶＴＶ`, `Ⅲ`, the bold letters of social networks. (NFKC would change punctuation and
blanks too.)
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from indexer.loops import made_once

LONGEST_CLUSTER = 12
"""A letter and its combining marks are cut to this many code points. Vietnamese needs three; putting marks in canonical
order takes quadratic time."""

# Soft hyphen, zero-width spaces and joiners, directional marks, word joiner, byte order mark, variation selectors.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
# Plane 1 up to the emoji: all combining marks outside the basic plane but the variation selectors.
_HISTORIC_SCRIPTS = "\U00010000-\U0001efff"
_SHORT_CLUSTER = 32
_MARKS = ("Mn", "Mc", "Me")


_PARTS_WITH_MARKS = (range(0x300, 0x3400), range(0xA000, 0xAC00), range(0xD7A4, 0xD800), range(0xF900, 0x1F000))
"""Between them are ideographs, syllables of Hangul, surrogates and private use: two thirds of the basic plane."""


@functools.cache
def diacritics(last: int = 0x1EFFF) -> str:
    """The combining marks (categories Mn, Mc, Me) up to a code point, as the inside of a character class of `re`."""
    codes = [
        code
        for part in _PARTS_WITH_MARKS
        for code in part
        if code <= last and unicodedata.category(chr(code)) in _MARKS
    ]
    starts = [code for code, previous in zip(codes, [-1, *codes], strict=False) if code != previous + 1]
    ends = [code for code, following in zip(codes, [*codes[1:], -1], strict=True) if code != following - 1]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))


_BASIC_MARKS = diacritics(last=0xFFFF)
# Classes of the planes above the first are slow, so the full class is used only where it is needed.
_IN_HISTORIC_SCRIPT = re.compile(f"[{_HISTORIC_SCRIPTS}]")
_BASIC_MARK = re.compile(f"[{_BASIC_MARKS}]")


def has_marks(text: str) -> bool:
    """Whether a text in normal form may still have combining marks."""
    return _BASIC_MARK.search(text) is not None or _IN_HISTORIC_SCRIPT.search(text) is not None


# Where letters and digits have other code points for the same: Latin, modifiers, super- and subscripts, letterlike
# symbols and numerals, enclosed and squared ones, ligatures, full width. Those of plane 1 are looked at anyway.
_COMPATIBLE_BLOCKS = (
    *((0xA0, 0x250), (0x2B0, 0x2E5), (0x1D2C, 0x1DC0), (0x2070, 0x20A0), (0x2100, 0x2190), (0x2460, 0x2500)),
    *((0x2C7C, 0x2C7E), (0x3250, 0x3400), (0xFB00, 0xFB07), (0xFF10, 0xFF5B), (0x1D400, 0x1D800), (0x1F100, 0x1F16C)),
)
_SQUARED_UNITS = range(0x3371, 0x33E0)
_MODIFIER_APOSTROPHES = "\u02bc\u02bb"
"""Letters to Unicode, so that `Hʼmông` would be one token and `H’mông` two."""


@made_once
def _usual_characters() -> dict[int, str]:
    """Code point -> the usual letters and digits, or the apostrophe, that it stands for."""
    table = {ord(letter): "’" for letter in _MODIFIER_APOSTROPHES} | {0x2103: "°C", 0x2109: "°F"}
    for code in (code for block in _COMPATIBLE_BLOCKS for code in range(*block)):
        usual = unicodedata.normalize("NFKC", chr(code))
        # Of symbols those of units alone: `㎡`, not `™` or `№`.
        is_letter = unicodedata.category(chr(code))[0] in "LN" or code in _SQUARED_UNITS
        if is_letter and usual != unicodedata.normalize("NFC", chr(code)) and usual.isalnum():
            table[code] = usual
    return table


class NormalText(NamedTuple):
    """A text in normal form; its character i is at `starts[i]:ends[i]` of the source (None: at i:i+1)."""

    text: str
    starts: Sequence[int] | None
    ends: Sequence[int] | None

    def source_spans(self, starts: list[int], ends: list[int]) -> tuple[list[int], list[int]]:
        """The source spans of the non-empty spans `starts[i]:ends[i]` of the normal form."""
        if self.starts is None or self.ends is None:
            return starts, ends
        to_start, to_end = self.starts, self.ends
        return [to_start[at] for at in starts], [to_end[at - 1] for at in ends]


class _Normalizer:
    """NFC with offsets, without the characters of a class (the inside of a class of `re`, perhaps empty), and with
    others in the place of those that are `replaced`."""

    def __init__(self, ignorable: str, replaced: Mapping[int, str]) -> None:
        self._ignorable = ignorable
        self._replaced = replaced
        # Without a match there is nothing to compose, nothing to replace and nothing to leave out.
        unusual = "".join(chr(code) for code in sorted(replaced) if code < 0x10000)
        self._suspect = re.compile(f"[{_BASIC_MARKS}{ignorable}{_HISTORIC_SCRIPTS}{unusual}]")
        self._ignored = re.compile(f"[{ignorable}]+" if ignorable else "(?!)")
        self._short_cluster = functools.lru_cache(1 << 12)(self._cluster)

    def is_normal(self, text: str) -> bool:
        """Whether a text is in normal form already: it has no offsets then."""
        return self._suspect.search(text) is None and unicodedata.is_normalized("NFC", text)

    def __call__(self, text: str) -> NormalText:
        if self.is_normal(text):
            return NormalText(text, None, None)
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        historic = _IN_HISTORIC_SCRIPT.search(text) is not None
        for match in _clusters(self._ignorable, historic).finditer(text):
            start, end = match.span()
            if done < start:
                self._take_plain(text, done, start, pieces, starts, ends)
            find = self._short_cluster if end - start <= _SHORT_CLUSTER else self._cluster
            piece, piece_starts, piece_ends = find(match[0])
            pieces.append(piece)
            starts += [start + at for at in piece_starts]
            ends += [start + at for at in piece_ends]
            done = end
        if done < len(text):
            self._take_plain(text, done, len(text), pieces, starts, ends)
        return NormalText("".join(pieces), starts, ends)

    def _cluster(self, cluster: str) -> tuple[str, Sequence[int], Sequence[int]]:
        """The normal form of a match of `_clusters` and its offsets from the start of the match."""
        kept = [at for at, character in enumerate(cluster) if self._ignored.match(character) is None]
        if not kept:
            return "", (), ()
        composed = self._composed("".join([cluster[at] for at in kept[:LONGEST_CLUSTER]]))
        # Characters merge into the ones before them: the k-th of the result begins at the k-th of the source, and the
        # last one takes the rest. If there are more than in the source, the last ones are parts of one combining mark.
        starts = [kept[min(k, len(kept) - 1)] for k in range(len(composed))]
        return composed, starts, [*(at + 1 for at in starts[:-1]), kept[-1] + 1]

    def _take_plain(
        self, text: str, start: int, end: int, pieces: list[str], starts: list[int], ends: list[int]
    ) -> None:
        """Copy characters that are kept or replaced one by one (KELVIN SIGN by K, `²` by `2`, `ﬃ` by `ffi`)."""
        piece = text[start:end]
        if self._composed(piece) == piece:
            pieces.append(piece)
            starts += range(start, end)
            ends += range(start + 1, end + 1)
            return
        for at, character in enumerate(piece, start):
            composed = self._composed(character)
            pieces.append(composed)
            starts += [at] * len(composed)
            ends += [at + 1] * len(composed)

    def _composed(self, text: str) -> str:
        return unicodedata.normalize("NFC", text.translate(self._replaced))


@functools.cache
def _clusters(ignorable: str, historic: bool) -> re.Pattern[str]:
    """The units that normalization can change: the letters of a Hangul syllable, a letter and its combining marks."""
    trailing = f"[{diacritics() if historic else _BASIC_MARKS}{ignorable}]"
    return re.compile(
        f"(?:[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]){trailing}*"
        f"|[^{trailing[1:-1]}]?{trailing}+"
    )


normalize = _Normalizer(_IGNORABLE, _usual_characters())
"""`normalize(text)` is the text in normal form, with its offsets."""
