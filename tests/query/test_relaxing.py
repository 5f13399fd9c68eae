"""A quotation inside a question is searched as words when nothing has it letter for letter."""

from __future__ import annotations

from indexer.query.parse import parse, without_quotes
from indexer.settings import Settings


def relaxed(text: str) -> str | None:
    parsed = without_quotes(parse(text, Settings()))
    return parsed.understood if parsed else None


def test_quotations_among_words_become_words() -> None:
    assert relaxed('ai viết "Truyện Kiều" năm nào') == "ai viết Truyện Kiều năm nào"


def test_what_else_was_asked_stays() -> None:
    assert relaxed('sách "Truyện Kiều" -phim after:2020') == "sách Truyện Kiều -phim after:2020-01-01"


def test_a_warning_names_the_quotations() -> None:
    parsed = without_quotes(parse('ai viết "Truyện Kiều"', Settings()))
    assert parsed is not None
    assert [(warning.code, warning.subject) for warning in parsed.warnings] == [("phrase_not_found", '"Truyện Kiều"')]


def test_a_phrase_alone_or_words_alone_are_left_alone() -> None:
    assert relaxed('"Truyện Kiều"') is None
    assert relaxed("truyện kiều") is None
    assert relaxed('"Truyện Kiều" -phim') is None
