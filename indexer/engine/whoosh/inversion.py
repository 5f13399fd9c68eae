"""Inversion: the tokens of one field, paragraph by paragraph, become postings sorted by term.

Tokens are numbers of forms (see `forms`) in arrays, and one sort turns them into postings. A term is a form; or a row
of forms joined by a separator, kept as their numbers until it is written, since such terms are the majority and as
strings would take most of the memory and time; or a bigram of another field's tokens, for which nothing is stored.
`runs` bounds the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.forms import OrderedForms
from indexer.engine.whoosh.packing import Records
from indexer.engine.whoosh.postings_writer import PostingsWriter

BYTES_PER_TOKEN = 4
"""Bytes of memory per token until its run is written."""

BYTES_PER_SORTED_TOKEN = 28
"""The memory of a token while its run is sorted: sort key, place, paragraph. One field at a time."""

BYTES_PER_ROW = 8
"""The memory of a term of several forms until its run is written. It is kept once for each batch that has it."""

BYTES_PER_SORTED_ROW = 64
"""The memory of such a term while its run is sorted."""

_PIECE = 1 << 16
"""Terms of several forms that are made bytes at once."""

_PART_BITS = 21
_MOST_PARTS = 3
MOST_PIECES = (1 << _PART_BITS) // 2 - 1
"""Forms of a run of terms of several: with and without a separator they are numbered in `_PART_BITS` bits."""

_KEY_BITS, _PLACE_BITS = 64, 32


class Keyed(NamedTuple):
    """The tokens of a run: how many each paragraph has, and for each a number (u8) that orders terms."""

    lengths: Array
    keys: Array
    terms: Callable[[Array], Iterable[bytes]]
    """The terms that have the ascending, distinct keys given: all that there are."""


class FieldTokens(Protocol):
    """The tokens of one field of the paragraphs of a run."""

    @property
    def held(self) -> int:
        """Bytes held until the run is written."""
        ...

    @property
    def to_sort(self) -> int:
        """Bytes that writing the run will take beside those held."""
        ...

    def keyed(self, forms: OrderedForms) -> Keyed:
        """All of them, given the forms of the run."""
        ...


class FormTokens:
    """Tokens that are forms."""

    def __init__(self) -> None:
        self._numbers: list[Array] = []
        self._counts: list[Array] = []
        self.count = 0
        self.paragraphs = 0

    def add(self, numbers: Array, counts: Array) -> None:
        """The tokens of the next paragraphs: their numbers, and how many each paragraph has."""
        self._numbers.append(numbers)
        self._counts.append(counts)
        self.count += len(numbers)
        self.paragraphs += len(counts)

    @property
    def held(self) -> int:
        """See `FieldTokens`."""
        return self.count * BYTES_PER_TOKEN

    @property
    def to_sort(self) -> int:
        """See `FieldTokens`."""
        return self.count * BYTES_PER_SORTED_TOKEN

    def arrays(self) -> tuple[Array, Array]:
        """The numbers of all tokens (u4), and how many each paragraph has."""
        none: Array = np.empty(0, np.uint32)
        return np.concatenate([none, *self._numbers]), np.concatenate([none, *self._counts])

    def keyed(self, forms: OrderedForms) -> Keyed:
        """See `FieldTokens`."""
        numbers, lengths = self.arrays()
        terms, place = forms.of(numbers)
        return Keyed(lengths, place[numbers], lambda _: terms)


class RowTokens(FormTokens):
    """Tokens that are rows of forms, joined by a separator that no form contains."""

    def __init__(self, separator: bytes) -> None:
        super().__init__()
        self._separator = separator
        self._rows: list[Array] = []
        self._row_count = 0

    def add_rows(self, parts: Array, form_numbers: Array, numbers: Array, counts: Array) -> None:
        """The tokens of the next paragraphs, of which token i is row `numbers[i]` of `parts`.

        The latter has the places of forms in `form_numbers`, or -1 for none. Raises ValueError where they are too many.
        """
        if parts.shape[1] > _MOST_PARTS or (len(form_numbers) and int(form_numbers.max()) >= MOST_PIECES):
            raise ValueError("the terms of a column have too many parts")
        self.add(numbers + np.uint32(self._row_count), counts)
        self._rows.append(_packed(parts, form_numbers))
        self._row_count += len(parts)

    @property
    def held(self) -> int:
        """See `FieldTokens`."""
        return super().held + self._row_count * BYTES_PER_ROW

    @property
    def to_sort(self) -> int:
        """See `FieldTokens`."""
        return super().to_sort + self._row_count * BYTES_PER_SORTED_ROW

    def keyed(self, forms: OrderedForms) -> Keyed:
        """See `FieldTokens`."""
        numbers, lengths = self.arrays()
        parts = _unpacked(np.concatenate([np.empty(0, np.uint64), *self._rows]))
        bare, place = forms.of(np.concatenate([part[part > 0] - np.uint64(1) for part in parts]).astype(np.int64))
        # A term is a sequence of forms with the separator behind each but the last. No form holds the separator, so
        # terms are ordered as the sequences of these pieces are, and an absent piece (0) comes before all others.
        pieces = [*bare, *(form + self._separator for form in bare)]
        order, rank = _ranked(pieces)
        keys = np.zeros(len(parts[0]), np.uint64)
        for part, following in zip(parts, [*parts[1:], np.zeros(len(keys), np.uint64)], strict=True):
            there = part > 0
            piece = place[part[there].astype(np.int64) - 1].astype(np.int64)
            piece += np.where(following[there] > 0, len(bare), 0)
            keys <<= np.uint64(_PART_BITS)
            keys[there] |= rank[piece] + np.uint64(1)
        distinct, rank = np.unique(keys, return_inverse=True)
        piece_at = [b"", *map(pieces.__getitem__, order)]
        return Keyed(lengths, rank.astype(np.uint64)[numbers], lambda _: _joined(piece_at, distinct))


class NeighbourTokens:
    """Tokens that are the bigrams of another field, joined by a separator that no form contains."""

    def __init__(self, of: FormTokens, separator: bytes) -> None:
        self._of, self._separator = of, separator

    @property
    def held(self) -> int:
        """See `FieldTokens`."""
        return 0

    @property
    def to_sort(self) -> int:
        """See `FieldTokens`."""
        return self._of.to_sort

    def keyed(self, forms: OrderedForms) -> Keyed:
        """See `FieldTokens`."""
        numbers, lengths = self._of.arrays()
        if not len(numbers):
            return Keyed(lengths, np.empty(0, np.uint64), lambda _: ())
        bare, place = forms.of(numbers)
        firsts = [form + self._separator for form in bare]
        # As above: terms are ordered as the sequences of their pieces are.
        order, rank = _ranked(firsts)
        bits = len(bare).bit_length()
        keys = rank[place.astype(np.int64)][numbers[:-1]]
        keys <<= np.uint64(bits)
        keys |= place.astype(np.uint32)[numbers[1:]]
        followed = np.ones(len(numbers), bool)
        followed[np.cumsum(lengths, dtype=np.int64)[lengths > 0] - 1] = False
        keys = keys[followed[:-1]]
        firsts = [firsts[each] for each in order]
        return Keyed(np.maximum(lengths, 1) - 1, keys, lambda distinct: _pairs(firsts, bare, distinct, bits))


def write_run(path: str, segment: str, tokens: Keyed, meta: dict[str, Any]) -> None:
    """Write the postings of tokens as the file `path`, with this `meta`; raises ValueError where they are too many."""
    lengths, keys, terms = tokens
    del tokens  # It would hold the keys.
    bits = len(keys).bit_length()
    if bits > _PLACE_BITS or (len(keys) and int(keys.max()).bit_length() + bits > _KEY_BITS):
        raise ValueError("there are too many tokens and terms for one run")
    # Term in the upper bits, place in the lower: the sort is stable because every key is distinct. Here most memory is
    # taken of all indexing, so arrays are changed in place and released early.
    keys <<= np.uint64(bits)
    keys |= np.arange(len(keys), dtype=np.uint32)
    keys.sort()
    places = keys.astype(np.uint32)
    places &= np.uint32((1 << bits) - 1)
    keys >>= np.uint64(bits)
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    distinct = keys[first]
    del keys
    begins_terms = np.flatnonzero(first)
    ids = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)[places]
    first[1:] |= ids[1:] != ids[:-1]
    starts = np.cumsum(lengths, dtype=np.uint32) - lengths.astype(np.uint32)
    places -= starts[ids]
    begins = np.flatnonzero(first)
    ids = ids[begins]
    frequencies = np.diff(begins, append=len(first))
    df = np.diff(np.searchsorted(begins, begins_terms), append=len(begins))
    del begins, begins_terms, first
    writer = PostingsWriter(path, segment, lengths)
    try:
        writer.append(Records(df, ids, frequencies, places))
        writer.finish(terms(distinct), meta)
    except BaseException:
        writer.abandon()
        raise


def _ranked(pieces: Sequence[bytes]) -> tuple[list[int], Array]:
    """The places of pieces in order, and the rank of each (u8)."""
    order = sorted(range(len(pieces)), key=pieces.__getitem__)
    rank = np.empty(len(pieces), np.uint64)
    rank[order] = np.arange(len(pieces), dtype=np.uint64)
    return order, rank


def _pairs(firsts: Sequence[bytes], seconds: Sequence[bytes], keys: Array, bits: int) -> Iterator[bytes]:
    """The terms of keys that have the place of the first piece above that of the second, in so many bits."""
    mask = np.uint64((1 << bits) - 1)
    for start in range(0, len(keys), _PIECE):
        piece = keys[start : start + _PIECE]
        first, second = (piece >> np.uint64(bits)).tolist(), (piece & mask).tolist()
        yield from map(bytes.__add__, map(firsts.__getitem__, first), map(seconds.__getitem__, second))


def _joined(pieces: Sequence[bytes], keys: Array) -> Iterator[bytes]:
    """The terms of packed rows of pieces."""
    for start in range(0, len(keys), _PIECE):
        columns = [map(pieces.__getitem__, part.tolist()) for part in _unpacked(keys[start : start + _PIECE])]
        yield from map(b"".join, zip(*columns, strict=True))


def _packed(parts: Array, numbers: Array) -> Array:
    """A number (u8) for each row of `parts`: for each part 1 + its entry of `numbers`, or 0 where there is none."""
    keys = np.zeros(len(parts), np.uint64)
    for i in range(_MOST_PARTS):
        keys <<= np.uint64(_PART_BITS)
        if i < parts.shape[1]:
            there = parts[:, i] >= 0
            keys[there] |= numbers[parts[there, i]].astype(np.uint64) + np.uint64(1)
    return keys


def _unpacked(keys: Array) -> list[Array]:
    """The parts of packed rows, first to last."""
    mask = np.uint64((1 << _PART_BITS) - 1)
    return [(keys >> np.uint64(_PART_BITS * i)) & mask for i in reversed(range(_MOST_PARTS))]
