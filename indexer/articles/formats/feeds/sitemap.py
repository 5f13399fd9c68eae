"""Sitemaps: addresses without text. Those for news tell titles and dates, which make articles of a title alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.articles.assembly import Draft
from indexer.articles.formats.feeds.elements import children, first

if TYPE_CHECKING:
    from lxml.etree import _Element


def url(element: _Element, id: str) -> Draft | None:
    """The article of an address that a news sitemap describes; None for one without a title."""
    address = first(element, "loc")
    news = next(children(element, "news"), None)
    title = first(news, "title") if news is not None else ""
    if news is None or not title:
        return None
    publication = next(children(news, "publication"), None)
    attributes: dict[str, object] = {
        "url": address,
        "date": first(news, "publication_date") or first(element, "lastmod"),
        "source": first(publication, "name") if publication is not None else "",
        "tags": [tag.strip() for tag in first(news, "keywords").split(",") if tag.strip()],
    }
    return Draft(address or id, title, [], {name: value for name, value in attributes.items() if value})


def index(element: _Element, id: str) -> Draft | None:
    """None: a sitemap that is listed holds addresses, and no text."""
    return None
