"""Batch analysis: the results of `analyze` for many texts at once, as arrays and many times as fast.

Texts go in batches through `compiled`, which is imported when first needed.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .analysis import LONGEST_WORD, Analysis, analyze, chunk_features, chunk_parts
from .unicode import NormalText, normalize

if TYPE_CHECKING:
    from .compiled import ChunkTable, Decoded


@dataclass(frozen=True, slots=True)
class Analyses:
    """The analyses of several texts, one after another: token i has the form `forms[numbers[i]]`.

    `forms` are distinct, in order of first occurrence; `counts` has the number of tokens of each text. The other
    members are those of `Analysis`.
    """

    forms: list[str]
    numbers: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    joined: NDArray[np.bool_]
    counts: NDArray[np.int32]

    @classmethod
    def gathered(cls, analyses: Sequence[Analysis]) -> Analyses:
        """Several analyses as one."""
        numbers: dict[str, int] = {}
        counts = np.array([len(analysis.forms) for analysis in analyses], np.int32)
        size = int(counts.sum())

        def all_of(name: str) -> Iterable[int]:
            return itertools.chain.from_iterable(getattr(analysis, name) for analysis in analyses)

        forms = itertools.chain.from_iterable(analysis.forms for analysis in analyses)
        places = np.fromiter((numbers.setdefault(form, len(numbers)) for form in forms), np.int32, size)
        starts, ends = (np.fromiter(all_of(name), np.int32, size) for name in ("starts", "ends"))
        return cls(list(numbers), places, starts, ends, np.fromiter(all_of("joined"), np.bool_, size), counts)

    def of(self, first: int, last: int) -> Analysis:
        """The analysis of one text, whose tokens are those from `first` to before `last`."""
        return Analysis(
            self.starts[first:last].tolist(),
            self.ends[first:last].tolist(),
            [self.forms[number] for number in self.numbers[first:last].tolist()],
            self.joined[first:last].tolist(),
        )


def analyze_all(texts: Sequence[str], *, compiled: bool = True, normal: Sequence[NormalText] | None = None) -> Analyses:
    """`analyze` of each of `texts`; raises `ModelMissing`. Not thread-safe.

    `compiled` false skips the compiled loops, which pays for little text. The result is the same. `normal` has the
    normal forms of the texts, where they are known.
    """
    if not compiled:
        return Analyses.gathered([analyze(text) for text in texts])
    table = _analysis_table()
    normal = normal if normal is not None else [normalize(text) for text in texts]
    decoded = table.decode([each.text for each in normal], LONGEST_WORD)
    _to_source(normal, decoded)
    from .compiled import first_seen

    distinct, places = first_seen(decoded.numbers, len(table.forms))
    numbers: dict[str, int] = {}
    merged = [numbers.setdefault(table.forms[number], len(numbers)) for number in distinct.tolist()]
    if len(numbers) < len(merged):
        places = np.array(merged, np.int32)[places]
    return Analyses(list(numbers), places, decoded.starts, decoded.ends, decoded.joined, decoded.counts)


def _to_source(texts: Sequence[NormalText], decoded: Decoded) -> None:
    """Map starts and ends from the normal form to the texts as given."""
    lasts = np.cumsum(decoded.counts)
    for at, text in enumerate(texts):
        if text.starts is not None and text.ends is not None and decoded.counts[at]:
            own = slice(int(lasts[at] - decoded.counts[at]), int(lasts[at]))
            decoded.starts[own] = np.array(text.starts, np.int32)[decoded.starts[own]]
            decoded.ends[own] = np.array(text.ends, np.int32)[decoded.ends[own] - 1]


@functools.cache
def _analysis_table() -> ChunkTable:
    from .compiled import ChunkTable

    return ChunkTable(chunk_parts, chunk_features)
