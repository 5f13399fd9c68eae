"""Reading elements by their local names, whatever prefix or namespace a file gives them."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.articles.formats.html import text_of_fragment
from indexer.articles.model import Kind
from indexer.articles.splitting import split_paragraphs

if TYPE_CHECKING:
    from lxml.etree import _Element


def local(element: _Element) -> str:
    """The local name of an element, empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: _Element, name: str) -> Iterator[_Element]:
    """The children with a local name."""
    return (child for child in element if local(child) == name)


def inside(element: _Element, name: str) -> Iterator[_Element]:
    """All elements inside with a local name."""
    return (each for each in element.iter() if local(each) == name)


def whole(element: _Element | None) -> str:
    """All text inside an element, on one line."""
    return "" if element is None else " ".join("".join(str(part) for part in element.itertext()).split())


def first(element: _Element, *names: str) -> str:
    """The text of the first child that has one of the names and any text; entities are decoded once more."""
    for name in names:
        for child in children(element, name):
            if text := whole(child):
                return html.unescape(text)
    return ""


def paragraphs(markup: str) -> tuple[list[tuple[str, Kind | None]], tuple[str, ...]]:
    """The paragraphs of text that may be HTML, and notes; may raise `Unfit`."""
    if not markup.strip():
        return [], ()
    if "<" in markup and ">" in markup:
        return text_of_fragment(markup)
    return [(html.unescape(text), None) for text in split_paragraphs(markup)], ()
