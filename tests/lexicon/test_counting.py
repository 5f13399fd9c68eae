"""Keys are counted exactly within the budget, and only the rare are forgotten beyond it."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon.counting import KeyCounter


@given(st.lists(st.lists(st.integers(0, 40), max_size=60), max_size=12))
def test_counts_are_those_of_a_counter(batches: list[list[int]]) -> None:
    counter = KeyCounter(budget=1_000)
    for batch in batches:
        counter.add(np.array(batch, np.uint64))
    keys, counts = counter.total()
    expected = Counter(key for batch in batches for key in batch)
    assert dict(zip(keys.tolist(), counts.tolist(), strict=True)) == dict(expected)
    assert keys.tolist() == sorted(expected)


def test_beyond_the_budget_the_frequent_stay_and_counts_are_low_by_no_more_than_was_forgotten() -> None:
    counter = KeyCounter(budget=200)
    random = np.random.default_rng(3)
    truth: Counter[int] = Counter()
    for _ in range(40):
        batch = random.zipf(1.4, 300) % 5_000
        truth.update(batch.tolist())
        counter.add(batch.astype(np.uint64))
    keys, counts = counter.total()
    kept = dict(zip(keys.tolist(), counts.tolist(), strict=True))
    assert len(kept) <= 200
    assert counter.forgotten > 0
    for key, count in truth.most_common(20):
        assert truth[key] - counter.forgotten <= kept[key] <= count


def test_counts_already_made_can_be_added() -> None:
    counter = KeyCounter(budget=10)
    counter.add(np.array([5, 5, 7], np.uint64))
    counter.add(np.array([3, 7], np.uint64), np.array([4, 2], np.uint32))
    keys, counts = counter.total()
    assert (keys.tolist(), counts.tolist()) == ([3, 5, 7], [4, 2, 3])


def test_a_count_stops_at_the_largest_number_it_can_hold() -> None:
    counter = KeyCounter(budget=10)
    most = np.iinfo(np.uint32).max
    counter.add(np.array([1], np.uint64), np.array([most], np.uint32))
    counter.add(np.array([1], np.uint64))
    assert counter.total()[1].tolist() == [most]
