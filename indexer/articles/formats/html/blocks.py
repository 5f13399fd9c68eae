"""The paragraphs inside an element of a page: block by block, without what frames, sells and leads elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.articles.encodings import Run
from indexer.articles.formats.building import CELLS
from indexer.articles.model import Kind

if TYPE_CHECKING:
    from lxml.etree import _Element

_NO_TEXT_NAMES = """
    script style noscript template iframe object svg math head select textarea button audio video canvas map
    datalist input
"""
_NO_TEXT = frozenset(_NO_TEXT_NAMES.split())
_FRAME = frozenset(("nav", "aside", "footer", "form", "menu", "dialog"))
_BLOCK_NAMES = """
    p div section article main header h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption
    blockquote pre figure figcaption hr address center details summary fieldset body html
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split()) | _FRAME
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_JUNK = re.compile(
    r"(?:^|[\s_-])(?:related?|relates|relatednews|relation|share|sharing|social|comments?|advert\w*|ads|adsbygoogle|banner"
    r"|breadcrumbs?|most-?(?:read|viewed)|recommend\w*|newsletter|subscribe|player|widget|widgets|sidebar|toolbar|pagination"
    r"|rating|vote|tags?|taglist|tag-?box|keyword|tin-?lien-?quan|bai-?lien-?quan|lien-?quan|xem-?them|doc-?them|tin-?khac"
    r"|box-?tin\w*|see-?more|read-?more|hidden|copyright|print|menu|nav|navbar|footer|cookie|popup|modal)(?=$|[\s_-])"
    r"|VCSortableInPreviewMode[^\"]*type=\"?(?:Related|insertlink)|RelatedOneNews|RelatedNewsBox|link-?content-?footer"
    r"|\btinlienquan|\bboxlienquan|\bmost_?view|\bvnnews-related|\bzone--?related|\bknc-rate-link|\bbox-tinlienquanv2",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"caption|(?:^|[\s_-])(?:imgdes|img-?desc|image-?desc(?:ription)?|photo-?(?:desc|note|text)|chu-?thich\w*|pic-?desc"
    r"|image-?note|note-?img|ck_legend|legend)(?=$|[\s_-])",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:authors?|author-?name|byline|tac-?gia|nguoi-?viet|article-?author|detail-?author|but-?danh|signature)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_RIGHT = re.compile(r"text-align\s*:\s*right", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FONT_FAMILY = re.compile(r"""font-family\s*:\s*["']?\s*([^;"',]+)""", re.IGNORECASE)
_LONGEST_BYLINE, _LONGEST_LINK = 80, 250
_LINK_SHARE = 0.9
_WHITE_SPACE = re.compile("[ \t\r\n\f]+")


@dataclass(slots=True)
class Block:
    """A paragraph: its runs, its kind where the markup tells it, how much of it is links."""

    runs: list[Run] = field(default_factory=list)
    kind: Kind | None = None
    linked: int = 0
    right: bool = False

    @property
    def text(self) -> str:
        """All of its text."""
        return "".join(text for text, _ in self.runs).strip()


@dataclass(slots=True)
class _Around:
    """What the elements around a piece of text say of it."""

    kind: Kind | None = None
    font: str | None = None
    link: bool = False
    pre: bool = False
    right: bool = False
    cell: bool = False


def is_junk(element: _Element) -> bool:
    """Whether an element is none of the text by its name, class or style."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(element.get("style") or ""):
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''} type={element.get('type') or ''}"
    return element.tag in _FRAME or _JUNK.search(named) is not None


def blocks_of(root: _Element, *, plain: bool = False) -> list[Block]:
    """The paragraphs inside `root`, in order; `plain` text has nothing around it that were to be left out."""
    found = [block for block in _Walk(plain).read(root) if block.text]
    if not plain:
        found = [block for block in found if not _leads_elsewhere(block)]
        _name_byline(found)
    return found


def _leads_elsewhere(block: Block) -> bool:
    """Whether a paragraph is nothing but a link: to a related article, to more of the same."""
    size = len(block.text)
    return (
        block.kind in (None, Kind.HEADING, Kind.LIST) and size <= _LONGEST_LINK and block.linked >= _LINK_SHARE * size
    )


def _name_byline(found: list[Block]) -> None:
    """The last paragraph is the byline where it is set to the right and short."""
    if any(block.kind is Kind.BYLINE for block in found):
        return
    for block in reversed(found[-3:]):
        if block.kind is None and block.right and len(block.text) <= _LONGEST_BYLINE:
            block.kind = Kind.BYLINE
            return


class _Walk:
    """Walks a tree without recursion: pages may be nested as deeply as the parser allows."""

    def __init__(self, plain: bool) -> None:
        self._plain = plain
        self._block = Block()
        self._breaks = 0
        self._row: list[Block] | None = None

    def read(self, root: _Element) -> Iterator[Block]:
        from lxml import etree

        around = [_Around()]
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if not isinstance(tag, str) or tag in _NO_TEXT or (
                    element is not root and not self._plain and is_junk(element)
                ):  # fmt: skip
                    walk.skip_subtree()
                    around.append(around[-1])
                    continue
                own = self._around(element, around[-1])
                around.append(own)
                if tag == "tr":
                    yield from self._end()
                    self._row = []
                elif tag in _BLOCKS:
                    yield from self._end()
                if tag == "br":
                    self._breaks += 1
                    if self._breaks > 1:
                        yield from self._end()
                self._add(element.text, own)
            else:
                own = around.pop()
                if isinstance(tag, str) and tag not in _NO_TEXT:
                    if tag in ("td", "th") and self._row is not None:
                        self._row += list(self._end())
                    elif tag == "tr" and self._row is not None:
                        yield from self._end_row()
                    elif tag in _BLOCKS and own is not around[-1]:
                        yield from self._end()
                if element is not root:
                    self._add(element.tail, around[-1])
        yield from self._end_row()
        yield from self._end()

    def _around(self, element: _Element, outer: _Around) -> _Around:
        tag, style = str(element.tag), element.get("style") or ""
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        kind = outer.kind
        if kind is None:
            if tag in _HEADINGS:
                kind = Kind.HEADING
            elif tag in ("figcaption", "caption") or (not self._plain and _CAPTION.search(named)):
                kind = Kind.CAPTION
            elif tag == "li":
                kind = Kind.LIST
            elif not self._plain and _BYLINE.search(named) and len(_content(element)) <= _LONGEST_BYLINE:
                kind = Kind.BYLINE
        face = element.get("face") if tag == "font" else None
        family = _FONT_FAMILY.search(style) if style else None
        return _Around(
            kind,
            face.partition(",")[0] if face else family[1].strip() if family else outer.font,
            outer.link or tag == "a",
            outer.pre or tag == "pre",
            outer.right or _RIGHT.search(style) is not None or element.get("align") == "right",
            outer.cell or tag in ("td", "th"),
        )

    def _add(self, text: str | None, around: _Around) -> None:
        if not text:
            return
        if not around.pre:
            text = _WHITE_SPACE.sub(" ", text)
        if not text.strip() and not self._block.runs:
            return
        if self._breaks and text.strip():
            if self._block.runs:
                self._block.runs.append(("\n", None))
            text = text.lstrip(" ")
            self._breaks = 0
        elif self._block.runs and self._block.runs[-1][0].endswith((" ", "\n")) and not around.pre:
            text = text.lstrip(" ")
        if not text:
            return
        block = self._block
        if text.strip():
            block.kind = block.kind or around.kind
            block.right = block.right or around.right
            block.linked += len(text.strip()) if around.link else 0
        block.runs.append((text, around.font))

    def _end(self) -> Iterator[Block]:
        block, self._block, self._breaks = self._block, Block(), 0
        if block.text:
            yield block

    def _end_row(self) -> Iterator[Block]:
        cells, self._row = [*(self._row or []), *self._end()], None
        captions = [cell for cell in cells if cell.kind is Kind.CAPTION]
        if captions or len(cells) < 2 or any(len(cell.text) > 500 for cell in cells):
            yield from cells  # A table that holds pictures, or the whole page.
            return
        row = Block(kind=Kind.TABLE)
        for cell in cells:
            row.runs += [(CELLS, None), *cell.runs] if row.runs else cell.runs
        yield row


def _content(element: _Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()
