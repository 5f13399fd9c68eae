"""Packing the postings of terms; see `packing` for what is written."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.compiled import compiled
from indexer.engine.whoosh.packing import BLOCK, ESCAPE, LONG, MOST_PAIRS, STRETCH_BITS

TOLD_APART = 64
"""Frequencies for each of which the shortest paragraph is found; higher ones count as the highest there is."""

FAR = 1 << 40


@compiled
def _put(out: Any, at: Any, number: Any) -> Any:
    """Write a number at `at`; returns where the next one goes."""
    while number >= 128:
        out[at] = (number & 127) | 128
        number >>= 7
        at += 1
    out[at] = number
    return at + 1


@compiled
def _put_pairs(out: Any, at: Any, ids: Any, frequencies: Any, lengths: Any) -> Any:
    """Write the pairs of frequency and length of a frequent term; returns where the next number goes."""
    shortest = np.full(TOLD_APART + 1, FAR)
    highest = np.int64(0)
    for i in range(len(ids)):
        frequency, length = frequencies[i], np.int64(lengths[ids[i]])
        highest = max(highest, frequency)
        step = min(frequency, TOLD_APART)
        shortest[step] = min(shortest[step], length)
    # From the highest frequency down, those whose paragraph is shorter than all before.
    found = np.empty((TOLD_APART, 2), np.int64)
    count, least = 0, np.int64(FAR)
    for step in range(TOLD_APART, 0, -1):
        if shortest[step] < least:
            least = shortest[step]
            found[count, 0], found[count, 1] = highest if step == TOLD_APART else step, least
            count += 1
    joined = -(-count // MOST_PAIRS)
    groups = -(-count // joined)
    at = _put(out, at, groups)
    for g in range(groups):
        at = _put(out, at, found[g * joined, 0])
        at = _put(out, at, found[min((g + 1) * joined, count) - 1, 1])
    return at


@compiled
def _put_positions(out: Any, at: Any, positions: Any, token: Any, frequency: Any) -> Any:
    """Write the positions of a posting, from number `token` on; returns where the next number goes."""
    last = np.int64(-1)
    for i in range(token, token + frequency):
        at = _put(out, at, positions[i] - last - 1)
        last = positions[i]
    return at


@compiled
def pack(
    df: Any,
    ids: Any,
    frequencies: Any,
    positions: Any,
    lengths: Any,
    begins: Any,
    layouts: Any,
    dense: Any,
    first_place: int,
    out: Any,
    sizes: Any,
    bytes_: Any,
    halves: Any,
    words: Any,
    sets: Any,
) -> Any:
    """Write the records of some terms (all i8, see `packing.Records`) to `out` (u1), and how many bytes each has to
    `sizes` (i8); returns how many all have.

    `lengths` has the tokens of every paragraph. The arrays of term t, if it is frequent, are written where `begins`
    says: `bytes_` (u1), `halves` (u2), `words` (u4) and `sets` (u8) are one zeroed memory, `first_place` * 8 bytes
    behind the first arrays of the file. `layouts` (i8, a row a term) and `dense` are those of `packing`.
    """
    at, posting, token = np.int64(0), np.int64(0), np.int64(0)
    for t in range(len(df)):
        n, start = df[t], at
        own_ids, own_frequencies = ids[posting : posting + n], frequencies[posting : posting + n]
        at = _put(out, at, n)
        if n < LONG:
            last = np.int64(-1)
            for i in range(n):
                at = _put(out, at, (own_ids[i] - last - 1) * 2 + (own_frequencies[i] > 1))
                last = own_ids[i]
            for i in range(n):
                if own_frequencies[i] > 1:
                    at = _put(out, at, own_frequencies[i] - 2)
            for i in range(n):
                at = _put_positions(out, at, positions, token, own_frequencies[i])
                token += own_frequencies[i]
        else:
            begin = begins[t]
            bounds, blocks, narrow, short = (
                (begin + layouts[t, 0]) >> 2,
                (begin + layouts[t, 1]) >> 2,
                (begin + layouts[t, 2]) >> 1,
                begin + layouts[t, 3],
            )
            at = _put(out, at, first_place + (begin >> 3))
            at = _put_pairs(out, at, own_ids, own_frequencies, lengths)
            exceptions = np.int64(0)
            for i in range(n):
                exceptions += own_frequencies[i] >= ESCAPE
                bytes_[short + i] = min(own_frequencies[i], ESCAPE)
            at = _put(out, at, exceptions)
            last = np.int64(-1)
            for i in range(n):
                if own_frequencies[i] >= ESCAPE:
                    at = _put(out, at, i - last - 1)
                    at = _put(out, at, own_frequencies[i] - ESCAPE)
                    last = np.int64(i)
            for i in range(n):
                words[bounds + 1 + (own_ids[i] >> STRETCH_BITS)] = i + 1
            for s in range(blocks - bounds - 1):
                words[bounds + 1 + s] = max(words[bounds + 1 + s], words[bounds + s])
            if dense[t]:
                set_ = begin >> 3
                for i in range(n):
                    sets[set_ + (own_ids[i] >> 6)] |= np.uint64(1) << np.uint64(own_ids[i] & 63)
                place = np.int64(0)
                for j in range(layouts[t, 0] >> 3):
                    halves[narrow + j] = place - words[bounds + (j >> (STRETCH_BITS - 6))]
                    while place < n and own_ids[place] >> 6 == j:
                        place += 1
            else:
                for i in range(n):
                    halves[narrow + i] = own_ids[i] & ((1 << STRETCH_BITS) - 1)
            before = at
            for i in range(n):
                if i % BLOCK == 0:
                    words[blocks + i // BLOCK] = at - before
                at = _put_positions(out, at, positions, token, own_frequencies[i])
                token += own_frequencies[i]
        posting += n
        sizes[t] = at - start
    return at
