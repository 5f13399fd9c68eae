"""Runs: inversion of all fields of a segment in bounded memory.

Tokens are collected as numbers. When they and the dictionary of forms reach the memory budget, a run is written for
each field, a normal file of postings, and memory is released. At the end the runs are merged like segments. So memory
is bounded whatever the number of paragraphs (Witten, Moffat and Bell 1999, section 5.2).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import numpy as np

from indexer.engine.whoosh.arrays import encode
from indexer.engine.whoosh.forms import BYTES_PER_FORM, FormDictionary
from indexer.engine.whoosh.inversion import MOST_PIECES, FieldTokens, FormTokens, NeighbourTokens, RowTokens, write_run
from indexer.engine.whoosh.merge import MergeSource, merge_postings
from indexer.engine.whoosh.packer import prepare
from indexer.engine.whoosh.postings import Postings
from indexer.schema import PAIR_SEPARATOR, Column, Columns, Field, PairColumn, Pairs

_PENDING = 1 << 16
"""Tokens collected as strings before they are numbered: that is faster for many of one field at once."""

PAIRS = "pairs"
"""Meta entry of `Field.BIGRAMS`: whether its tokens are the bigrams of `Field.SYLLABLES` in every paragraph."""


class Runs:
    """Inverts the fields of the segment `segment` into the files `STEM.FIELD`, with about `budget` bytes of memory.

    Runs are written beside them as `STEM.FIELD.run0`, `STEM.FIELD.run1` and so on, and removed at the end.
    """

    def __init__(self, stem: str, segment: str, budget: int) -> None:
        self._stem, self._segment, self._budget = stem, segment, budget
        self._count = 0
        self._pending: list[Mapping[Field, Sequence[str]]] = []
        self._pending_tokens = 0
        self._pairs = True
        self._begin({})

    def add(self, tokens: Mapping[Field, Sequence[str]]) -> None:
        """The tokens of the next paragraph."""
        self._pending.append(tokens)
        self._pending_tokens += sum(map(len, tokens.values()))
        if self._pending_tokens >= min(_PENDING, self._budget // BYTES_PER_FORM):
            self._add_pending()

    def add_columns(self, columns: Columns, paragraphs: int) -> None:
        """Add the tokens of the next paragraphs; raises ValueError if the bigrams are not of their syllables."""
        self._add_pending()
        given = {field: columns.get(field) or _nothing(paragraphs) for field in Field}
        kept = {field: column for field, column in given.items() if isinstance(column, Column)}
        pairs = given[Field.BIGRAMS]
        if isinstance(pairs, PairColumn) and pairs.of is not kept.get(Field.SYLLABLES):
            raise ValueError("the bigrams are those of other syllables")
        lists = {id(column.forms): column.forms for column in kept.values()}  # Several fields have the same.
        self._make_room(
            {field: column.separator for field, column in kept.items() if column.parts is not None},
            isinstance(pairs, PairColumn),
            sum(map(len, lists.values())),
        )
        numbers = {key: self._forms.number(forms, len(forms)) for key, forms in lists.items()}
        for field, column in kept.items():
            own, tokens = numbers[id(column.forms)], self._kept[field]
            if column.parts is None:
                tokens.add(own[column.numbers], column.counts)
            else:
                assert isinstance(tokens, RowTokens)
                tokens.add_rows(column.parts, own, column.numbers, column.counts)
        self._keep_to_budget()

    def finish(self, threads: int = 1) -> None:
        """Write the files; with up to so many threads, if the memory they take keeps to the budget."""
        self._add_pending()
        if self._count:
            self._spill()
            # What is held meanwhile is little, and the largest field alone takes nearly half of the time.
            largest_first = sorted(Field, key=lambda field: -os.path.getsize(self._run(field, 0)))
            _each(self._merge, largest_first, threads)
            self.abandon()
            return
        fields = self._fields()
        forms = self._forms.ordered()
        largest_first = sorted(Field, key=lambda field: -fields[field].to_sort)
        if self._held + sum(fields[field].to_sort for field in largest_first[:threads]) > self._budget:
            threads = 1

        def write(field: Field) -> None:
            write_run(self._path(field), self._segment, fields[field].keyed(forms), self._meta(field))

        _each(write, largest_first, threads)

    def abandon(self) -> None:
        """Remove the runs."""
        for number in range(self._count):
            for path in (self._run(field, number) for field in Field):
                if os.path.exists(path):
                    os.unlink(path)
        self._count = 0

    def _begin(self, separators: Mapping[Field, str], pairs: bool = False) -> None:
        """Start an empty run, for rows of forms in the fields that have `separators`, and for forms in the others.

        With `pairs`, `Field.BIGRAMS` is derived from `Field.SYLLABLES`, and its tokens are not added.
        """
        self._shape = separators, pairs
        self._forms = FormDictionary()
        self._kept = {
            field: RowTokens(encode(separators[field])) if field in separators else FormTokens() for field in Field
        }

    def _make_room(self, separators: Mapping[Field, str], pairs: bool, forms: int) -> None:
        """Start a new run if tokens of this shape, with so many forms, cannot be added to the current one."""
        if (separators, pairs) != self._shape or len(self._forms) + forms >= MOST_PIECES:
            self._spill()
            self._begin(separators, pairs)
        self._pairs = self._pairs and pairs

    def _add_pending(self) -> None:
        if not self._pending:
            return
        pending, self._pending, self._pending_tokens = self._pending, [], 0
        # Once some paragraphs have other bigrams, none are derived any more: switching would make many runs.
        pairs = self._pairs and all(map(_has_pairs, pending))
        self._make_room({}, pairs, 0)
        for field, tokens in self._kept.items():
            if field is Field.BIGRAMS and pairs:
                continue
            rows = [paragraph.get(field, ()) for paragraph in pending]
            counts = np.fromiter(map(len, rows), np.uint32, len(rows))
            tokens.add(self._forms.number(chain.from_iterable(rows), int(counts.sum())), counts)
        self._keep_to_budget()

    def _fields(self) -> dict[Field, FieldTokens]:
        fields: dict[Field, FieldTokens] = {**self._kept}
        if self._shape[1]:
            fields[Field.BIGRAMS] = NeighbourTokens(self._kept[Field.SYLLABLES], encode(PAIR_SEPARATOR))
        return fields

    @property
    def _held(self) -> int:
        return sum(tokens.held for tokens in self._kept.values()) + len(self._forms) * BYTES_PER_FORM

    def _keep_to_budget(self) -> None:
        """Write runs when all that is held, and what sorting the largest field would take, is more than the budget."""
        prepare(sum(tokens.count for tokens in self._kept.values()))
        if self._held + max(tokens.to_sort for tokens in self._kept.values()) > self._budget:
            self._spill()
            self._begin(*self._shape)

    def _spill(self) -> None:
        if not self._kept[Field.SYLLABLES].paragraphs:
            return
        forms = self._forms.ordered()
        number, self._count = self._count, self._count + 1
        for field, tokens in self._fields().items():
            write_run(self._run(field, number), self._segment, tokens.keyed(forms), {})
        self._begin(*self._shape)  # Little is held while runs are merged.
        _give_back()

    def _merge(self, field: Field) -> None:
        sources, base = [], 0
        for number in range(self._count):
            run = Postings(self._run(field, number), self._segment)
            sources.append(MergeSource(run, base))
            base += len(run.lengths)
        merge_postings(self._path(field), self._segment, sources, base, self._meta(field))

    def _meta(self, field: Field) -> dict[str, Any]:
        return {PAIRS: self._pairs} if field is Field.BIGRAMS else {}

    def _path(self, field: Field) -> str:
        return f"{self._stem}.{field}"

    def _run(self, field: Field, number: int) -> str:
        return f"{self._path(field)}.run{number}"


def _each(function: Callable[[Field], None], fields: Sequence[Field], threads: int) -> None:
    """Call a function with each field, in up to so many threads."""
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(function, field) for field in fields]:
            done.result()


def _give_back() -> None:
    """Return freed memory to the system: glibc keeps what was allocated in small pieces, some 200 MB per run."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # Other C libraries have none.
    if trim is not None:
        trim(0)


def _has_pairs(tokens: Mapping[Field, Sequence[str]]) -> bool:
    """Whether a paragraph's `Field.BIGRAMS` can be derived from its `Field.SYLLABLES`.

    False also if two bigrams may be spelled alike, because a syllable contains the separator.
    """
    syllables, pairs = tokens.get(Field.SYLLABLES, ()), tokens.get(Field.BIGRAMS, ())
    if not isinstance(pairs, Pairs):
        return not pairs and len(syllables) < 2
    return (pairs.forms is syllables or pairs.forms == syllables) and PAIR_SEPARATOR not in "".join(syllables)


def _nothing(paragraphs: int) -> Column:
    """The column of a field without tokens."""
    none = np.zeros(0, np.int32)
    return Column((), none, np.zeros(paragraphs, np.int32))
