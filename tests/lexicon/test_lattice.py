"""The loops find the probabilities and the paths that the oracle in numpy finds, plain and compiled."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from indexer.lexicon import lattice
from indexer.lexicon.bigrams import UNKNOWN, BigramModel
from indexer.lexicon.channel import Channel, Habit
from indexer.vietnamese import fold, forms
from tests.loops import both_ways
from tests.oracles import lattice as oracle

from .texts import TEXTS, lexicon_of


def test_probabilities_are_those_of_the_oracle(tmp_path: Path) -> None:
    model = BigramModel(lexicon_of(tmp_path))
    every = np.append(np.arange(len(model.tables.counts)), UNKNOWN)
    expected = oracle.logs(model.tables, every, every)
    for logs in both_ways(lambda: model.logs(every, every)):
        assert np.allclose(logs, expected, rtol=1e-12)


def test_paths_are_those_of_the_oracle(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, TEXTS * 3)
    model, channel = BigramModel(lexicon), Channel(lexicon)
    draw = random.Random(7)
    habits = list(Habit)
    asked = []
    for _ in range(60):
        text = forms(draw.choice(TEXTS))
        start = draw.randrange(len(text))
        typed = [_slip(form, draw) for form in text[start : start + draw.randrange(1, 9)]]
        asked.append((channel.arcs(typed, [draw.random() < 0.7 for _ in typed]), len(typed)))
    expected = [oracle.best(model, arcs, size, habits) for arcs, size in asked]
    for paths in both_ways(lambda: [lattice.best(model, arcs, size, habits) for arcs, size in asked]):
        for (path, habit, score), (steps, own_habit, own_score) in zip(paths, expected, strict=True):
            assert score == pytest.approx(own_score)
            assert ([step.form for step in path], habit) == ([step.form for step in steps], own_habit)


def _slip(form: str, draw: random.Random) -> str:
    at = draw.randrange(len(form))
    return draw.choice([form, fold(form), form[:at] + form[at + 1 :] or form, form + form[-1]])
