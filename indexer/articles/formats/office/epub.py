"""EPUB: a book is one article, its chapters in the order of reading."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.building import Blocks
from indexer.articles.formats.html.blocks import blocks_of
from indexer.articles.formats.html.parsing import parse
from indexer.articles.formats.packages import Package, joined
from indexer.articles.limits import Limits
from indexer.articles.model import Kind

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/html")


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a book; raises `Unfit`."""
    package = Package(data, "EPUB", limits)
    if "META-INF/encryption.xml" in package.names and b"EncryptedData" in package.read("META-INF/encryption.xml"):
        raise Unfit("is protected against reading by other programs")
    root = _named(package.xml(_CONTAINER), "rootfile")
    path = next((element.get("full-path") for element in root if element.get("full-path")), None)
    if path is None:
        raise Unfit("names no package document")
    document = package.xml(path)
    blocks = Blocks(limits)
    for name in _chapters(document, path):
        if name not in package.names:
            continue
        try:
            page = parse(package.read(name))
        except Unfit as error:
            if str(error) == "holds no text":  # A cover is a picture.
                continue
            raise Unfit(f"part {name}: {error}") from None
        for block in blocks_of(page.root, plain=True):
            blocks.add(block.runs, block.kind or Kind.BODY)
            if blocks.characters > limits.article_characters:
                raise Unfit(
                    f"the article has more than {blocks.characters:,} characters; "
                    f"the limit is {limits.article_characters:,}"
                )
    told = {name: [text for each in _named(document, name) if (text := _text(each))] for name in _METADATA}
    attributes = {_METADATA[name]: texts for name, texts in told.items() if texts and _METADATA[name]}
    single = {name: texts if name == "author" else texts[0] for name, texts in attributes.items()}
    return blocks.draft(id, limits, (told["title"] or [""])[0], single)


_METADATA = {"title": "", "creator": "author", "date": "date", "publisher": "source"}
"""The Dublin Core elements that are read, and the fields they become."""


def _chapters(document: _Element, path: str) -> list[str]:
    """The parts in the order of reading."""
    items = {
        item.get("id"): joined(path, unquote(item.get("href") or ""))
        for item in _named(document, "item")
        if item.get("media-type") in _PAGES
    }
    spine = [items[ref] for each in _named(document, "itemref") if (ref := each.get("idref")) in items]
    return spine or list(items.values())


def _named(root: _Element, name: str) -> list[_Element]:
    """The elements of a local name, whatever their namespace."""
    return [each for each in root.iter() if isinstance(each.tag, str) and each.tag.rpartition("}")[2] == name]


def _text(element: _Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
