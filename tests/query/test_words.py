"""Plain words that stand side by side, analysed together."""

from __future__ import annotations

import pytest

from indexer.query.clauses import Chunk
from indexer.query.words import WordRun, analyze_run


def run_of(text: str, limit: int = 10, *, shouted: bool = False) -> tuple[WordRun, str]:
    chunks, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        chunks.append(Chunk(word, at, at + len(word)))
    return analyze_run(chunks, limit, shouted=shouted)


@pytest.mark.parametrize(
    ("text", "capitals"),
    [("họp UBND tỉnh", (False, True, False)), ("UBND", (True,)), ("mục A và BC", (False, False, False, True))],
)
def test_words_of_two_letters_or_more_may_be_in_capitals(text: str, capitals: tuple[bool, ...]) -> None:
    assert run_of(text)[0].capitals == capitals
    assert not any(run_of(text, shouted=True)[0].capitals)


def test_what_is_beyond_the_limit_is_left_out_and_its_first_form_told() -> None:
    run, left_out = run_of("hồ chứa nước ngọt", 2)
    assert (run.forms, left_out) == (("hồ", "chứa"), "nước")
    assert run_of("hồ chứa nước ngọt", 4)[1] == ""
