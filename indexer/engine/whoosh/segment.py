"""A segment: the files of one commit's paragraphs, and which of them were deleted since.

Files of segment `MAIN_x`: `MAIN_x.articles`, `MAIN_x.paragraphs` (see `stored`), one `MAIN_x.FIELD` per field (see
`postings`), and, once something was deleted, `MAIN_x.deleted_N`, the bitmap of generation N. None is ever changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indexer.articles.model import ArticleInfo, Paragraph
from indexer.engine.base import Batch, Document
from indexer.engine.whoosh.arrays import Array, ArrayFile, ArrayFileWriter, damaged
from indexer.engine.whoosh.merge import MergeSource, merge_postings
from indexer.engine.whoosh.postings import Postings
from indexer.engine.whoosh.runs import PAIRS, Runs
from indexer.engine.whoosh.stored import Stored, StoredWriter
from indexer.schema import Field, Schema

DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """What the table of contents says of a segment: its name, its paragraphs, and the generation of its deletions."""

    name: str
    paragraphs: int
    deleted: int = 0
    deletions: int | None = None

    @property
    def live(self) -> int:
        """Paragraphs that are not deleted."""
        return self.paragraphs - self.deleted

    def files(self) -> set[str]:
        """The names of its files."""
        names = {f"{self.name}.{extension}" for extension in ("articles", "paragraphs", *Field)}
        if self.deletions is not None:
            names.add(f"{self.name}.{DELETED}_{self.deletions}")
        return names


class Segment:
    """A segment, mapped into memory: `stored`, `postings` per field, `live` per paragraph (None: all are)."""

    def __init__(self, directory: str, entry: SegmentEntry) -> None:
        stem = os.path.join(directory, entry.name)
        self.entry = entry
        self.stored = Stored(stem, entry.name)
        self.postings = {field: Postings(f"{stem}.{field}", entry.name) for field in Field}
        self.deletions: ArrayFile | None = None
        self.live: Array | None = None
        if self.stored.paragraph_count != entry.paragraphs:
            raise damaged(self.stored.paragraphs.path, f"does not hold {entry.paragraphs} paragraphs")
        for postings in self.postings.values():
            if len(postings.lengths) != entry.paragraphs:
                raise damaged(postings.file.path, f"does not hold {entry.paragraphs} paragraphs")
        if entry.deletions is not None:
            self.deletions = ArrayFile(f"{stem}.{DELETED}_{entry.deletions}", DELETED, entry.name)
            bits = np.unpackbits(self.deletions.array("bitmap"))[: entry.paragraphs]
            if len(bits) != entry.paragraphs or int(bits.sum()) != entry.deleted:
                raise damaged(self.deletions.path, f"does not mark {entry.deleted} paragraphs")
            self.live = bits == 0

    @property
    def has_pairs(self) -> bool:
        """Whether the tokens of `Field.BIGRAMS` are the bigrams of `Field.SYLLABLES`, in every paragraph."""
        return bool(self.postings[Field.BIGRAMS].file.meta.get(PAIRS))

    @cached_property
    def article_of(self) -> Array:
        """Per paragraph, the number of its article (u4)."""
        articles = self.stored.article_of()
        if len(articles) != self.entry.paragraphs:
            raise damaged(self.stored.articles.path, "the bounds of the articles do not fit the paragraphs")
        return articles

    @cached_property
    def article_at(self) -> memoryview[int]:
        """The same as `article_of`, for reading single values."""
        return memoryview(self.article_of.data)

    def article_range(self, number: int) -> range:
        """The numbers of the paragraphs of the article of paragraph `number`."""
        within = self.stored.paragraphs_of(self.article_at[number])
        if number not in within or within.stop > self.entry.paragraphs:
            raise damaged(self.stored.articles.path, f"paragraph {number} lies outside its article")
        return within

    def find_paragraph(self, article_id: str, position: int) -> int | None:
        """The number of the paragraph at `position` of an article, or None where it is deleted or does not exist."""
        article = self.find_article(article_id)
        numbers = () if article is None else self.stored.paragraphs_of(article)
        return next((i for i in numbers if self.stored.position(i) == position), None)

    def find_article(self, article_id: str) -> int | None:
        """The number of an article, or None where it is deleted or does not exist."""
        article = self.stored.find_article(article_id)
        return article if article is not None and self.is_live(int(self.stored.first[article])) else None

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.size for file in self._files())

    def is_live(self, number: int) -> bool:
        """Whether a paragraph is not deleted."""
        return self.live is None or bool(self.live[number])

    def live_articles(self) -> Iterator[int]:
        """The numbers of the articles that are not deleted (articles are deleted whole)."""
        return (i for i in range(self.stored.article_count) if self.is_live(int(self.stored.first[i])))

    @property
    def live_by_article(self) -> Array | None:
        """Whether each article is not deleted (None: all are not)."""
        return None if self.live is None else self.live[self.stored.first[:-1]]

    @property
    def live_article_count(self) -> int:
        """How many articles are not deleted."""
        live = self.live_by_article
        return self.stored.article_count if live is None else int(np.count_nonzero(live))

    def tokens(self, field: Field) -> int:
        """The tokens of a field in paragraphs that are not deleted."""
        lengths = self.postings[field].lengths
        return int((lengths if self.live is None else lengths[self.live]).sum(dtype=np.int64))

    def verify(self) -> Iterator[str]:
        """A sentence for each thing that is not as it must be."""
        yield from self.stored.verify()
        for postings in self.postings.values():
            yield from postings.verify()
        if self.deletions is not None:
            yield from self.deletions.verify()

    def _files(self) -> Iterator[ArrayFile]:
        yield from (self.stored.articles, self.stored.paragraphs)
        yield from (postings.file for postings in self.postings.values())
        if self.deletions is not None:
            yield self.deletions


class SegmentWriter:
    """Writes a new segment from paragraphs, with about `budget` bytes of memory for the postings of all fields."""

    def __init__(self, directory: str, name: str, budget: int, schema: Schema) -> None:
        stem = os.path.join(directory, name)
        self.name = name
        self._stored = StoredWriter(stem, name, schema)
        self._runs = Runs(stem, name, budget)
        self._article: str | None = None

    def add(self, document: Document) -> None:
        """Add a paragraph."""
        self._store(document.info, document.paragraph)
        self._runs.add(document.tokens)

    def add_batch(self, batch: Batch) -> None:
        """Add paragraphs."""
        for info, paragraph in batch.paragraphs:
            self._store(info, paragraph)
        self._runs.add_columns(batch.columns, len(batch.paragraphs))

    def _store(self, info: ArticleInfo, paragraph: Paragraph) -> None:
        if info.id != self._article:
            self._stored.begin_article(info)
            self._article = info.id
        self._stored.add(paragraph)

    def finish(self, threads: int = 1) -> SegmentEntry:
        """Make its files durable; with up to so many threads, if the memory they take keeps to the budget."""
        self._stored.finish()
        self._runs.finish(threads)
        return SegmentEntry(self.name, self._stored.count)

    def abandon(self) -> None:
        """Remove what `finish` would not have left, and close what is open."""
        self._stored.abandon()
        self._runs.abandon()


def merge_segments(directory: str, name: str, segments: list[Segment], schema: Schema) -> SegmentEntry:
    """Write the paragraphs of neighbouring `segments` that are not deleted as the segment `name`."""
    stored = StoredWriter(os.path.join(directory, name), name, schema)
    bases = []
    for segment in segments:
        bases.append(stored.count)
        for article in segment.live_articles():
            stored.begin_article(segment.stored.info(article))
            for number in segment.stored.paragraphs_of(article):
                stored.add(segment.stored.paragraph(number))
    stored.finish()
    for field in Field:
        sources = [MergeSource(s.postings[field], base, s.live) for s, base in zip(segments, bases, strict=True)]
        meta = {PAIRS: all(s.has_pairs for s in segments)} if field is Field.BIGRAMS else {}
        merge_postings(os.path.join(directory, f"{name}.{field}"), name, sources, stored.count, meta)
    return SegmentEntry(name, stored.count)


def write_deletions(directory: str, entry: SegmentEntry, live: Array, generation: int) -> SegmentEntry:
    """Write which paragraphs of a segment are deleted, as a new file; returns its new entry."""
    file = ArrayFileWriter(os.path.join(directory, f"{entry.name}.{DELETED}_{generation}"), DELETED, entry.name)
    file.write("bitmap", "|u1", np.packbits(~live))
    file.finish()
    return SegmentEntry(entry.name, entry.paragraphs, int(np.count_nonzero(~live)), generation)
