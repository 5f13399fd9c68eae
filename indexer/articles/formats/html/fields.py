"""What a page tells of its article: JSON-LD, Open Graph and `article:*`, its own markup; in this order mostly.

Pages of newspapers name themselves as author; persons are in JSON-LD, in `article:author`, or beside the text.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from indexer.articles.dates import date_in

if TYPE_CHECKING:
    from lxml.etree import _Element

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|NewsItem|LiveBlog", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:^|[\s_-])(?:sapo\w*|lead|article-?lead|singular-?sapo|detail-?sapo|chapeau|summary|article-?summary|news-?sapo"
    r"|detail__?summary|dt-news__sapo|entry-?summary|post-?summary|tom-?tat|mo-?ta|description|excerpt|standfirst"
    r"|article__sapo|abstract|cms-?desc|article-?desc)(?=$|[\s_-])",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author(?:-?name|-?info|__name)?|byline|tac-?gia|nguoi-?viet|article-?author|detail-?author|but-?danh)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:date|time|datetime|publish\w*|article-?date|detail-?time|post-?date|entry-?date|ngay-?dang|meta-?time"
    r"|author-?time|pdate|dateandcat)(?=$|[\s_-])",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:^|[\s_-])(?:title|headline|tieu-?de|entry-title|post-title)", re.IGNORECASE)
_BREADCRUMB = re.compile(r"(?:^|[\s_-])(?:breadcrumbs?|category|chuyen-?muc|bread)(?=$|[\s_-])", re.IGNORECASE)
_SITE_AFTER_TITLE = re.compile(r"(?<!\s)\s++[-|–—»]\s++[^-|–—»]{2,60}$")
_NEWSPAPER = re.compile(
    r"^(?:báo|tạp chí|đài|cổng|trang|ban biên tập|bbt|tòa soạn|toà soạn|admin|administrator|editor)\b"
    r"|\b(?:vnexpress|vietnamnet|\w+\.(?:vn|com|net|org))\b|\bonline$|\bnews$|^[\w-]+(?:\.[\w-]+)+$",
    re.IGNORECASE,
)
_MOST_DATA, _MOST_BLOCKS, _DEEPEST = 2_000_000, 50, 12
_LONGEST_AUTHOR, _MOST_TAGS = 100, 50


@dataclass(slots=True)
class Fields:
    """The fields of an article; `lead_shown` is true where the page's own markup has the lead."""

    title: str = ""
    lead: str = ""
    lead_shown: bool = False
    date: str = ""
    url: str = ""
    source: str = ""
    section: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def fields_of(root: _Element) -> Fields:
    """The fields that a page tells."""
    page = _Page(root)
    title = page.title()
    lead, shown = page.lead()
    return Fields(
        title,
        lead,
        shown,
        page.date(),
        page.url(),
        page.source(),
        page.section(),
        page.authors(),
        page.tags(),
    )


def clean(value: object) -> str:
    """A string of metadata on one line, its entities decoded: JSON-LD is often escaped twice."""
    if not isinstance(value, str):
        return ""
    return " ".join(html.unescape(html.unescape(value)).split())


def _folded(text: str) -> str:
    return re.sub(r"[^\w]+", "", unicodedata.normalize("NFC", text).lower())


