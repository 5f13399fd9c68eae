"""Which of the pieces that an index was written in are merged, so that there are never many: for every engine."""

from __future__ import annotations

from collections.abc import Sequence

GROWTH = 3


def tail_to_merge(sizes: Sequence[int], most: int) -> int:
    """How many of the last pieces, given the live paragraphs of each, should become one (1: nothing to do).

    Nothing is merged while there are at most `most`. Beyond that the youngest are, and with them each older
    neighbour not GROWTH times larger than all that would be merged with it. So sizes fall geometrically, a paragraph
    is rewritten a number of times that grows with the logarithm of the index, and a large piece only when what
    was added since is a third of it. Only neighbours are merged: the order of paragraphs is a promise.
    """
    if len(sizes) <= most:
        return 1
    count, total = 2, sum(sizes[-2:])
    while count < len(sizes) and sizes[-count - 1] < GROWTH * total:
        count += 1
        total += sizes[-count]
    return count
