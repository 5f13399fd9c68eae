"""Where sentences and clauses start: `indexer.passages.sentences`, compiled.

A text is `codes[base:stop]`; offsets are those of `codes`.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.loops import compiled
from indexer.passages.loops.characters import CLOSER, LOWER, SPACE, STOP, UPPER, WORD, codes, is_of, kinds
from indexer.passages.sentences import ABBREVIATIONS, LONGEST_ABBREVIATION

_NEW_LINE, _FULL_STOP = 0x0A, 0x2E
_BITS = 16


@functools.cache
def abbreviations() -> NDArray[np.int64]:
    """The words of `ABBREVIATIONS` as numbers, as `_is_abbreviation` makes them."""
    numbers = []
    for word in ABBREVIATIONS:
        number = 0
        for letter in word:
            number = number << _BITS | ord(letter)
        numbers.append(number)
    return np.array(sorted(numbers), np.int64)


@compiled
def _matched(codes: Any, at: Any, stop: Any, kinds: Any) -> Any:
    """The end of the punctuation at `at` and of the white space after it; and where to look on if there is none."""
    end = at + 1
    if codes[at] == _NEW_LINE:
        while end < stop and is_of(kinds, codes[end], SPACE):
            end += 1
        return end, end
    while end < stop and is_of(kinds, codes[end], STOP):
        end += 1
    on = end
    while end < stop and is_of(kinds, codes[end], CLOSER):
        end += 1
    blank = end
    while end < stop and is_of(kinds, codes[end], SPACE):
        end += 1
    return (end if end > blank else -1), on


@compiled
def _small(code: Any) -> Any:
    """The small letter of one that abbreviations have; 0 for others."""
    if 0x41 <= code <= 0x5A:
        return code + 0x20
    if 0x61 <= code <= 0x7A or code == 0x111:
        return code
    if code == 0x110:
        return 0x111
    return 0x6B if code == 0x212A else 0


@compiled
def _is_abbreviation(codes: Any, first: Any, last: Any, abbreviations: Any) -> Any:
    number = np.int64(0)
    for at in range(first, last):
        small = _small(codes[at])
        if small == 0:
            return False
        number = number << _BITS | small
    found = False
    for each in abbreviations:
        found |= each == number
    return found


@compiled
def _is_numbering(codes: Any, first: Any, last: Any, kinds: Any) -> Any:
    """Whether `codes[first:last]` ends in a number of up to three digits with but white space before it, or a line."""
    at = last
    while at > first and 0x30 <= codes[at - 1] <= 0x39:
        at -= 1
    if not 1 <= last - at <= 3:
        return False
    while at > first and is_of(kinds, codes[at - 1], SPACE):
        at -= 1
        if codes[at] == _NEW_LINE:
            return True
    return at == first


@compiled
def _is_end(codes: Any, base: Any, at: Any, end: Any, stop: Any, kinds: Any, abbreviations: Any) -> Any:
    """Whether the punctuation and space `codes[at:end]` end a sentence."""
    for place in range(at, end):
        if codes[place] == _NEW_LINE:
            return True
    if end < stop and is_of(kinds, codes[end], LOWER):
        return False
    if codes[at] != _FULL_STOP or codes[at + 1] == _FULL_STOP:
        return True
    first, last = max(base, at - LONGEST_ABBREVIATION - 1), at
    if last > first and codes[last - 1] == _NEW_LINE:
        last -= 1
    word = last
    while word > first and is_of(kinds, codes[word - 1], WORD):
        word -= 1
    if word == last:
        return True
    if last - word == 1 and is_of(kinds, codes[word], UPPER):
        return False
    return not (_is_abbreviation(codes, word, last, abbreviations) or _is_numbering(codes, first, last, kinds))


@compiled
def next_sentence(codes: Any, base: Any, at: Any, stop: Any, kinds: Any, abbreviations: Any) -> Any:
    """The first offset from `at` on at which a sentence starts; `stop` where none does."""
    while at < stop:
        if is_of(kinds, codes[at], STOP) or codes[at] == _NEW_LINE:
            end, on = _matched(codes, at, stop, kinds)
            if end < 0:
                at = on
            elif end < stop and _is_end(codes, base, at, end, stop, kinds, abbreviations):
                return end
            else:
                at = end
        else:
            at += 1
    return stop


@compiled
def next_clause(codes: Any, at: Any, stop: Any, kinds: Any) -> Any:
    """The first offset from `at` on at which something starts after a comma, semicolon or colon; `stop` for none."""
    while at < stop:
        code = codes[at]
        at += 1
        if code == 0x2C or code == 0x3B or code == 0x3A:
            end = at
            while end < stop and is_of(kinds, codes[end], CLOSER):
                end += 1
            blank = end
            while end < stop and is_of(kinds, codes[end], SPACE):
                end += 1
            if end > blank:
                return end
    return stop


@compiled
def ends_between(codes: Any, base: Any, end: Any, start: Any, stop: Any, kinds: Any, abbreviations: Any) -> Any:
    """Whether a sentence ends between two tokens, the one before `end` and the one from `start` on."""
    if start - end < 2 and not (start - end == 1 and codes[end] == _NEW_LINE):
        return False
    at = end
    while at < start:
        if is_of(kinds, codes[at], STOP) or codes[at] == _NEW_LINE:
            after, on = _matched(codes, at, start, kinds)
            if after >= 0:
                return _is_end(codes, base, at, after, stop, kinds, abbreviations)
            at = on
        else:
            at += 1
    return False


@compiled
def starts(codes: Any, kinds: Any, abbreviations: Any) -> Any:
    """`indexer.passages.sentences.sentence_starts`, for its tests."""
    found = np.empty(len(codes), np.int64)
    count = 0
    base = np.int64(0)
    at = next_sentence(codes, base, base, len(codes), kinds, abbreviations)
    while at < len(codes):
        found[count] = at
        count += 1
        at = next_sentence(codes, base, at, len(codes), kinds, abbreviations)
    return found[:count]


def compile_all() -> None:
    """Call everything once, as it will be called."""
    starts(codes("A. B"), kinds(), abbreviations())
