"""The loops of `packer`: postings become numbers and arrays, numbers become bytes; see `packing`.

They run uncompiled for a few terms and compiled for many, so neither calls another function of the project.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.packing import BLOCK, ESCAPE, LONG, MOST_PAIRS, STRETCH_BITS

TOLD_APART = 64
"""Frequencies for each of which the shortest paragraph is found; higher ones count as the highest there is."""

FAR = 1 << 40


def to_numbers(
    df: Any,
    ids: Any,
    frequencies: Any,
    positions: Any,
    lengths: Any,
    begins: Any,
    layouts: Any,
    dense: Any,
    first_place: int,
    numbers: Any,
    counts: Any,
    bytes_: Any,
    halves: Any,
    words: Any,
    sets: Any,
) -> Any:
    """Write the records of some terms (see `packing.Records`) as `numbers` (i8), how many each has to `counts` (i8).

    Returns how many all have. `lengths` has the tokens of every paragraph. The arrays of term t, if it is frequent, are
    written where `begins` says: `bytes_` (u1), `halves` (u2), `words` (u4) and `sets` (u8) are one zeroed memory,
    `first_place` * 8 bytes behind the first arrays of the file. `layouts` (a row a term) and `dense` are those of
    `packing`.
    """
    at, posting, token = 0, 0, 0
    shortest = np.empty(TOLD_APART + 1, np.int64)
    for t in range(len(df)):
        n, start = df[t], at
        end = posting + n
        numbers[at] = n
        at += 1
        block_at = 0
        if n < LONG:
            last = -1
            for i in range(posting, end):
                numbers[at] = (ids[i] - last - 1) * 2 + (frequencies[i] > 1)
                last = ids[i]
                at += 1
            for i in range(posting, end):
                if frequencies[i] > 1:
                    numbers[at] = frequencies[i] - 2
                    at += 1
        else:
            begin = begins[t]
            bounds, blocks = (begin + layouts[t, 0]) >> 2, (begin + layouts[t, 1]) >> 2
            narrow, short = (begin + layouts[t, 2]) >> 1, begin + layouts[t, 3]
            block_at = blocks
            numbers[at] = first_place + (begin >> 3)
            # The pairs: of each frequency the shortest paragraph; from the highest down, those shorter than all before.
            shortest[:] = FAR
            highest = 0
            for i in range(posting, end):
                highest = max(highest, frequencies[i])
                step = min(frequencies[i], TOLD_APART)
                shortest[step] = min(shortest[step], lengths[ids[i]])
            pairs, least = 0, FAR
            for step in range(TOLD_APART, 0, -1):
                if shortest[step] < least:
                    least = shortest[step]
                    pairs += 1
            joined = -(-pairs // MOST_PAIRS)
            numbers[at + 1] = -(-pairs // joined)
            at += 2
            pair, least = 0, FAR
            for step in range(TOLD_APART, 0, -1):
                if shortest[step] < least:
                    least = shortest[step]
                    if pair % joined == 0:
                        numbers[at] = highest if step == TOLD_APART else step
                        at += 2
                    numbers[at - 1] = least
                    pair += 1
            exceptions_at = at
            numbers[at] = 0
            at += 1
            last = -1
            for i in range(n):
                frequency = frequencies[posting + i]
                bytes_[short + i] = min(frequency, ESCAPE)
                if frequency >= ESCAPE:
                    numbers[exceptions_at] += 1
                    numbers[at], numbers[at + 1] = i - last - 1, frequency - ESCAPE
                    last = i
                    at += 2
            for i in range(n):
                words[bounds + 1 + (ids[posting + i] >> STRETCH_BITS)] = i + 1
            for s in range(bounds, blocks - 1):
                words[s + 1] = max(words[s + 1], words[s])
            if dense[t]:
                set_, place = begin >> 3, 0
                for j in range(layouts[t, 0] >> 3):
                    halves[narrow + j] = place - words[bounds + (j >> (STRETCH_BITS - 6))]
                    while place < n and ids[posting + place] >> 6 == j:
                        sets[set_ + j] |= np.uint64(1) << np.uint64(ids[posting + place] & 63)
                        place += 1
            else:
                for i in range(n):
                    halves[narrow + i] = ids[posting + i] & ((1 << STRETCH_BITS) - 1)
        size = 0
        for i in range(n):
            if n >= LONG and i % BLOCK == 0:
                words[block_at + i // BLOCK] = size
            last = -1
            for place in range(token, token + frequencies[posting + i]):
                step = positions[place] - last - 1
                last = positions[place]
                numbers[at] = step
                at += 1
                size += 1 + (step >= 1 << 7) + (step >= 1 << 14) + (step >= 1 << 21) + (step >= 1 << 28)
            token += frequencies[posting + i]
        posting = end
        counts[t] = at - start
    return at


def to_bytes(numbers: Any, counts: Any, out: Any, sizes: Any) -> Any:
    """Write numbers as bytes to `out` (u1), and how many those of each term are to `sizes` (i8), of which `counts` says
    how many numbers each has; returns how many bytes all are."""
    at, first = 0, 0
    for t in range(len(counts)):
        start = at
        for i in range(first, first + counts[t]):
            number = numbers[i]
            while number >= 128:
                out[at] = (number & 127) | 128
                number >>= 7
                at += 1
            out[at] = number
            at += 1
        first += counts[t]
        sizes[t] = at - start
    return at
