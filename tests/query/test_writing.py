"""Clauses are written with the parentheses that a reader needs, or only those that the language needs."""

from __future__ import annotations

import pytest

from indexer.query.clauses import MAX_DEPTH, nesting, write
from indexer.query.parse import parse


@pytest.mark.parametrize(
    ("text", "depth"), [("a b", 0), ("(a)", 1), ("(a) (b) (c)", 1), ("((a) (b)) (c)", 2), ("(((a)))", 3), ("a)", 0)]
)
def test_depth_of_parentheses(text: str, depth: int) -> None:
    assert nesting(text) == depth


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ('a (b OR c) "d e"', 'a (b OR c) "d e"'),
        ('"d e" b OR c', '"d e" (b OR c)'),
        ("(a b) OR c", "a b OR c"),
        ("b OR c", "b OR c"),
    ],
)
def test_alternatives_beside_something_stand_in_parentheses(typed: str, written: str) -> None:
    assert write(parse(typed).clauses) == written


@pytest.mark.parametrize("inner", ["a (b OR c)", "(b OR c) a", "a (b OR c) d", "(b OR c) d OR e"])
def test_where_all_would_nest_too_deep_only_the_needed_ones_stand(inner: str) -> None:
    text = inner
    for _ in range(MAX_DEPTH - 1):
        text = f'({text}) OR "z"'
    text = f'"p q" {text}'
    assert nesting(text) == MAX_DEPTH
    assert write(parse(text).clauses) == text
