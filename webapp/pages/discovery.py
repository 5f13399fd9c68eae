"""Discovery for browsers, feed readers and search engines.

OpenSearch 1.1 (the browser can add this search, with suggestions), Atom (RFC 4287), robots.txt (RFC 9309), sitemaps
(sitemaps.org 0.9) and the web app manifest. All URLs in them are absolute.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import islice

from flask import Blueprint, Response, render_template, request, url_for

from webapp.index.holder import lease
from webapp.pages.languages import gettext, language
from webapp.requests.parameters import as_arguments, read_search, read_suggest
from webapp.responses.replies import json_reply
from webapp.state import settings

blueprint = Blueprint("discovery", __name__)

FEED_ENTRIES = 20
"""Most articles of a feed."""

SITEMAP_ADDRESSES = 10_000
"""Most articles of a sitemap; the protocol allows 50,000."""

FIRST_DAY = datetime.date(1, 1, 2)


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """The description of this search."""
    return _xml("opensearch.xml", "application/opensearchdescription+xml")


@blueprint.get("/opensearch/suggest")
def suggest() -> Response:
    """Suggestions in the format of OpenSearch: the text, completions, descriptions, addresses."""
    text, limit = read_suggest(request.args)
    with lease() as index:
        found = [suggestion.text for suggestion in index.suggest(text, limit)]
    addresses = [url_for("pages.search", q=each, _external=True) for each in found]
    return json_reply([text, found, [""] * len(found), addresses], media_type="application/x-suggestions+json")


@blueprint.get("/feed")
def feed() -> Response:
    """The newest articles that a query finds, each with its best passage; without a query, the newest of all."""
    asked = read_search(request.args, settings(), group="article")
    if not as_arguments(asked, settings(), sort=None, per_page=None):
        # Every article that has a date.
        asked = replace(asked, after=FIRST_DAY)
    size = min(FEED_ENTRIES, settings().page_size_limit)
    # Readers of a feed see an entry once: the best of several would change when another one comes.
    asked = replace(asked, sort="date", group="article", page=1, per_page=size, near_duplicates="show")
    with lease() as index:
        results, created = index.search(asked), index.created
    dates = [group.article.date for group in results.groups if group.article.date]
    arguments = as_arguments(asked, settings(), sort=None, per_page=None, after=_given(asked.after))
    return _xml(
        "feed.xml",
        "application/atom+xml",
        asked=asked,
        results=results,
        created=created,
        updated=_midnight(max(dates)) if dates else created,
        midnight=_midnight,
        arguments=arguments,
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Allow articles to be indexed, but not result pages, of which there is no end."""
    closed = [
        url_for("pages.search"),
        url_for("pages.home") + "?q=",
        url_for("pages.similar"),
        url_for("discovery.feed"),
    ]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Disallow: /api/", ""]
    return Response(
        "\n".join([*lines, f"Sitemap: {url_for('discovery.sitemap', _external=True)}", ""]), mimetype="text/plain"
    )


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The URLs of all articles; if there are many, of further sitemaps (`?page=`)."""
    page = request.args.get("page", "")
    with lease() as index:
        count = index.stats().articles
        pages = -(-count // SITEMAP_ADDRESSES)
        if pages > 1 and not page:
            return _xml("sitemap.xml", "application/xml", pages=range(1, pages + 1), articles=())
        number = min(int(page), pages) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        first = max(number - 1, 0) * SITEMAP_ADDRESSES
        articles = list(islice(index.articles(), first, first + SITEMAP_ADDRESSES))
    return _xml("sitemap.xml", "application/xml", pages=(), articles=articles)


@blueprint.get("/site.webmanifest")
def manifest() -> Response:
    """Name and appearance of the page when it is installed."""
    icons = [
        {"src": url_for("static", filename="icon.svg"), "type": "image/svg+xml", "sizes": "any"},
        *(
            {"src": url_for("static", filename=f"icon-{size}.png"), "type": "image/png", "sizes": f"{size}x{size}"}
            for size in (192, 512)
        ),
    ]
    body = {
        "name": "Tìm Đoạn",
        "short_name": "Tìm Đoạn",
        "description": gettext("tìm đúng đoạn văn trong kho bài báo"),
        "lang": language(),
        "start_url": url_for("pages.home"),
        "scope": url_for("pages.home"),
        "display": "minimal-ui",
        "background_color": "#fbfbfd",
        "theme_color": "#fbfbfd",
        "icons": icons,
    }
    return json_reply(body, media_type="application/manifest+json")


def _given(after: datetime.date | None) -> str | None:
    return after.isoformat() if after and after != FIRST_DAY else None


def _midnight(date: datetime.date) -> str:
    """The beginning of a day in Atom's time format; articles have dates only."""
    return f"{date.isoformat()}T00:00:00Z"


def _xml(template: str, media_type: str, **values: object) -> Response:
    # A form feed is white space in HTML, and nothing at all in XML.
    text = render_template(template, **values).replace("\f", " ")
    return Response(text, content_type=f"{media_type}; charset=utf-8")
