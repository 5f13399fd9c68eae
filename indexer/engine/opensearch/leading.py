"""How many paragraphs a query may match, and which of its parts every match has one of: these are looked up first."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.engine.opensearch.statistics import Statistics
from indexer.engine.query import All, Any, Exclude, Node, Phrase, Prefer, Prefix, Term

RARE = 16
"""A condition that at most one in so many paragraphs meets is looked up before anything is scored."""

RARE_IF_COUNTED = 4
"""The same of one that adds up what is met: looked at for each of the best paragraphs, it would cost more."""


def is_rare(node: Node, statistics: Statistics) -> bool:
    """Whether few paragraphs match."""
    return at_most(node, statistics) * (RARE_IF_COUNTED if _is_counted(node) else RARE) <= statistics.paragraphs


def at_most(node: Node, statistics: Statistics) -> int:
    """No more paragraphs than so many match."""
    match node:
        case Term(field, form):
            return statistics.frequency(field, form)
        case Phrase(field, forms) if forms:
            return min(statistics.frequency(field, form) for form in forms)
        case Prefix(field, form, _, expansions):
            return sum(count for _, count in statistics.expand(field, form, expansions))
        case All(children) if children:
            return min(at_most(child, statistics) for child in children)
        case Any(children, minimum, counts) if minimum > 0:
            return sum(at_most(child, statistics) for child in needed(children, counts, minimum, statistics))
        case Prefer(required):
            return at_most(required, statistics)
        case Exclude(include):
            return at_most(include, statistics)
    return statistics.paragraphs


def needed(children: Sequence[Node], counts: Sequence[int], minimum: int, statistics: Statistics) -> list[Node]:
    """Some of the children of an `Any` of which each match has one: the others do not reach the minimum. Rare ones."""
    counts = counts or [1] * len(children)
    sizes = [at_most(child, statistics) for child in children]
    order = sorted(range(len(children)), key=lambda at: sizes[at] / counts[at])
    left, chosen = sum(counts), []
    for at in order:
        if left < minimum:
            break
        chosen.append(children[at])
        left -= counts[at]
    return chosen


def _is_counted(node: Node) -> bool:
    """Whether a condition adds up what is met."""
    match node:
        case Any(_, minimum, counts):
            return bool(counts) and minimum > min(counts)
        case All(children):
            return any(map(_is_counted, children))
        case Prefer(inner) | Exclude(inner):
            return _is_counted(inner)
    return False
