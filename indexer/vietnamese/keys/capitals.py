"""Keys of abbreviations whose letters may be a word in small ones: `AI` is not `ai`, nor `IT` `ít`.

They keep their capitals. What stands in a heading that is all in capitals has no key: there they say nothing.
"""

from __future__ import annotations

import functools
import re

from ..folding import fold
from ..tones import is_spelled_like_a_syllable
from .found import Keyed

LONGEST = 4
"""Letters of such an abbreviation."""

_LETTERS = re.compile(rf"[A-Z]{{2,{LONGEST}}}(?![^\W_])")
_BEFORE = re.compile(r"(?:^|[^\w])(\w{2,8})[ \u00a0]$")
_BEHIND = re.compile(r"[ \u00a0](\w{2,8})(?![^\W_])")
_LONGEST_BEFORE = 10


def capitals_at(source: str, at: int) -> Keyed | None:
    """The abbreviation that begins at `at`, where a word does."""
    match = _LETTERS.match(source, at)
    if match is None or not _may_be_a_word(match[0]):
        return None
    before, behind = _BEFORE.search(source, max(0, at - _LONGEST_BEFORE), at), _BEHIND.match(source, match.end())
    if any(each[1].isupper() and _may_be_a_word(each[1]) for each in (before, behind) if each):
        return None
    return Keyed(at, match.end(), (match[0],), signs=True)


@functools.lru_cache(1 << 12)
def _may_be_a_word(capitals: str) -> bool:
    return is_spelled_like_a_syllable(fold(capitals.lower()))
