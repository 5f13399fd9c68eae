"""The forms of a run of inversion: numbered at first sight, shared by all fields, sorted once per run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

import numpy as np

from indexer.engine.whoosh.arrays import Array, encode

BYTES_PER_FORM = 200
"""The memory of a distinct form: a string of a dozen code points, its number, its place in the dictionary."""


class _FormNumbers(dict[str, int]):
    """Numbers for forms, in the order in which they are first met."""

    def __missing__(self, form: str) -> int:
        number = self[form] = len(self)
        return number


class FormDictionary:
    """The distinct forms of a run and their numbers."""

    def __init__(self) -> None:
        self._numbers = _FormNumbers()

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, forms: Iterable[str], count: int) -> Array:
        """The numbers (u4) of so many forms."""
        return np.fromiter(map(self._numbers.__getitem__, forms), np.uint32, count)

    def ordered(self) -> OrderedForms:
        """All forms in order."""
        forms = sorted(self._numbers)
        numbers = np.fromiter(map(self._numbers.__getitem__, forms), np.uint32, len(forms))
        return OrderedForms(list(map(encode, forms)), numbers)


@dataclass(frozen=True, slots=True)
class OrderedForms:
    """Forms in order, as they are kept, and the number of each."""

    forms: list[bytes]
    numbers: Array

    def of(self, used: Array) -> tuple[list[bytes], Array]:
        """The forms with the numbers `used` (which may repeat) in order, and by number the place of each (u8).

        For a form that is not used, the place is 0.
        """
        is_used = np.zeros(len(self.forms), bool)
        is_used[used] = True
        kept = is_used[self.numbers]
        place = np.zeros(len(self.forms), np.uint64)
        place[self.numbers[kept]] = np.arange(np.count_nonzero(kept), dtype=np.uint64)
        return list(compress(self.forms, kept.tolist())), place
