"""Which sentences of a passage to show, and the words to highlight in them.

A snippet is a slice of the source text, with nothing added: whoever renders it sees from `start` and the length that
something was left out. Which words are highlighted lives in `highlight`, where sentences end in `sentences`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.passages import compiled
from indexer.passages.sentences import clause_starts, sentence_starts
from indexer.results import Snippet, Span
from indexer.vietnamese import fold

_SLACK = 0.2
"""A passage longer than asked by no more than this share is shown whole: little would be gained by cutting it."""

_PARTS_OF_WINDOW = 4
"""Text without punctuation is cut into parts of at least so many to a window."""

_MOST_COMBINING = 32
"""How far a cut moves back so as not to part a letter from its combining marks: text of nothing else must not take
long."""

_CHUNK = re.compile(r"\s*\S+\s*|\s+")
_RUN = re.compile(r"[\w\u0300-\u036f]+[^\w\u0300-\u036f]*|[^\w\u0300-\u036f]+")


def snippet(text: str, highlights: Sequence[Span], characters: int) -> Snippet:
    """The best part of `text`, about `characters` (at least 1) long.

    The whole text if it is short. Otherwise the run of sentences or clauses, no longer than `characters`, with the most
    distinct highlighted words; among equals one that starts with a sentence. It never cuts a syllable, unless one is
    longer than that. `highlights` are spans of `text` in order.
    """
    return snippets((text,), (highlights,), characters)[0]


def snippets(texts: Sequence[str], highlights: Sequence[Sequence[Span]], characters: int) -> list[Snippet]:
    """The same for several texts, each with its highlights."""
    shown = [Snippet(text, 0, tuple(each)) for text, each in zip(texts, highlights, strict=True)]
    long = [at for at, text in enumerate(texts) if len(text) > characters * (1 + _SLACK)]
    windows = _windows([texts[at] for at in long], [highlights[at] for at in long], characters)
    for at, (start, end) in zip(long, windows, strict=True):
        if end < 0:
            parts = _parts(texts[at], highlights[at], characters)
            first, last = _best_window(parts, characters)
            start, end = parts[first].start, parts[last].end
        shown[at] = _cut_out(texts[at], highlights[at], start, end)
    return shown


def _cut_out(text: str, highlights: Sequence[Span], start: int, end: int) -> Snippet:
    """What of a text is shown of a window, without the white space around it."""
    shown = text[start:end].rstrip()
    start += len(shown) - len(shown.lstrip())
    end = start + len(shown.lstrip())
    inside = tuple((max(a, start) - start, min(b, end) - start) for a, b in highlights if a < end and b > start)
    return Snippet(text[start:end], start, inside)


def _windows(texts: Sequence[str], highlights: Sequence[Sequence[Span]], characters: int) -> list[Span]:
    """Where the best window of each text starts and ends, found compiled; (-1, -1) where that does not find it."""
    kernel = compiled.kernel
    if kernel is None:
        return [(-1, -1)] * len(texts)
    numbers: dict[str, int] = {}
    words: list[int] = []
    words_at = [0]
    for text, spans in zip(texts, highlights, strict=True):
        for start, end in spans:
            for word in _words(text[start:end]):
                words.append(numbers.setdefault(word, len(numbers)))
            words_at.append(len(words))
    found = kernel.window.best(
        kernel.characters.codes("".join(texts)),
        kernel.characters.bounds(texts),
        np.array([span for spans in highlights for span in spans], np.int64).reshape(-1, 2),
        kernel.characters.bounds(highlights),
        np.array(words_at),
        np.array(words, np.int64),
        characters,
        kernel.characters.kinds(),
        kernel.sentences.abbreviations(),
    )
    return list(map(tuple, found.tolist()))


@functools.lru_cache(1 << 12)
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


def _best_window(parts: Sequence[_Part], characters: int) -> tuple[int, int]:
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
