"""The articles of an index as version 0.1.0 wrote it (format 4), to be indexed again; nothing else of it is read.

The segments are those whose files are there, as a commit left no others: 0.1.0 lists them in a pickle alone, and none
is loaded here. Of the files `stored` documents, `articles` differs: `ids`, `titles`, `urls` (strings), `has_url`,
`dates` (days since 1970-01-01, or UNDATED), and `sources` and `authors` (numbers in `source.values` and
`author.values`, or ABSENT).
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator
from itertools import chain

import numpy as np

from indexer.articles.model import Article, ArticleInfo, Kind, Paragraph
from indexer.engine.whoosh.arrays import Array, ArrayFile, damaged

EARLIER_FORMAT = 4

_ABSENT, _UNDATED = 0xFFFFFFFF, -(1 << 31)
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_SEGMENT = re.compile(r"(MAIN_[0-9a-z]{1,32})\.articles")
_DELETIONS = re.compile(r"(MAIN_[0-9a-z]{1,32})\.deleted_([0-9]{1,18})")


def earlier_articles(directory: str) -> tuple[int, Iterator[Article]]:
    """How many articles an index in `directory` has, deleted ones included, and those that were not deleted.

    Raises `IndexDamaged`, later too.
    """
    names = sorted(match[1] for match in map(_SEGMENT.fullmatch, os.listdir(directory)) if match)
    segments = [_Segment(directory, name) for name in names]
    return sum(segment.count for segment in segments), chain.from_iterable(map(_Segment.articles, segments))


class _Segment:
    """One segment, mapped into memory."""

    def __init__(self, directory: str, name: str) -> None:
        stem = os.path.join(directory, name)
        self._path = f"{stem}.articles"
        of = ArrayFile(self._path, "articles", name)
        self._ids, self._titles, self._urls = map(of.strings, ("ids", "titles", "urls"))
        self.count = len(self._ids)
        self._has_url, self._dates, self._first = map(of.array, ("has_url", "dates", "first"))
        self._columns = {name: of.array(f"{name}s") for name in ("source", "author")}
        self._values = {name: of.strings(f"{name}.values") for name in self._columns}
        of = ArrayFile(f"{stem}.paragraphs", "paragraphs", name)
        self._texts = of.strings("texts")
        self._positions, self._kinds = of.array("positions"), of.array("kinds")
        self._repeats, self._repeat_ends = of.array("repeats"), of.array("repeats.ends")
        self._kind_names = [Kind(kind) for kind in of.meta["kinds"]]
        self._deleted = _deleted(directory, name, len(self._texts))

    def articles(self) -> Iterator[Article]:
        """Its articles."""
        try:
            for number in range(self.count):
                within = range(int(self._first[number]), int(self._first[number + 1]))
                # Articles are deleted as a whole.
                if within and not self._deleted[within.start]:
                    yield Article(self._info(number), tuple(map(self._paragraph, within)))
        except (IndexError, ValueError, OverflowError) as error:
            raise damaged(self._path, f"cannot be read: {error}") from error

    def _info(self, number: int) -> ArticleInfo:
        day = int(self._dates[number])
        return ArticleInfo.of(
            self._ids.text(number),
            self._titles.text(number),
            url=self._urls.text(number) if self._has_url[number] else None,
            date=None if day == _UNDATED else datetime.date.fromordinal(day + _EPOCH),
            source=self._value("source", number),
            author=self._value("author", number),
        )

    def _value(self, name: str, number: int) -> str | None:
        value = int(self._columns[name][number])
        return None if value == _ABSENT else self._values[name].text(value)

    def _paragraph(self, number: int) -> Paragraph:
        ends = self._repeat_ends
        repeats = self._repeats[int(ends[number - 1]) if number else 0 : int(ends[number])]
        kind = self._kind_names[int(self._kinds[number])]
        return Paragraph(int(self._positions[number]), kind, self._texts.text(number), tuple(repeats.tolist()))


def _deleted(directory: str, name: str, paragraphs: int) -> Array:
    """Which paragraphs of a segment were deleted (bool), by the last of its files that say so."""
    found = filter(None, map(_DELETIONS.fullmatch, os.listdir(directory)))
    numbers = [int(match[2]) for match in found if match[1] == name]
    if not numbers:
        return np.zeros(paragraphs, bool)
    file = ArrayFile(os.path.join(directory, f"{name}.deleted_{max(numbers)}"), "deleted", name)
    bits = np.unpackbits(file.array("bitmap"))[:paragraphs]
    if len(bits) != paragraphs:
        raise damaged(file.path, f"does not mark {paragraphs} paragraphs")
    deleted: Array = bits != 0
    return deleted
