"""The language model gives probabilities: they sum to one and prefer what the text says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.lexicon.bigrams import UNKNOWN, BigramModel, log_odds_to_probability

from .texts import lexicon_of


def test_the_probabilities_after_any_form_sum_to_one(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path)
    model = BigramModel(lexicon)
    every = np.append(np.arange(len(lexicon.counts)), UNKNOWN)
    logs = model.logs(every, every)
    assert np.exp(logs).sum(axis=1) == pytest.approx(np.ones(len(every)))


def test_pairs_of_the_text_are_likelier_than_others(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path)
    model = BigramModel(lexicon)
    force, armed, water = (lexicon.number(form) for form in ("lực", "lượng", "nước"))
    assert model.log(force, armed) > model.log(force, water) > model.log(force, UNKNOWN)


def test_a_matrix_of_pairs_is_what_each_pair_is(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path)
    model = BigramModel(lexicon)
    numbers = np.array([0, 3, UNKNOWN, 7, len(lexicon.counts) - 1])
    matrix = model.logs(numbers, numbers)
    for row, first in enumerate(numbers.tolist()):
        for column, second in enumerate(numbers.tolist()):
            assert matrix[row, column] == model.log(first, second)


def test_a_model_of_nothing_knows_nothing(tmp_path: Path) -> None:
    model = BigramModel(lexicon_of(tmp_path, []))
    assert np.isfinite(model.log(UNKNOWN, UNKNOWN))
    assert np.isfinite(model.log(0, UNKNOWN))


def test_log_odds_become_probabilities() -> None:
    assert log_odds_to_probability(0.0) == 0.5
    assert log_odds_to_probability(2.0) == pytest.approx(0.8807970779)
    assert log_odds_to_probability(-2.0) == pytest.approx(0.1192029220)
    assert log_odds_to_probability(1e6) == 1.0
    assert log_odds_to_probability(-1e6) == 0.0
