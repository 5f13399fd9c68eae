"""The memory addresses of a field's terms and their records: a row of numbers (i8) per field, for term look-up.

The arrays are those of `postings`. `finder` makes the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.engine.whoosh.kernel.memory import u4_at, u8_at
from indexer.loops import compiled

FORMS = 0
"""From here on, of the forms of the terms: address of their bytes, how many those are, address of where each form ends
(u4, or u8), whether that is u8, and how many forms there are."""
SAMPLES = 5
"""The same of every SAMPLED-th form."""
SIZE, ENDS, WIDE, COUNT = 1, 2, 3, 4
"""From FORMS or SAMPLES on."""
STARTS, STARTS_WIDE = 10, 11
"""Address of where each record begins (u4, or u8), and the last ends, and whether that is u8."""
RECORDS, RECORDS_SIZE = 12, 13
"""Address of the records, and their bytes."""
ARRAYS, ARRAYS_SIZE = 14, 15
"""Address of the arrays of the frequent terms, and their bytes."""


@compiled
def offset_at(address: Any, wide: Any, i: Any) -> Any:
    """Number `i` of an array of u8, or of u4."""
    return np.int64(u8_at(address, i)) if wide else np.int64(u4_at(address, i))
