"""What every stage of ranking must keep to, whoever wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from indexer.results import Passage, SearchRequest
from indexer.search.index import Index, open_index
from indexer.search.stages import StageMaker
from indexer.settings import Settings

RERANKED = 7
QUERIES = ("hoi nghi tinh can bo", "Hà Tĩnh có bao nhiêu hồ?", '"Hà Tĩnh" năm', "năm* tỉnh", "đường OR hồ -rừng")

Key = tuple[str, int]


def check(folder: Path, make: StageMaker) -> None:
    """Hold a stage, alone over an index of the sample corpus, to the rules.

    Raises `AssertionError`, or `KeyError` for a part that the stage does not declare.
    """
    settings = Settings(rerank=RERANKED)
    with open_index(folder, settings, stages={}) as plain, open_index(folder, settings, stages={"it": make}) as staged:
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


def _key(passage: Passage) -> Key:
    return passage.article.id, passage.paragraph.position


def _pages(index: Index, text: str, size: int, count: int, group: Literal["none", "article"] = "none") -> list[Passage]:
    requests = [SearchRequest(text, page + 1, size, group=group, explain=True) for page in range(count)]
    return [passage for request in requests for passage in index.search(request).passages]
