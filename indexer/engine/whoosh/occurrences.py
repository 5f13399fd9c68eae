"""The positions of a term in one paragraph, without unpacking those in others; see `packing`."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from indexer.engine.whoosh.arrays import damaged
from indexer.engine.whoosh.packing import (
    BLOCK,
    ESCAPE,
    LONG,
    STRETCH_BITS,
    Malformed,
    is_dense,
    layout,
    numbers_from,
    read_numbers,
)
from indexer.engine.whoosh.postings import Postings


def positions_in(postings: Postings, term: int, paragraph: int) -> list[int]:
    """The positions of a term in a paragraph, ascending; empty where it does not occur. Raises `IndexDamaged`."""
    df = postings.frequency_of(term)
    if df < LONG:
        record = postings.record_of(term)
        at = bisect_left(record.ids, paragraph)
        if at == df or record.ids[at] != paragraph:
            return []
        start = int(record.frequencies[:at].sum())
        short: list[int] = record.positions[start : start + int(record.frequencies[at])].tolist()
        return short
    try:
        return _in_frequent(postings, term, df, paragraph)
    except (Malformed, IndexError) as error:
        raise damaged(postings.file.path, f"term {term}: {error}") from None


def _in_frequent(postings: Postings, term: int, df: int, paragraph: int) -> list[int]:
    paragraphs = len(postings.lengths)
    start, end = postings.bounds(term)
    (_, first, pairs), at = numbers_from(postings.records, start, 3)
    _, at = numbers_from(postings.records, at, 2 * pairs)
    (exceptions,), at = numbers_from(postings.records, at, 1)
    more, at = numbers_from(postings.records, at, 2 * exceptions)
    where = layout(df, paragraphs)
    own = postings.arrays[8 * first : 8 * first + where.end]
    bounds = own[where.bounds : where.blocks].view(np.uint32)
    narrow = own[where.narrow : where.frequencies].view(np.uint16)
    low, high = bounds[paragraph >> STRETCH_BITS :][:2].tolist()
    if is_dense(df, paragraphs):
        word = int(own[: where.bounds].view(np.uint64)[paragraph >> 6])
        bit = 1 << (paragraph & 63)
        if not word & bit:
            return []
        place = low + int(narrow[paragraph >> 6]) + (word & (bit - 1)).bit_count()
    else:
        wanted = paragraph & ((1 << STRETCH_BITS) - 1)
        place = low + int(np.searchsorted(narrow[low:high], wanted))
        if place >= high or narrow[place] != wanted:
            return []
    block = place // BLOCK
    frequencies = own[where.frequencies + block * BLOCK : where.frequencies + place + 1].astype(np.int64)
    places = np.cumsum(np.array(more[::2], np.int64) + 1) - 1 - block * BLOCK
    for i, value in zip(places.tolist(), more[1::2], strict=True):
        if 0 <= i < len(frequencies):
            frequencies[i] = ESCAPE + value
    starts = [*own[where.blocks : where.narrow].view(np.uint32)[block:][:2].tolist(), end - at][:2]
    steps, _ = read_numbers(postings.records[at + starts[0] : at + starts[1]])
    before = int(frequencies[:-1].sum())
    positions: list[int] = (np.cumsum(steps[before : before + int(frequencies[-1])] + 1) - 1).tolist()
    return positions
