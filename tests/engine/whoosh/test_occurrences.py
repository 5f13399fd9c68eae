"""Where a term stands in one paragraph is what its whole record says."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from indexer.engine.whoosh.occurrences import positions_in
from indexer.engine.whoosh.packing import ESCAPE, LONG, Records
from indexer.engine.whoosh.postings import Postings
from indexer.engine.whoosh.postings_writer import PostingsWriter

PARAGRAPHS = 70_000


@pytest.mark.parametrize("df", [1, LONG - 1, LONG, 1500, PARAGRAPHS // 32 + 1, 9000])
def test_each_paragraph_is_looked_into_alone(tmp_path: Path, df: int) -> None:
    choose = random.Random(df)
    ids = np.array(sorted(choose.sample(range(PARAGRAPHS), df)))
    counts = np.array([choose.choice([1, 1, 1, 2, 9]) for _ in ids])
    counts[choose.randrange(df)] = ESCAPE
    counts[choose.randrange(df)] = ESCAPE + 300
    positions = [sorted(choose.sample(range(1000), count)) for count in counts.tolist()]
    writer = PostingsWriter(str(tmp_path / "x.words"), "x", np.full(PARAGRAPHS, 1000))
    writer.append(Records(np.array([df]), ids, counts, np.concatenate(positions)))
    writer.finish([b"a"], {})
    postings = Postings(str(tmp_path / "x.words"), "x")
    expected = dict(zip(ids.tolist(), positions, strict=True))
    for paragraph in [*ids.tolist()[:400], *ids.tolist()[-200:], *choose.sample(range(PARAGRAPHS), 300)]:
        assert positions_in(postings, 0, paragraph) == expected.get(paragraph, [])
