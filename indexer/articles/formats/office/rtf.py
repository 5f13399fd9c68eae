"""Rich Text Format (.rtf): paragraphs, tables and footnotes, each run with its font.

Libraries that read RTF give its text without fonts, and fonts decide the encoding of what was written before Unicode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.encodings import Run
from indexer.articles.encodings.tables import as_windows_1252
from indexer.articles.formats.building import Blocks
from indexer.articles.limits import Limits
from indexer.articles.model import Kind

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+",
    re.DOTALL,
)
_NO_TEXT = """
    colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf fldinst listtable
    listoverridetable revtbl rsidtbl generator themedata colorschememapping datastore latentstyles xmlnstbl filetbl
    nonshppict nonesttables sn sv annotation atnid atnauthor comment private bkmkstart bkmkend listtext pntext objdata
    result datafield tc xe
"""
_SKIPPED = frozenset(_NO_TEXT.split())
_STARRED = frozenset(("shpinst", "shppict", "nesttableprops", "footnote"))
"""Destinations marked as ignorable that may hold text."""

_CHARACTERS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "-", "-": "\u00ad", "\\": "\\", "{": "{", "}": "}"}
# Of the character sets of fonts those that are no windows-1252.
_CODE_PAGES = {
    128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class _State:
    """What counts inside a group."""

    skipped: bool = False
    fonts: bool = False
    font: int = -1
    fallback: int = 1
    """Characters after a Unicode character that stand for it in old readers."""

    hidden: bool = False


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a document; raises `Unfit`."""
    if not data.startswith(b"{\\rtf"):
        raise Unfit("is no RTF: it does not begin with {\\rtf")
    reader = _Reader(data, limits)
    reader.read()
    return reader.blocks.draft(id, limits)


