"""The stored fields of a segment's articles and paragraphs: texts, positions, and the values for filters and facets.

Two files. `articles`, per article: `ids`, `titles`, `urls` (strings), `has_url`, `dates` (days since 1970-01-01, or
UNDATED), `sources` and `authors` (numbers in the tables of distinct values, or ABSENT), `first` (per article + 1, its
first paragraph) and `by_id` (articles in order of id). Each table of values, as `source.values`, comes with the keys
by which values are compared, `source.keys` (`indexer.schema.facet_key`).
`paragraphs`, per paragraph: `texts`, `positions`, `kinds` (numbers in the meta entry "kinds"), and `repeats`, of which
paragraph i has those between `repeats.ends[i - 1]` and `repeats.ends[i]`.
"""

from __future__ import annotations

import datetime
import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator

import numpy as np

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.whoosh.arrays import Array, ArrayFile, ArrayFileWriter, StringsWriter, damaged, decode, encode
from indexer.schema import facet_key

ARTICLES, PARAGRAPHS = "articles", "paragraphs"
ABSENT = 0xFFFFFFFF
UNDATED = -(1 << 31)
EPOCH = datetime.date(1970, 1, 1).toordinal()
KINDS = tuple(Kind)
DATE_PARTS = {"year": "Y", "month": "M"}
"""Facets that are parts of the date, and numpy's units of them."""

MOST_INFOS = 4096
"""Articles remembered as they were read, a few hundred bytes each. When there are more, all are forgotten."""


def days(date: datetime.date | None) -> int:
    """A date as it is kept."""
    return UNDATED if date is None else date.toordinal() - EPOCH


class _Values:
    """Distinct values, numbered as they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.column = array("I")

    def add(self, value: str | None) -> None:
        self.column.append(ABSENT if value is None else self.numbers.setdefault(value, len(self.numbers)))

    def write(self, file: ArrayFileWriter, name: str) -> None:
        file.write(name + "s", "<u4", self.column)
        file.write_strings(name + ".values", map(encode, self.numbers))
        file.write_strings(name + ".keys", (encode(facet_key(value)) for value in self.numbers))


class StoredWriter:
    """Writes both files of a segment. Texts go to disk as they come; the rest is a few dozen bytes a paragraph."""

    def __init__(self, stem: str, segment: str) -> None:
        self._articles = ArrayFileWriter(f"{stem}.{ARTICLES}", ARTICLES, segment)
        self._paragraphs = ArrayFileWriter(f"{stem}.{PARAGRAPHS}", PARAGRAPHS, segment)
        self._texts = StringsWriter(self._paragraphs, "texts")
        self._positions, self.kinds = array("I"), array("B")
        self._repeats, self._repeat_ends = array("I"), array("Q")
        self._infos: list[tuple[bytes, bytes, bytes, bool]] = []
        self._dates, self._first = array("i"), array("I")
        self._sources, self._authors = _Values(), _Values()
        self.count = 0
        """Paragraphs added so far."""

    def begin_article(self, info: ArticleInfo) -> None:
        """The paragraphs added from now on are this article's."""
        self._infos.append((encode(info.id), encode(info.title), encode(info.url or ""), info.url is not None))
        self._dates.append(days(info.date))
        self._sources.add(info.source)
        self._authors.add(info.author)
        self._first.append(self.count)

    def add(self, paragraph: Paragraph) -> None:
        """A paragraph of the article begun last."""
        self._texts.append(encode(paragraph.text))
        self._positions.append(paragraph.position)
        self.kinds.append(KINDS.index(paragraph.kind))
        self._repeats.extend(paragraph.repeats)
        self._repeat_ends.append(len(self._repeats))
        self.count += 1

    def finish(self) -> None:
        """Make both files durable."""
        file = self._paragraphs
        self._texts.finish()
        file.write("positions", "<u4", self._positions)
        file.write("kinds", "|u1", self.kinds)
        file.write("repeats", "<u4", self._repeats)
        file.write("repeats.ends", "<u8", self._repeat_ends)
        file.finish({"kinds": [str(kind) for kind in KINDS]})
        file = self._articles
        for i, name in enumerate(("ids", "titles", "urls")):
            file.write_strings(name, (info[i] for info in self._infos))  # type: ignore[misc]  # 0 to 2: bytes
        file.write("has_url", "|u1", [info[3] for info in self._infos])
        file.write("dates", "<i4", self._dates)
        file.write("first", "<u4", [*self._first, self.count])
        file.write("by_id", "<u4", sorted(range(len(self._infos)), key=lambda i: self._infos[i][0]))
        self._sources.write(file, "source")
        self._authors.write(file, "author")
        file.finish()
        self._infos = []  # What is held from here on is for the postings.

    def abandon(self) -> None:
        """Remove both files."""
        self._articles.abandon()
        self._paragraphs.abandon()


