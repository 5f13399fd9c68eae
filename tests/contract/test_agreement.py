"""Every engine answers as the reference does, on corpora, histories and questions made by hypothesis."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from indexer.engine.base import EngineRequest
from indexer.schema import Field
from tests.contract.comparison import assert_same_explanations, assert_same_page
from tests.contract.corpora import Commit, Make, build, histories, published, requests
from tests.contract.engines import CLUSTER_ENGINES, ENGINES
from tests.contract.reference_backend import ReferenceBackend
from tests.effort import tries

UNSHRUNK = (Phase.explicit, Phase.generate)
"""Looking for the smallest example that fails would take a cluster minutes."""


@pytest.mark.parametrize("make", ENGINES)
@settings(max_examples=tries(80))
@given(history=histories(), questions=st.lists(requests, min_size=4, max_size=8))
def test_an_engine_answers_as_the_reference(make: Make, history: list[Commit], questions: list[EngineRequest]) -> None:
    answers_as_the_reference(make, history, questions)


@pytest.mark.parametrize("make", CLUSTER_ENGINES)
@settings(max_examples=tries(15), phases=UNSHRUNK)
@given(history=histories(), questions=st.lists(requests, min_size=12, max_size=24))
def test_a_cluster_answers_as_the_reference(make: Make, history: list[Commit], questions: list[EngineRequest]) -> None:
    answers_as_the_reference(make, history, questions)


def answers_as_the_reference(make: Make, history: list[Commit], questions: list[EngineRequest]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = build(make, Path(folder, "engine"), history)
        reference = build(ReferenceBackend, Path(folder, "reference"), history)
        for request in questions:
            assert_same_page(engine, reference, request)
            assert_same_explanations(engine, reference, request)
        engine.close()


@pytest.mark.parametrize("make", ENGINES)
@settings(max_examples=tries(25))
@given(history=histories())
def test_an_engine_holds_what_the_reference_holds(make: Make, history: list[Commit]) -> None:
    holds_what_the_reference_holds(make, history)


@pytest.mark.parametrize("make", CLUSTER_ENGINES[:1])
@settings(max_examples=tries(10), phases=UNSHRUNK)
@given(history=histories())
def test_a_cluster_holds_what_the_reference_holds(make: Make, history: list[Commit]) -> None:
    holds_what_the_reference_holds(make, history)


def holds_what_the_reference_holds(make: Make, history: list[Commit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        backend = make(Path(folder, "engine"))
        generation = published(backend, history)
        expected_generation = published(ReferenceBackend(Path(folder, "reference")), history)
        engine, reference = generation.engine, expected_generation.engine
        for field in Field:
            for prefix in ("", "b", "bà", "x"):
                for most in (0, 1, 3, 10**6):
                    assert list(engine.expand(field, prefix, most)) == reference.expand(field, prefix, most)
        names = [(field, form) for form in ("a", "ba", "none", "", "a ba", "a") for field in Field]
        assert list(engine.document_frequencies(names)) == reference.document_frequencies(names)
        assert list(engine.document_frequencies(())) == []
        assert list(engine.articles()) == list(reference.articles())
        fields = ["date", "source", "author", "url", "none"]
        assert engine.value_counts(fields) == reference.value_counts(fields)
        ids = [f"a{i}" for i in range(9)]
        for article_id in ids:
            assert engine.article(article_id) == reference.article(article_id)
        assert list(engine.paragraph_counts([*ids, "a0", ""])) == reference.paragraph_counts([*ids, "a0", ""])
        stats, expected = generation.stats, expected_generation.stats
        assert (stats.articles, stats.paragraphs, stats.tokens) == (
            expected.articles,
            expected.paragraphs,
            expected.tokens,
        )
        assert len(history) > 1 or stats.terms == expected.terms
        assert list(backend.verify(generation.token)) == []
        engine.close()
