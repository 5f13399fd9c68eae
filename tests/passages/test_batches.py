"""Texts in batches that end with the time."""

from __future__ import annotations

import math
import time

from indexer.passages.batches import batches


def test_texts_go_together_up_to_so_many_characters() -> None:
    texts = ["aa", "bb", "ccccc", "d", "ee", ""]
    assert [texts[batch] for batch in batches(texts, math.inf, 4)] == [["aa", "bb"], ["ccccc"], ["d", "ee", ""]]
    assert not list(batches([], math.inf))


def test_no_batch_follows_once_the_time_is_over() -> None:
    texts = ["a" * 30, "b" * 30, "c"]
    assert [texts[batch] for batch in batches(texts, time.perf_counter(), 40)] == [["a" * 30]]
    assert [texts[batch] for batch in batches(texts, 0.0)] == [texts]
