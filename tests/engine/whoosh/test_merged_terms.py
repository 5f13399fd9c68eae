"""Merging the terms of sorted tables, in pieces smaller than the tables."""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import TemporaryFile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.whoosh import merged_terms
from indexer.engine.whoosh.arrays import StringTable
from indexer.engine.whoosh.merged_terms import MergedTerms

TABLES = st.lists(st.frozensets(st.binary(min_size=1, max_size=3), max_size=12).map(sorted), max_size=4)


def table(terms: Sequence[bytes]) -> StringTable:
    """A table of these terms."""
    ends = np.cumsum([len(term) for term in terms], dtype=np.uint32)
    return StringTable(np.frombuffer(b"".join(terms), np.uint8), ends.astype(np.uint32), "terms")


@given(TABLES, st.integers(1, 5), st.data())
def test_each_term_comes_once_in_order_and_every_table_knows_its_number(
    tables: list[list[bytes]], ahead: int, data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patched, TemporaryFile() as file:
        merged = MergedTerms(file)
        patched.setattr(merged_terms, "AHEAD", ahead)
        patched.setattr(merged_terms, "PIECE", ahead)
        numbers = merged.merge([table(terms) for terms in tables], lambda: None)
        every = sorted({term for terms in tables for term in terms})
        assert len(merged) == len(every)
        assert [[every[number] for number in own] for own in numbers] == tables
        kept = data.draw(st.lists(st.booleans(), min_size=len(every), max_size=len(every)))
        selected = [term for term, keep in zip(every, kept, strict=True) if keep]
        assert list(merged.select(np.array(kept, bool))) == selected


def test_what_was_mapped_is_let_go_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merged_terms, "AHEAD", 2)
    monkeypatch.setattr(merged_terms, "READ_AT_ONCE", 3)
    times: list[None] = []
    with TemporaryFile() as file:
        MergedTerms(file).merge(
            [table([b"a", b"b", b"c", b"d"]), table([b"b", b"e", b"f", b"g"])], lambda: times.append(None)
        )
    assert len(times) == 2


@given(st.lists(st.binary(max_size=3)), st.data())
def test_a_part_of_a_table_is_what_its_strings_are(terms: list[bytes], data: st.DataObject) -> None:
    low = data.draw(st.integers(0, len(terms)))
    high = data.draw(st.integers(low, len(terms)))
    assert table(terms).items(low, high) == terms[low:high]
