"""Evidence that text is in an old encoding: how many of its tokens with high characters are Vietnamese syllables.

Syllables alone convince too easily: of 3,000 Unicode articles one was "converted" by them, and a German sentence. So
text that Unicode alone can hold (U+1EA0 to U+1EF9) is never touched, and there must be many tokens and a great gain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.articles.encodings.tables import BYTE_OF, Encoding, convert
from indexer.vietnamese.tones import is_syllable

FEWEST_TOKENS = 20
"""Tokens with high characters that must speak for an encoding, in text of which nothing else tells it."""

_GAIN = 0.3
_SOUND = 0.8
"""Least share of the tokens that must be syllables after conversion."""

_SAMPLE = 200_000
_UNICODE_ONLY = re.compile("[\u1ea0-\u1ef9]")
# Letters of Vietnamese that no byte of windows-1252 is.
_UNICODE_LETTER = re.compile("[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_HIGH = re.compile("[^\x00-\x7f]")
_TOKEN = re.compile(r"[^\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u2013\u2014\u2018-\u201d\u2026]+")
# In VISCII six capitals are control characters.
_VISCII_TOKEN = re.compile(r"(?:[^\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]|[\x02\x05\x06\x14\x19\x1e\x85])+")
_LOW_BYTES = re.escape("".join(char for char, byte in BYTE_OF.items() if byte < 0xC0))
# The first two bytes of the letters that only Vietnamese has, and any third.
_MOJIBAKE = re.compile(f"\u00e1[\u00ba\u00bb][{_LOW_BYTES}]")
OLD = (Encoding.TCVN3, Encoding.VNI, Encoding.VISCII, Encoding.WINDOWS_1258)


@dataclass(frozen=True, slots=True)
class Score:
    """How many tokens have high characters, and how many of these are Vietnamese syllables before and after."""

    tokens: int
    before: int
    after: int

    @property
    def speaks(self) -> bool:
        """Whether conversion makes syllables of nearly all, and of many more than before."""
        return self.after >= _SOUND * self.tokens and self.after - self.before >= _GAIN * self.tokens


def is_unicode(text: str) -> bool:
    """Whether `text` has a letter that only Unicode has: it is in no old encoding."""
    return _UNICODE_LETTER.search(text) is not None


def may_be_old(text: str) -> bool:
    """Whether `text` has high characters and none that only Unicode has for Vietnamese."""
    return not text.isascii() and _UNICODE_ONLY.search(text) is None


def score(texts: Iterable[str], encoding: Encoding) -> Score:
    """How the tokens of `texts` with high characters fare under `encoding`."""
    tokens = before = after = 0
    pattern = _VISCII_TOKEN if encoding is Encoding.VISCII else _TOKEN
    left = _SAMPLE
    for text in texts:
        for found in pattern.finditer(text[:left]):
            token = found[0]
            if len(token) > 1 and _HIGH.search(token):  # A point between words (·) is a letter of TCVN3.
                tokens += 1
                before += _is_syllable(token)
                after += _is_syllable(convert(token, encoding))
        left -= len(text)
        if left <= 0:
            break
    return Score(tokens, before, after)


def _is_syllable(token: str) -> bool:
    letters = unicodedata.normalize("NFC", token)
    return letters != "" and not letters.isascii() and is_syllable(letters.lower())


def best(texts: Sequence[str], fewest: int = FEWEST_TOKENS) -> Encoding | None:
    """The old encoding that the texts together speak for, by at least `fewest` tokens; None when none does."""
    scores = {encoding: score(texts, encoding) for encoding in OLD}
    found = max(scores, key=lambda encoding: scores[encoding].after / max(scores[encoding].tokens, 1))
    return found if scores[found].tokens >= fewest and scores[found].speaks else None


def is_mojibake(text: str) -> bool:
    """Whether nearly all high characters of `text` are parts of UTF-8 that was read as windows-1252."""
    if not _MOJIBAKE.search(text):
        return False
    # A letter of two or three bytes becomes one character.
    return len(_HIGH.findall(convert(text, Encoding.MOJIBAKE))) <= 0.6 * len(_HIGH.findall(text))


def enough(texts: Iterable[str]) -> bool:
    """Whether the texts together have `FEWEST_TOKENS` tokens with high characters."""
    left = FEWEST_TOKENS
    for text in texts:
        left -= sum(1 for found in _TOKEN.finditer(text) if _HIGH.search(found[0]))
        if left <= 0:
            return True
    return False
