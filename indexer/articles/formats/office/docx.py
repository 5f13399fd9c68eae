"""Word (.docx): paragraphs, headings, lists, tables, text boxes and footnotes in reading order, each run with its font.

Headers and footers, comments and deleted text are not read; macros and embedded objects are not looked at.
"""

from __future__ import annotations

import itertools
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

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MAIN, _STYLES, _NOTES = "word/document.xml", "word/styles.xml", ("word/footnotes.xml", "word/endnotes.xml")
_LEFT_OUT = frozenset(("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr", "tblPr", "tblGrid", "trPr"))
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_DEEPEST_STYLE = 16


@dataclass(frozen=True, slots=True)
class _Style:
    font: str | None = None
    base: str | None = None
    name: str = ""
    outline: bool = False


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a document; raises `Unfit`."""
    package = Package(data, "document of Word (.docx)", limits)
    styles = package.optional_xml(_STYLES)
    reader = _Reader(_styles(styles) if styles is not None else {}, _default_font(styles), limits)
    reader.blocks_in(package.xml(_MAIN))
    for name in _NOTES:
        notes = package.optional_xml(name)
        for note in notes if notes is not None else ():
            if _attribute(note, "type") is None:
                reader.blocks_in(note, Kind.FOOTNOTE)
    return reader.blocks.draft(id, limits)


def _name(element: _Element) -> str:
    """The name of an element of WordprocessingML; empty for others."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.removeprefix(_W) if tag.startswith(_W) else tag.removeprefix(_STRICT) if tag.startswith(_STRICT) else ""


def _child(element: _Element | None, *names: str) -> _Element | None:
    for name in names:
        if element is None:
            return None
        element = next((each for each in element if _name(each) == name), None)
    return element


def _attribute(element: _Element | None, name: str) -> str | None:
    if element is None:
        return None
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT}{name}")


def _is_on(element: _Element | None) -> bool:
    return element is not None and _attribute(element, "val") not in ("0", "false", "none", "off")


def _font(properties: _Element | None) -> str | None:
    """The font of letters outside ASCII, which are what an encoding is about."""
    fonts = _child(properties, "rFonts")
    return _attribute(fonts, "hAnsi") or _attribute(fonts, "ascii")


def _styles(root: _Element) -> dict[str, _Style]:
    found = {}
    for style in root:
        if _name(style) == "style" and (key := _attribute(style, "styleId")):
            found[key] = _Style(
                _font(_child(style, "rPr")),
                _attribute(_child(style, "basedOn"), "val"),
                (_attribute(_child(style, "name"), "val") or "").lower(),
                _child(style, "pPr", "outlineLvl") is not None,
            )
    return found


def _default_font(root: _Element | None) -> str | None:
    return _font(_child(root, "docDefaults", "rPrDefault", "rPr"))


class _Reader:
    def __init__(self, styles: Mapping[str, _Style], default: str | None, limits: Limits) -> None:
        self._styles, self._default = styles, default
        self.blocks = Blocks(limits)
        self._boxes: list[_Element] = []

    def blocks_in(self, element: _Element, kind: Kind | None = None) -> None:
        """Add the paragraphs and tables inside `element`, in order; all of a `kind` if one is given."""
        for child in self._children(element):
            name = _name(child)
            if name == "p":
                self._paragraph(child, kind)
            elif name == "tbl":
                for row in self._within(child, "tr"):
                    self.blocks.add_row([list(self._cell(cell)) for cell in self._within(row, "tc")])
                    self._after()
            else:
                self.blocks_in(child, kind)

    def _children(self, element: _Element) -> Iterator[_Element]:
        """What is read of an element: of alternatives the first, nothing that was deleted."""
        for child in element:
            if child.tag == _ALTERNATIVES:
                yield from itertools.islice(child, 1)
            elif isinstance(child.tag, str) and _name(child) not in _LEFT_OUT:
                yield child

    def _within(self, element: _Element, name: str) -> Iterator[_Element]:
        """Rows or cells, which content controls may wrap."""
        for child in self._children(element):
            if _name(child) == name:
                yield child
            elif _name(child) in ("sdt", "sdtContent", "customXml", "ins"):
                yield from self._within(child, name)

    def _cell(self, element: _Element) -> Iterator[list[Run]]:
        for child in self._children(element):
            if _name(child) == "p":
                yield self._runs(child)
            else:
                yield from self._cell(child)

    def _paragraph(self, element: _Element, kind: Kind | None) -> None:
        properties = _child(element, "pPr")
        style = _attribute(_child(properties, "pStyle"), "val")
        names = [each.name for each in self._chain(style)]
        if kind is None:
            outlined = _child(properties, "outlineLvl") is not None or any(each.outline for each in self._chain(style))
            if outlined or any(name.startswith("heading") for name in names):
                kind = Kind.HEADING
            elif "caption" in names:
                kind = Kind.CAPTION
            elif _attribute(_child(properties, "numPr", "numId"), "val") not in (None, "0") or any(
                name.startswith("list ") for name in names
            ):
                kind = Kind.LIST
        self.blocks.add(self._runs(element), kind, title=names[:1] == ["title"])
        self._after()

    def _after(self) -> None:
        """Text boxes are read after what they are anchored in."""
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks_in(box)

    def _chain(self, style: str | None) -> Iterator[_Style]:
        for _ in range(_DEEPEST_STYLE):
            if style is None or (found := self._styles.get(style)) is None:
                return
            yield found
            style = found.base

    def _runs(self, paragraph: _Element) -> list[Run]:
        style = _attribute(_child(paragraph, "pPr", "pStyle"), "val")
        inherited = next((each.font for each in self._chain(style) if each.font), self._default)
        return [(text, font) for text, font in self._texts(paragraph, inherited) if text]

    def _texts(self, element: _Element, font: str | None) -> Iterator[Run]:
        if _name(element) == "r":
            properties = _child(element, "rPr")
            if _is_on(_child(properties, "vanish")):
                return
            style = _attribute(_child(properties, "rStyle"), "val")
            own = _font(properties) or next((each.font for each in self._chain(style) if each.font), None)
            font = own or font
        for child in self._children(element):
            name = _name(child)
            if name == "t":
                yield child.text or "", font
            elif name in _CHARACTERS:
                yield _CHARACTERS[name], font
            elif name == "sym":
                yield _symbol(child), _attribute(child, "font") or font
            elif name == "txbxContent":
                self._boxes.append(child)
            else:
                yield from self._texts(child, font)


def _symbol(element: _Element) -> str:
    """A character given by number; those of symbol fonts are in the private area, at their place in the font."""
    try:
        code = int(_attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    if 0xF020 <= code <= 0xF0FF:
        return chr(code - 0xF000)
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF else ""
