"""Descriptions of posting lists by memory address: the arrays of a frequent term in its file, a short one unpacked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from indexer.engine.whoosh.kernel.finding import DF, END, START
from indexer.engine.whoosh.kernel.heads import (
    EXCEPTIONS,
    FIRST_PAIR,
    NUMBERS,
    PAIRS,
    PLACE,
    read_exceptions,
    read_head,
    read_short,
)
from indexer.engine.whoosh.kernel.memory import f8_at, u4_at, u8_at
from indexer.engine.whoosh.kernel.posting_lists import (
    BLOCKS,
    BOUNDS,
    COUNT,
    DAMAGED,
    EXCEPTION_VALUES,
    EXCEPTIONS_AT,
    FREQUENCIES,
    LEAST_NORM,
    LOWS,
    NORM_BASE,
    NORM_STEP,
    NORMS,
    POSITIONS,
    POSITIONS_END,
    RANKS,
    SET,
    UNIT,
    highest,
)
from indexer.engine.whoosh.kernel.posting_lists import EXCEPTIONS as EXCEPTIONS_COUNT
from indexer.engine.whoosh.kernel.tables import ARRAYS, ARRAYS_SIZE, RECORDS
from indexer.engine.whoosh.packing import ESCAPE, LONG, is_dense, layout, stretches
from indexer.loops import compiled

for function in (is_dense, stretches, layout):
    register_jitable(function)

ONE_BLOCK = 8
"""Bytes at the beginning of what is read out, all 0: where the only block of a short term begins."""

NONE_DAMAGED = -1

MORE_THAN_ROUNDED = 1 + 1e-9
"""What a highest share is raised by, as rounding may make scores higher."""


@compiled
def _room(exceptions: Any, postings: Any, most_stretches: Any) -> Any:
    """The bytes of exceptions (u8, u4), and of what else is read out of a short term; a multiple of 8."""
    size = 12 * exceptions
    if postings:
        size += 4 * (most_stretches + 1) + 3 * postings
    return (size + 7) & ~7


@compiled
def _read_out(data: Any, own: Any, paragraphs: Any, memory: Any, row: Any) -> Any:
    """Read a short term into some bytes and describe it; returns where its positions begin, or DAMAGED."""
    df, parts = own[DF], stretches(paragraphs)
    places = memory[: 8 * df].view(np.uint64)
    values = memory[8 * df : 12 * df].view(np.uint32)
    bounds = memory[12 * df : 12 * df + 4 * (parts + 1)].view(np.uint32)
    rest = memory[12 * df + 4 * (parts + 1) :]
    lows, narrow = rest[: 2 * df].view(np.uint16), rest[2 * df : 3 * df]
    frequencies = np.empty(df, np.uint32)
    at = read_short(data, own[START], own[END], paragraphs, lows, bounds, frequencies)
    count = np.int64(0)
    for j in range(df):
        narrow[j] = min(frequencies[j], np.uint32(ESCAPE))
        if frequencies[j] >= ESCAPE:
            places[count], values[count] = j, frequencies[j]
            count += 1
    row[EXCEPTIONS_COUNT] = count
    row[BOUNDS], row[LOWS], row[FREQUENCIES] = bounds.ctypes.data, lows.ctypes.data, narrow.ctypes.data
    row[SET] = row[RANKS] = 0
    return at


@compiled
def _refer_to(table: Any, own: Any, head: Any, at: Any, paragraphs: Any, memory: Any, row: Any) -> Any:
    """Describe a frequent term, whose exceptions are read into some bytes; returns as `_read_out`."""
    df, count = own[DF], head[EXCEPTIONS]
    where = layout(df, paragraphs)
    begin = 8 * head[PLACE]
    if begin + where.end > table[ARRAYS_SIZE]:
        return np.int64(DAMAGED)
    values = memory[8 * count : 12 * count].view(np.uint32)
    at = read_exceptions(table[RECORDS], at, own[END], df, memory[: 8 * count].view(np.uint64), values)
    for j in range(count):
        values[j] += ESCAPE
    base = table[ARRAYS] + begin
    last = np.int64(0)
    for stretch in range(stretches(paragraphs) + 1):
        bound = np.int64(u4_at(base + where.bounds, stretch))
        if bound < last or (stretch == 0 and bound):
            return np.int64(DAMAGED)
        last = bound
    if last != df:
        return np.int64(DAMAGED)
    row[EXCEPTIONS_COUNT] = count
    row[BOUNDS], row[FREQUENCIES], row[BLOCKS] = base + where.bounds, base + where.frequencies, base + where.blocks
    row[LOWS] = row[SET] = row[RANKS] = 0
    if is_dense(df, paragraphs):
        if u8_at(base, (paragraphs - 1) >> 6) >> np.uint64((paragraphs - 1) & 63) > 1:
            return np.int64(DAMAGED)
        row[SET], row[RANKS] = base, base + where.narrow
    else:
        row[LOWS] = base + where.narrow
    return at


@compiled
def describe(
    tables: Any,
    fields: Any,
    found: Any,
    norms: Any,
    norms_of: Any,
    paragraphs: int,
    rows: Any,
    best: Any,
) -> Any:
    """Describe the lists of terms that `find_terms` found.

    Term i is of row `fields[i]` of `tables`, and its norms are those of row `norms_of[i]` of `norms` (i8, n x
    NORM_COLUMNS; see `posting_lists`), which the rows refer to. Fills `rows` (i8, n x COLUMNS) and `best` (f8) with
    their highest tf / (tf + norm), or a little more. Returns the number of a term that cannot be read, or NONE_DAMAGED;
    and memory (u1) that the rows have addresses of.
    """
    heads = np.empty((len(fields), NUMBERS), np.int64)
    begins, parts = np.zeros((2, len(fields)), np.int64)
    size, most_stretches = np.int64(ONE_BLOCK), stretches(paragraphs)
    for i in range(len(fields)):
        df, parts[i] = found[i, DF], size
        if df < LONG:
            size += _room(df, df, most_stretches)
            continue
        begins[i] = read_head(tables[fields[i], RECORDS], found[i, START], found[i, END], heads[i])
        if begins[i] >= 0 and heads[i, EXCEPTIONS] <= df:
            size += _room(heads[i, EXCEPTIONS], np.int64(0), most_stretches)
        else:
            begins[i] = DAMAGED
    memory = np.empty(size >> 3, np.uint64).view(np.uint8)
    memory[:ONE_BLOCK] = 0
    for i in range(len(fields)):
        table, own, row = tables[fields[i]], found[i], rows[i]
        part = memory[parts[i] :]
        places = parts[i] + memory.ctypes.data
        row[COUNT] = own[DF]
        own_norms = norms[norms_of[i]].ctypes.data
        row[NORMS] = own_norms
        row[BLOCKS] = memory.ctypes.data
        row[EXCEPTIONS_AT] = places
        if own[DF] < LONG:
            row[EXCEPTION_VALUES] = places + 8 * own[DF]
            at = _read_out(table[RECORDS], own, paragraphs, part, row)
        else:
            row[EXCEPTION_VALUES] = places + 8 * heads[i, EXCEPTIONS]
            at = begins[i]
            if at >= 0:
                at = _refer_to(table, own, heads[i], at, paragraphs, part, row)
        if at < 0:
            return np.int64(i), memory
        row[POSITIONS], row[POSITIONS_END] = table[RECORDS] + at, own[END] - at
        row[LEAST_NORM] = 0
        best[i] = 0.0
        if own[DF] < LONG or heads[i, PAIRS] == 0:
            best[i] = highest(row, paragraphs)
            continue
        least = np.inf
        for j in range(heads[i, PAIRS]):
            frequency, length = heads[i, FIRST_PAIR + 2 * j], heads[i, FIRST_PAIR + 2 * j + 1]
            norm = f8_at(own_norms, NORM_BASE) + f8_at(own_norms, NORM_STEP) * length
            best[i] = max(best[i], frequency / (frequency + norm))
            least = min(least, norm)
        best[i] *= MORE_THAN_ROUNDED
        row[LEAST_NORM] = np.int64(least / MORE_THAN_ROUNDED * UNIT)
    return np.int64(NONE_DAMAGED), memory
