"""Items of RSS (also of WordPress exports) and entries of Atom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.feeds.elements import children, first, local, paragraphs, whole
from indexer.articles.model import Kind
from indexer.articles.splitting import trim

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORDPRESS_TEXT = ("post", "page", "")
_UNPUBLISHED = ("draft", "pending", "private", "trash", "auto-draft", "inherit")


def rss_item(element: _Element, id: str) -> Draft | None:
    """The article of an item of RSS or of a WordPress export; None for its menus and attachments."""
    if first(element, "post_type") not in _WORDPRESS_TEXT:
        return None
    if (status := first(element, "status")) in _UNPUBLISHED:
        raise Unfit(f"is not published: its status is {status}")
    categories = [(child.get("domain") or "", whole(child)) for child in children(element, "category")]
    attributes: dict[str, object] = {
        "date": first(element, "pubDate", "date", "published", "post_date"),
        "url": first(element, "link") or _permanent(element),
        "source": first(element, "source") or _channel(element),
        "author": first(element, "creator") or _person(first(element, "author")),
        "section": next((name for domain, name in categories if domain != "post_tag"), ""),
        "tags": [name for domain, name in categories if domain == "post_tag"],
    }
    content = _raw(element, "encoded") or _raw(element, "content")
    return _draft(element, id, _identifier(element, "guid", id), content, _raw(element, "description"), attributes)


def atom_entry(element: _Element, id: str) -> Draft | None:
    """The article of an entry of Atom."""
    links = {child.get("rel") or "alternate": child.get("href") or "" for child in children(element, "link")}
    authors = [first(child, "name") for child in children(element, "author")]
    attributes: dict[str, object] = {
        "date": first(element, "published", "issued", "updated"),
        "url": links.get("alternate", ""),
        "source": _channel(element),
        "author": [name for name in authors if name],
        "section": next((child.get("term") or "" for child in children(element, "category")), ""),
    }
    return _draft(
        element, id, _identifier(element, "id", id), _raw(element, "content"), _raw(element, "summary"), attributes
    )


def _draft(
    element: _Element, id: str, identifier: str, content: str, summary: str, attributes: dict[str, object]
) -> Draft:
    title = first(element, "title")
    found, notes = paragraphs(content)
    lead, more = paragraphs(summary)
    if not found:
        found = [(text, Kind.LEAD if at == 0 and kind is None else kind) for at, (text, kind) in enumerate(lead)]
    elif lead and _plain(lead[0][0]) not in _plain(" ".join(text for text, _ in found)):
        found = [(lead[0][0], Kind.LEAD), *found]
    attributes = {name: value for name, value in attributes.items() if value}
    if not title and not found:
        raise Unfit("holds no text")
    return Draft(identifier or id, title, found, attributes, notes=tuple(dict.fromkeys((*notes, *more))))


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".… []").lower()


def _raw(element: _Element, name: str) -> str:
    """What a child holds: text that may be HTML, or (in Atom) elements."""
    for child in children(element, name):
        if len(child):
            from lxml import etree

            return str(etree.tostring(child, encoding="unicode", with_tail=False))
        if trim(child.text or ""):
            return child.text or ""
    return ""


def _identifier(element: _Element, name: str, id: str) -> str:
    """The id that an item tells, where it can stand in an address: without its slashes and dots it is the same."""
    told = first(element, "post_id") if name == "guid" else ""
    if told.isdecimal():
        return f"{id.rpartition('/')[0]}/{told}"
    told = first(element, name) or first(element, "link")
    return told if told and len(told) <= 200 and told.isprintable() and "/.." not in told else id


def _permanent(element: _Element) -> str:
    guid = next(children(element, "guid"), None)
    return whole(guid) if guid is not None and guid.get("isPermaLink") != "false" else ""


def _person(author: str) -> str:
    """The name of `lan@bao.vn (Lan Anh)`."""
    before, bracket, name = author.partition("(")
    return name.rstrip(") ") if bracket else "" if "@" in before else author


def _channel(element: _Element) -> str:
    """The title of the feed around an item."""
    parent = element.getparent()
    return first(parent, "title") if parent is not None and local(parent) in ("channel", "feed") else ""
