"""The element of a page that holds the text of its article, and its paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.articles.formats.html.blocks import Block, blocks_of, is_junk
from indexer.articles.model import Kind

if TYPE_CHECKING:
    from lxml.etree import _Element

# How pages of newspapers and of common systems name the element.
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:fck_?detail|singular-?content|detail__?(?:c-?)?content|detail-?content(?:-body)?|article-?body"
    r"|article__?body|article-?content|article__?content|cms-?body|content-?detail|main-?detail-?body|maincontent-?body"
    r"|entry-?content|post-?content|post-?body|news-?content|news-?detail-?content|story-?body|td-post-content"
    r"|detail-cmain|afcbc-body|edittor-content|editor-content|the-article-body|b-maincontent|content-?body|body-?content"
    r"|noi-?dung(?:-chi-?tiet)?|chi-?tiet-?noi-?dung|text-?content|maincontent|main-content-body|articlecontent|vnnews-text"
    r"|box-news-detail|contentdetail|dt-?news__?content)(?=$|[\s_-])",
    re.IGNORECASE,
)
_FEWEST_CHARACTERS = 140
_MOST_CANDIDATES = 200


def body_of(root: _Element) -> list[Block]:
    """The paragraphs of the article on a page; of a page that is no article all but its frame."""
    best: list[Block] = []
    for element in _candidates(root):
        blocks = blocks_of(element)
        if _size(blocks) > 1.2 * _size(best):
            best = blocks
    if _size(best) >= _FEWEST_CHARACTERS:
        return best
    whole = root.find("body")
    everything = blocks_of(root if whole is None else whole)
    if _size(everything) < _FEWEST_CHARACTERS:
        return everything
    return _extracted(root) or everything


def _candidates(root: _Element) -> list[_Element]:
    """The elements that say that they hold the text; else those that hold the article."""
    declared = [each for each in root.iter() if isinstance(each.tag, str) and each.get("itemprop") == "articleBody"]
    named = [
        element
        for element in root.iter("div", "section", "article", "main", "td")
        if _NAMED.search(f"{element.get('class') or ''} {element.get('id') or ''}") and not is_junk(element)
    ]
    found = declared or named
    if sum(_size(blocks_of(element)) for element in found[:3]) < _FEWEST_CHARACTERS:
        found = [*found, *root.iter("article"), *root.iter("main")]
    return found[:_MOST_CANDIDATES]


def _size(blocks: list[Block]) -> int:
    """The characters of what is prose."""
    return sum(len(block.text) for block in blocks if block.kind in (None, Kind.LIST, Kind.TABLE))


def _extracted(root: _Element) -> list[Block]:
    """The paragraphs that trafilatura finds; none where it is not installed or finds none."""
    try:
        from trafilatura import extract
    except ImportError:
        return []
    from lxml import etree

    try:
        found = extract(etree.tostring(root, encoding="unicode", method="html"), output_format="xml", no_fallback=False)
    except Exception:  # Of odd pages it raises what it happens upon; all text of the page is read then.
        return []
    if not found:
        return []
    tree = etree.fromstring(found.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))
    blocks = []
    for element in tree.iter("p", "head", "item", "row", "quote"):
        inner = {"item": Kind.LIST, "head": Kind.HEADING, "row": Kind.TABLE}
        if element.tag == "quote" and element.find("p") is not None:
            continue
        parts = [text for cell in element.iter("cell") if (text := _text(cell))]
        text = " | ".join(parts) if parts else _text(element)
        if text:
            blocks.append(Block([(text, None)], inner.get(str(element.tag))))
    return blocks


def _text(element: _Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
