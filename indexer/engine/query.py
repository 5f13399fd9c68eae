"""The Query tree: what is asked of an engine, as plain values.

Every leaf names a field and *analysed* forms (an engine never analyses), and carries its weight, so that every
engine ranks alike. What a user typed lives in `parse`; how that becomes this tree lives in `plan`; how a leaf is
scored is documented in `indexer.engine.base`. Terms and phrases are tuples: planning compares
dozens of them again and again, and they are compared in a third of the time that dataclasses take.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from indexer.schema import Field


class Term(NamedTuple):
    """Paragraphs holding `form` in `field`; scored by BM25 times `weight`. A weight of 0 matches without scoring."""

    field: Field
    form: str
    weight: float = 1.0


class Phrase(NamedTuple):
    """Paragraphs holding `forms` (two or more) side by side in this order in `field`."""

    field: Field
    forms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Paragraphs holding any form that begins with `form`; each scores the constant `weight`.

    At most `expansions` forms count: the most frequent ones, ties by form.
    """

    field: Field
    form: str
    weight: float = 1.0
    expansions: int = 128


@dataclass(frozen=True, slots=True)
class Facet:
    """Paragraphs whose article's keyword field `name` has `value`, or ("kind") which have it themselves; scores 0.

    Values are compared as `indexer.schema.facet_key` makes them. With `whole` false, `value` need only stand inside
    one of the article's values as whole syllables. The name "article" stands for the id, compared as it is. Nothing
    matches where the index has no such field.
    """

    name: str
    value: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Range:
    """Paragraphs of articles of which a value of the field `name` lies from `first` to `last`; scores 0.

    The ends are numbers or days as the field has, None an open end. Articles without a value never match, and nothing
    does where the index has no such field.
    """

    name: str
    first: float | datetime.date | None = None
    last: float | datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Everything:
    """Every paragraph; scores 0."""


@dataclass(frozen=True, slots=True)
class All:
    """Paragraphs that match every child (at least one child); the score is the sum of the children's."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Paragraphs that match at least `minimum` children; the score is the sum of the matching children's.

    With `counts`, one for each child (1 or more, together at most `MOST_COUNTED`), a child that matches counts so much
    towards the minimum.
    """

    children: tuple[Node, ...]
    minimum: int = 1
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Prefer:
    """Paragraphs that match `required`; those that match `optional` too add its score."""

    required: Node
    optional: Node


@dataclass(frozen=True, slots=True)
class Exclude:
    """Paragraphs that match `include` and not `exclude`; the score is that of `include`."""

    include: Node
    exclude: Node


MOST_COUNTED = 255
"""The most that the `counts` of an `Any` may come to."""

Node: TypeAlias = Term | Phrase | Prefix | Facet | Range | Everything | All | Any | Prefer | Exclude


def all_of(nodes: Sequence[Node]) -> Node:
    """What matches every one of some nodes (at least one)."""
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def any_of(nodes: Sequence[Node]) -> Node:
    """What matches any of some nodes (at least one)."""
    return nodes[0] if len(nodes) == 1 else Any(tuple(nodes))
