"""Ranking beside peers: every peer ranks by what it says, and the tables say what was measured."""

from __future__ import annotations

import pytest

pytest.importorskip("bm25s")

from benchmarks.among_all import EVERY, WRITTEN, _table
from benchmarks.ranked_by import PEERS, fts5, syllable_bm25, word_bm25
from benchmarks.relevance import FULL, TYPED, _ranking, _report
from indexer.evaluation.variants import VARIANTS

TEXTS = [
    "Người dân vào vụ thu hoạch bưởi trên những con đường làng.",
    "Hồ Kẻ Gỗ là hồ chứa nước lớn, giữa rừng và núi.",
    "Tư lệnh trao cờ thi đua xuất sắc cho hai tập thể.",
]


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_finds_the_text_with_the_words_first_and_nothing_for_no_word(name: str) -> None:
    if "tantivy" in name:
        pytest.importorskip("tantivy")
    ask = PEERS[name](TEXTS)
    assert ask("cờ thi đua xuất sắc")[0] == 2
    assert ask("hồ chứa nước?")[0] == 1
    assert ask("") == []
    assert ask('"?!') == []


def test_only_fts5_folds_marks_and_only_one_of_a_letter() -> None:
    assert fts5(TEXTS)("lang") == [0]
    assert fts5(TEXTS)("nuoc") == []
    assert syllable_bm25(TEXTS)("lang") == []


def test_words_alone_do_not_match_by_their_syllables() -> None:
    assert syllable_bm25(TEXTS)("hoạch") == [0]
    assert word_bm25(TEXTS)("hoạch") == []


def test_an_article_ranks_by_its_best_paragraph() -> None:
    names = ["a#0", "b#0", "a#1"]
    assert _ranking(lambda query: [2, 1, 0], "", names, articles=True) == ["a", "b"]
    assert _ranking(lambda query: [2, 1, 0], "", names, articles=False) == ["a#1", "b#0", "a#0"]


def test_the_tables_tell_difference_p_and_retention() -> None:
    full = {"p": 1.0, "as written": 0.8, **dict.fromkeys(VARIANTS, 0.4)}
    less = {"p": 0.03, "as written": 0.7, **dict.fromkeys(TYPED, 0.2)}
    result = {"every": 2, "queries": 5, "paragraphs": 9, "date": "2026-01-01", "systems": {FULL: full, "less": less}}
    lines = list(_report("a set", result))
    assert "| less | 0.7000 | -0.1000, p = 0.0300 | 0.2000 | 0.2000 |" in lines
    assert "| nomarks | 0.4000 | 0.5000 |" in lines


def test_a_row_that_asks_some_of_the_questions_is_compared_with_the_same_ones_as_written() -> None:
    written = [0.8 if number % EVERY == 0 else 0.0 for number in range(8)]
    found = {
        WRITTEN: {"date": "2026-01-02", "paragraphs": 1234, "values": written},
        "nomarks": {"date": "2026-01-01", "paragraphs": 1234, "values": [0.6, 0.6]},
    }
    lines = list(_table(found))
    assert lines[0] == "1,234 paragraphs; 2026-01-01 to 2026-01-02. nDCG@10."
    assert any(line.startswith("| nomarks | 2 | 0.6000 | 0.8000 | -0.2000 | 0.7500 |") for line in lines)
