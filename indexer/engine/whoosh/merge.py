"""Merging: the postings of several sources, whose paragraphs follow each other, become those of one file.

Deleted paragraphs are left out, and with them the terms that nothing else holds. Terms are merged in order; postings
are moved by whole arrays, a bounded number at a time. Which segments are merged, and when, is told in `policy`.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.postings import Postings, PostingsWriter

CHUNK = 1 << 21
"""Postings merged at a time, unless one term alone has more."""


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
    bounds = postings.starts[terms.start : terms.stop + 1].astype(np.int64)
    if live is None:
        return np.diff(bounds)
    kept = np.empty(len(terms), np.int64)
    for low, high in _pieces(bounds):
        flags = live[postings.ids[bounds[low] : bounds[high]]]
        kept[low:high] = np.add.reduceat(flags, bounds[low:high] - bounds[low], dtype=np.int64)
    return kept


def merge_postings(path: str, segment: str, sources: Sequence[Source], paragraphs: int) -> None:
    """Write the postings of `sources`, `paragraphs` in all, as the file `path`."""
    terms, numbers = _merge_terms(sources)
    frequencies = np.zeros(len(terms), np.int64)
    for source, number in zip(sources, numbers, strict=True):
        # A source holds each term once, so no number stands twice on the left.
        frequencies[number] += live_frequencies(source.postings, source.live, range(len(number)))
    kept = frequencies > 0
    lengths = np.concatenate([np.empty(0, np.uint32), *(source.lengths() for source in sources)])
    assert len(lengths) == paragraphs
    longest = int(lengths.max()) if paragraphs else 0
    writer = PostingsWriter(path, segment, int(frequencies.sum()), int(lengths.sum(dtype=np.int64)), longest)
    try:
        counts = np.zeros(len(terms), np.int64)
        ids = [source.new_ids() for source in sources]
        for low, high in _pieces(np.concatenate(([0], np.cumsum(frequencies)))):
            _merge_range(writer, sources, numbers, ids, range(low, high), counts)
        writer.finish(terms.select(kept), frequencies[kept], counts[kept], lengths)
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


def _pieces(bounds: Array) -> Iterator[tuple[int, int]]:
    """Cut the terms whose postings begin at `bounds` into ranges of about CHUNK postings, at least one term each."""
    low, last = 0, len(bounds) - 1
    while low < last:
        high = int(np.searchsorted(bounds, bounds[low] + CHUNK, "right")) - 1
        high = min(max(high, low + 1), last)
        yield low, high
        low = high


def _merge_range(
    writer: PostingsWriter,
    sources: Sequence[Source],
    numbers: Sequence[Array],
    new_ids: Sequence[Array],
    terms: range,
    counts: Array,
) -> None:
    """Append the postings of a range of merged terms; adds each term's positions to `counts`."""
    ids_, frequencies_, positions_, terms_ = [], [], [], []
    for source, number, renumbered in zip(sources, numbers, new_ids, strict=True):
        postings = source.postings
        low, high = (int(i) for i in np.searchsorted(number, [terms.start, terms.stop]))
        start, end = int(postings.starts[low]), int(postings.starts[high])
        ids = postings.ids[start:end]
        frequencies = postings.frequencies_between(start, end)
        positions = postings.positions[int(postings.spans[low]) : int(postings.spans[high])]
        sizes = live_frequencies(postings, None, range(low, high))
        term = np.repeat(number[low:high], sizes)
        if source.live is not None:
            keep = source.live[ids]
            positions = positions[np.repeat(keep, frequencies)]
            ids, frequencies, term = ids[keep], frequencies[keep], term[keep]
        ids_.append(renumbered[ids])
        frequencies_.append(frequencies)
        positions_.append(positions)
        terms_.append(term)
    ids, frequencies = np.concatenate(ids_), np.concatenate(frequencies_).astype(np.int64)
    term, positions = np.concatenate(terms_), np.concatenate(positions_)
    # Sources come in the order of their paragraphs, so a stable sort by term leaves ids ascending within each.
    order = np.argsort(term, kind="stable")
    begins = (np.cumsum(frequencies) - frequencies)[order]
    sorted_frequencies = frequencies[order]
    shift = begins - (np.cumsum(sorted_frequencies) - sorted_frequencies)
    gather = np.repeat(shift, sorted_frequencies) + np.arange(len(positions))
    writer.append(ids[order], sorted_frequencies, positions[gather])
    counts[terms.start : terms.stop] += np.bincount(term - terms.start, frequencies, len(terms)).astype(np.int64)
