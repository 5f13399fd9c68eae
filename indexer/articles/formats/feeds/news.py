"""News agencies' XML: NewsML-G2 items and NITF documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.feeds.elements import first, inside, local, paragraphs, whole
from indexer.articles.model import Kind

if TYPE_CHECKING:
    from lxml.etree import _Element

_KINDS = {"hl2": Kind.HEADING, "p": None, "li": Kind.LIST, "media-caption": Kind.CAPTION}


def newsml(element: _Element, id: str) -> Draft | None:
    """The article of an item of NewsML-G2, whose text is XHTML or NITF."""
    meta = next(inside(element, "contentMeta"), element)
    nested = next(inside(element, "nitf"), None)
    title = _first_inside(meta, "headline") or _first_inside(element, "title")
    found: list[tuple[str, Kind | None]] = []
    notes: tuple[str, ...] = ()
    if nested is not None:
        found = _nitf_paragraphs(nested)
        title = title or _first_inside(nested, "hl1")
    else:
        for inline in inside(element, "inlineXML"):
            from lxml import etree

            body = next(inside(inline, "body"), inline)
            found, notes = paragraphs(etree.tostring(body, encoding="unicode", with_tail=False))
            break
        else:
            found, notes = paragraphs("\n\n".join(inline.text or "" for inline in inside(element, "inlineData")))
    described = _first_inside(meta, "description")
    if described and not any(described in text for text, _ in found):
        found = [(described, Kind.LEAD), *found]
    attributes: dict[str, object] = {
        "date": _first_inside(element, "versionCreated") or _first_inside(element, "contentCreated"),
        "author": [name for each in inside(meta, "creator") if (name := first(each, "name") or each.get("literal"))],
        "source": _name_of(element, "provider") or _name_of(element, "infoSource"),
        "section": _name_of(meta, "subject"),
    }
    if not title and not found:
        raise Unfit("holds no text")
    attributes = {name: value for name, value in attributes.items() if value}
    return Draft(element.get("guid") or id, title, found, attributes, notes=notes)


def nitf(element: _Element, id: str) -> Draft | None:
    """The article of a document of NITF."""
    dates = [each.get("norm") or "" for name in ("date.issue", "story.date") for each in inside(element, name)]
    if not any(dates):
        dates = [each.get("date.publication") or "" for each in inside(element, "pubdata")]
    attributes: dict[str, object] = {
        "date": next(filter(None, dates), ""),
        "author": [whole(each) for byline in inside(element, "byline") for each in inside(byline, "person")],
        "source": _first_inside(element, "distributor") or next(
            (each.get("name") or "" for each in inside(element, "pubdata")), ""
        ),
        "section": next((each.get("position.section") or "" for each in inside(element, "pubdata")), ""),
    }  # fmt: skip
    title = _first_inside(element, "hl1") or _first_inside(element, "title")
    found = _nitf_paragraphs(element)
    if not title and not found:
        raise Unfit("holds no text")
    named = [each.get("id-string") or "" for each in inside(element, "doc-id")]
    return Draft(
        next(filter(None, named), "") or id, title, found, {name: value for name, value in attributes.items() if value}
    )


def _nitf_paragraphs(element: _Element) -> list[tuple[str, Kind | None]]:
    found: list[tuple[str, Kind | None]] = []
    for byline in inside(element, "byline"):
        if text := whole(byline):
            found.append((text, Kind.BYLINE))
    for content in inside(element, "body.content"):
        captions = {each for media in inside(content, "media-caption") for each in media.iter()}
        for each in content.iter():
            name = local(each)
            if name in _KINDS and (text := whole(each)) and (name == "media-caption" or each not in captions):
                lead = name == "p" and each.get("lede") == "true"
                found.append((text, Kind.LEAD if lead else _KINDS[name]))
    return found


def _first_inside(element: _Element, name: str) -> str:
    return next((text for each in inside(element, name) if (text := whole(each))), "")


def _name_of(element: _Element, name: str) -> str:
    """The name inside an element, or its literal."""
    for each in inside(element, name):
        if found := first(each, "name") or each.get("literal") or "":
            return found
    return ""
