"""XML of feeds and exports: RSS, Atom, WordPress (WXR), sitemaps, NewsML-G2, NITF, told by their elements.

Each item is an article. Files are read as they stream, an item at a time; entities are refused, so none is resolved.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, cast

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.feeds import news, sitemap, syndication
from indexer.articles.formats.feeds.elements import local
from indexer.articles.limits import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

Item = Callable[["_Element", str], Draft | None]
"""The draft of an item, with the id given if it tells none; None for one that is no article. May raise `Unfit`."""

_ITEMS: Mapping[str, Item] = {
    "item": syndication.rss_item,
    "entry": syndication.atom_entry,
    "url": sitemap.url,
    "sitemap": sitemap.index,
    "newsItem": news.newsml,
    "nitf": news.nitf,
}
"""The elements that are articles, by local name."""

_HEAD = 64 * 1024
_MARK = b"\xef\xbb\xbf"
_WITHOUT_CONTROLS = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))
_ADDRESSES = ("url", "sitemap")
_MARKUP = 4
"""So many times the limit of a record an item may have with its markup."""


def read(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The draft of each item with the line it begins on; raises `Unfit` for other XML."""
    from lxml import etree

    bounded = _Bounded(stream, limits)
    number = last = addresses = 0
    found = False
    try:
        parsing = etree.iterparse(
            bounded,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            huge_tree=True,
        )
        inside: list[_Element] = []
        for event, element in parsing:
            if not isinstance(element.tag, str):
                continue
            name = element.tag.rpartition("}")[2]
            if event == "start":
                if not found and element.getparent() is None:
                    found = True
                    if element.getroottree().docinfo.internalDTD is not None and _declares(element):
                        raise Unfit("declares a document type with entities, which is not read")
                if name in _ITEMS:
                    inside.append(element)
                    bounded.item_begins()
                continue
            if not inside or element is not inside[-1]:
                continue
            inside.pop()
            if inside:
                continue  # A part of an item that is no item of its own.
            number += 1
            draft = _draft(_ITEMS[name], element, f"{id}/{number}" if name != "nitf" else id, limits)
            if draft is not None:
                last = max(cast(int, element.sourceline or 1), last + 1)
                yield last, draft
            elif name in _ADDRESSES:
                addresses += 1
            element.clear()
            # What was read is given back: memory holds one item.
            parent, previous = element.getparent(), element.getprevious()
            if parent is not None and previous is not None and local(previous) in _ITEMS:
                parent.remove(previous)
    except etree.XMLSyntaxError as error:
        if bounded.refused:
            raise bounded.refused from None
        if number == 0 and not found:
            raise Unfit(f"is no XML that can be read: {error}") from None
        raise Unfit(f"is no XML from line {error.lineno} on: {error.msg}; what it held from there is lost") from None
    if addresses:
        raise Unfit(f"is a sitemap with {addresses:,} addresses that tell no title; their pages are not read")
    if number == 0:
        raise Unfit("is no feed, export or news document that is read (RSS, Atom, WXR, sitemap, NewsML-G2, NITF)")


def _declares(element: _Element) -> bool:
    dtd = element.getroottree().docinfo.internalDTD
    return dtd is not None and bool(dtd.entities())  # type: ignore[attr-defined]  # the stubs lack it


def _draft(item: Item, element: _Element, id: str, limits: Limits) -> Draft | Unfit | None:
    try:
        size = sum(map(len, element.itertext()))
        if size > limits.line_bytes:
            raise Unfit(f"the item has {size:,} characters; the limit is {limits.line_bytes:,}")
        return item(element, id)
    except Unfit as error:
        return error


class _Bounded(io.RawIOBase):
    """A stream in which no item is longer than the limit of a record.

    Without white space before what it begins with, which blogs like to send, and with spaces for control characters,
    which XML cannot have; unless it is UTF-16.
    """

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream, self._limit = stream, _MARKUP * limits.line_bytes
        self._left = self._limit
        self._begun = self._is_wide = False
        self.refused: Unfit | None = None

    def item_begins(self) -> None:
        """From here on counts what an item may have."""
        self._left = self._limit

    def read(self, size: int = -1) -> bytes:
        """Some bytes; none when an item is too long, which then ends the reading."""
        data = self._stream.read(min(size, _HEAD) if size > 0 else _HEAD)
        self._left -= len(data)
        if self._left < -2 * _HEAD:
            self.refused = Unfit(f"an item has more than {self._limit:,} bytes; the limit is {self._limit:,}")
            return b""
        if not self._begun:
            self._is_wide = b"\0" in data[:4]
            if not self._is_wide:
                while data and not (data := data.removeprefix(_MARK).lstrip()):
                    data = self._stream.read(_HEAD)
                    self._left -= len(data)
            self._begun = True
        return data if self._is_wide else data.translate(_WITHOUT_CONTROLS)
