"""Every engine answers as the reference does, on corpora, histories and questions made by hypothesis."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engine.base import Backend, EngineRequest
from indexer.schema import Field
from tests.contract.comparison import assert_same_explanations, assert_same_page
from tests.contract.corpora import Commit, build, histories, requests
from tests.contract.engines import ENGINES
from tests.contract.reference import ReferenceBackend


@pytest.mark.parametrize("backend", ENGINES)
@settings(max_examples=80)
@given(history=histories(), questions=st.lists(requests, min_size=4, max_size=8))
def test_an_engine_answers_as_the_reference(
    backend: Backend, history: list[Commit], questions: list[EngineRequest]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = build(backend, Path(folder, "engine"), history)
        reference = build(ReferenceBackend(), Path(folder, "reference"), history)
        for request in questions:
            assert_same_page(engine, reference, request)
            assert_same_explanations(engine, reference, request)
        engine.close()


@pytest.mark.parametrize("backend", ENGINES)
@settings(max_examples=25)
@given(history=histories())
def test_an_engine_holds_what_the_reference_holds(backend: Backend, history: list[Commit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = build(backend, Path(folder, "engine"), history)
        reference = build(ReferenceBackend(), Path(folder, "reference"), history)
        for field in Field:
            for prefix in ("", "b", "bà", "x"):
                for most in (0, 1, 3, 10**6):
                    assert list(engine.expand(field, prefix, most)) == reference.expand(field, prefix, most)
            for form in ("a", "ba", "a ba", "none"):
                expected = reference.document_frequency(field, form)
                assert engine.document_frequency(field, form) == expected
        names = [(field, form) for form in ("a", "ba", "none", "", "a ba", "a") for field in Field]
        assert list(engine.document_frequencies(names)) == reference.document_frequencies(names)
        assert list(engine.document_frequencies(())) == []
        assert list(engine.articles()) == list(reference.articles())
        for i in range(9):
            assert engine.article(f"a{i}") == reference.article(f"a{i}")
        stats, expected_stats = engine.stats(), reference.stats()
        assert (stats.articles, stats.paragraphs) == (expected_stats.articles, expected_stats.paragraphs)
        assert (stats.terms, stats.tokens) == (expected_stats.terms, expected_stats.tokens)
        assert list(engine.verify()) == []
        engine.close()
