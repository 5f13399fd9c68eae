"""Merging: the postings of several sources, whose paragraphs follow each other, become those of one file.

Deleted paragraphs are left out, and with them the terms that nothing else holds. Terms are merged in order; postings
are moved by whole arrays, a bounded number at a time. Which segments are merged, and when, is told in `policy`.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np

from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.packing import Records
from indexer.engine.whoosh.postings import CHUNK, Postings, PostingsWriter, pieces


@dataclass(frozen=True, slots=True)
class Source:
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


def merge_postings(path: str, segment: str, sources: Sequence[Source], paragraphs: int, meta: dict[str, Any]) -> None:
    """Write the postings of `sources`, `paragraphs` in all, as the file `path` with this `meta`."""
    terms, numbers = _merge_terms(sources)
    lengths = np.concatenate([np.empty(0, np.uint32), *(source.lengths() for source in sources)])
    assert len(lengths) == paragraphs
    weights = np.zeros(len(terms), np.int64)
    for source, number in zip(sources, numbers, strict=True):
        # A source holds each term once, so no number stands twice on the left.
        sizes: Array = np.diff(source.postings.starts.astype(np.int64))
        weights[number] += sizes
    writer = PostingsWriter(path, segment)
    try:
        kept = np.zeros(len(terms), bool)
        ids = [source.new_ids() for source in sources]
        for low, high in pieces(np.concatenate(([0], np.cumsum(weights))), CHUNK):
            records = _merge_range(sources, numbers, ids, range(low, high))
            kept[low:high] = records.df > 0
            writer.append(replace(records, df=records.df[records.df > 0]))
        writer.finish(terms.select(kept), lengths, meta)
    except BaseException:
        writer.abandon()
        raise


class _Terms:
    """The merged terms: one array of bytes, because millions of bytes objects would not fit."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def append(self, form: bytes) -> None:
        self._bytes += form
        self._ends.append(len(self._bytes))

    def select(self, kept: Array) -> Iterator[bytes]:
        """The terms at which `kept` is true."""
        for i in np.flatnonzero(kept).tolist():
            yield bytes(self._bytes[self._ends[i - 1] if i else 0 : self._ends[i]])


def _merge_terms(sources: Sequence[Source]) -> tuple[_Terms, list[Array]]:
    """All terms in order, and for each source the numbers of its terms among them."""
    numbers = [np.empty(len(source.postings.terms), np.int64) for source in sources]
    terms = _Terms()
    filled = [0] * len(sources)
    streams = (zip(source.postings.terms, repeat(i)) for i, source in enumerate(sources))
    last = None
    for form, i in heapq.merge(*streams):
        if form != last:
            terms.append(form)
            last = form
        numbers[i][filled[i]] = len(terms) - 1
        filled[i] += 1
    return terms, numbers


def _merge_range(
    sources: Sequence[Source], numbers: Sequence[Array], new_ids: Sequence[Array], terms: range
) -> Records:
    """The records of a range of merged terms; the df of those of which nothing is left is 0."""
    ids_, frequencies_, positions_, terms_ = [], [], [], []
    for source, number, renumbered in zip(sources, numbers, new_ids, strict=True):
        low, high = (int(i) for i in np.searchsorted(number, [terms.start, terms.stop]))
        records = source.postings.records_of(range(low, high))
        ids, frequencies, positions = records.ids, records.frequencies, records.positions
        term = np.repeat(number[low:high], records.df)
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
