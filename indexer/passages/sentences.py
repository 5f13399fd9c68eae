"""Sentence and clause boundaries by punctuation: enough to cut a passage, not a grammar.

A text is `codes[base:stop]`; offsets are those of `codes`, and `kinds` is the table of `characters.kinds`. A sentence
ends after `[.!?…]`, closing quotes or brackets, and white space, or at the end of a line; a clause after `[,;:]` and
the same. Each loop reads a character a bounded number of times, whatever the text.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.loops import loop, on_warm
from indexer.passages.characters import CLOSER, LINE_END, LOWER, SPACE, STOP, UPPER, WORD, codes, kinds

ABBREVIATIONS = (
    *("tp", "tx", "tt", "q", "p", "h", "x", "tl", "ql", "ths", "ts", "gs", "pgs", "ks", "bs", "cn", "kts", "ncs"),
    *("cv", "lm", "nxb", "tr", "đc", "mr", "mrs", "ms", "dr", "st", "jr", "vs", "no", "vol"),
)
"""Words before a full stop that ends no sentence, in lower case: `TP. Hồ Chí Minh`, `PGS. TS. Nguyễn`."""

LONGEST_ABBREVIATION = max(map(len, ABBREVIATIONS))
"""Letters of the longest of them."""

_FULL_STOP = 0x2E
_BITS = 16


def _number(word: str) -> int:
    number = 0
    for letter in word:
        number = number << _BITS | ord(letter)
    return number


_NUMBERS = tuple(map(_number, ABBREVIATIONS))
"""The abbreviations as numbers, as `_is_abbreviation` makes them."""


@loop
def next_sentence(codes: Any, base: Any, at: Any, stop: Any, kinds: Any) -> Any:
    """The first offset from `at` on at which a sentence starts; `stop` where none does."""
    while at < stop:
        if kinds[codes[at]] & (STOP | LINE_END):
            end, on = _punctuation(codes, at, stop, kinds)
            if end < 0:
                at = on
            elif end < stop and _is_end(codes, base, at, end, stop, kinds):
                return end
            else:
                at = end
        else:
            at += 1
    return stop


@loop
def next_clause(codes: Any, at: Any, stop: Any, kinds: Any) -> Any:
    """The first offset from `at` on at which something starts after a comma, semicolon or colon; `stop` for none."""
    while at < stop:
        code = codes[at]
        at += 1
        if code == 0x2C or code == 0x3B or code == 0x3A:
            end = at
            while end < stop and kinds[codes[end]] & CLOSER:
                end += 1
            blank = end
            while end < stop and kinds[codes[end]] & SPACE:
                end += 1
            if end > blank:
                return end
            at = end
    return stop


@loop
def ends_between(codes: Any, base: Any, end: Any, start: Any, stop: Any, kinds: Any) -> Any:
    """Whether a sentence ends between two tokens, the one before `end` and the one from `start` on."""
    if start - end < 2 and not (start - end == 1 and kinds[codes[end]] & LINE_END):
        return False
    at = end
    while at < start:
        if kinds[codes[at]] & (STOP | LINE_END):
            after, on = _punctuation(codes, at, start, kinds)
            if after >= 0:
                return _is_end(codes, base, at, after, stop, kinds)
            at = on
        else:
            at += 1
    return False


@loop
def _punctuation(codes: Any, at: Any, stop: Any, kinds: Any) -> Any:
    """The end of the punctuation at `at` and of the white space after it, or -1; and where to look on in that case."""
    end = at + 1
    if kinds[codes[at]] & LINE_END:
        while end < stop and kinds[codes[end]] & SPACE:
            end += 1
        return end, end
    while end < stop and kinds[codes[end]] & STOP:
        end += 1
    while end < stop and kinds[codes[end]] & CLOSER:
        end += 1
    blank = end
    while end < stop and kinds[codes[end]] & SPACE:
        end += 1
    return (end if end > blank else -1), blank


@loop
def _is_end(codes: Any, base: Any, at: Any, end: Any, stop: Any, kinds: Any) -> Any:
    """Whether the punctuation and space `codes[at:end]` end a sentence.

    They do not in `TP. HCM`, `N. V. A`, `1. Mở`, `v.v. và`.
    """
    for place in range(at, end):
        if kinds[codes[place]] & LINE_END:
            return True
    if end < stop and kinds[codes[end]] & LOWER:
        return False
    if codes[at] != _FULL_STOP or codes[at + 1] == _FULL_STOP:
        return True
    first, last = max(base, at - LONGEST_ABBREVIATION - 1), at
    if last > first and kinds[codes[last - 1]] & LINE_END:
        last -= 1
    word = last
    while word > first and kinds[codes[word - 1]] & WORD:
        word -= 1
    if word == last:
        return True
    if last - word == 1 and kinds[codes[word]] & UPPER:
        return False
    return not (_is_abbreviation(codes, word, last) or _is_numbering(codes, first, last, kinds))


@loop
def _is_abbreviation(codes: Any, first: Any, last: Any) -> Any:
    number = 0
    for at in range(first, last):
        small = _small(codes[at])
        if small == 0:
            return False
        number = number << _BITS | small
    return number in _NUMBERS


@loop
def _small(code: Any) -> Any:
    """The small letter of one that abbreviations have; 0 for others."""
    if 0x41 <= code <= 0x5A:
        return code + 0x20
    if 0x61 <= code <= 0x7A or code == 0x111:
        return code
    if code == 0x110:
        return 0x111
    return 0x6B if code == 0x212A else 0


@loop
def _is_numbering(codes: Any, first: Any, last: Any, kinds: Any) -> Any:
    """Whether `codes[first:last]` ends in a number of up to three digits with but white space before it, or a line."""
    at = last
    while at > first and 0x30 <= codes[at - 1] <= 0x39:
        at -= 1
    if not 1 <= last - at <= 3:
        return False
    while at > first and kinds[codes[at - 1]] & SPACE:
        at -= 1
        if kinds[codes[at]] & LINE_END:
            return True
    return at == first


@on_warm
def _compile() -> None:
    text = codes("A. B")
    stop = np.int64(len(text))
    next_sentence(text, stop - stop, stop - stop, stop, kinds(text))
    next_clause(text, stop - stop, stop, kinds(text))
    ends_between(text, stop - stop, stop - 3, stop - 1, stop, kinds(text))
