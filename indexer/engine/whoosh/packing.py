"""How postings are packed into bytes: what follows a term's frequency, gap by gap, in numbers of one byte or more.

The record of a term is a row of numbers:

    df                    how many paragraphs hold it
    df times              gap * 2 + more: how many paragraphs lie between this one and the last (before the first, those
                          before it), and 1 if the term stands there more than once
    for each with more    how often it stands there, less 2
    for each paragraph    the positions: the first one, then how many tokens lie between this one and the last

A number is written seven bits to a byte, the lowest first; all bytes but its last have the highest bit set (Witten,
Moffat and Bell 1999, section 3.3, in the form of Protocol Buffers' varints). Everything here works on whole arrays;
`kernel.unpacking` reads single records.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.engine.whoosh.arrays import Array

MOST_BYTES = 5
"""Of a number: what is packed is less than 2^35."""


class Malformed(ValueError):
    """Bytes that no record can have been packed into."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records of several terms: per term, `df`; per posting, `ids` and `frequencies`; per token, `positions` (all i8).

    The postings of a term follow those of the last, and so do positions.
    """

    df: Array
    ids: Array
    frequencies: Array
    positions: Array


def pack(records: Records) -> tuple[Array, Array]:
    """The bytes of some records (u1), and how many each has."""
    df, frequencies = records.df.astype(np.int64), records.frequencies
    more = frequencies > 1
    term_of = np.repeat(np.arange(len(df)), df)
    extra = np.bincount(term_of[more], minlength=len(df))
    tokens = np.bincount(term_of, frequencies, len(df)).astype(np.int64)
    sizes = 1 + df + extra + tokens
    first = _before(sizes)
    values = np.empty(int(sizes.sum()), np.int64)
    values[first] = df
    gaps = np.diff(records.ids, prepend=-1) - 1
    begins = _before(df)
    gaps[begins] = records.ids[begins]
    values[_spread(first + 1, df)] = gaps * 2 + more
    values[_spread(first + 1 + df, extra)] = frequencies[more] - 2
    steps = np.diff(records.positions, prepend=-1) - 1
    begins = _before(frequencies)
    steps[begins] = records.positions[begins]
    values[_spread(first + 1 + df + extra, tokens)] = steps
    data, widths = _write(values)
    return data, np.add.reduceat(widths, first) if len(first) else widths


def unpack(data: Array, starts: Array) -> Records:
    """The records of some neighbouring terms from their bytes (u1), each beginning at one of `starts`."""
    if not len(starts):
        none = np.empty(0, np.int64)
        return Records(none, none, none, none)
    values, ends = _read(data)
    first = np.searchsorted(ends, starts)
    sizes = np.diff(first, append=len(values))
    if np.any(sizes < 3):
        raise Malformed("a record is too short")
    df = values[first]
    if np.any(df < 1) or np.any(df >= sizes):
        raise Malformed("a record has more postings than bytes")
    coded = values[_spread(first + 1, df)]
    begins = _before(df)
    ids = _running(coded >> 1, begins, df)
    more = (coded & 1) == 1
    extra = np.add.reduceat(more, begins, dtype=np.int64)
    if np.any(df + extra >= sizes):
        raise Malformed("a record has more frequencies than bytes")
    frequencies = np.ones(len(ids), np.int64)
    frequencies[more] = values[_spread(first + 1 + df, extra)] + 2
    tokens = np.add.reduceat(frequencies, begins)
    if np.any(1 + df + extra + tokens != sizes):
        raise Malformed("a record does not have as many positions as its frequencies say")
    steps = values[_spread(first + 1 + df + extra, tokens)]
    return Records(df, ids, frequencies, _running(steps, _before(frequencies), frequencies))


def first_number(data: Array, start: int) -> int:
    """The number that begins at `start`."""
    number = 0
    for i in range(MOST_BYTES):
        byte = int(data[start + i])
        number |= (byte & 127) << (7 * i)
        if byte < 128:
            return number
    raise Malformed("a number has too many bytes")


def first_numbers(data: Array, starts: Array) -> Array:
    """The numbers (i8) that begin at `starts`."""
    numbers, at = np.zeros(len(starts), np.int64), starts.astype(np.int64)
    left = np.arange(len(starts))
    for i in range(MOST_BYTES):
        byte = data[at + i].astype(np.int64)
        numbers[left] |= (byte & 127) << (7 * i)
        further = byte >= 128
        if not further.any():
            return numbers
        at, left = at[further], left[further]
    raise Malformed("a number has too many bytes")


def _before(sizes: Array) -> Array:
    """Where parts of these sizes begin when they follow each other."""
    return np.cumsum(sizes) - sizes


def _spread(begins: Array, sizes: Array) -> Array:
    """The places begin, begin + 1, ... of parts of these sizes, one part after another."""
    shifts = begins - _before(sizes)
    return np.repeat(shifts, sizes) + np.arange(int(sizes.sum()))


def _running(gaps: Array, begins: Array, sizes: Array) -> Array:
    """The numbers between which, and before the first of which, gaps lie; part by part."""
    sums = np.cumsum(gaps + 1) - 1
    # What was summed up before a part began.
    before = sums[begins] - gaps[begins]
    return sums - np.repeat(before, sizes)  # type: ignore[no-any-return]  # an array


def _write(values: Array) -> tuple[Array, Array]:
    """The bytes of some numbers, and how many each has."""
    widths = np.ones(len(values), np.int64)
    large = np.flatnonzero(values >= 128)
    rest = values[large] >> 7
    for _ in range(MOST_BYTES - 1):
        widths[large[rest > 0]] += 1
        rest >>= 7
    starts = _before(widths)
    data = np.empty(int(widths.sum()), np.uint8)
    data[starts] = values & 127
    for i in range(1, MOST_BYTES):
        if not len(large):
            break
        at = starts[large] + i
        data[at - 1] |= 128
        data[at] = (values[large] >> (7 * i)) & 127
        large = large[widths[large] > i + 1]
    return data, widths


def _read(data: Array) -> tuple[Array, Array]:
    """The numbers (i8) of some bytes, and where each ends."""
    ends = np.flatnonzero(data < 128)
    if not len(ends) or ends[-1] != len(data) - 1:
        raise Malformed("a number does not end")
    widths = np.diff(ends, prepend=-1)
    if widths.max() > MOST_BYTES:
        raise Malformed("a number has too many bytes")
    values = data[ends].astype(np.int64)
    large = np.flatnonzero(widths > 1)
    for i in range(1, MOST_BYTES):
        if not len(large):
            break
        values[large] = (values[large] << 7) | (data[ends[large] - i] & 127)
        large = large[widths[large] > i + 1]
    return values, ends
