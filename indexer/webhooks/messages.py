"""The body of a message: JSON, as the Standard Webhooks specification suggests it (`type`, `timestamp`, `data`)."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from indexer.articles.anchors import anchor
from indexer.articles.model import ArticleInfo, Paragraph
from indexer.search.index import Index
from indexer.setting_values import DeclaredWebhook
from indexer.settings import Settings
from indexer.webhooks.looking import key_of
from indexer.webhooks.state import Message, Named

FOUND, TEST = "search.found", "search.test"

MOST_NAMED = 20
"""Most passages of a message; how many there are is in it too."""

MOST_CHARACTERS = 500
"""Longest text of a passage, and longest title; what is cut ends in an ellipsis."""

_PATH_SAFE = "!$&'()*+,/:;=@"


def body_of(hook: DeclaredWebhook, message: Message, index: Index, settings: Settings, type: str = FOUND) -> bytes:
    """The body of a message: the passages that it names, as they are now; empty where none of them is left."""
    passages = list(_passages(message.named, index, site_of(settings)))
    if not passages and message.named:
        return b""
    body = {
        "type": type,
        "timestamp": datetime.datetime.fromtimestamp(message.created, datetime.UTC).isoformat(timespec="seconds"),
        "data": {
            "name": hook.name,
            "query": hook.query,
            "generation": message.generation,
            "new_passages": message.passages,
            "new_articles": message.articles,
            "passages": passages,
        },
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def site_of(settings: Settings) -> str:
    """What addresses of the site begin with: the first of the setting `hosts` that has a scheme, else nothing."""
    return next((host.rstrip("/") for host in settings.hosts if host.startswith(("http://", "https://"))), "")


def _passages(named: Iterable[Named], index: Index, site: str) -> Iterator[dict[str, Any]]:
    for article_id, key in named:
        article = index.article(article_id)
        for paragraph in article.paragraphs if article is not None else ():
            if article is not None and key_of(article_id, paragraph.text) == key:
                yield _passage(article.info, paragraph, site)
                break


def _passage(info: ArticleInfo, paragraph: Paragraph, site: str) -> dict[str, Any]:
    place = f"{quote(info.id, safe=_PATH_SAFE)}#{anchor(paragraph.position, paragraph.text)}"
    return {
        "address": f"{site}/articles/{place}",
        "article": info.id,
        "title": _cut(info.title),
        "source": info.source,
        "date": info.date.isoformat() if info.date else None,
        "url": info.url,
        "text": _cut(paragraph.text),
    }


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    begun = text[:MOST_CHARACTERS]
    return (begun.rpartition(" ")[0] or begun).rstrip() + " …"
