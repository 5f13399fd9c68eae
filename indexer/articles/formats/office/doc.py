"""Word 97 to 2003 (.doc): the text by the piece table, with the font of each run, from [MS-DOC].

Fonts decide the encoding of what was written before Unicode, and no maintained library gives them. Headers, footers,
notes of reviewers and macros are not read; footnotes and text boxes follow the body.
"""

from __future__ import annotations

import io
import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.encodings import Run
from indexer.articles.encodings.tables import as_windows_1252
from indexer.articles.formats.building import Blocks
from indexer.articles.limits import Limits
from indexer.articles.model import Kind

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE = 512
# Places in the file information block.
_FLAGS, _LENGTHS = 0x0A, 0x4C
_STYLES, _CHARACTERS, _PARAGRAPHS, _FONTS, _PIECES = 0xA2, 0xFA, 0x102, 0x112, 0x1A2
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
# The lengths are of the body, footnotes, headers, macros, comments, endnotes and text boxes: the parts that are read.
_READ = {0: None, 1: Kind.FOOTNOTE, 5: Kind.FOOTNOTE, 6: None}
# Modifiers: the font of ASCII and of other text, deleted and hidden text, the style of characters, being in
# a table, the end of a row, the list of a paragraph. What a run has under `_OWN_STYLE` is the style of its paragraph.
_FONT_ASCII, _FONT_OTHER, _DELETED, _HIDDEN, _STYLE = 0x4A4F, 0x4A51, 0x0800, 0x083C, 0x4A30
_IN_TABLE, _ROW_END, _LIST = 0x2416, 0x2417, 0x460B
_OWN_STYLE = -1
_OPERAND_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
_HEADINGS, _TITLE = range(1, 10), 62
_CONTROL = re.compile("[\x00-\x1f]")
_MEANT = {"\x1e": "-", "\x1f": "\xad", "\x0b": "\n", "\x0e": "\n", "\t": "\t"}
_ALWAYS = re.compile("[\r\x07\x0c\x13-\x15]")
_FIELD, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a document of Word; raises `Unfit`."""
    if not data.startswith(_MAGIC):
        raise Unfit("is no document of Word 97 to 2003")
    try:
        document = _opened(data)
        blocks = Blocks(limits)
        first = 0
        for part, length in enumerate(document.lengths):
            if part in _READ:
                _Body(document, blocks, _READ[part]).read(first, first + length)
            first += length
    except (struct.error, ValueError, IndexError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit(f"is a damaged document of Word: {error}") from None
    return blocks.draft(id, limits)


def _opened(data: bytes) -> _Document:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            if container.exists("EncryptedPackage"):  # What a .docx becomes.
                raise Unfit("is protected by a password")
            main = container.openstream("WordDocument").read()
            (flags,) = struct.unpack_from("<H", main, _FLAGS)
            if flags & _ENCRYPTED:
                raise Unfit("is protected by a password")
            table = container.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
    except Unfit:
        raise
    except Exception as error:  # Of a damaged container olefile raises what it happens upon.
        raise Unfit(f"is no document of Word that can be opened: {error}") from None
    return _Document(main, table)


class _Style(NamedTuple):
    """What a style says of characters, the style it is made of, and which of the built-in ones it is."""

    font: int | None
    base: int
    built_in: int


class _Document:
    """The streams of a document, and its tables."""

    def __init__(self, main: bytes, table: bytes) -> None:
        self.main, self.table = main, table
        self.lengths = struct.unpack_from("<7i", main, _LENGTHS)
        if min(self.lengths) < 0:
            raise ValueError("its lengths are damaged")
        self.pieces = list(self._pieces())
        self.fonts = self._fonts()
        self.styles = self._styles()
        self._characters = self._runs(_CHARACTERS, 1)
        self._paragraphs = self._runs(_PARAGRAPHS, 13)

    def _part(self, place: int) -> bytes:
        start, length = struct.unpack_from("<II", self.main, place)
        return self.table[start : start + length]

    def _pieces(self) -> Iterator[tuple[int, int, int, bool]]:
        """First and last character, place in the stream, whether a byte is a character."""
        part, at = self._part(_PIECES), 0
        while at < len(part) and part[at] == 1:
            at += 3 + struct.unpack_from("<H", part, at + 1)[0]
        (length,) = struct.unpack_from("<I", part, at + 1)
        plc = part[at + 5 : at + 5 + length]
        count = (len(plc) - 4) // 12
        bounds = struct.unpack_from(f"<{count + 1}I", plc)
        for i, (first, last) in enumerate(pairwise(bounds)):
            (place,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * i + 2)
            narrow = bool(place & 0x40000000)
            place &= 0x3FFFFFFF
            yield first, last, place // 2 if narrow else place, narrow

    def _fonts(self) -> list[str]:
        """The names of the fonts by number."""
        part, names, at = self._part(_FONTS), [], 4
        while at < len(part):
            size = part[at]
            name = part[at + 40 : at + 1 + size].decode("utf-16-le", "replace").partition("\0")[0]
            names.append(name)
            at += size + 1
        return names

    def _styles(self) -> list[_Style]:
        part = self._part(_STYLES)
        if len(part) < 4:
            return []
        header, count, base_size = struct.unpack_from("<HHH", part)
        styles, at = [], 2 + header
        for _ in range(count):
            if at + 2 > len(part):
                break
            (size,) = struct.unpack_from("<H", part, at)
            styles.append(self._style(part[at + 2 : at + 2 + size], base_size))
            at += 2 + size + (size & 1)
        return styles

    @staticmethod
    def _style(std: bytes, base_size: int) -> _Style:
        if len(std) < base_size + 2 or base_size < 6:
            return _Style(None, 0xFFF, 0)
        built_in = struct.unpack_from("<H", std)[0] & 0xFFF
        kind, base = std[2] & 0xF, struct.unpack_from("<H", std, 2)[0] >> 4
        updates = struct.unpack_from("<H", std, 4)[0] & 0xF
        (length,) = struct.unpack_from("<H", std, base_size)
        at = base_size + 2 + 2 * length + 2
        font = None
        for number in range(updates):
            if at + 2 > len(std):
                break
            (size,) = struct.unpack_from("<H", std, at)
            # A paragraph style has its properties of paragraphs first, then those of characters.
            if number == (1 if kind == 1 else 0):
                font_of = _properties(std[at + 2 : at + 2 + size])
                font = font_of.get(_FONT_OTHER, font_of.get(_FONT_ASCII))
            at += 2 + size + (size & 1)
        return _Style(font, base, built_in)

    def _runs(self, place: int, entry: int) -> tuple[list[int], list[Mapping[int, int]]]:
        """Where in the stream runs begin, and what is said of each; `entry` is the size of a reference to that."""
        plc = self._part(place)
        count = max((len(plc) - 4) // 8, 0)
        starts: list[int] = []
        runs: list[Mapping[int, int]] = []
        for number in struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ():
            page = self.main[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
            if len(page) < _PAGE:
                break
            own = page[-1]
            if 4 * (own + 1) + entry * own > _PAGE:
                break
            starts += struct.unpack_from(f"<{own}I", page)
            for i in range(own):
                offset = 2 * page[4 * (own + 1) + entry * i]
                runs.append((_of_paragraph if entry > 1 else _of_characters)(page, offset) if offset else {})
        return starts, runs

    def text(self, first: int, last: int) -> Iterator[tuple[str, Mapping[int, int], Mapping[int, int]]]:
        """The characters from `first` to `last` in runs, each with what is said of it and of its paragraph."""
        for begin, end, place, narrow in self.pieces:
            start, stop = max(begin, first), min(end, last)
            if start >= stop:
                continue
            width = 1 if narrow else 2
            at, until = place + (start - begin) * width, min(place + (stop - begin) * width, len(self.main))
            while at < until:
                said, own_end = _at(self._characters, at, until)
                of_paragraph, end_of_paragraph = _at(self._paragraphs, at, until)
                following = min(own_end, end_of_paragraph)
                following += (following - at) % width
                data = self.main[at:following]
                text = as_windows_1252(data) if narrow else data.decode("utf-16-le", "replace")
                yield text, said, of_paragraph
                at = following

    def font(self, said: Mapping[int, int], of_paragraph: Mapping[int, int]) -> str | None:
        """The name of the font of a run: its own, that of its style, that of the style of its paragraph."""
        number = said.get(_FONT_OTHER, said.get(_FONT_ASCII))
        for style in (said.get(_STYLE), of_paragraph.get(_OWN_STYLE, 0)):
            for _ in range(16):
                if number is not None or style is None or style >= len(self.styles):
                    break
                number, style, _built_in = self.styles[style]
        return self.fonts[number] if number is not None and number < len(self.fonts) else None

    def kind(self, of_paragraph: Mapping[int, int]) -> tuple[Kind | None, bool]:
        """The kind that the style of a paragraph tells, and whether it is that of titles."""
        style = of_paragraph.get(_OWN_STYLE, 0)
        built_in = self.styles[style].built_in if style < len(self.styles) else 0
        if built_in in _HEADINGS:
            return Kind.HEADING, False
        return Kind.LIST if of_paragraph.get(_LIST) else None, built_in == _TITLE


def _at(runs: tuple[list[int], list[Mapping[int, int]]], at: int, until: int) -> tuple[Mapping[int, int], int]:
    """What is said of the byte `at`, and where that ends."""
    starts, said = runs
    number = bisect_right(starts, at) - 1
    following = starts[number + 1] if number + 1 < len(starts) else until
    return said[number] if number >= 0 else {}, min(following, until) if following > at else until


def _of_characters(page: bytes, offset: int) -> dict[int, int]:
    return _properties(page[offset + 1 : offset + 1 + page[offset]])


def _of_paragraph(page: bytes, offset: int) -> dict[int, int]:
    size, at = (2 * page[offset] - 1, offset + 1) if page[offset] else (2 * page[offset + 1], offset + 2)
    if size < 2:
        return {}
    return {_OWN_STYLE: struct.unpack_from("<H", page, at)[0], **_properties(page[at + 2 : at + size])}


def _properties(data: bytes) -> dict[int, int]:
    """The modifiers of a list by their numbers, each with its operand; those of varying length have none."""
    found: dict[int, int] = {}
    at = 0
    while at + 3 <= len(data):
        (code,) = struct.unpack_from("<H", data, at)
        size = _OPERAND_SIZES[code >> 13]
        at += 2
        if not size:
            at += 1 + data[at]
            continue
        found[code] = int.from_bytes(data[at : at + size], "little")
        at += size
    return found


class _Body:
    """Reads a part of the text: characters become paragraphs and rows of tables."""

    def __init__(self, document: _Document, blocks: Blocks, kind: Kind | None) -> None:
        self._document, self._blocks, self._kind = document, blocks, kind
        self._runs: list[Run] = []
        self._cell: list[list[Run]] = []
        self._row: list[list[list[Run]]] = []
        self._skipped: list[bool] = []
        """For each field around this place whether its result has not begun."""

    def read(self, first: int, last: int) -> None:
        """Add what stands from character `first` to `last`."""
        of_paragraph: Mapping[int, int] = {}
        for text, said, of_paragraph in self._document.text(first, last):
            if said.get(_DELETED) or said.get(_HIDDEN):
                # Ends of paragraphs, cells and fields count all the same.
                text = "".join(_ALWAYS.findall(text))
            font, done = self._document.font(said, of_paragraph), 0
            for found in _CONTROL.finditer(text):
                self._put(text[done : found.start()], font)
                self._control(found[0], font, of_paragraph)
                done = found.end()
            self._put(text[done:], font)
        self._end_paragraph(of_paragraph)
        if self._row or self._cell:
            self._blocks.add_row([*self._row, self._cell])

    def _put(self, text: str, font: str | None) -> None:
        if text and not any(self._skipped):
            self._runs.append((text, font))

    def _control(self, char: str, font: str | None, of_paragraph: Mapping[int, int]) -> None:
        if char == _FIELD:
            self._skipped.append(True)
        elif char == _RESULT and self._skipped:
            self._skipped[-1] = False
        elif char == _FIELD_END and self._skipped:
            self._skipped.pop()
        elif char in "\r\x0c":
            self._end_paragraph(of_paragraph)
        elif char == "\x07":
            if of_paragraph.get(_ROW_END):
                self._blocks.add_row(self._row)
                self._row = []
            else:
                self._row.append([*self._cell, self._runs])
            self._cell, self._runs = [], []
        elif char in _MEANT:
            self._put(_MEANT[char], font)

    def _end_paragraph(self, of_paragraph: Mapping[int, int]) -> None:
        if of_paragraph.get(_IN_TABLE):
            self._cell.append(self._runs)
        else:
            kind, title = self._document.kind(of_paragraph)
            self._blocks.add(self._runs, self._kind or kind, title=title and not self._kind)
        self._runs = []