class _Page:
    def __init__(self, root: _Element) -> None:
        self._root = root
        self._meta: dict[str, list[str]] = {}
        for element in root.iter("meta"):
            name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
            content = clean(element.get("content"))
            if name and content:
                self._meta.setdefault(name, []).append(content)
        self._data = self._article_data()

    def _article_data(self) -> Mapping[str, Any]:
        """The JSON-LD object of the article; of several the first."""
        left = _MOST_DATA
        for script in self._root.iter("script"):
            if "ld+json" not in (script.get("type") or ""):
                continue
            text = script.text or ""
            left -= len(text)
            if left < 0:
                break
            try:
                value = json.loads(text.strip().rstrip(";"), strict=False)
            except (ValueError, RecursionError):
                continue
            for each in _objects(value, _DEEPEST):
                kind = each.get("@type")
                kinds = kind if isinstance(kind, list) else [kind]
                if any(isinstance(one, str) and _ARTICLE_TYPES.search(one) for one in kinds):
                    return each
        return {}

    def _first(self, *names: str) -> str:
        return next((self._meta[name][0] for name in names if name in self._meta), "")

    def _marked(self, pattern: re.Pattern[str], *tags: str) -> Iterator[_Element]:
        """The elements of a page whose class or id tells what they are."""
        for element in self._root.iter(*tags):
            if pattern.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
                yield element

    def title(self) -> str:
        told = clean(self._data.get("headline")) or self._first("og:title", "twitter:title", "dc.title")
        named = clean(_text(self._root.find(".//title")))
        heads = [(element, text) for element in self._root.iter("h1") if (text := clean(_text(element)))]
        for element, text in heads:
            marked = element.get("itemprop") == "headline" or _TITLE.search(element.get("class") or "")
            if marked or (_folded(text) and _folded(text) in _folded(f"{told} {named}")) or len(heads) == 1:
                other = told and not (_folded(text) in _folded(told) or _folded(told) in _folded(text))
                # The name of the site may be set as a heading too.
                if other and (_folded(text) not in _folded(named) or _folded(text) in _folded(self.source())):
                    continue
                return text
        short = told or named
        site = _folded(self._first("og:site_name"))
        match = _SITE_AFTER_TITLE.search(short)
        if match and (not told or (site and site in _folded(match[0]))):
            short = short[: match.start()]
        return short

    def lead(self) -> tuple[str, bool]:
        """The lead, and whether the markup of the page has it."""
        described = clean(self._data.get("description")) or self._first("og:description", "description")
        for element in self._marked(_LEAD, "p", "h2", "h3", "div", "strong", "span"):
            text = clean(_text(element))
            if 20 <= len(text) <= 1_500 and len(element.findall(".//p")) <= 3:
                return text, True
        return described, False

    def date(self) -> str:
        told = [clean(self._data.get(name)) for name in ("datePublished", "dateCreated", "uploadDate")]
        told += [
            self._first(name)
            for name in (
                *("article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate", "date"),
                *("dc.date.issued", "dc.date", "dc.created", "citation_publication_date", "article:published"),
            )
        ]
        for text in told:
            if text and date_in(text) is not None:
                return text
        times = [element.get("datetime") or _text(element) for element in self._root.iter("time")]
        shown = [_text(element) for element in self._marked(_DATE, "span", "div", "p", "li", "time", "b", "em")]
        for text in [*times, *shown]:
            if text and len(text) <= 200 and (found := date_in(clean(text))) is not None:
                return found.isoformat()
        return ""

    def url(self) -> str:
        for link in self._root.iter("link"):
            if "canonical" in (link.get("rel") or "").lower().split() and (address := clean(link.get("href"))):
                return self._absolute(address)
        main = self._data.get("mainEntityOfPage")
        named = main.get("@id") if isinstance(main, Mapping) else main
        return self._absolute(self._first("og:url") or clean(self._data.get("url")) or clean(named))

    def _absolute(self, address: str) -> str:
        base = self._first("og:url")
        for element in self._root.iter("base"):
            base = element.get("href") or base
        try:
            return urljoin(base, address) if base else address if urlsplit(address).scheme else ""
        except ValueError:
            return ""

    def source(self) -> str:
        publisher = self._data.get("publisher")
        named = publisher.get("name") if isinstance(publisher, Mapping) else publisher
        return self._first("og:site_name", "application-name") or clean(named)

    def section(self) -> str:
        told = self._data.get("articleSection")
        told = told[0] if isinstance(told, list) and told else told
        if found := self._first("article:section") or clean(told):
            return found
        for element in self._marked(_BREADCRUMB, "ul", "ol", "nav", "div"):
            links = [text for link in element.iter("a") if (text := clean(_text(link)))]
            if links and len(links) <= 6:
                own = [text for text in links if text.lower() not in ("trang chủ", "home", "trang chu")]
                return own[0] if own else ""
        return ""

    def tags(self) -> tuple[str, ...]:
        told = list(self._meta.get("article:tag", ()))
        keywords = self._data.get("keywords")
        if not told and isinstance(keywords, list):
            told = [clean(each) for each in keywords]
        elif not told:
            told = (clean(keywords) or self._first("news_keywords", "keywords")).split(",")
        if len(told) == 1 and "," in told[0]:
            told = told[0].split(",")
        return tuple(dict.fromkeys(tag.strip() for tag in told if tag.strip()))[:_MOST_TAGS]

    def authors(self) -> tuple[str, ...]:
        """The persons who wrote it; never the newspaper."""
        found = [name for name in _names(self._data.get("author")) if self._is_person(name)]
        if not found:
            told = [
                *self._meta.get("article:author", ()),
                *self._meta.get("author", ()),
                *self._meta.get("dc.creator", ()),
            ]
            found = [name for text in told if "://" not in text for name in _listed(text) if self._is_person(name)]
        if not found:
            elements = [
                element
                for element in self._root.iter("a", "span", "div", "p", "strong", "b")
                if element.get("itemprop") == "author" or "author" in (element.get("rel") or "").lower().split()
            ]
            for element in [*elements, *self._marked(_AUTHOR, "a", "span", "div", "p", "strong", "b", "h3", "h4")]:
                text = clean(_text(element))
                if text and len(text) <= _LONGEST_AUTHOR:
                    found = [name for name in _listed(text) if self._is_person(name)]
                if found:
                    break
        return tuple(dict.fromkeys(found))

    def _is_person(self, name: str) -> bool:
        folded = _folded(name)
        if not folded or len(name) > _LONGEST_AUTHOR or "://" in name or name.isdecimal() or _NEWSPAPER.search(name):
            return False
        host = urlsplit(self.url()).hostname or ""
        sites = {_folded(self.source()), _folded(host), *map(_folded, host.split("."))}
        return folded not in sites


def _objects(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth and isinstance(value, Mapping):
        yield value
        yield from _objects(value.get("@graph"), depth - 1)
        yield from _objects(value.get("mainEntity"), depth - 1)
    elif depth and isinstance(value, list):
        for each in value[:_MOST_BLOCKS]:
            yield from _objects(each, depth - 1)


def _names(value: Any) -> list[str]:
    """The persons that JSON-LD names: one or several, as objects or strings; organisations are none."""
    if isinstance(value, list):
        return [name for each in value[:_MOST_BLOCKS] for name in _names(each)]
    if isinstance(value, Mapping):
        return [] if value.get("@type") == "Organization" else _names(value.get("name"))
    return _listed(clean(value))


def _listed(text: str) -> list[str]:
    """The names in a line: `Lê An - Trần Bình`, `Theo Lê An`, `Bài, ảnh: Lê An`."""
    text = re.sub(
        r"^(?:bài(?:,| và)? ảnh|bài|ảnh|tác giả|thực hiện|theo|by|pv|phóng viên)\s*:?\s+", "", text, flags=re.I
    )
    parts = re.split(r"(?<!\s)\s*+[,;/&|]\s*+|(?<!\s)\s++[-–—]\s++|(?<!\s)\s++và\s++", text.strip("()[]*_ "))
    return [part.strip() for part in parts if part.strip()]


def _text(element: _Element | None) -> str:
    return "" if element is None else "".join(str(part) for part in element.itertext())
