"""The data model: an article and its paragraphs, exactly as written.

No text here is normalized: `Paragraph.text` is the source text, and every offset of the project counts its code points.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from indexer.schema import Value


class Kind(StrEnum):
    """What part of an article a paragraph is."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    CAPTION = "caption"
    BYLINE = "byline"
    HEADING = "heading"
    TABLE = "table"
    LIST = "list"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article: the unit that is indexed, found and shown.

    `position` counts the article's paragraphs from 0 (the title, where there is one). A paragraph whose text occurs
    again later in the same article is kept once; `repeats` has the later positions. `page` is the page it begins on,
    from 1, in a document with pages.
    """

    position: int
    kind: Kind
    text: str
    repeats: tuple[int, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What is known of an article besides its text. `id` is stable across rebuilds.

    `values` has the values of its metadata fields (`indexer.schema`) by name, fields without any left out; no two
    keywords of a field have the same `facet_key`. `undeclared` is a JSON object of what else its record held, or empty.
    `signature` tells what else has nearly the same text (`indexer.articles.signatures`); empty until it is indexed.
    """

    id: str
    title: str
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict, hash=False)
    undeclared: str = ""
    signature: bytes = field(default=b"", compare=False, repr=False)

    @classmethod
    def of(cls, id: str, title: str = "", **values: Value | Sequence[Value] | None) -> ArticleInfo:
        """The info of an article from single values and lists of values; None and empty lists count as absent."""
        listed = {
            name: (value,) if isinstance(value, str | int | float | datetime.date) else tuple(value)
            for name, value in values.items()
            if value is not None
        }
        return cls(id, title, {name: each for name, each in listed.items() if each})

    def first(self, name: str) -> Value | None:
        """The first value of a field, or None."""
        values = self.values.get(name)
        return values[0] if values else None

    @property
    def date(self) -> datetime.date | None:
        """The day it was published."""
        date = self.first("date")
        return date if isinstance(date, datetime.date) else None

    @property
    def url(self) -> str | None:
        """Where it was published."""
        return self._text("url")

    @property
    def source(self) -> str | None:
        """Who published it."""
        return self._text("source")

    @property
    def authors(self) -> tuple[str, ...]:
        """Who wrote it."""
        return tuple(map(str, self.values.get("author", ())))

    def _text(self, name: str) -> str | None:
        value = self.first(name)
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class FieldWarning:
    """A value of a record that was left out: where, of which field, and why. `line` as in `Rejection`.

    Without a field: how the text of the article differs from what the file holds; nothing of it was left out.
    """

    field: str
    reason: str
    path: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: `{self.field}` {self.reason}; left out" if self.field else f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its `info` and its distinct paragraphs in the order of their first positions.

    `warnings` tell what of its metadata could not be read, and how its text was converted; no index keeps them.
    """

    info: ArticleInfo
    paragraphs: tuple[Paragraph, ...]
    warnings: tuple[FieldWarning, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of a folder or an archive that is not read: its path and what it is counted under.

    That is its suffix (".jpg"), or "README", "hidden", "of a judged set", "no suffix", or what a server called it.
    """

    path: str
    kind: str


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
