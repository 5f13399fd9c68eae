"""The compiled search for the likeliest path finds what the one in numpy finds."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from indexer.lexicon import kernel, lattice
from indexer.lexicon.bigrams import UNKNOWN, BigramModel
from indexer.lexicon.channel import Channel, Habit
from indexer.lexicon.lattice import best_in_numpy
from indexer.vietnamese import fold, forms

from .texts import TEXTS, lexicon_of


@pytest.fixture(scope="module")
def compiled() -> None:
    """Compiled, or loaded from the cache of an earlier run."""
    lattice.warm()


def test_compiled_probabilities_are_those_of_the_model(tmp_path: Path, compiled: None) -> None:
    model = BigramModel(lexicon_of(tmp_path))
    every = np.append(np.arange(len(model.tables.counts)), UNKNOWN)
    assert np.allclose(kernel.logs(model.tables, every, every), model.logs(every, every), rtol=1e-12)


def test_compiled_paths_are_those_of_numpy(tmp_path: Path, compiled: None) -> None:
    lexicon = lexicon_of(tmp_path, TEXTS * 3)
    model, channel = BigramModel(lexicon), Channel(lexicon)
    draw = random.Random(7)
    habits = list(Habit)
    for _ in range(60):
        text = forms(draw.choice(TEXTS))
        start = draw.randrange(len(text))
        typed = [_slip(form, draw) for form in text[start : start + draw.randrange(1, 9)]]
        arcs = channel.arcs(typed, [draw.random() < 0.7 for _ in typed])
        path, habit, score = lattice.best(model, arcs, len(typed), habits)
        oracle, oracle_habit, oracle_score = best_in_numpy(model, arcs, len(typed), habits)
        assert score == pytest.approx(oracle_score)
        assert ([step.form for step in path], habit) == ([step.form for step in oracle], oracle_habit)


def _slip(form: str, draw: random.Random) -> str:
    at = draw.randrange(len(form))
    return draw.choice([form, fold(form), form[:at] + form[at + 1 :] or form, form + form[-1]])
