"""Whatever is typed as plain words, a name or a phrase is answered by the compiled loops alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer import Index, SearchRequest, build, open_index, warm
from indexer.engine.whoosh.lists import SegmentLists
from indexer.evaluation.judged import read_judged_set
from indexer.evaluation.variants import variant
from tests.effort import some

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    warm()
    folder = tmp_path_factory.mktemp("compiled")
    build([CORPUS / "corpus.jsonl"], folder)
    with open_index(folder) as index:
        yield index


def test_no_query_of_plain_words_takes_the_general_path(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated: list[tuple[str, Any]] = []

    def note(_: SegmentLists, node: Any, __: Any) -> None:
        evaluated.append((text, node))

    monkeypatch.setattr(SegmentLists, "_evaluated", note)
    queries = list(read_judged_set(CORPUS).queries.values())
    for query in some(queries):
        apart = " ".join([query.split()[-1], *query.split()[:2]])
        for text in (query, variant("nomarks", "", query), f'"{query}"', apart):
            for request in (SearchRequest(text), SearchRequest(text, group="article", sort="date")):
                index.search(request)
    assert not evaluated
