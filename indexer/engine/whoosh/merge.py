"""Merging the postings of several sources, whose paragraphs follow each other, into one file.

Deleted paragraphs are dropped, and with them terms that no other paragraph has. Terms are merged in order; postings are
moved as whole arrays, a bounded number at a time. Memory is a few bytes per term and none per posting, since mapped
pages of the sources are dropped piece by piece. `indexer.engine.merging` decides which segments are merged, and when.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.merged_terms import MergedTerms
from indexer.engine.whoosh.packing import Records
from indexer.engine.whoosh.postings import Postings, pieces
from indexer.engine.whoosh.postings_writer import PostingsWriter

CHUNK = 1 << 18
"""Bytes of records that are merged at a time, unless one term alone has more: each takes about a hundred of memory."""


@dataclass(frozen=True, slots=True)
class MergeSource:
    """Postings to be merged: `base` is the new number of its first paragraph; `live` is false where deleted."""

    postings: Postings
    base: int
    live: Array | None = None

    def new_ids(self) -> Array:
        """Per paragraph, its number in the merged file; meaningless for deleted ones."""
        count = len(self.postings.lengths)
        kept = np.ones(count, bool) if self.live is None else self.live
        return self.base + np.cumsum(kept, dtype=np.int64) - 1

    def lengths(self) -> Array:
        """The lengths of the paragraphs that are kept."""
        return self.postings.lengths if self.live is None else self.postings.lengths[self.live]


def live_frequencies(postings: Postings, live: Array | None, terms: range) -> Array:
    """How many paragraphs that are not deleted hold each of a range of terms."""
    if live is None or not terms:
        return postings.frequencies_of(terms)
    kept = []
    for piece in postings.pieces(terms):
        records = postings.records_of(piece)
        kept.append(np.add.reduceat(live[records.ids], np.cumsum(records.df) - records.df, dtype=np.int64))
    return np.concatenate(kept)


def merge_postings(
    path: str, segment: str, sources: Sequence[MergeSource], paragraphs: int, meta: dict[str, Any]
) -> None:
    """Write the postings of `sources`, `paragraphs` in all, as the file `path` with this `meta`."""
    with tempfile.TemporaryFile(dir=os.path.dirname(path)) as file:
        terms = MergedTerms(file)
        numbers = terms.merge([source.postings.terms for source in sources], lambda: _let_go(sources))
        lengths = np.concatenate([np.empty(0, np.uint32), *(source.lengths() for source in sources)])
        assert len(lengths) == paragraphs
        bounds = np.zeros(len(terms) + 1, np.int64)
        for source, number in zip(sources, numbers, strict=True):
            # A source holds each term once, so no number stands twice on the left.
            sizes: Array = np.diff(source.postings.starts.astype(np.int64))
            bounds[1:][number] += sizes
        np.cumsum(bounds, out=bounds)
        writer = PostingsWriter(path, segment, lengths)
        try:
            kept = np.zeros(len(terms), bool)
            ids = [source.new_ids() for source in sources]
            for low, high in pieces(bounds, CHUNK):
                records = _merge_range(sources, numbers, ids, range(low, high))
                kept[low:high] = records.df > 0
                writer.append(replace(records, df=records.df[records.df > 0]))
                _let_go(sources)
            del bounds, numbers
            writer.finish(terms.select(kept), meta)
        except BaseException:
            writer.abandon()
            raise


def _let_go(sources: Sequence[MergeSource]) -> None:
    for source in sources:
        source.postings.file.let_go()


def _merge_range(
    sources: Sequence[MergeSource], numbers: Sequence[Array], new_ids: Sequence[Array], terms: range
) -> Records:
    """The records of a range of merged terms; the df of those of which nothing is left is 0."""
    ids_, frequencies_, positions_, terms_ = [], [], [], []
    for source, number, renumbered in zip(sources, numbers, new_ids, strict=True):
        # In the type of the numbers: otherwise all of them would be converted.
        low, high = np.searchsorted(number, np.array([terms.start, terms.stop], number.dtype)).tolist()
        records = source.postings.records_of(range(low, high), to_pack=True)
        ids, frequencies, positions = records.ids, records.frequencies, records.positions
        term = np.repeat(number[low:high].astype(np.int64), records.df)
        if source.live is not None:
            keep = source.live[ids]
            positions = positions[np.repeat(keep, frequencies)]
            ids, frequencies, term = ids[keep], frequencies[keep], term[keep]
        ids_.append(renumbered[ids])
        frequencies_.append(frequencies)
        positions_.append(positions)
        terms_.append(term)
    ids, frequencies = np.concatenate(ids_), np.concatenate(frequencies_)
    term, positions = np.concatenate(terms_), np.concatenate(positions_)
    # Sources come in the order of their paragraphs, so a stable sort by term leaves ids ascending within each.
    order = np.argsort(term, kind="stable")
    begins = (np.cumsum(frequencies) - frequencies)[order]
    sorted_frequencies = frequencies[order]
    shift = begins - (np.cumsum(sorted_frequencies) - sorted_frequencies)
    gather = np.repeat(shift, sorted_frequencies) + np.arange(len(positions))
    df = np.bincount(term - terms.start, minlength=len(terms))
    return Records(df, ids[order], sorted_frequencies, positions[gather])
