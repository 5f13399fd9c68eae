"""Articles are counted 64 paragraphs at a time as they are one by one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import as_words


@pytest.mark.parametrize("seed", range(30))
def test_articles_of_any_length_are_counted_once(seed: int) -> None:
    choose = random.Random(seed)
    longest = choose.choice([1, 2, 5, 63, 64, 65, 300])
    sizes = [choose.randint(1, longest) for _ in range(choose.randint(1, 200))]
    article_of = np.repeat(np.arange(len(sizes)), sizes)
    ends = np.zeros(len(article_of), bool)
    ends[np.cumsum(sizes) - 1] = True
    share = choose.choice([0.0, 0.01, 0.3, 1.0])
    found = np.array([choose.random() < share for _ in article_of])
    assert kernel.count_articles(as_words(found), as_words(ends)) == len(np.unique(article_of[found]))
