"""Which leaves of a long query are ranked by, and how much a tenth of its syllables is: by value."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from indexer.engine.query import Any, Node, Phrase, Prefer, Term
from indexer.query.frequencies import Frequencies
from indexer.query.rank import Leaves, _telling, nearest
from indexer.schema import Field
from indexer.settings import Settings
from tests.query.planning import planned


def term(form: str, weight: float = 1.0, field: Field = Field.SYLLABLES) -> Term:
    return Term(field, form, weight)


FREQUENCIES = Frequencies(
    {
        **{(Field.SYLLABLES, form): held for form, held in {"a": 1, "b": 3, "c": 7, "d": 15, "e": 15}.items()},
        (Field.UNMARKED, "a"): 7,
    },
    31,
)


@pytest.mark.parametrize(
    ("nodes", "most", "kept"),
    [
        # As many as there may be: all, whatever they say.
        ([term("d"), term("a"), term("c")], 3, [0, 1, 2]),
        ([term("d"), term("a"), term("c")], 2, [1, 2]),
        ([term("d"), term("a"), term("c")], 1, [1]),
        # A weight counts: 3 ln(32 / 16) is more than ln(32 / 8).
        ([term("d", 3.0), term("c"), term("b")], 1, [0]),
        ([term("d", 1.9), term("c"), term("b", 0.1)], 1, [1]),
        # Of what says as much, the first.
        ([term("d"), term("e"), term("c")], 2, [0, 2]),
        ([term("e"), term("d")], 1, [0]),
        # A phrase says as much as its rarest form, alternatives as much as the one that says most.
        ([term("b"), Phrase(Field.SYLLABLES, ("d", "a"), 1.0), term("c")], 1, [1]),
        ([term("b"), Any((term("d"), term("a"))), term("c")], 1, [1]),
        ([Any(()), term("d"), term("c")], 2, [1, 2]),
        ([Prefer(term("a"), term("a")), term("d"), term("c")], 2, [1, 2]),
        ([term("a", field=Field.UNMARKED), term("b"), term("d")], 2, [0, 1]),
    ],
)
def test_of_too_many_the_ones_that_say_most_are_kept_in_their_order(
    nodes: list[Node], most: int, kept: Sequence[int]
) -> None:
    assert _telling(nodes, most, FREQUENCIES) == [nodes[at] for at in kept]


@pytest.mark.parametrize(("count", "minimum"), [(1, 1), (2, 1), (10, 1), (11, 2), (20, 2), (21, 3), (30, 3), (31, 4)])
def test_a_tenth_of_the_syllables_rounded_up_is_near(count: int, minimum: int) -> None:
    forms = tuple(term(f"s{at}") for at in range(count))
    node = nearest(Leaves(forms))
    assert node == (Any(forms, minimum) if count > 1 else forms[0])
    adds = (term("x", field=Field.WORDS), term("y", field=Field.TITLE))
    phrase = Phrase(Field.SYLLABLES, ("x", "y"), 1.0)
    assert nearest(Leaves(forms, adds)) == Prefer(node, Any(adds))
    assert nearest(Leaves(forms), [phrase]) == Prefer(node, phrase)
    assert nearest(Leaves((), adds)) is None


def test_all_leaves_are_told_one_by_one() -> None:
    one, two, three = term("a"), term("b"), term("c", field=Field.WORDS)
    assert Leaves((Any((one, two)), two), (three,)).all == (one, two, two, three)


@pytest.mark.parametrize(("count", "ranked"), [(191, 191), (192, 192), (193, 192), (250, 192)])
def test_a_long_query_is_ranked_by_192_syllables(count: int, ranked: int) -> None:
    """Each is unknown, so none says more than another, and none is found."""
    letters = [f"z{first}{second}" for first in "bcdghklmnpqrstvx" for second in "bcdghklmnpqrstvx"]
    node = planned(" ".join(letters[:count]), Settings(query_clauses=300)).nearest
    required = node.required if isinstance(node, Prefer) else node
    assert isinstance(required, Any)
    assert (len(required.children), required.minimum) == (ranked, math.ceil(ranked / 10))
