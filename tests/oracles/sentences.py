"""Where sentences and clauses start, by regular expressions: what `sentences` does in loops."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.passages.sentences import ABBREVIATIONS, LONGEST_ABBREVIATION

_CLOSERS = "\"'”’»)\\]"
"""What may stand between the end of a sentence and the blank after it, as the inside of a character class of `re`."""
# `[.!?…]+[closers]*\s+|\n\s*`, written so that it begins with one class: the search skips to it, four times as fast.
_SENTENCE = re.compile(rf"[.!?…\n](?:(?<=\n)\s*|(?<!\n)[.!?…]*[{_CLOSERS}]*\s+)")
_CLAUSE = re.compile(rf"[,;:][{_CLOSERS}]*\s+")
_LAST_WORD = re.compile(r"[^\W_]+$")
_NUMBERING = re.compile(r"(?:^|\n)\s*[0-9]{1,3}$")


def sentence_starts(text: str) -> Iterator[int]:
    """The offsets at which sentences start, without the first one, in order."""
    for match in _SENTENCE.finditer(text):
        if match.end() < len(text) and _is_end(text, match):
            yield match.end()


def clause_starts(text: str) -> Iterator[int]:
    """The offsets at which something starts after a comma, semicolon or colon, in order."""
    for match in _CLAUSE.finditer(text):
        if match.end() < len(text):
            yield match.end()


def ends_sentence(text: str, end: int, start: int) -> bool:
    """Whether a sentence ends between two tokens, the one before `end` and the one from `start` on."""
    if start - end < 2 and text[end:start] != "\n":
        return False
    match = _SENTENCE.search(text, end, start)
    return match is not None and _is_end(text, match)


def _is_end(text: str, match: re.Match[str]) -> bool:
    """Whether punctuation and the space after it end a sentence: not in `TP. HCM`, `N. V. A`, `1. Mở`, `v.v. và`."""
    if "\n" in match[0]:
        return True
    if match.end() < len(text) and text[match.end()].islower():
        return False
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    before = text[max(0, match.start() - LONGEST_ABBREVIATION - 1) : match.start()]
    word = _LAST_WORD.search(before)
    if word is None:
        return True
    initial = len(word[0]) == 1 and word[0].isupper()
    return not (initial or word[0].lower() in ABBREVIATIONS or _NUMBERING.search(before))
