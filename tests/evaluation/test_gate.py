"""The sample corpus is answered as on record, and no mechanism of ranking can be lost or halved unseen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer import Settings, build, open_index, warm
from indexer.evaluation.judged import JudgedSet, read_judged_set
from indexer.query.reading import QueryReader, Reading, literal
from indexer.query.words import WordRun
from tests.evaluation.gate import CORPUS, Outcome, differing, mean, outcomes

REACHED = 0.81
"""nDCG@10 over all queries; `differing` holds each of them, this says how good they are together."""

WEIGHTS = (
    "k1",
    "b",
    "idf_power",
    "weight_syllables",
    "weight_words",
    "weight_bigrams",
    "weight_unmarked",
    "weight_title",
    "capitals",
    "weight_sentence",
    "weight_answer",
    "weight_first",
    "weight_coverage",
)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warm()
    folder = tmp_path_factory.mktemp("gate")
    build([CORPUS / "corpus.jsonl"], folder)
    return folder


@pytest.fixture(scope="module")
def judged() -> JudgedSet:
    return read_judged_set(CORPUS)


def asked(directory: Path, judged: JudgedSet, *, literal: bool = False) -> dict[str, Outcome]:
    with open_index(directory, Settings()) as index:
        return outcomes(index, judged, literal=literal)


def first_differing(directory: Path, judged: JudgedSet, changed: Mapping[str, float] | None = None) -> list[str]:
    """As `differing` of what is asked with other settings, but the queries are asked in tens until some differ."""
    names = list(judged.queries)
    with open_index(directory, Settings().changed(changed or {})) as index:
        for first in range(0, len(names), 10):
            some = {name: judged.queries[name] for name in names[first : first + 10]}
            graded = {name: judged.judgements[name] for name in some}
            found = outcomes(index, dataclasses.replace(judged, queries=some, judgements=graded))
            assert found.keys() == some.keys()
            if lines := differing(found, some):
                return lines
    return []


def test_every_query_is_answered_as_on_record(directory: Path, judged: JudgedSet) -> None:
    found = asked(directory, judged)
    assert len(found) >= 127
    assert mean(found) >= REACHED
    assert differing(found) == [], "if this is meant: python -m tests.evaluation.gate, and say why in the commit"
    assert first_differing(directory, judged) == []


@pytest.mark.parametrize("times", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("name", WEIGHTS)
def test_a_weight_that_is_changed_by_half_or_gone_is_noticed(
    directory: Path, judged: JudgedSet, name: str, times: float
) -> None:
    value = getattr(Settings(), name) * times
    assert first_differing(directory, judged, {name: value})


def test_every_weight_of_the_settings_is_tried() -> None:
    names = {entry.name for entry in dataclasses.fields(Settings) if entry.metadata}
    # The spelling typed decides between passages that are alike (tests/search/test_as_typed.py), no title of the sample
    # is a name alone (tests/search/test_title_match.py), the corpus has no synonyms (tests/query/test_synonyms.py), and
    # what is judged are its passages, not articles (tests/search/test_article_rank.py).
    apart = {"weight_typed", "weight_title_match", "weight_synonyms", "weight_article", "weight_lead"}
    assert {name for name in names if name.startswith("weight_")} <= {*WEIGHTS, *apart}


@pytest.mark.parametrize("changed", [{"question_frames": 0}, {"rerank": 0}, {"rerank": 10}])
def test_a_mechanism_that_is_switched_off_is_noticed(
    directory: Path, judged: JudgedSet, changed: dict[str, float]
) -> None:
    assert first_differing(directory, judged, changed)


def test_reading_nothing_into_queries_is_noticed(directory: Path, judged: JudgedSet) -> None:
    assert mean(asked(directory, judged, literal=True)) < REACHED - 0.01


@pytest.mark.parametrize("kind", ["repair", "expansion", "abbreviation"])
def test_each_way_to_read_a_query_that_is_lost_is_noticed(
    directory: Path, judged: JudgedSet, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = QueryReader.read

    def without(self: QueryReader, run: WordRun) -> Reading:
        reading = read(self, run)
        kept = tuple(meaning for meaning in reading.meanings if meaning.kind != kind)
        return dataclasses.replace(literal(run) if kind == "repair" else reading, meanings=kept)

    monkeypatch.setattr(QueryReader, "read", without)
    assert first_differing(directory, judged)
