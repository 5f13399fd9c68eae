"""From the bytes of a page to its tree: the encoding, and refusal of what no parser reads to its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from indexer.articles.assembly import Unfit
from indexer.articles.decoding import decode
from indexer.articles.encodings.tables import as_windows_1252

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD = 4096
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:.-]+)|<\?xml[^>]{0,100}encoding=["']([^"']+)""", re.I
)
_CODECS = {"windows-1258": "cp1258", "cp1258": "cp1258", "x-windows-1258": "cp1258"}
_SINGLE_BYTES = ("windows-1252", "iso-8859-1", "latin1", "us-ascii", "ascii", "x-user-defined", "cp1252")
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


MOST_ATTRIBUTES = 2_000
"""Most attributes of an element: the parser compares each with all others."""

_LONG_TAG = re.compile(f"<[a-zA-Z][^<>]{{{2 * MOST_ATTRIBUTES},}}")
_SPACE = re.compile(r"\s+")


class Page(NamedTuple):
    """The root of a page, and what there is to say of its encoding."""

    root: _Element
    notes: tuple[str, ...]


def parse(data: bytes, charset: str | None = None) -> Page:
    """The tree of a page; raises `Unfit` for what is no HTML, and for nesting that would lose text."""
    from lxml import etree

    text, notes = _text(data, charset)
    text = _XML_DECLARATION.sub("", text).replace("\0", "")
    if not text.strip():
        raise Unfit("holds no text")
    if any(len(_SPACE.findall(tag[0])) > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise Unfit(f"has an element with more than {MOST_ATTRIBUTES:,} attributes")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unfit(f"is no HTML that can be read: {error}") from None
    # The parser stops without an error of its own where elements are nested too deeply.
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Unfit("is nested too deeply")
    if root is None:
        raise Unfit("holds no text")
    return Page(root, notes)


def _text(data: bytes, charset: str | None) -> tuple[str, tuple[str, ...]]:
    if charset == "utf-8":
        return data.decode("utf-8", "replace"), ()
    found = _CHARSET.search(data[:_HEAD])
    named = (found[1] or found[2]).decode("ascii", "replace").lower() if found else ""
    try:
        return decode(data)
    except Unfit as refused:
        # Too little text tells no encoding, and fonts may name it.
        if b"\0" in data[:_HEAD]:
            raise
        try:
            return data.decode(_CODECS.get(named, named or "utf-8")), ()
        except (UnicodeDecodeError, LookupError):
            if named in _SINGLE_BYTES or not named:
                return as_windows_1252(data), ()
            raise refused from None
