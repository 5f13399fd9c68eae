"""Reading the packed records of many terms at once, whole; see `packing`."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.heads import EXCEPTIONS, NUMBERS, PLACE, number, read_head
from indexer.engine.whoosh.kernel.memory import lowest, u1_at, u2_at, u4_at, u8_at
from indexer.engine.whoosh.kernel.posting_lists import DAMAGED
from indexer.engine.whoosh.packing import ESCAPE, LONG, STRETCH_BITS
from indexer.loops import compiled


@compiled
def read_document_frequencies(data: Any, starts: Any, df: Any) -> Any:
    """Fill `df` (i8) from the records that begin at `starts` (i8; the last of them is where the last record ends).

    Returns the number of postings in all, or DAMAGED: a record has more bytes than postings.
    """
    postings = np.int64(0)
    for t in range(len(df)):
        df[t], at = number(data, starts[t], starts[t + 1])
        if at < 0 or not 0 < df[t] < starts[t + 1] - starts[t]:
            return np.int64(DAMAGED)
        postings += df[t]
    return postings


@compiled
def read_records(
    data: Any,
    starts: Any,
    df: Any,
    layouts: Any,
    arrays: Any,
    arrays_end: int,
    ids: Any,
    frequencies: Any,
    positions: Any,
) -> Any:
    """Fill `ids`, `frequencies` and `positions` (all i8) with the records that begin at `starts`.

    They are those of `packing.Records`. `layouts` has a row a term, of what `packing.layout` says of it; `arrays` is
    the address of `arrays_end` bytes. Returns the number of positions, or DAMAGED. Paragraphs may be any: the caller
    checks them.
    """
    head = np.zeros(NUMBERS, np.int64)
    first, token = np.int64(0), np.int64(0)
    for t in range(len(df)):
        end, last = starts[t + 1], first + df[t]
        if df[t] < LONG:
            at = _read_short(data, starts[t], end, ids[first:last], frequencies[first:last])
        else:
            at = read_head(data, starts[t], end, head)
            begin = 8 * head[PLACE]
            if at < 0 or begin + layouts[t, 4] > arrays_end:
                return np.int64(DAMAGED)
            at = _read_frequencies(
                data, at, end, head[EXCEPTIONS], arrays, begin + layouts[t, 3], frequencies[first:last]
            )
            if not _read_ids(arrays, begin, layouts[t], ids[first:last]):
                return np.int64(DAMAGED)
        for i in range(first, last):
            if not 0 < frequencies[i] <= len(positions) - token:
                return np.int64(DAMAGED)
            position = np.int64(-1)
            for place in range(token, token + frequencies[i]):
                if at < 0:
                    return np.int64(DAMAGED)
                step, at = number(data, at, end)
                position += step + 1
                positions[place] = position
            token += frequencies[i]
        if at != end:
            return np.int64(DAMAGED)
        first = last
    return token


@compiled
def _read_short(data: Any, start: Any, end: Any, ids: Any, frequencies: Any) -> Any:
    """Fill in the postings of a term without arrays; returns where its positions begin, or DAMAGED."""
    _, at = number(data, start, end)
    paragraph = np.int64(-1)
    for i in range(len(ids)):
        if at < 0:
            return at
        coded, at = number(data, at, end)
        paragraph += (coded >> 1) + 1
        ids[i], frequencies[i] = paragraph, 1 + (coded & 1)
    for i in range(len(ids)):
        if frequencies[i] > 1:
            if at < 0:
                return at
            more, at = number(data, at, end)
            frequencies[i] = more + 2
    return at


@compiled
def _read_frequencies(data: Any, at: Any, end: Any, exceptions: Any, arrays: Any, begin: Any, frequencies: Any) -> Any:
    """Fill in the frequencies of a frequent term; returns where its positions begin, or DAMAGED."""
    for i in range(len(frequencies)):
        frequencies[i] = u1_at(arrays, begin + i)
    place = np.int64(-1)
    for _ in range(exceptions):
        if at < 0:
            return at
        gap, at = number(data, at, end)
        if at < 0:
            return at
        more, at = number(data, at, end)
        place += gap + 1
        if place >= len(frequencies):
            return np.int64(DAMAGED)
        frequencies[place] = ESCAPE + more
    return at


@compiled
def _read_ids(arrays: Any, begin: Any, layout: Any, ids: Any) -> Any:
    """Fill in the paragraphs of a frequent term; returns whether its arrays have as many as it has postings."""
    count, found = np.int64(len(ids)), np.int64(0)
    if layout[0]:
        for j in range(layout[0] >> 3):
            word = u8_at(arrays, (begin >> 3) + j)
            while word:
                if found == count:
                    return False
                ids[found] = (j << 6) + lowest(word)
                word &= word - np.uint64(1)
                found += 1
        return found == count
    bounds = (begin + layout[0]) >> 2
    for stretch in range(((layout[1] - layout[0]) >> 2) - 1):
        low, high = np.int64(u4_at(arrays, bounds + stretch)), np.int64(u4_at(arrays, bounds + stretch + 1))
        if low != found or not low <= high <= count:
            return False
        for i in range(low, high):
            ids[i] = (stretch << STRETCH_BITS) + np.int64(u2_at(arrays, ((begin + layout[2]) >> 1) + i))
        found = high
    return found == count
