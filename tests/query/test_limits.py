"""The limits of queries, by the numbers that docs/ and warnings tell, and what a warning says of each."""

from __future__ import annotations

import pytest

from indexer.query.clauses import PrefixClause
from indexer.query.parse import parse
from indexer.schema import declared_field
from indexer.settings import Settings
from tests.query.test_parse import codes, either, words


def test_a_star_counts_after_two_letters() -> None:
    assert parse("qu*").clauses == (PrefixClause("qu"),)
    assert parse("1q*").clauses == (PrefixClause("1q"),)
    (warning,) = parse("q*").warnings
    assert warning.message == "A star needs at least 2 letters before it; searched as text."
    # One letter with a combining diacritic is one letter.
    assert codes(parse("e\u0301*")) == ["prefix_too_short"]
    assert codes(parse("2*")) == ["prefix_too_short"]
    assert codes(parse("*")) == codes(parse("2*3")) == []


def test_parentheses_group_eight_deep() -> None:
    assert codes(parse("(" * 8 + 'a "b"' + ")" * 8)) == []
    (warning,) = parse("(" * 9 + 'a "b"' + ")" * 9).warnings
    assert (warning.code, warning.subject) == ("too_deep", "(")
    assert warning.message.startswith("Parentheses group 8 deep")


@pytest.mark.parametrize(
    ("limit", "cut"),
    [(7, "thi đua"), (8, "thi đua "), (9, "thi đua"), (10, "thi đua"), (11, "thi đua yêu"), (2, "th"), (99, "")],
)
def test_a_query_is_cut_before_a_word_that_does_not_fit(limit: int, cut: str) -> None:
    parsed = parse("thi đua yêu", Settings(query_characters=limit))
    assert parsed.text == (cut or "thi đua yêu")
    assert codes(parsed) == (["query_too_long"] if limit < 11 else [])


def test_white_space_at_the_end_is_no_part_of_a_query_that_is_too_long() -> None:
    assert codes(parse("thi đua   ", Settings(query_characters=7))) == []


@pytest.mark.parametrize(
    ("rest", "subject"),
    [
        ("y" * 60, "y" * 60),
        ("y" * 61, "y" * 60 + "…"),
        ("y  z", "y z"),
        ("y\x00z", "y z"),
        ("y" + " " * 117 + "zz", "y z"),  # Beside the blank before it: no more than 120 characters are looked at.
        ("y" + " " * 118 + "zz", "y"),
    ],
)
def test_a_warning_tells_the_first_sixty_characters_of_what_was_left_out(rest: str, subject: str) -> None:
    (warning, *_) = parse(f"thi {rest}", Settings(query_characters=3)).warnings
    assert (warning.code, warning.subject) == ("query_too_long", subject)


def test_an_or_that_is_a_word_counts_as_one() -> None:
    assert parse("OR a b", Settings(query_clauses=3)).clauses == (words("or, a b"),)
    parsed = parse("a b OR", Settings(query_clauses=2))
    assert parsed.clauses == (words("a b"),)
    assert [(warning.code, warning.subject) for warning in parsed.warnings] == [
        ("or_alone", "OR"),
        ("too_many_clauses", "OR"),
    ]
    # What stands behind one that is left out still counts.
    assert parse("a OR OR b", Settings(query_clauses=2)).clauses == (either(words("a"), words("b")),)


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("title", '"thi đua"'),
        ("source", '"Báo Hà Tĩnh"'),
        ("author", '"Nguyễn Văn A"'),
        ("kind", "caption"),
        ("after", "2023-01"),
        ("before", "2024"),
        ("pages", "10..20"),
        ("printed", "2023-01"),
        ("place", '"thi đua"'),
    ],
)
def test_a_restriction_without_a_value_is_told_with_an_example(name: str, example: str) -> None:
    types = {"pages": "number", "printed": "date", "place": "keyword"}
    settings = Settings(fields=tuple(declared_field(each, {"type": kind}) for each, kind in types.items()))
    (warning,) = parse(f"{name}: xa", settings).warnings
    assert (warning.code, warning.subject) == ("value_missing", f"{name}:")
    assert warning.message == (f'"{name}:" needs a value after the colon, such as {name}:{example}; searched as text.')
    # The example can be read.
    assert parse(f"{name}:{example}", settings).warnings == ()
