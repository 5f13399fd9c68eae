"""What every stage of ranking must keep to, whoever wrote it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from indexer.results import Passage, SearchRequest
from indexer.search.index import Index, open_index
from indexer.search.ranking import Question, RankedHit, Stage
from indexer.search.stages import StageMaker
from indexer.settings import Settings
from tests.effort import some

RERANKED = 7
QUERIES = (
    "hội nghị về lý do của tỉnh",
    *some(("năm* tỉnh", "hoi nghi tinh can bo", "Hà Tĩnh có bao nhiêu hồ?", "đường OR hồ -rừng", '"Hà Tĩnh" năm')),
)

Key = tuple[str, int]


def check(folder: Path, make: StageMaker) -> None:
    """Hold a stage, alone over an index of the sample corpus, to the rules; weights that are 0 by default are .1.

    Raises `AssertionError`, or `KeyError` for a part that the stage does not declare.
    """
    weights = [entry.name for entry in dataclasses.fields(Settings) if entry.name.startswith("weight_")]
    unused = {name: 0.1 for name in weights if not getattr(Settings(), name)}
    settings = Settings(rerank=RERANKED).changed(unused)
    it = _Noted(make(settings))
    with (
        open_index(folder, settings, stages={}) as plain,
        open_index(folder, settings, stages={"it": it.made}) as staged,
    ):
        for text in QUERIES:
            found = _pages(staged, text, 24, 1)
            assert found == _pages(staged, text, 24, 1), "not deterministic"
            before = _pages(plain, text, 24, 1)
            assert len(before) > RERANKED
            assert sorted(map(_key, found[:RERANKED])) == sorted(map(_key, before[:RERANKED])), "hits lost or invented"
            assert found[RERANKED:] == before[RERANKED:], "changed what it did not see"
            assert _pages(staged, text, 3, 8) == found, "pages do not fit"
            for passage in found:
                assert passage.explanation is not None
                assert abs(sum(part.score for part in passage.explanation) - passage.score) < 1e-4, "parts missing"
            grouped = _pages(staged, text, 12, 1, "article")
            assert _pages(staged, text, 2, 6, "article") == grouped, "pages of articles do not fit"
    assert it.applied, "applies to none of the queries"


class _Noted:
    """A stage, and whether it has applied."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self.weights, self.applied = stage, stage.weights, False

    def made(self, _: Settings) -> Stage:
        return self

    def applies(self, question: Question) -> bool:
        applies = self._stage.applies(question)
        self.applied = self.applied or applies
        return applies

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> Sequence[RankedHit]:
        return self._stage.rank(question, hits)


def _key(passage: Passage) -> Key:
    return passage.article.id, passage.paragraph.position


def _pages(index: Index, text: str, size: int, count: int, group: Literal["none", "article"] = "none") -> list[Passage]:
    requests = [SearchRequest(text, page + 1, size, group=group, explain=True) for page in range(count)]
    return [passage for request in requests for passage in index.search(request).passages]
