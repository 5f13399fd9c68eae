"""An article as it is read: place by place, what the query finds marked, where in the whole that stands.

A passage is addressed in two ways. `p4` is the place: whatever stands fourth. `p4-1f3a9c2b` is the text that stood
there: the page (static/passages.js) looks for it elsewhere in the article when it has moved, and goes to the place when
the text itself has changed. Both are the same after a rebuild of the same articles.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from indexer import Article, Index, Kind, Span

MAP_LENGTH = 400.0
"""Of the map of an article, in its own units."""

_GAP = 1.0
_THINNEST = 2.5


@dataclass(frozen=True, slots=True)
class Line:
    """A place of an article and what stands there; a repeated paragraph stands at several.

    `matched` says that the query meets enough of it to lead a reader there, not only some frequent syllable.
    """

    position: int
    kind: Kind
    text: str
    highlights: tuple[Span, ...]
    matched: bool

    @property
    def anchor(self) -> str:
        """The fragment that goes with the text."""
        return anchor(self.position, self.text)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line on the map: where it begins and how long it is, in units of `MAP_LENGTH`."""

    line: Line
    start: float
    length: float


def lines(article: Article, index: Index, query: str) -> list[Line]:
    """The article place by place, with the spans that is highlighted for the query.

    A paragraph counts as matched when at least half as much of it is marked as of the one with the most.
    """
    highlights = index.highlight(query, [paragraph.text for paragraph in article.paragraphs])
    marked = [sum(end - start for start, end in spans) for spans in highlights]
    most = max(marked, default=0)
    found = [
        Line(position, paragraph.kind, paragraph.text, spans, matched=length > 0 and 2 * length >= most)
        for paragraph, spans, length in zip(article.paragraphs, highlights, marked, strict=True)
        for position in (paragraph.position, *paragraph.repeats)
    ]
    return sorted(found, key=lambda line: line.position)


def map_of(lines: Sequence[Line]) -> list[Stretch]:
    """Where each line stands in the whole; a matched one is never too thin to be hit."""
    # A short line takes room on the page too.
    lengths = [len(line.text) + 60 for line in lines]
    scale = MAP_LENGTH / max(sum(lengths), 1)
    stretches, at = [], 0.0
    for line, characters in zip(lines, lengths, strict=True):
        length = characters * scale
        drawn = max(length - _GAP, _THINNEST if line.matched else length / 2)
        stretches.append(Stretch(line, round(at, 2), round(drawn, 2)))
        at += length
    return stretches


def anchor(position: int, text: str) -> str:
    """The fragment of a passage that leads to its text, wherever that stands after a rebuild."""
    return f"p{position}-{fingerprint(text)}"


def fingerprint(text: str) -> str:
    """Eight hexadecimal digits that stand for a text, the same in NFC and NFD and with any white space."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]
