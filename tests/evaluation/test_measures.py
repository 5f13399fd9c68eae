"""The measures, against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from indexer.evaluation.measures import measure


def test_a_perfect_ranking_is_one_in_every_measure() -> None:
    figures = measure({"q": {"a": 2, "b": 1}}, {"q": ["a", "b", "c"]})
    assert figures == dict.fromkeys(figures, 1.0)


def test_second_place_counts_by_its_rank() -> None:
    figures = measure({"q": {"a": 1}}, {"q": ["x", "a"]})
    assert figures["nDCG@10"] == pytest.approx(1 / math.log2(3))
    assert figures["MRR@10"] == pytest.approx(0.5)
    assert figures["success@10"] == 1.0


def test_a_query_that_found_nothing_counts_as_zero() -> None:
    figures = measure({"q": {"a": 1}, "r": {"b": 1}}, {"q": ["a"], "r": []})
    assert figures == dict.fromkeys(figures, 0.5)


def test_the_order_given_is_the_order_measured_whatever_the_ids() -> None:
    for ids in (["a", "z"], ["z", "a"]):
        assert measure({"q": {ids[0]: 1}}, {"q": ids})["MRR@10"] == 1.0


def test_graded_judgements_prefer_the_better_document_first() -> None:
    grades = {"q": {"best": 2, "good": 1}}
    worse = measure(grades, {"q": ["good", "best"]})["nDCG@10"]
    assert worse == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))
