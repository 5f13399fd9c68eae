"""The stored fields of a segment's articles and paragraphs: texts, positions, and the values for filters and facets.

Two files. `articles`, per article: `ids`, `titles`, `undeclared` (strings), `signatures` (bytes, of which an index that
is older has none), `first` (per article + 1, its first
paragraph), `by_id` (articles in order of id), and the values of the metadata fields that the meta entry "fields" names
with their types, in the format of `values`.
`paragraphs`, per paragraph: its text (see `texts`), `positions`, `kinds` (numbers in the meta entry "kinds"), and
`repeats`, of which paragraph i has those between `repeats.ends[i - 1]` and `repeats.ends[i]`; where any has a page,
`pages` (0: none).
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator

import numpy as np

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.whoosh.arrays import Array, ArrayFile, ArrayFileWriter, damaged, encode
from indexer.engine.whoosh.texts import Texts, TextsWriter
from indexer.engine.whoosh.values import Countable, Values, ValuesWriter
from indexer.schema import COUNTED_PARTS, FieldType, Schema, facet_key

ARTICLES, PARAGRAPHS, SIGNATURES = "articles", "paragraphs", "signatures"
KINDS = tuple(Kind)

MOST_INFOS = 4096
"""Articles remembered as they were read, a few hundred bytes each. When there are more, all are forgotten."""


class StoredWriter:
    """Writes both files of a segment. Texts go to disk as they come; the rest is a few dozen bytes a paragraph."""

    def __init__(self, stem: str, segment: str, schema: Schema) -> None:
        self._schema = schema
        self._articles = ArrayFileWriter(f"{stem}.{ARTICLES}", ARTICLES, segment)
        self._paragraphs = ArrayFileWriter(f"{stem}.{PARAGRAPHS}", PARAGRAPHS, segment)
        self._texts = TextsWriter(self._paragraphs)
        self._positions, self.kinds = array("I"), array("B")
        self._repeats, self._repeat_ends = array("I"), array("Q")
        self._pages = array("I")
        self._infos: list[tuple[bytes, bytes, bytes, bytes]] = []
        self._first = array("I")
        self._values = {row.name: ValuesWriter(row) for row in schema.of_articles}
        self.count = 0
        """Paragraphs added so far."""

    def begin_article(self, info: ArticleInfo) -> None:
        """The paragraphs added from now on are this article's; raises `ValueError` for values of no field."""
        if not info.values.keys() <= self._values.keys():
            unknown = sorted(info.values.keys() - self._values.keys())
            raise ValueError(f"the index has no field {', '.join(unknown)}")
        self._infos.append((encode(info.id), encode(info.title), encode(info.undeclared), info.signature))
        for name, values in self._values.items():
            values.add(info.values.get(name, ()))
        self._first.append(self.count)

    def add(self, paragraph: Paragraph) -> None:
        """A paragraph of the article begun last."""
        self._texts.append(paragraph.text)
        self._positions.append(paragraph.position)
        self.kinds.append(KINDS.index(paragraph.kind))
        self._repeats.extend(paragraph.repeats)
        self._repeat_ends.append(len(self._repeats))
        self._pages.append(paragraph.page or 0)
        self.count += 1

    def finish(self) -> None:
        """Make both files durable."""
        file = self._paragraphs
        self._texts.finish()
        file.write("positions", "<u4", self._positions)
        file.write("kinds", "|u1", self.kinds)
        file.write("repeats", "<u4", self._repeats)
        file.write("repeats.ends", "<u8", self._repeat_ends)
        if any(self._pages):
            file.write("pages", "<u4", self._pages)
        file.finish({"kinds": [str(kind) for kind in KINDS], **TextsWriter.meta})
        file = self._articles
        for i, name in enumerate(("ids", "titles", "undeclared", SIGNATURES)):
            file.write_strings(name, (info[i] for info in self._infos))
        file.write("first", "<u4", [*self._first, self.count])
        file.write("by_id", "<u4", sorted(range(len(self._infos)), key=lambda i: self._infos[i][0]))
        for values in self._values.values():
            values.write(file)
        file.finish({"fields": self._schema.as_json()})
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
        self._ids, self._titles, self._undeclared = of.strings("ids"), of.strings("titles"), of.strings("undeclared")
        self._signatures = of.strings(SIGNATURES) if of.has(SIGNATURES) else None
        self.first, self._by_id = of.array("first"), of.array("by_id")
        # Single values are read through memory views: that is several times faster than through numpy.
        self._first_at = of.view("first")
        try:
            self.schema = Schema.from_json(of.meta["fields"])
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise damaged(of.path, f"does not say which fields it has: {error}") from None
        self.values = {row.name: Values(of, row) for row in self.schema.of_articles}
        # What no article has is not looked at: short queries take a tenth of their time to read the articles they find.
        self._columns = [(name, column.of) for name, column in self.values.items() if len(column)]
        self._infos: dict[int, ArticleInfo] = {}
        of = self.paragraphs
        self.texts = Texts(of)
        self.kinds = of.array("kinds")
        self._positions, self._kind_at = of.view("positions"), of.view("kinds")
        self._repeats, self._repeat_ends = of.view("repeats"), of.view("repeats.ends")
        self._pages = of.view("pages") if of.has("pages") else None
        try:
            self._kind_names: list[str] = list(of.meta["kinds"])
            self._kinds = [Kind(name) for name in self._kind_names]
        except (LookupError, TypeError, ValueError) as error:
            raise damaged(of.path, f"does not say which kinds it has: {error}") from None
        if not (
            len(self.texts) == len(self._positions) == len(self.kinds) == len(self._repeat_ends)
            and (self._pages is None or len(self._pages) == len(self.kinds))
            and len(self._ids) + 1 == len(self.first)
            and (self._signatures is None or len(self._signatures) == len(self._ids))
            and all(len(v.numbers if v.ends is None else v.ends) == len(self._ids) for v in self.values.values())
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
        values = {}
        for name, values_of in self._columns:
            if found := values_of(article):
                values[name] = found
        undeclared = self._undeclared.text(article) if len(self._undeclared.data) else ""
        signature = b"" if self._signatures is None else self._signatures[article]
        return ArticleInfo(self._ids.text(article), self._titles.text(article), values, undeclared, signature)

    def paragraph(self, number: int) -> Paragraph:
        """Paragraph number `number`."""
        low, high = self._repeat_ends[number - 1] if number else 0, self._repeat_ends[number]
        return Paragraph(
            self._positions[number],
            self._kinds[self._kind_at[number]],
            self.texts[number],
            tuple(self._repeats[low:high]) if low < high else (),
            (self._pages[number] or None) if self._pages else None,
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

    def countable(self, name: str) -> Countable | None:
        """What the facet `name` of articles counts; None for one of which this segment has no values."""
        field, unit = COUNTED_PARTS.get(name, (name, ""))
        values = self.values.get(field)
        if values is None:
            return None
        return values.countable(unit or ("Y" if values.row.type is FieldType.DATE else ""))

    @property
    def kind_names(self) -> list[str]:
        """The kinds that the numbers of `kinds` stand for."""
        return self._kind_names

    def having(self, name: str, key: str, whole: bool) -> Array:
        """Per article (for "kind", per paragraph) whether it has the keyword with this key, or with it inside."""
        values = self.values.get(name)
        keys = [facet_key(kind) for kind in self._kind_names] if name == "kind" else values.keys() if values else []
        inside = f" {key} "
        flags = [each == key or (not whole and inside in f" {each} ") for each in keys]
        wanted = np.array(flags, bool) if flags else np.zeros(0, bool)
        if name == "kind":
            found: Array = wanted[self.kinds]
            return found
        if values is None or len(wanted) < len(values):
            # Of another type than was thought.
            return np.zeros(self.article_count, bool)
        return values.articles_with(wanted)

    def verify(self) -> Iterator[str]:
        """A sentence for each thing that is not as the head of this file says."""
        yield from self.articles.verify()
        yield from self.paragraphs.verify()
        tables = {"id": self._ids, "title": self._titles, "undeclared": self._undeclared}
        for what, table in tables.items():
            yield from table.verify(what, let_go=self.articles.let_go)
        yield from self.texts.verify(self.paragraphs.let_go)
        name = os.path.basename(self.articles.path)
        first = self.first.astype(np.int64)
        if first[0] != 0 or first[-1] != self.paragraph_count or np.any(np.diff(first) <= 0):
            yield f"{name}: the bounds of the articles are damaged"
        for values in self.values.values():
            yield from values.verify(name)
        if not np.array_equal(np.sort(self._by_id), np.arange(self.article_count)):
            yield f"{name}: the order of ids is damaged"
        if np.any(self.kinds >= len(self._kind_names)):
            yield f"{os.path.basename(self.paragraphs.path)}: the column 'kind' names values that do not exist"
