"""Values of several words that were typed without quotes."""

from __future__ import annotations

import pytest

from indexer.query.parse import parse
from indexer.query.whole_values import MOST_VALUES, MOST_WORDS, with_whole_values

VALUES = {"tuổi", "tuổi trẻ", "tuổi trẻ cười", "báo", "báo một hai ba bốn", "báo a b c d e"}


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("nguồn:tuổi trẻ bão", 'source:"tuổi trẻ" bão'),
        ("nguồn:tuổi trẻ cười", 'source:"tuổi trẻ cười"'),
        ("bão -nguồn:Tuổi trẻ lũ", "bão -source:Tuổi trẻ lũ"),
        ("bão -nguồn:tuổi trẻ lũ", 'bão -source:"tuổi trẻ" lũ'),
        ("nguồn:báo một hai ba bốn", 'source:"báo một hai ba bốn"'),
        # More words than are looked for; no such value; quotes; what is no plain word.
        ("nguồn:báo a b c d e", "source:báo a b c d e"),
        ("nguồn:báo bão", "source:báo bão"),
        ('nguồn:"tuổi" trẻ bão', "source:tuổi trẻ bão"),
        ('nguồn:tuổi "trẻ" bão', 'source:tuổi "trẻ" bão'),
        ("nguồn:tuổi", "source:tuổi"),
        ("(nguồn:tuổi trẻ)", 'source:"tuổi trẻ"'),
    ],
)
def test_words_behind_a_value_are_of_it_where_the_index_has_it_so(text: str, understood: str) -> None:
    asked: list[tuple[str, str]] = []

    def has_value(name: str, value: str) -> bool:
        asked.append((name, value))
        return value in VALUES

    assert with_whole_values(parse(text), has_value).understood == understood
    assert len(asked) <= MOST_WORDS and {name for name, _ in asked} <= {"source"}


def test_of_many_values_none_is_looked_for() -> None:
    parsed = parse(" ".join(["nguồn:tuổi trẻ"] * (MOST_VALUES + 1)))
    assert with_whole_values(parsed, lambda name, value: pytest.fail("asked")) is parsed
    few = with_whole_values(parse(" ".join(["nguồn:tuổi trẻ"] * MOST_VALUES)), lambda name, value: True)
    assert few.understood == " ".join(['source:"tuổi trẻ"'] * MOST_VALUES)
