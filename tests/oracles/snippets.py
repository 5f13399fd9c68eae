"""Which part of a text is shown, part by part: what `snippets` does in loops."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.results import Span
from indexer.vietnamese import fold
from tests.oracles.sentences import clause_starts, sentence_starts

_PARTS_OF_WINDOW = 4
_MOST_COMBINING = 32

_CHUNK = re.compile(r"\s*\S+\s*|\s+")
_RUN = re.compile(r"[\w\u0300-\u036f]+[^\w\u0300-\u036f]*|[^\w\u0300-\u036f]+")


def best_window(text: str, highlights: Sequence[Span], characters: int) -> Span:
    """Where the best window of a text starts and ends, without the white space around it."""
    blank = len(text) - len(text.lstrip())
    moved = [(max(start - blank, 0), end - blank) for start, end in highlights if end > blank]
    parts = _parts(text[blank:], moved, characters)
    first, last = _best(parts, characters)
    return blank + parts[first].start, blank + parts[last].end


def _words(highlighted: str) -> tuple[str, ...]:
    """The words of a highlight, and the highlight as a whole, without diacritics and capitals."""
    highlighted = fold(highlighted.lower())
    return tuple({highlighted, *highlighted.split()})


@dataclass(slots=True)
class _Part:
    """A stretch of the text that is shown wholly or not at all. Parts follow each other without gaps."""

    start: int
    end: int
    opens: bool
    """Whether a sentence starts here."""
    words: list[str]
    """Those of its highlights."""


def _parts(text: str, highlights: Sequence[Span], characters: int) -> list[_Part]:
    """The clauses of the text, cut further where they are longer than a window."""
    inside = {offset for start, end in highlights for offset in range(start + 1, end)}
    sentences = {0, *sentence_starts(text)}
    starts = sorted(sentences.union(clause_starts(text)) - inside)
    parts = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        opens = start in sentences
        for cut in _cut(text, start, end, characters, inside):
            parts.append(_Part(start, cut, opens, []))
            start, opens = cut, False
    at = 0
    for start, end in highlights:
        while parts[at].end <= start:
            at += 1
        parts[at].words += _words(text[start:end])
    return parts


def _cut(text: str, start: int, end: int, characters: int, inside: set[int]) -> Iterator[int]:
    """The ends of the parts of `text[start:end]`: one if it fits a window, else several of a quarter of one.

    Parts do not end at the offsets `inside` highlights, unless a highlight alone is longer than a window.
    """
    if end - start <= characters:
        yield end
        return
    most = characters // _PARTS_OF_WINDOW
    begun = last = previous = start
    for atom_end in _atom_ends(text, start, end, characters):
        if atom_end - begun > most and last > begun:
            yield last
            begun = last
        if atom_end - begun > characters:
            yield previous
            begun = previous
        if atom_end not in inside:
            last = atom_end
        previous = atom_end
    yield end


def _atom_ends(text: str, start: int, end: int, characters: int) -> Iterator[int]:
    """Where `text[start:end]` may be cut: at white space; in a chunk longer than a window, after a run of letters; in
    a run of letters longer than that, anywhere but before a combining mark."""
    for chunk in _CHUNK.finditer(text, start, end):
        if len(chunk[0]) <= characters:
            yield chunk.end()
            continue
        for run in _RUN.finditer(text, chunk.start(), chunk.end()):
            at = run.start()
            while run.end() - at > characters:
                cut = at + characters
                first = max(at + 1, cut - _MOST_COMBINING)
                while cut > first and unicodedata.combining(text[cut]):
                    cut -= 1
                if unicodedata.combining(text[cut]):
                    cut = at + characters
                yield cut
                at = cut
            yield run.end()


def _best(parts: Sequence[_Part], characters: int) -> tuple[int, int]:
    """The first and the last part of the best window."""
    promising = _promising(parts)
    count: Counter[str] = Counter()
    best: tuple[tuple[int, bool, bool, int], int, int] | None = None
    last = -1
    for first, part in enumerate(parts):
        while last < first or (last + 1 < len(parts) and parts[last + 1].end - part.start <= characters):
            last += 1
            count.update(parts[last].words)
        value = (len(count), part.opens, promising[first], count.total())
        if best is None or value > best[0]:
            best = value, first, last
        for word in part.words:
            count[word] -= 1
            if not count[word]:
                del count[word]
    assert best is not None
    _, first, last = best
    if last == len(parts) - 1:
        first = _with_context(parts, first, characters)
    return first, last


def _promising(parts: Sequence[_Part]) -> list[bool]:
    """For each part, whether the rest of its sentence has a highlighted word."""
    flags = [False] * len(parts)
    for index in range(len(parts) - 1, -1, -1):
        continues = index + 1 < len(parts) and not parts[index + 1].opens
        flags[index] = bool(parts[index].words) or (continues and flags[index + 1])
    return flags


def _with_context(parts: Sequence[_Part], first: int, characters: int) -> int:
    """The first part of a window that reaches the end of the text, with the whole sentences before that still fit."""
    found = first
    for index in range(first - 1, -1, -1):
        if parts[-1].end - parts[index].start > characters:
            break
        if parts[index].opens:
            found = index
    return found
