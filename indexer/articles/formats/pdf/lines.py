"""The lines of a page of a PDF file: characters by baseline, with their fonts, sizes and places."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indexer.articles.encodings import Run
from indexer.articles.formats.building import CELLS

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_SAME_BASELINE = 0.35
"""Characters whose baselines differ by less of their size stand on one line (small figures, marks)."""

_RAISED, _SMALL = 0.6, 0.85
"""The same for characters that are so many times as large: numbers of footnotes are raised."""

_GAP, _COLUMN_GAP = 0.16, 2.2
"""From so many sizes on a gap is a space, and a new column of a table."""

# What pdfium has for a hyphen at the end of a line.
_HYPHENS = (0x02, 0xFFFE)
_Piece = tuple[str | None, float]
"""The name of a font, and a size in points."""


@dataclass(slots=True)
class Line:
    """A line: its runs, its place in points from the left and from the bottom, the size of most of its text."""

    page: int
    runs: list[Run]
    left: float
    right: float
    baseline: float
    size: float
    relative: float
    """How far up the page its baseline is, from 0 to 1."""

    table: bool = False
    first_word: float = 0.0
    """The width of its first word."""

    second: float = 0.0
    """Where its second word begins: lines that go on with an item of a list begin there."""

    @property
    def text(self) -> str:
        """All of its text."""
        return "".join(text for text, _ in self.runs)


class _Building:
    """A line to which characters are added."""

    __slots__ = ("baseline", "first_word", "left", "pieces", "right", "second", "size", "sizes", "spaced", "table")

    def __init__(self, left: float, baseline: float, size: float) -> None:
        self.pieces: list[tuple[str, str | None]] = []
        self.left = self.right = left
        self.baseline, self.size = baseline, size
        self.sizes: dict[float, int] = {}
        self.first_word = self.second = 0.0
        self.table = self.spaced = False

    def add(self, char: str, font: str | None, left: float, right: float, baseline: float, size: float) -> None:
        """A character, after those that are there."""
        if size > self.size and char != " ":  # A line may begin with a raised number.
            self.size, self.baseline = size, baseline
        if self.pieces and left - self.right > _COLUMN_GAP * size:
            self.pieces.append((CELLS, None))
            self.table = self.spaced = True
        elif self.pieces and left - self.right > _GAP * size and not self.pieces[-1][0].endswith(" "):
            self.pieces.append((" ", font))
            self.spaced = True
        if char == " ":
            self.spaced = True
            if not self.pieces or self.pieces[-1][0].endswith(" "):
                return
        self.pieces.append((char, font))
        if char != " ":
            self.right = max(self.right, right)
            self.sizes[size] = self.sizes.get(size, 0) + 1
            if not self.spaced:
                self.first_word = right - self.left
            elif not self.second:
                self.second = left

    def line(self, page: int, height: float) -> Line | None:
        runs: list[Run] = []
        for text, font in self.pieces:
            if runs and runs[-1][1] == font:
                runs[-1] = (runs[-1][0] + text, font)
            else:
                runs.append((text, font))
        while runs and not runs[-1][0].rstrip():
            runs.pop()
        if not runs:
            return None
        runs[-1] = (runs[-1][0].rstrip(), runs[-1][1])
        size = max(self.sizes, key=lambda each: self.sizes[each], default=self.size)
        relative = self.baseline / height if height else 0.5
        return Line(
            page,
            runs,
            self.left,
            self.right,
            self.baseline,
            size,
            relative,
            self.table,
            self.first_word,
            self.second or self.left,
        )


def page_lines(page: PdfPage, number: int) -> list[Line]:
    """The lines of a page, in the order in which the file has them."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    raw = text.raw
    height = page.get_height()
    pieces: dict[int, _Piece] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    lines: list[_Building] = []
    current: _Building | None = None
    high = 0
    for at in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if code in _HYPHENS:
            code = 0x2D
        elif 0xD800 <= code < 0xDC00:
            high = code
            continue
        elif 0xDC00 <= code < 0xE000:
            if not high:
                continue
            code, high = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00, 0
        elif code in (0, 10, 13, 0xFFFF) or pdfium.FPDFText_IsGenerated(raw, at) == 1:
            continue
        char = " " if code in (9, 32, 160) else chr(code)
        if not pdfium.FPDFText_GetCharOrigin(raw, at, x, y) or not pdfium.FPDFText_GetLooseCharBox(raw, at, box):
            continue
        left, right, baseline = float(x.value), float(box.right), float(y.value)
        font, size = _piece(raw, at, pieces)
        size = size or round(abs(float(box.top) - float(box.bottom)), 1) or 1.0
        if current is not None and not _continues(current, left, baseline, size):
            current = None
        if current is None:
            if char == " ":
                continue
            current = _Building(left, baseline, size)
            lines.append(current)
        current.add(char, font, left, max(right, left), baseline, size)
    text.close()
    return [line for each in lines if (line := each.line(number, height)) is not None]


def _continues(line: _Building, left: float, baseline: float, size: float) -> bool:
    """Whether a character goes on with a line: on its baseline, not back to the left."""
    largest, smallest = max(line.size, size), min(line.size, size)
    tolerance = _RAISED if smallest <= _SMALL * largest else _SAME_BASELINE
    return abs(baseline - line.baseline) < tolerance * largest and left > line.right - largest


def _piece(raw: Any, at: int, known: dict[int, _Piece]) -> _Piece:
    """The font and the size of a character; looked up once for each piece of text."""
    import pypdfium2.raw as pdfium

    piece = pdfium.FPDFText_GetTextObject(raw, at)
    key = ctypes.cast(piece, ctypes.c_void_p).value
    if key is None:
        return None, 0.0
    if key not in known:
        size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
        buffer = ctypes.create_string_buffer(256)
        length = pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(piece), buffer, 256)
        scale = 1.0
        if pdfium.FPDFText_GetMatrix(raw, at, matrix):
            scale = math.hypot(matrix.b, matrix.d)
        pdfium.FPDFTextObj_GetFontSize(piece, size)
        name = buffer.value.decode("utf-8", "replace") if 0 < length <= 256 else None
        known[key] = name, round(scale * size.value, 1)
    return known[key]
