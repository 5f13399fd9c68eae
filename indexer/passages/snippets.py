"""Which sentences of a passage to show, and the words to highlight in them.

A snippet is a slice of the source text, with nothing added: whoever renders it sees from `start` and the length that
something was left out. Which words are highlighted lives in `highlight`, which part is the best in `window`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from indexer.passages.characters import bounds, codes, kinds
from indexer.passages.window import best_windows
from indexer.results import Snippet, Span
from indexer.vietnamese import without_diacritics

_SLACK = 0.2
"""A passage longer than asked by no more than this share is shown whole: little would be gained by cutting it."""


def snippets(texts: Sequence[str], highlights: Sequence[Sequence[Span]], characters: int) -> list[Snippet]:
    """The best part of each of `texts`, about `characters` (at least 1) long.

    The whole text if it is short. Otherwise the run of sentences or clauses, no longer than `characters`, with the most
    distinct highlighted words; among equals one that starts with a sentence. It never cuts a syllable, unless one is
    longer than that. The `highlights` of a text are spans of it in order, none of which begins with white space.
    """
    shown = [Snippet(text, 0, tuple(each)) for text, each in zip(texts, highlights, strict=True)]
    long = [at for at, text in enumerate(texts) if len(text) > characters * (1 + _SLACK)]
    windows = _windows([texts[at] for at in long], [highlights[at] for at in long], characters)
    for at, (start, end) in zip(long, windows, strict=True):
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
    """Where the best window of each text starts and ends."""
    numbers: dict[str, int] = {}
    words: list[int] = []
    words_at = [0]
    for text, spans in zip(texts, highlights, strict=True):
        for start, end in spans:
            for word in _words(text[start:end]):
                words.append(numbers.setdefault(word, len(numbers)))
            words_at.append(len(words))
    every = codes("".join(texts))
    found = best_windows(
        every,
        bounds(texts),
        np.array([span for each in highlights for span in each], np.int64).reshape(-1, 2),
        bounds(highlights),
        np.array(words_at),
        np.array(words, np.int64),
        characters,
        kinds(every),
    )
    return list(map(tuple, found.tolist()))


@functools.lru_cache(1 << 12)
def _words(highlighted: str) -> tuple[str, ...]:
    """The words of a highlight, and the highlight as a whole, without diacritics and capitals."""
    highlighted = without_diacritics(highlighted.lower())
    return tuple({highlighted, *highlighted.split()})
