"""OpenDocument text (.odt): paragraphs, headings, lists, tables, frames and notes, each run with its font."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.articles.assembly import Draft
from indexer.articles.encodings import Run
from indexer.articles.formats.building import Blocks
from indexer.articles.formats.packages import Package
from indexer.articles.limits import Limits
from indexer.articles.model import Kind

if TYPE_CHECKING:
    from lxml.etree import _Element

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _STYLE = f"{{{_URN}text:1.0}}", f"{{{_URN}table:1.0}}", f"{{{_URN}style:1.0}}"
_OFFICE, _DRAW = f"{{{_URN}office:1.0}}", f"{{{_URN}drawing:1.0}}"
_FORMATTING = f"{{{_URN}xsl-fo-compatible:1.0}}"
_LEFT_OUT = frozenset(
    (
        *(f"{_OFFICE}annotation", f"{_OFFICE}annotation-end", f"{_OFFICE}forms", f"{_TEXT}tracked-changes"),
        *(f"{_TEXT}note-citation", f"{_TEXT}table-of-content", f"{_TEXT}alphabetical-index", f"{_TEXT}sequence-decls"),
    )
)
_WHITE_SPACE = re.compile("[ \t\r\n]+")
_DEEPEST_STYLE = 16
_MOST_SPACES = 1_000


@dataclass(frozen=True, slots=True)
class _Style:
    font: str | None
    base: str | None


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a document; raises `Unfit`."""
    package = Package(data, "OpenDocument text (.odt)", limits)
    styles: dict[str, _Style] = {}
    if (common := package.optional_xml("styles.xml")) is not None:
        styles |= _styles(common)
    content = package.xml("content.xml")
    reader = _Reader(styles | _styles(content), limits)
    for body in content.iter(f"{_OFFICE}text"):
        reader.blocks_in(body)
    for note in reader.notes:
        reader.blocks_in(note, Kind.FOOTNOTE)
    return reader.blocks.draft(id, limits)


def _styles(root: _Element) -> dict[str, _Style]:
    found = {}
    for style in root.iter(f"{_STYLE}style"):
        font = None
        for properties in style.iter(f"{_STYLE}text-properties"):
            font = properties.get(f"{_STYLE}font-name") or properties.get(f"{_FORMATTING}font-family")
        if name := style.get(f"{_STYLE}name"):
            found[name] = _Style(font.strip("'\"") if font else None, style.get(f"{_STYLE}parent-style-name"))
    return found


class _Reader:
    def __init__(self, styles: Mapping[str, _Style], limits: Limits) -> None:
        self._styles = styles
        self.blocks = Blocks(limits)
        self.notes: list[_Element] = []
        self._boxes: list[_Element] = []

    def blocks_in(self, element: _Element, kind: Kind | None = None) -> None:
        """Add the paragraphs and tables inside `element`, in order; all of a `kind` if one is given."""
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _LEFT_OUT:
                continue
            if tag == f"{_TEXT}h":
                self._add(child, kind or Kind.HEADING)
            elif tag == f"{_TEXT}p":
                self._add(child, kind)
            elif tag == f"{_TEXT}list":
                self.blocks_in(child, kind or Kind.LIST)
            elif tag == f"{_TABLE}table":
                for row in child.iter(f"{_TABLE}table-row"):
                    cells = [cell for cell in row if cell.tag == f"{_TABLE}table-cell"]
                    self.blocks.add_row([list(self._cell(cell)) for cell in cells])
                    self._after()
            else:
                self.blocks_in(child, kind)

    def _cell(self, element: _Element) -> Iterator[list[Run]]:
        for child in element:
            if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                yield self._runs(child)
            elif child.tag != f"{_TABLE}table":  # One inside another has its rows among those of the outer one.
                yield from self._cell(child)

    def _add(self, element: _Element, kind: Kind | None) -> None:
        style = element.get(f"{_TEXT}style-name") or ""
        names = {style, *(each.base or "" for each in self._chain(style))}
        self.blocks.add(self._runs(element), kind, title="Title" in names)
        self._after()

    def _after(self) -> None:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks_in(box)

    def _chain(self, style: str | None) -> Iterator[_Style]:
        for _ in range(_DEEPEST_STYLE):
            if style is None or (found := self._styles.get(style)) is None:
                return
            yield found
            style = found.base

    def _font(self, element: _Element, inherited: str | None) -> str | None:
        return next((each.font for each in self._chain(element.get(f"{_TEXT}style-name")) if each.font), inherited)

    def _runs(self, element: _Element) -> list[Run]:
        return [(text, font) for text, font in self._texts(element, self._font(element, None)) if text]

    def _texts(self, element: _Element, font: str | None) -> Iterator[Run]:
        yield _one_space(element.text), font
        for child in element:
            tag = child.tag
            if tag == f"{_TEXT}note":
                self.notes += child.iter(f"{_TEXT}note-body")
            elif tag == f"{_DRAW}text-box":
                self._boxes.append(child)
            elif tag == f"{_TEXT}s":
                count = child.get(f"{_TEXT}c", "1")
                yield " " * (min(int(count), _MOST_SPACES) if count.isdecimal() and count.isascii() else 1), font
            elif tag == f"{_TEXT}tab":
                yield "\t", font
            elif tag == f"{_TEXT}line-break":
                yield "\n", font
            elif isinstance(tag, str) and tag not in _LEFT_OUT:
                yield from self._texts(child, self._font(child, font))
            yield _one_space(child.tail), font


def _one_space(text: str | None) -> str:
    """Text as OpenDocument means it: white space of any length is one space."""
    if not text:
        return ""
    return _WHITE_SPACE.sub(" ", text)
