"""Lines become paragraphs, over columns and pages; running heads and page numbers are left out.

Measured against the HTML edition of a manual (benchmarks/formats.py). No line is joined without a reason: the distance
is the usual one of its page, the size is the same, and the line before is full, so that the first word of the next had
no place on it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.articles.encodings import Run
from indexer.articles.formats.pdf.lines import Line

_EDGE = 0.1
"""The part of a page's height, above and below, where running heads and page numbers stand."""

_REPEATED = 3
"""Pages on which a line must stand, its figures apart, to be a running head."""

_PAGE_NUMBER = re.compile(
    r"(?:trang|page)?\s*+[-–—(\[|]*+\s*+(?:\d{1,4}|[ivxlc]{1,7})\s*+(?:[/|]\s*+\d{1,4})?\s*+[-–—)\]|]*+", re.I
)
_DIGITS = re.compile(r"\d+|\b[ivxlc]{1,7}\b")
# What begins a paragraph whatever its place: parts of laws, and items of lists.
_MARKER = re.compile(
    r"(?:điều|khoản|chương|mục|phần|tiết|phụ lục)\s+(?:\d|[ivxlc]+\b)|[-–—•●▪◦*+§·»]\s|[a-zđ][).]\s|\(?\d{1,3}[).]\s"
    r"|\d{1,2}(?:\.\d{1,3}){1,4}\.?\s|[ivxlc]{1,7}[.)]\s",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"[^.!?:;…”\"»)]$")
_JOINED_WORD = re.compile(r"\w-$")
_CLOSE = 1.45
"""So many times their size lines of one paragraph are apart, where a page does not tell."""

_SAME_SIZE = 0.12
"""Code inside a text is set a little smaller, headings are larger by more."""

_NEAR = 40.0
"""Points within which the left edges of lines of one column lie."""


@dataclass(slots=True)
class Paragraph:
    """Text put together from lines, the page it begins on, its size."""

    runs: list[Run]
    page: int
    size: float
    table: bool

    @property
    def text(self) -> str:
        """All of its text."""
        return "".join(text for text, _ in self.runs)


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[Paragraph]:
    """The paragraphs of a document, in order."""
    heads = _running_heads(pages)
    found: list[Paragraph] = []
    last: Line | None = None
    last_page: _Page | None = None
    for lines in pages:
        kept = [line for line in lines if not _is_furniture(line, heads)]
        page = _Page(kept)
        for at, line in enumerate(kept):
            if last is not None and last_page is not None and found:
                follows = (
                    page.follows(last, line) if last.page == line.page else at == 0 and _goes_on(last_page, last, line)
                )
                if follows:
                    _join(found[-1], line)
                    last, last_page = line, page
                    continue
            found.append(Paragraph(list(line.runs), line.page, line.size, line.table))
            last, last_page = line, page
    return found


def _masked(line: Line) -> str:
    return _DIGITS.sub("#", line.text.lower())


def _is_edge(line: Line) -> bool:
    return line.relative < _EDGE or line.relative > 1 - _EDGE


def _running_heads(pages: Sequence[Sequence[Line]]) -> set[str]:
    """The lines, their figures apart, that stand at the edges of several pages."""
    on: Counter[str] = Counter()
    for lines in pages:
        on.update({_masked(line) for line in lines if _is_edge(line)})
    return {text for text, count in on.items() if count >= _REPEATED}


def _is_furniture(line: Line, heads: set[str]) -> bool:
    return _is_edge(line) and (_PAGE_NUMBER.fullmatch(line.text.strip()) is not None or _masked(line) in heads)


class _Page:
    """What is usual on a page: the distance of lines by their size, and the right edges of its columns."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._leading: dict[float, float] = {}
        distances: defaultdict[float, Counter[float]] = defaultdict(Counter)
        for before, line in itertools.pairwise(lines):
            distance = before.baseline - line.baseline
            if abs(before.size - line.size) <= _SAME_SIZE * line.size and 0.8 * line.size < distance < 3 * line.size:
                distances[line.size][round(2 * distance) / 2] += 1
        for size, counts in distances.items():
            # Of two that are as frequent the smaller: lines of one paragraph are nearest.
            usual = max(counts, key=lambda each: (counts[each], -each))
            # The distance of two lines alone may be that of two paragraphs.
            if counts[usual] > 1 or usual <= _CLOSE * size:
                self._leading[size] = usual
        self._edges = [(line.left, line.right) for line in lines if not line.table]

    def right_edge(self, line: Line) -> float:
        """Where full lines of the column of this line end."""
        rights = [right for left, right in self._edges if abs(left - line.left) < _NEAR]
        if not rights:
            return line.right
        counts = Counter(round(right) for right in rights)
        usual, times = max(counts.items(), key=lambda each: (each[1], each[0]))
        return float(usual) if times > 1 else max(rights)

    def is_full(self, line: Line, following: Line) -> bool:
        """Whether the first word of the following line had no place on this one."""
        return line.right + 0.25 * line.size + following.first_word > self.right_edge(line) - 0.5

    def follows(self, before: Line, line: Line) -> bool:
        """Whether a line goes on with the paragraph of the one before it on the page."""
        if before.table or line.table or abs(before.size - line.size) > _SAME_SIZE * line.size:
            return False
        distance = before.baseline - line.baseline
        usual = self._leading.get(line.size, _CLOSE * line.size)
        if distance <= 0:  # The top of another column.
            return distance < 0 and _next_column(before, line) and self.is_full(before, line) and _flows(before, line)
        if distance > 1.2 * usual + 0.5 or _MARKER.match(line.text):
            return False
        hangs = _MARKER.match(before.text) is not None and abs(line.left - before.second) < line.size
        indented = line.left > before.left + 0.4 * line.size and not hangs
        return not indented and self.is_full(before, line)


def _next_column(before: Line, line: Line) -> bool:
    return line.left > before.right - line.size


def _flows(before: Line, line: Line) -> bool:
    """Whether text goes on: the sentence has not ended, and what comes is no beginning."""
    return _UNFINISHED.search(before.text) is not None and not _MARKER.match(line.text)


def _goes_on(page: _Page, before: Line, line: Line) -> bool:
    """Whether the first line of a page goes on with the last one of the page before."""
    if before.table or line.table or abs(before.size - line.size) > _SAME_SIZE * line.size:
        return False
    return page.is_full(before, line) and _flows(before, line)


def _join(paragraph: Paragraph, line: Line) -> None:
    text, font = paragraph.runs[-1]
    if text.endswith("\u00ad") and not line.text[:1].isspace() and not _is_old(font):
        paragraph.runs[-1] = (text[:-1], font)
    elif not (_JOINED_WORD.search(paragraph.text) and line.text[:1].islower()):
        paragraph.runs[-1] = (f"{text} ", font)
    paragraph.runs += line.runs


def _is_old(font: str | None) -> bool:
    """Whether a soft hyphen may be a letter in this font."""
    from indexer.articles.encodings import encoding_of_font

    return encoding_of_font(font) is not None
