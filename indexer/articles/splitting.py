"""Splitting text into paragraphs, and cutting paragraphs that are too long.

A paragraph's text is the source text, exactly as written, without the white space around it.
"""

from __future__ import annotations

import re
import unicodedata

# Pages copied from the web leave lines of nothing but these: they look blank, so they count as blank.
_INVISIBLE = "\u200b\u2060\ufeff"
_BLANK = rf"[^\S\r\n\u2029]|[{_INVISIBLE}]"
# The atomic group keeps the two characters of \r\n together, so that they never count as two line ends.
_LINE_END = r"(?>\r\n|[\r\n])"
_BREAK = re.compile(rf"{_LINE_END}(?:(?:{_BLANK})*+{_LINE_END})+|\u2029")
_FIRST_LINE = re.compile(r"[^\r\n\u2029]*")
_OUTER = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + _INVISIBLE

# White space behind a full stop, perhaps with a closing quote or bracket between. White space is found much faster than
# full stops, of which each would have to be tried.
_SENTENCE_END = re.compile(r"\s(?:(?<=[.!?…]\s)|(?<=[.!?…][\"'”’»)\]]\s))\s*")

# How far a cut moves back so as not to separate a letter from its combining marks; a bound for text of nothing else.
_MOST_MARKS = 32


def trim(text: str) -> str:
    """`text` without white space and invisible characters (zero-width space, byte order mark) around it."""
    return text.strip(_OUTER)


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, in order, none empty.

    Blank lines (empty, or only white space) and U+2029 separate paragraphs; lines end with LF, CR or CRLF. A single
    line end inside a paragraph is kept.
    """
    return [part for piece in _BREAK.split(text) if (part := trim(piece))]


def split_title(text: str) -> tuple[str, str]:
    """The first line that is not blank, trimmed, and the text after it; both empty for blank text."""
    text = text.lstrip(_OUTER)
    match = _FIRST_LINE.match(text)
    end = match.end() if match else 0
    return trim(text[:end]), text[end:]


def cut(text: str, longest: int) -> list[str]:
    """`text` in pieces of at most `longest` characters, trimmed, in order; nothing but white space is lost.

    Each piece ends after the last sentence that fits; without one, at the last white space; without that, after
    `longest` characters, if possible not before a combining mark.
    """
    pieces = []
    start = 0
    while len(text) - start > longest:
        stop = start + longest
        # Mostly a sentence ends near the end.
        near = _sentence_end(text, stop - longest // 8, stop)
        end = near or _sentence_end(text, start, stop) or _word_end(text, start, stop)
        if not end:
            end = _before_marks(text, stop, max(start + 1, stop - _MOST_MARKS))
        if piece := trim(text[start:end]):
            pieces.append(piece)
        start = end
    if piece := trim(text[start:]):
        pieces.append(piece)
    return pieces


def _before_marks(text: str, end: int, first: int) -> int:
    """The last place from `first` to `end` that is not before a combining mark; `end` when there is none."""
    for place in range(end, first - 1, -1):
        if not unicodedata.combining(text[place]):
            return place
    return end


def _sentence_end(text: str, start: int, stop: int) -> int:
    """Where the last sentence between two places ends, with the white space behind it; 0 when none does."""
    end = 0
    for match in _SENTENCE_END.finditer(text, start, stop):
        end = match.end()
    return end


def _word_end(text: str, start: int, stop: int) -> int:
    """The place after the last white space between two places; 0 when there is none."""
    if text[stop - 1].isspace():
        return stop
    word = text[start:stop].rsplit(None, 1)[-1]
    return stop - len(word) if len(word) < stop - start else 0
