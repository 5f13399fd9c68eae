"""The data model: an article and its paragraphs, exactly as written.

No text here is normalized: `Paragraph.text` is the source text, and every offset of the project counts its code points.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What part of an article a paragraph is."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    CAPTION = "caption"
    BYLINE = "byline"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article: the unit that is indexed, found and shown.

    `position` counts the article's paragraphs from 0 (the title, where there is one). A paragraph whose text occurs
    again later in the same article is kept once; `repeats` has the later positions.
    """

    position: int
    kind: Kind
    text: str
    repeats: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What is known of an article besides its text. `id` is stable across rebuilds."""

    id: str
    title: str
    url: str | None = None
    date: datetime.date | None = None
    source: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its `info` and its distinct paragraphs in the order of their first positions."""

    info: ArticleInfo
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Rejection:
    """Input that was not indexed: its place and the reason.

    `path` is that of a file, the id of an article to be removed, or "articles given" for objects; `line` counts lines,
    or objects, from 1; None: the whole.
    """

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}" if self.line else f"{self.path}: {self.reason}"
