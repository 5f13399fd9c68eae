"""Unpacking the records of a range of terms: few by `packing`, many by the compiled loops of `kernel.records`."""

from __future__ import annotations

import numpy as np

from indexer.engine.whoosh.arrays import Array, address
from indexer.engine.whoosh.packer import pays_to_compile
from indexer.engine.whoosh.packing import Records, layout, unpack


def unpack_range(data: Array, starts: Array, arrays: Array, paragraphs: int) -> Records:
    """The records of neighbouring terms from their bytes (u1): `starts` (i8) says where each begins and the last ends.

    `arrays` (u1) are those of the frequent terms of the whole file. Raises `packing.Malformed`.
    """
    if len(starts) > 1 and pays_to_compile(len(data)):
        found = _unpack_compiled(data, starts, arrays, paragraphs)
        if found is not None:
            return found
    # Says what is wrong with them, too.
    return unpack(data, starts[:-1], arrays, paragraphs)


def _unpack_compiled(data: Array, starts: Array, arrays: Array, paragraphs: int) -> Records | None:
    """The same; None for what is no record."""
    from indexer.engine.whoosh.kernel.records import read_document_frequencies, read_records  # Imports numba.

    df = np.empty(len(starts) - 1, np.int64)
    postings = read_document_frequencies(address(data), starts, df)
    if postings < 0:
        return None
    layouts = np.array(np.broadcast_arrays(*layout(df, paragraphs)), np.int64).T.copy()
    ids, frequencies, positions = (np.empty(size, np.int64) for size in (postings, postings, len(data)))
    tokens = read_records(address(data), starts, df, layouts, address(arrays), len(arrays), ids, frequencies, positions)
    return Records(df, ids, frequencies, positions[:tokens]) if tokens >= 0 else None
