"""The article page: its paragraphs with highlights, a map of the matches, and link anchors.

A passage has two anchors. `p4` is the position: whatever paragraph is fourth. `p4-1f3a9c2b` also identifies the text:
the page (static/passages.js) looks for it elsewhere in the article if it has moved, and goes to the position if the
text has changed. Both stay the same after a rebuild of the same articles.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for

from indexer import (
    Article,
    ArticleInfo,
    ArticleMatches,
    Filters,
    Index,
    Kind,
    Passage,
    SearchRequest,
    Settings,
    Span,
    anchor,
)
from webapp.requests.parameters import as_arguments

MAP_LENGTH = 400.0
"""The length of an article's map, in its own units."""

RELATED = 10
"""How many similar passages are looked at for related articles."""

SHOWN = 4
"""How many related articles are shown."""

_GAP = 1.0
_THINNEST = 2.5


@dataclass(frozen=True, slots=True)
class Line:
    """A position of an article and its paragraph; a repeated paragraph has several positions.

    `matched` is true if the query finds it, `repeated` where the paragraph stands at an earlier position too.
    """

    position: int
    kind: Kind
    text: str
    highlights: tuple[Span, ...]
    matched: bool
    repeated: bool
    page: int | None = None

    @property
    def anchor(self) -> str:
        """The fragment that goes with the text."""
        return anchor(self.position, self.text)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line on the map: its start and length, in units of `MAP_LENGTH`."""

    line: Line
    start: float
    length: float


def lines(article: Article, matches: ArticleMatches) -> list[Line]:
    """The article position by position, with the spans highlighted for the query."""
    found = [
        Line(
            position,
            paragraph.kind,
            paragraph.text,
            spans,
            paragraph.position in matches.positions,
            position != paragraph.position,
            paragraph.page,
        )
        for paragraph, spans in zip(article.paragraphs, matches.highlights, strict=True)
        for position in (paragraph.position, *paragraph.repeats)
    ]
    return sorted(found, key=lambda line: line.position)


def map_of(lines: Sequence[Line]) -> list[Stretch]:
    """The place of each line on the map; a matched one is never too thin to be clicked."""
    # A short line takes space on the page too.
    lengths = [len(line.text) + 60 for line in lines]
    scale = MAP_LENGTH / max(sum(lengths), 1)
    stretches, at = [], 0.0
    for line, characters in zip(lines, lengths, strict=True):
        length = characters * scale
        drawn = max(length - _GAP, _THINNEST if line.matched else length / 2)
        stretches.append(Stretch(line, round(at, 2), round(drawn, 2)))
        at += length
    return stretches


def related_to(index: Index, article: Article) -> list[Passage]:
    """The best passage of each of a few other articles that share distinctive words and names with the beginning."""
    first = next((each for each in article.paragraphs if each.kind in (Kind.LEAD, Kind.BODY)), None)
    similar = index.similar(article.info.id, first.position, RELATED) if first else None
    best: dict[str, Passage] = {}
    for passage in similar.passages if similar else ():
        best.setdefault(passage.article.id, passage)
    return list(best.values())[:SHOWN]


@dataclass(frozen=True, slots=True)
class Others:
    """Other articles: how many, and the address that lists them."""

    articles: int
    address: str


def of_the_same_day(index: Index, info: ArticleInfo, settings: Settings) -> Others | None:
    """What else the same source published on the same day; None where that is nothing."""
    if info.date is None or info.source is None or not datetime.date.min < info.date < datetime.date.max:
        return None
    asked = SearchRequest("", filters=Filters({"source": [info.source]}), after=info.date, before=info.date)
    found = index.search(replace(asked, per_page=1), observed=False)
    if found.articles < 2:
        return None
    return Others(found.articles - 1, url_for("pages.search", **as_arguments(asked, settings)))
