"""The posting format of a term: a record of variable-byte numbers, and for a frequent term also flat arrays.

The record of a term with fewer than LONG postings is one row of numbers:

    df                    how many paragraphs hold it
    df times              gap * 2 + more: how many paragraphs lie between this one and the last (before the first, those
                          before it), and 1 if the term stands there more than once
    for each with more    how often it stands there, less 2
    for each paragraph    the positions: the first one, then how many tokens lie between this one and the last

That of a frequent one leaves out what its arrays tell:

    df, place             the arrays begin at 8 * place
    pairs, and so many times frequency, length: no posting has both a higher frequency and a shorter paragraph than one
                          of these, so no score is higher than the highest of theirs (Ding and Suel 2011 keep such
                          maxima; in pairs they hold for any k1, b and average length)
    exceptions, and so many times gap, more: which postings have a frequency of ESCAPE + more
    positions             as above

Its arrays can be read where they lie, at any place, by any number of processes (`Layout` says where each begins):

    set         u8 per 64 paragraphs, where more than one paragraph in DENSE holds the term: which do
    bounds      u4 per stretch of 65,536 paragraphs + 1: the place of the first posting of each
    blocks      u4 per BLOCK postings: how many bytes of positions come before theirs
    ranks, lows u2: with a set, for each word of it how many postings of its stretch come before it; without, the
                paragraph of each posting, counted from the beginning of its stretch (the containers of Chambi, Lemire,
                Kaser and Godin 2016, without theirs of runs)
    frequencies u1 per posting, ESCAPE for that and more

A number is written seven bits to a byte, the lowest first; all bytes but its last have the highest bit set (Witten,
Moffat and Bell 1999, section 3.3, in the form of Protocol Buffers' varints). `writing` packs. This module reads whole
arrays without compiled code; `kernel.heads` and `kernel.posting_lists` read single terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from indexer.engine.whoosh.arrays import Array

MOST_BYTES = 5
"""Of a number: what is packed is less than 2^35."""

LONG = 128
"""Postings from which on a term has arrays; the record of a rarer term is read whole."""

DENSE = 32
"""A frequent term in more than one of so many paragraphs has a set."""

BLOCK = 128
"""Postings per block of positions, which is scanned from its start. At least LONG: a term without arrays is one
block."""

SAMPLED = 64
"""The form of one term in so many is stored separately as a sample, so that a look-up touches less memory."""

STRETCH_BITS = 16
STRETCH = 1 << STRETCH_BITS
"""Paragraphs that a u2 tells apart."""

ESCAPE = 255

MOST_PAIRS = 8
"""Pairs of frequency and length kept of a term; of more, neighbours are joined."""


class Malformed(ValueError):
    """Bytes that are not a valid record."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records of several terms: per term, `df`; per posting, `ids` and `frequencies`; per token, `positions` (all i8).

    The postings of a term follow those of the last, and so do positions.
    """

    df: Array
    ids: Array
    frequencies: Array
    positions: Array


class Layout(NamedTuple):
    """Where in the arrays of a frequent term each begins, in bytes, and how many all have, a multiple of 8."""

    bounds: Any
    blocks: Any
    narrow: Any
    """Of the ranks, or the lows."""
    frequencies: Any
    end: Any


def is_dense(df: Any, paragraphs: int) -> Any:
    """Whether a frequent term (a number, or an array of them) has a set."""
    return df * DENSE > paragraphs


def layout(df: Any, paragraphs: int) -> Layout:
    """The layout of a frequent term (a number, or an array of them)."""
    words = -(-paragraphs // 64)
    dense = is_dense(df, paragraphs) * 1
    bounds = dense * words * 8
    blocks = bounds + (stretches(paragraphs) + 1) * 4
    narrow = blocks + -(-df // BLOCK) * 4
    frequencies = narrow + (dense * words + (1 - dense) * df) * 2
    return Layout(bounds, blocks, narrow, frequencies, -(-(frequencies + df) // 8) * 8)


def stretches(paragraphs: int) -> int:
    """The number of stretches of so many paragraphs."""
    return -(-paragraphs // STRETCH)


def unpack(data: Array, starts: Array, arrays: Array, paragraphs: int) -> Records:
    """The records of some neighbouring terms from their bytes (u1), each beginning at one of `starts`.

    `arrays` (u1) are those of the frequent terms of the whole file. Raises `Malformed`.
    """
    none = np.empty(0, np.int64)
    if not len(starts):
        return Records(none, none, none, none)
    values, ends = read_numbers(data)
    first = np.searchsorted(ends, starts)
    sizes = np.diff(first, append=len(values))
    if np.any(sizes < 3):
        raise Malformed("a record is too short")
    df = values[first]
    if np.any(df < 1) or np.any(df >= sizes):
        raise Malformed("a record has more postings than bytes")
    long = np.flatnonzero(df >= LONG)
    short = np.flatnonzero(df < LONG)
    if not len(long):
        return _unpack_short(values, first, df, sizes)
    parts = {int(i): _unpack_long(values[first[i] : first[i] + sizes[i]], arrays, paragraphs) for i in long}
    few = Records(none, none, none, none)
    tokens = np.zeros(len(df), np.int64)
    if len(short):
        few = _unpack_short(values, first[short], df[short], sizes[short])
        tokens[short] = np.add.reduceat(few.frequencies, _before(few.df))
    for i, part in parts.items():
        tokens[i] = len(part.positions)
    ids, frequencies = np.empty((2, int(df.sum())), np.int64)
    positions = np.empty(int(tokens.sum()), np.int64)
    postings_at, tokens_at = _before(df), _before(tokens)
    at = _spread(postings_at[short], df[short])
    ids[at], frequencies[at] = few.ids, few.frequencies
    positions[_spread(tokens_at[short], tokens[short])] = few.positions
    for i, part in parts.items():
        within = slice(postings_at[i], postings_at[i] + df[i])
        ids[within], frequencies[within] = part.ids, part.frequencies
        positions[tokens_at[i] : tokens_at[i] + tokens[i]] = part.positions
    return Records(df, ids, frequencies, positions)


def _unpack_short(values: Array, first: Array, df: Array, sizes: Array) -> Records:
    """The records of terms without arrays, each beginning at one of `first` among the numbers."""
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


def _unpack_long(row: Array, arrays: Array, paragraphs: int) -> Records:
    """The record of a frequent term from its row of numbers."""
    df, place, pairs = row[:3].tolist()
    at = 3 + 2 * pairs
    if at >= len(row):
        raise Malformed("a record has more pairs than bytes")
    exceptions = int(row[at])
    head = at + 1 + 2 * exceptions
    if head >= len(row):
        raise Malformed("a record has more exceptions than bytes")
    where = layout(df, paragraphs)
    own = arrays[8 * place : 8 * place + where.end]
    if len(own) < where.end:
        raise Malformed("the arrays of a term lie outside the file")
    frequencies = own[where.frequencies : where.frequencies + df].astype(np.int64)
    places = np.cumsum(row[at + 1 : head : 2] + 1) - 1
    if exceptions and places[-1] >= df:
        raise Malformed("a record has exceptions beyond its postings")
    frequencies[places] = ESCAPE + row[at + 2 : head : 2]
    if int(frequencies.min()) < 1 or int(frequencies.sum()) != len(row) - head:
        raise Malformed("a record does not have as many positions as its frequencies say")
    if is_dense(df, paragraphs):
        ids = np.flatnonzero(np.unpackbits(own[: where.bounds], bitorder="little"))
    else:
        bounds = own[where.bounds : where.blocks].view("<u4").astype(np.int64)
        if bounds[0] or bounds[-1] != df or np.any(np.diff(bounds) < 0):
            raise Malformed("a record is split wrongly")
        ids = own[where.narrow : where.frequencies].view("<u2").astype(np.int64)
        ids += np.repeat(np.arange(len(bounds) - 1) * STRETCH, np.diff(bounds))
    if len(ids) != df:
        raise Malformed("a set does not hold as many paragraphs as its record says")
    positions = _running(row[head:], _before(frequencies), frequencies)
    return Records(row[:1], ids, frequencies, positions)


def first_number(data: Array, start: int) -> int:
    """The number that begins at `start`."""
    return numbers_from(data, start, 1)[0][0]


def numbers_from(data: Array, at: int, count: int) -> tuple[list[int], int]:
    """So many numbers from `at` on, and where the next one begins."""
    numbers = []
    for _ in range(count):
        number = 0
        for shift in range(0, 7 * MOST_BYTES, 7):
            byte = int(data[at])
            at += 1
            number |= (byte & 127) << shift
            if byte < 128:
                break
        else:
            raise Malformed("a number has too many bytes")
        numbers.append(number)
    return numbers, at


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


def read_numbers(data: Array) -> tuple[Array, Array]:
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
