"""Records come back from their bytes as they were, by arrays and by the compiled loops, and damage is noticed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.packing import Malformed, Records, first_number, first_numbers, pack, unpack

MOST = (1 << 32) - 2

numbers = st.integers(0, 300) | st.sampled_from([127, 128, 129, 16_383, 16_384, 1 << 21, 1 << 28, MOST])
occurrences = st.one_of(
    st.lists(numbers, min_size=1, max_size=5, unique=True).map(sorted),
    st.sampled_from([2, 129, 130, 300]).map(lambda count: list(range(count))),
)
terms = st.dictionaries(numbers, occurrences, min_size=1, max_size=6)


def records(several: list[dict[int, list[int]]]) -> Records:
    """The records of terms that are given as positions by paragraph."""
    postings = [(paragraph, term[paragraph]) for term in several for paragraph in sorted(term)]
    return Records(
        np.array([len(term) for term in several], np.int64),
        np.array([paragraph for paragraph, _ in postings], np.int64),
        np.array([len(positions) for _, positions in postings], np.int64),
        np.array([position for _, positions in postings for position in positions], np.int64),
    )


@given(several=st.lists(terms, max_size=6))
def test_records_come_back_as_they_were(several: list[dict[int, list[int]]]) -> None:
    packed = records(several)
    data, sizes = pack(packed)
    starts = np.cumsum(sizes) - sizes
    for name in Records.__slots__:
        np.testing.assert_array_equal(getattr(unpack(data, starts), name), getattr(packed, name))
    np.testing.assert_array_equal(first_numbers(data, starts), packed.df)
    for start, size, term in zip(starts.tolist(), sizes.tolist(), several, strict=True):
        assert first_number(data, start) == len(term)
        ids, frequencies = np.empty(len(term), np.uint32), np.empty(len(term), np.uint32)
        at = kernel.unpack_postings(data, start, start + size, MOST + 1, ids, frequencies)
        own = records([term])
        np.testing.assert_array_equal(ids, own.ids)
        np.testing.assert_array_equal(frequencies, own.frequencies)
        begins, positions = np.empty(len(term) + 1, np.uint32), np.empty(len(own.positions), np.uint32)
        assert kernel.unpack_positions(data, at, start + size, frequencies, begins, positions) == 0
        np.testing.assert_array_equal(positions, own.positions)
        np.testing.assert_array_equal(begins, np.concatenate(([0], np.cumsum(own.frequencies))))


def test_a_common_term_takes_little_more_than_a_byte_a_paragraph() -> None:
    ids = np.arange(0, 30_000, 3)
    data, _ = pack(Records(np.array([10_000]), ids, np.ones(10_000, np.int64), np.zeros(10_000, np.int64)))
    assert len(data) <= 20_002


@pytest.mark.parametrize(
    "record",
    [
        [],
        [1, 0],
        [1, 0, 128],
        [3, 0, 0, 0],
        [0, 0, 0],
        [1, 1, 9, 0, 0],
        [1, 0, 0, 0],
        [128, 128, 128, 128, 128, 0],
        [1, 255, 255, 255, 255, 127, 0, 0],
    ],
)
def test_what_is_no_record_is_said_to_be_none(record: list[int]) -> None:
    data = np.array(record, np.uint8)
    with pytest.raises(Malformed):
        unpack(data, np.zeros(1, np.int64))
    count = record[0] if record and 0 < record[0] < 128 else 1
    ids, frequencies = np.empty(count, np.uint32), np.empty(count, np.uint32)
    at = kernel.unpack_postings(data, 0, len(data), 1000, ids, frequencies)
    if at >= 0 and record[0]:
        positions = np.empty(min(int(frequencies.sum()), len(data)), np.uint32)
        assert kernel.unpack_positions(data, at, len(data), frequencies, np.empty(count + 1, np.uint32), positions) < 0


def test_a_paragraph_that_does_not_exist_is_noticed_while_unpacking() -> None:
    data, _ = pack(records([{5: [0]}]))
    ids, frequencies = np.empty(1, np.uint32), np.empty(1, np.uint32)
    assert kernel.unpack_postings(data, 0, len(data), 6, ids, frequencies) >= 0
    assert kernel.unpack_postings(data, 0, len(data), 5, ids, frequencies) < 0