class _Paragraphs:
    """Where text goes: the body, or a footnote, which may stand inside a paragraph of the body."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.cell: list[list[Run]] = []
        self.row: list[list[list[Run]]] = []
        self.in_table = self.heading = self.listed = False


class _Reader:
    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self.blocks = Blocks(limits)
        self._footnotes: list[list[Run]] = []
        self._names: dict[int, str] = {}
        self._charsets: dict[int, int] = {}
        self._described = 0
        self._default_font = -1
        self._code_page = "cp1252"
        self._state = _State()
        self._stack: list[tuple[_State, _Paragraphs]] = []
        self._into = self._body = _Paragraphs()
        self._ignored = 0
        self._bytes = bytearray()
        self._starred = self._opening = False
        self._high = ""

    def read(self) -> None:
        """Read all of it; what is missing at the end of a damaged file is missing."""
        at, data = 0, self._data
        while (found := _TOKEN.match(data, at)) is not None:
            at = found.end()
            word, number, code, symbol, brace, text = found.groups()
            if text is not None:
                self._text(text)
            elif code is not None:
                self._text(bytes([int(code, 16)]))
            elif brace is not None:
                self._flush()
                self._brace(brace)
            elif word is not None:
                if word == b"bin":
                    at += max(int(number or 0), 0)
                self._flush()
                self._word(word.decode("ascii"), int(number) if number else None)
            elif symbol is not None:
                self._flush()
                self._symbol(symbol)
        self._flush()
        self._paragraph_ends()
        if self._into.row or self._into.cell:
            self.blocks.add_row([*self._into.row, self._into.cell])
        for runs in self._footnotes:
            self.blocks.add(runs, Kind.FOOTNOTE)

    def _brace(self, brace: bytes) -> None:
        self._opening = brace == b"{"
        self._starred = False
        if self._opening:
            if len(self._stack) >= _DEEPEST:
                raise Unfit("is nested too deeply")
            self._stack.append((self._state, self._into))
        elif self._stack:
            if self._into is not self._stack[-1][1]:
                self._footnotes.append(self._into.runs)
            self._state, self._into = self._stack.pop()

    def _symbol(self, symbol: bytes) -> None:
        char = symbol.decode("latin-1")
        if char == "*":
            self._starred = True
        elif char in "\r\n":
            self._word("par", None)
        elif char in _SYMBOLS:
            self._put(_SYMBOLS[char])

    def _text(self, text: bytes) -> None:
        self._opening = False
        if self._ignored:
            skipped = min(self._ignored, len(text))
            self._ignored -= skipped
            text = text[skipped:]
        if self._state.fonts:
            self._names[self._described] = self._names.get(self._described, "") + as_windows_1252(text)
        elif not self._state.skipped:
            self._bytes += text

    def _flush(self) -> None:
        """Text that is whole: bytes of one character may have been written one by one."""
        if self._bytes:
            charset = self._charsets.get(self._state.font, 0)
            page = _CODE_PAGES.get(charset, self._code_page if charset == 0 else "cp1252")
            data = bytes(self._bytes)
            self._bytes.clear()
            try:
                text = as_windows_1252(data) if page == "cp1252" else data.decode(page)
            except (UnicodeDecodeError, LookupError):
                text = as_windows_1252(data)
            self._put(text)

    def _put(self, text: str) -> None:
        self._opening = False
        if not self._state.skipped and not self._state.hidden and not self._state.fonts and text:
            self._into.runs.append((text, self._names.get(self._state.font, "").rstrip("; ") or None))

    def _word(self, word: str, number: int | None) -> None:
        opening, starred = self._opening, self._starred
        self._opening = self._starred = False
        state = self._state
        if word in _SKIPPED or (starred and word not in _STARRED):
            self._state = replace(state, skipped=True)
        elif word == "fonttbl":
            self._state = replace(state, fonts=True)
        elif word == "f":
            if state.fonts:
                self._described = number or 0
            else:
                self._state = replace(state, font=number or 0)
        elif word == "fcharset" and state.fonts:
            self._charsets[self._described] = number or 0
        elif state.skipped or state.fonts:
            return
        elif word == "u" and number is not None:
            self._unicode(number & 0xFFFF)
        elif word == "uc":
            self._state = replace(state, fallback=max(number or 0, 0))
        elif word == "ansicpg":
            self._code_page = f"cp{number}" if number not in (0, None) else "cp1252"
        elif word == "deff":
            self._default_font = number or 0
            self._state = replace(state, font=self._default_font)
        elif word == "plain":
            self._state = replace(state, font=self._default_font, hidden=False)
        elif word in ("v", "deleted"):
            self._state = replace(state, hidden=number != 0)
        elif word == "footnote" and (opening or starred):
            self._into = _Paragraphs()
        elif word in _CHARACTERS:
            self._put(_CHARACTERS[word])
        else:
            self._of_paragraph(word, number)

    def _unicode(self, unit: int) -> None:
        self._ignored = self._state.fallback
        if 0xD800 <= unit < 0xDC00:
            self._high = chr(unit)
            return
        text = self._high + chr(unit)
        self._high = ""
        self._put(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))

    def _of_paragraph(self, word: str, number: int | None) -> None:
        into = self._into
        if word in ("par", "sect", "page"):
            self._paragraph_ends()
        elif word == "pard":
            into.in_table = into.heading = into.listed = False
        elif word == "intbl":
            into.in_table = True
        elif word == "outlinelevel":
            into.heading = number is not None and number < 9
        elif word == "ls":
            into.listed = bool(number)
        elif word in ("cell", "nestcell"):
            into.row.append([*into.cell, into.runs])
            into.cell, into.runs = [], []
        elif word in ("row", "nestrow"):
            self.blocks.add_row(into.row)
            into.row, into.cell = [], []

    def _paragraph_ends(self) -> None:
        into = self._into
        if into is not self._body:
            into.runs.append(("\n", None))
            return
        if into.in_table:
            into.cell.append(into.runs)
        else:
            if into.row or into.cell:  # A table whose last row never ended.
                self.blocks.add_row([*into.row, into.cell])
                into.row, into.cell = [], []
            self.blocks.add(into.runs, Kind.HEADING if into.heading else Kind.LIST if into.listed else None)
        into.runs = []
