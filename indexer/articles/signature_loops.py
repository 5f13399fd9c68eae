"""The loop of `signatures` over all runs of a text and all orders, compiled; imported where there is much text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from indexer.loops import compiled


@compiled
def first_of(
    runs: npt.NDArray[np.uint32],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    factors: npt.NDArray[np.uint32],
    shifts: npt.NDArray[np.uint32],
    found: npt.NDArray[np.uint8],
) -> None:
    """Set each row of `found` to the last bytes of the first of a text's runs, those between its start and its end."""
    first = np.empty(len(factors), np.uint32)
    for text in range(len(starts)):
        first[:] = np.uint32(0xFFFFFFFF)
        for at in range(starts[text], ends[text]):
            run = runs[at]
            for order in range(len(factors)):
                value = np.uint32(run * factors[order] + shifts[order])
                first[order] = min(first[order], value)
        for order in range(len(factors)):
            found[text, order] = np.uint8(first[order] & np.uint32(0xFF))
