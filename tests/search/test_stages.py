"""Stages of ranking: each keeps to the rules, and several add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest

from indexer.indexing.changes import build
from indexer.results import SearchRequest
from indexer.search.index import open_index
from indexer.search.ranking import Question, RankedHit
from indexer.search.rerank import BestSentence
from indexer.search.stages import STAGES, StageMaker
from indexer.settings import Settings
from tests.conftest import ROOT
from tests.search import conformance


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build([ROOT / "corpus"], folder)
    return folder


class Step:
    """A stage made of a function."""

    weights: Mapping[str, float] = {"step": 1.0}

    def __init__(self, change: Callable[[Sequence[RankedHit]], Sequence[RankedHit]]) -> None:
        self._change = change

    def applies(self, question: Question) -> bool:
        return True

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> Sequence[RankedHit]:
        return self._change(hits)


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_keeps_to_the_rules(folder: Path, name: str) -> None:
    conformance.check(folder, STAGES[name])


NUMBERS = count(1)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda hits: [hit.plus(step=next(NUMBERS)) for hit in hits], AssertionError, "not deterministic"),
        (lambda hits: hits[:-1], AssertionError, "hits lost"),
        (lambda hits: [hits[0], *hits[:-1]], AssertionError, "hits lost"),
        (lambda hits: [RankedHit(hit.info, hit.paragraph, hit.score + 1) for hit in hits], AssertionError, "parts"),
        (lambda hits: [hit.plus(undeclared=1.0) for hit in hits], KeyError, "undeclared"),
    ],
)
def test_the_rules_tell_a_stage_that_breaks_them(
    folder: Path, change: Callable[[Sequence[RankedHit]], Sequence[RankedHit]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        conformance.check(folder, lambda _: Step(change))


def test_the_rules_tell_a_stage_that_they_cannot_try(folder: Path) -> None:
    class Never(Step):
        def applies(self, question: Question) -> bool:
            return False

    with pytest.raises(AssertionError, match="applies to none"):
        conformance.check(folder, lambda _: Never(lambda hits: hits))


def test_stages_follow_each_other_and_their_parts_add_up(folder: Path) -> None:
    def by_length(hits: Sequence[RankedHit]) -> list[RankedHit]:
        assert all(hit.parts.keys() == {"sentence", "first"} for hit in hits)
        return [hit.plus(step=len(hit.paragraph.text)) for hit in hits]

    stages: Mapping[str, StageMaker] = {"sentences": BestSentence, "length": lambda _: Step(by_length)}
    request = SearchRequest("cờ thi đua", per_page=20, explain=True)
    with open_index(folder, Settings(), stages=stages) as index:
        passages = index.search(request).passages
    assert [passage.score for passage in passages] == sorted((passage.score for passage in passages), reverse=True)
    for passage in passages:
        parts = {part.kind: part.score for part in passage.explanation or () if not part.field}
        assert list(parts) == ["sentence", "first", "step"]
        assert parts["step"] == len(passage.paragraph.text)


def test_without_a_stage_the_ranking_is_the_engines(folder: Path) -> None:
    request = SearchRequest("cờ thi đua", explain=True)
    with open_index(folder, stages={}) as none, open_index(folder, Settings(rerank=0)) as off:
        assert none.search(request).passages == off.search(request).passages