class Stored:
    """Both files of a segment, mapped into memory."""

    def __init__(self, stem: str, segment: str) -> None:
        self.articles = ArrayFile(f"{stem}.{ARTICLES}", ARTICLES, segment)
        self.paragraphs = ArrayFile(f"{stem}.{PARAGRAPHS}", PARAGRAPHS, segment)
        of = self.articles
        self._ids, self._titles, self._urls = of.strings("ids"), of.strings("titles"), of.strings("urls")
        self.dates, self.first = of.array("dates"), of.array("first")
        # Single values are read through memory views: that is several times faster than through numpy.
        self._has_url, self._date_at, self._first_at = of.view("has_url"), of.view("dates"), of.view("first")
        self._by_id = of.array("by_id")
        self._values = {name: of.strings(name + ".values") for name in ("source", "author")}
        self._keys = {name: of.strings(name + ".keys") for name in self._values}
        self._columns = {name: of.array(name + "s") for name in self._values}
        self._column_at = {name: of.view(name + "s") for name in self._values}
        self._infos: dict[int, ArticleInfo] = {}
        self._value_texts: dict[str, dict[int, str]] = {name: {} for name in self._values}
        self._facets: dict[str, tuple[list[str], Array]] = {}
        of = self.paragraphs
        self.texts = of.strings("texts")
        self.kinds = of.array("kinds")
        self._positions, self._kind_at = of.view("positions"), of.view("kinds")
        self._repeats, self._repeat_ends = of.view("repeats"), of.view("repeats.ends")
        self._kind_names: list[str] = of.meta["kinds"]
        self._kinds = [Kind(name) for name in self._kind_names]
        if not (
            len(self.texts) == len(self._positions) == len(self.kinds) == len(self._repeat_ends)
            and len(self._ids) + 1 == len(self.first)
        ):
            raise damaged(of.path, "its sections do not fit each other")

    @property
    def article_count(self) -> int:
        """Articles, deleted ones too."""
        return len(self._ids)

    @property
    def paragraph_count(self) -> int:
        """Paragraphs, deleted ones too."""
        return len(self.texts)

    def info(self, article: int) -> ArticleInfo:
        """What is known of article number `article`; remembered."""
        info = self._infos.get(article)
        if info is None:
            if len(self._infos) >= MOST_INFOS:
                self._infos = {}
            info = self._infos[article] = self._read_info(article)
        return info

    def _read_info(self, article: int) -> ArticleInfo:
        day = self._date_at[article]
        # By position: named, the fields of a frozen class take twice as long to set.
        return ArticleInfo(
            self._ids.text(article),
            self._titles.text(article),
            self._urls.text(article) if self._has_url[article] else None,
            None if day == UNDATED else datetime.date.fromordinal(day + EPOCH),
            self._value("source", article),
            self._value("author", article),
        )

    def paragraph(self, number: int) -> Paragraph:
        """Paragraph number `number`."""
        low, high = self._repeat_ends[number - 1] if number else 0, self._repeat_ends[number]
        return Paragraph(
            self._positions[number],
            self._kinds[self._kind_at[number]],
            self.texts.text(number),
            tuple(self._repeats[low:high]) if low < high else (),
        )

    def position(self, number: int) -> int:
        """The position of paragraph number `number` in its article."""
        return self._positions[number]

    def article_id(self, article: int) -> str:
        """The id of article number `article`."""
        return self._ids.text(article)

    def find_article(self, article_id: str) -> int | None:
        """The number of the article with this id, or None."""
        wanted = encode(article_id)
        at = bisect_left(self._by_id, wanted, key=lambda i: self._ids[i])
        if at < len(self._by_id) and self._ids[int(self._by_id[at])] == wanted:
            return int(self._by_id[at])
        return None

    def paragraphs_of(self, article: int) -> range:
        """The numbers of an article's paragraphs."""
        return range(self._first_at[article], self._first_at[article + 1])

    def article_of(self) -> Array:
        """Per paragraph, the number of its article (u4, computed)."""
        return np.repeat(
            np.arange(self.article_count, dtype=np.uint32), self.first[1:].astype(np.int64) - self.first[:-1]
        )

    def facet_values(self, name: str) -> list[str]:
        """The distinct values of "source", "author", "kind", "year" ("2023") or "month" ("2023-05")."""
        return self._kind_names if name == "kind" else self._facet(name)[0]

    def facet_keys(self, name: str) -> list[str]:
        """The key of each distinct value."""
        if name == "kind":
            return [facet_key(value) for value in self._kind_names]
        return [decode(key) for key in self._keys[name]]

    def article_column(self, name: str) -> Array:
        """Per article, the number of its value (of any facet but "kind") in `facet_values`, or ABSENT."""
        return self._facet(name)[1]

    def facet_column(self, name: str, article_of: Array) -> Array:
        """Per paragraph, the number of its value in `facet_values`, or ABSENT."""
        return self.kinds if name == "kind" else self.article_column(name)[article_of]

    def _facet(self, name: str) -> tuple[list[str], Array]:
        """The distinct values of a facet of articles and the column of their numbers; remembered."""
        facet = self._facets.get(name)
        if facet is None:
            if name in DATE_PARTS:
                facet = self._date_parts(DATE_PARTS[name])
            else:
                facet = [decode(value) for value in self._values[name]], self._columns[name]
            self._facets[name] = facet
        return facet

    def _date_parts(self, unit: str) -> tuple[list[str], Array]:
        dated = self.dates != UNDATED
        parts = self.dates[dated].astype("M8[D]").astype(f"M8[{unit}]")
        values, numbers = np.unique(parts, return_inverse=True)
        column = np.full(len(self.dates), ABSENT, np.uint32)
        column[dated] = numbers
        return np.datetime_as_string(values).tolist(), column

    def verify(self) -> Iterator[str]:
        """A sentence for each thing that is not as the head of this file says."""
        yield from self.articles.verify()
        yield from self.paragraphs.verify()
        tables = {"id": self._ids, "title": self._titles, "URL": self._urls, "text": self.texts}
        for name in self._values:
            tables |= {name: self._values[name], f"key of {name}": self._keys[name]}
        for what, table in tables.items():
            yield from table.verify(what)
        name = os.path.basename(self.articles.path)
        first = self.first.astype(np.int64)
        if first[0] != 0 or first[-1] != self.paragraph_count or np.any(np.diff(first) <= 0):
            yield f"{name}: the bounds of the articles are damaged"
        for facet, column in self._columns.items():
            if np.any((column != ABSENT) & (column >= len(self._values[facet]))):
                yield f"{name}: the column {facet!r} names values that do not exist"
        if not np.array_equal(np.sort(self._by_id), np.arange(self.article_count)):
            yield f"{name}: the order of ids is damaged"
        if np.any(self.kinds >= len(self._kind_names)):
            yield f"{os.path.basename(self.paragraphs.path)}: the column 'kind' names values that do not exist"

    def _value(self, name: str, article: int) -> str | None:
        number = self._column_at[name][article]
        if number == ABSENT:
            return None
        texts = self._value_texts[name]
        text = texts.get(number)
        if text is None:
            if len(texts) >= MOST_INFOS:
                texts.clear()
            text = texts[number] = self._values[name].text(number)
        return text
