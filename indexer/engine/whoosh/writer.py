"""The writer: paragraphs become a new segment, deletions a bitmap, and a commit ties them together."""

from __future__ import annotations

import os

import numpy as np
from whoosh.util import random_name

from indexer.engine.base import Batch, Document
from indexer.engine.merging import tail_to_merge
from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.contents import NAME, index_files, read_contents, sweep, write_contents
from indexer.engine.whoosh.segment import Segment, SegmentEntry, SegmentWriter, merge_segments, write_deletions
from indexer.schema import Schema

BUDGET = 128 << 20
"""Bytes of memory for the postings of all fields before they are written to disk as runs."""

MOST_SEGMENTS = 5
"""Each segment beyond the first makes searches some 5 % slower; with fewer, paragraphs are rewritten twice as often."""
MOST_DELETED = 1 / 3


class WhooshWriter:
    """Changes the index in a directory; see `indexer.engine.base.Writer`.

    A segment of which more than MOST_DELETED is deleted is rewritten without that; see `tail_to_merge` for the rest.
    Adding an article that is in the index and not deleted, or coming back to one, raises ValueError.
    """

    def __init__(self, directory: str, fresh: bool, schema: Schema | None = None, budget: int = BUDGET) -> None:
        self._directory, self._budget, self._schema = directory, budget, schema or Schema()
        self._generation, self._entries = (0, []) if fresh else read_contents(directory)
        self._segments = [Segment(directory, entry) for entry in self._entries]
        self._live: dict[int, Array] = {}
        self._before = index_files(directory)
        self._adding: SegmentWriter | None = None
        self._article: str | None = None
        self._added: set[str] = set()
        self._ended = False

    def add(self, document: Document) -> None:
        """Add a paragraph."""
        self._check_open()
        if document.info.id != self._article:
            self._begin_article(document.info.id)
        self._added_segment().add(document)

    def add_batch(self, batch: Batch) -> None:
        """Add paragraphs."""
        self._check_open()
        for info, _ in batch.paragraphs:
            if info.id != self._article:
                self._begin_article(info.id)
        if batch.paragraphs:
            self._added_segment().add_batch(batch)

    def delete_article(self, article_id: str) -> None:
        """Delete every paragraph of an article that was committed before."""
        self._check_open()
        for i, segment in enumerate(self._segments):
            article = segment.stored.find_article(article_id)
            if article is None or not self._is_live(i, article):
                continue
            if i not in self._live:
                live = segment.live
                self._live[i] = np.ones(segment.entry.paragraphs, bool) if live is None else live.copy()
            numbers = segment.stored.paragraphs_of(article)
            self._live[i][numbers.start : numbers.stop] = False

    def commit(self, threads: int = 1) -> None:
        """Make all changes durable and visible. When it raises, nothing has changed."""
        self._check_open()
        generation = self._generation + 1
        try:
            entries = self._changed_entries(generation)
            if self._adding is not None:
                entries.append(self._adding.finish(threads))
            entries = self._merge([entry for entry in entries if entry.live])
            write_contents(self._directory, generation, entries)
        except BaseException:
            self.cancel()
            raise
        self._ended = True
        self._segments = []
        sweep(self._directory, generation, entries)

    def cancel(self) -> None:
        """Forget all changes and leave no file of them behind."""
        self._check_open()
        self._ended = True
        self._segments = []
        if self._adding is not None:
            self._adding.abandon()
        for name in index_files(self._directory) - self._before:
            os.unlink(os.path.join(self._directory, name))

    def _added_segment(self) -> SegmentWriter:
        if self._adding is None:
            self._adding = SegmentWriter(self._directory, self._new_name(), self._budget, self._schema)
        return self._adding

    def _check_open(self) -> None:
        if self._ended:
            raise ValueError("the writer has ended: make another")

    def _begin_article(self, article_id: str) -> None:
        if article_id in self._added:
            raise ValueError(f"the paragraphs of article {article_id!r} do not follow each other")
        for i, segment in enumerate(self._segments):
            article = segment.stored.find_article(article_id)
            if article is not None and self._is_live(i, article):
                raise ValueError(f"article {article_id!r} is in the index: delete it first")
        self._article = article_id
        self._added.add(article_id)

    def _is_live(self, i: int, article: int) -> bool:
        first = int(self._segments[i].stored.first[article])
        return bool(self._live[i][first]) if i in self._live else self._segments[i].is_live(first)

    def _new_name(self) -> str:
        return f"{NAME}_{random_name(16)}"

    def _changed_entries(self, generation: int) -> list[SegmentEntry]:
        entries = list(self._entries)
        for i, live in self._live.items():
            if live.any():
                entries[i] = write_deletions(self._directory, entries[i], live, generation)
            else:
                entries[i] = SegmentEntry(entries[i].name, entries[i].paragraphs, entries[i].paragraphs)
        return entries

    def _merge(self, entries: list[SegmentEntry]) -> list[SegmentEntry]:
        entries = [
            self._merged([entry]) if entry.deleted > MOST_DELETED * entry.paragraphs else entry for entry in entries
        ]
        count = tail_to_merge([entry.live for entry in entries], MOST_SEGMENTS)
        if count > 1:
            entries[-count:] = [self._merged(entries[-count:])]
        return entries

    def _merged(self, entries: list[SegmentEntry]) -> SegmentEntry:
        segments = [Segment(self._directory, entry) for entry in entries]
        return merge_segments(self._directory, self._new_name(), segments, self._schema)
