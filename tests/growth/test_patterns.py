"""No regular expression of the project takes more than twice as long for twice the text."""

from __future__ import annotations

import re

import pytest

from tests.effort import some
from tests.growth.measuring import BAR, PIECES, slowest
from tests.growth.patterns import LONGEST, patterns, unlisted

pytestmark = pytest.mark.timeout(3_600)

CHARACTERS = 4_000
"""With --attack eight times as many."""


def test_time_grows_no_faster_than_the_text(attack: bool) -> None:
    slow = {}
    for name, use in patterns():
        module = re.split(r"[:]|\.(?=_?[A-Z])", name)[0]
        most = LONGEST.get(module, CHARACTERS * (8 if attack else 1))
        worst, run = slowest(
            use, most, ("", "!", "a", "A", " ", "(", "1") if attack else ("", "A"), PIECES if attack else some(PIECES)
        )
        if worst > BAR:
            slow[name] = f"{worst:.2f} times for twice as many {run}"
    assert not slow


def test_every_pattern_is_measured() -> None:
    assert not unlisted(), "list what these modules compile in tests/growth/patterns.py"
    assert len(patterns()) > 60


@pytest.mark.parametrize("pattern", some([r"\s+$", r"[.!?]+[\"')]*\s+", r"(?:a+)+b"], 2))
def test_patterns_that_backtrack_are_found(pattern: str) -> None:
    compiled = re.compile(pattern)
    longest = 24 if "+)+" in pattern else CHARACTERS
    worst, _ = slowest(compiled.search, longest, ("", "A"))
    assert worst > BAR
