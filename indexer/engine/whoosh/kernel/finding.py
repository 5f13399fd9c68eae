"""Term look-up in the dictionary of a field."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.heads import number
from indexer.engine.whoosh.kernel.memory import u1_at
from indexer.engine.whoosh.kernel.posting_lists import DAMAGED
from indexer.engine.whoosh.kernel.tables import (
    COUNT,
    ENDS,
    FORMS,
    RECORDS,
    RECORDS_SIZE,
    SAMPLES,
    SIZE,
    STARTS,
    STARTS_WIDE,
    WIDE,
    offset_at,
)
from indexer.engine.whoosh.packing import SAMPLED
from indexer.loops import compiled

TERM, START, END, DF = 0, 1, 2, 3
FOUND_COLUMNS = 4
"""What `find_terms` says of a term: its number, where its record begins and ends, and how many paragraphs hold it."""

ABSENT = -1
BEYOND = 1 << 60
"""More than any order of two strings."""


@compiled
def _compare(strings: Any, i: Any, forms: Any, first: Any, last: Any) -> Any:
    """Below 0, 0 or above it, as string `i` comes before `forms[first:last]`, is it, or comes after; or BEYOND."""
    start = offset_at(strings[ENDS], strings[WIDE], i - 1) if i else np.int64(0)
    end = offset_at(strings[ENDS], strings[WIDE], i)
    if not 0 <= start <= end <= strings[SIZE]:
        return np.int64(BEYOND)
    size = end - start
    for j in range(min(size, last - first)):
        order = np.int64(u1_at(strings[0], start + j)) - np.int64(forms[first + j])
        if order:
            return order
    return size - (last - first)


@compiled
def _find(table: Any, forms: Any, first: Any, last: Any) -> Any:
    """The number of the term whose form is `forms[first:last]`; ABSENT also where the table is damaged.

    First the last sample that does not come after it, then it among those up to the next one: what is read of them
    lies together, where a search through all would wait for memory at each step.
    """
    samples, terms = table[SAMPLES:], table[FORMS:]
    low, high = np.int64(0), samples[COUNT]
    while low < high:
        middle = (low + high) >> 1
        order = _compare(samples, middle, forms, first, last)
        if order == BEYOND:
            return np.int64(ABSENT)
        if order <= 0:
            low = middle + 1
        else:
            high = middle
    # Before the first sample there is nothing.
    low, high = max(low - 1, np.int64(0)) * SAMPLED, min(low * SAMPLED, terms[COUNT])
    while low < high:
        middle = (low + high) >> 1
        order = _compare(terms, middle, forms, first, last)
        if order == BEYOND:
            return np.int64(ABSENT)
        if order == 0:
            return middle
        if order < 0:
            low = middle + 1
        else:
            high = middle
    return np.int64(ABSENT)


@compiled
def find_terms(tables: Any, fields: Any, forms: Any, ends: Any, found: Any) -> None:
    """Look up terms: form i is what of the bytes `forms` (u1) ends at `ends[i]`, its field row `fields[i]` of `tables`.

    Fills `found` (i8, n x FOUND_COLUMNS): of a term that is not there with 0 postings, of one whose record cannot be
    with DAMAGED.
    """
    first = np.int64(0)
    for i in range(len(fields)):
        table, own = tables[fields[i]], found[i]
        own[TERM] = term = _find(table, forms, first, np.int64(ends[i]))
        first = np.int64(ends[i])
        if term < 0:
            own[DF] = 0
            continue
        start = offset_at(table[STARTS], table[STARTS_WIDE], term)
        end = offset_at(table[STARTS], table[STARTS_WIDE], term + 1)
        df = np.int64(DAMAGED)
        if 0 <= start < end <= table[RECORDS_SIZE]:
            df, at = number(table[RECORDS], start, end)
            if at < 0 or not 0 < df < end - start:
                df = np.int64(DAMAGED)
        own[START], own[END], own[DF] = start, end, df
