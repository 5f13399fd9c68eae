"""Queries whose score is a sum over what matches: these the cluster ranks without looking at most of what matches.

A disjunction of leaves, and nothing else, is what Lucene prunes best: it skips whatever cannot reach the best hits. So
everything that scores goes into one, required or not, and what a passage must match becomes a filter of the few that
would be hits; or, where few passages match that (`leading`), they are found first, and only they are scored. The
ranking is the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Phrase, Prefer, Prefix, Range, Term


@dataclass(frozen=True, slots=True)
class Sum:
    """The scores of `summands` that match add up, where `condition` matches (None: it does wherever one of them does).

    `leads` says that few paragraphs match the condition: they are looked up first.
    """

    summands: tuple[Node, ...]
    condition: Node | None
    leads: bool = False


def as_sum(node: Node) -> Sum | None:
    """A query as a sum; None where it is none, or where that would help nothing."""
    core, restrictions = _parted(node)
    if isinstance(core, Exclude):
        inner = as_sum(core.include)
        return inner and Sum(inner.summands, node, inner.leads or _is_selective(restrictions))
    if isinstance(core, Prefer):
        summands = (*_summands(core.required), *_summands(core.optional))
        is_free = False
    else:
        summands = _summands(core)
        is_free = not isinstance(core, Any) or _is_disjunction(core)
    if isinstance(core, All | Everything | Facet | Range) or not summands:
        return None
    return Sum(summands, None if is_free and not restrictions else node, _is_selective(restrictions))


def _parted(node: Node) -> tuple[Node, list[Node]]:
    """What scores, and what only restricts it."""
    children = node.children if isinstance(node, All) else (node,)
    scoring = [child for child in children if not isinstance(child, Facet | Range | Everything)]
    if len(scoring) != 1:
        return node, []
    return scoring[0], [child for child in children if isinstance(child, Facet | Range)]


def _summands(node: Node) -> tuple[Node, ...]:
    """The parts whose scores add up to that of a node, wherever what it demands is met."""
    if isinstance(node, Any) and node.minimum > 0:
        return tuple([summand for child in node.children for summand in _within(child)])
    if isinstance(node, All):
        # Each child matches then, and one that only restricts adds nothing.
        scoring = [child for child in node.children if not isinstance(child, Facet | Range | Everything)]
        return tuple([summand for child in scoring for summand in _summands(child)]) or (node,)
    return _within(node)


def _within(node: Node) -> tuple[Node, ...]:
    """The same of a node that need not match: one that demands something stays whole."""
    if isinstance(node, Any) and _is_disjunction(node):
        return tuple([summand for child in node.children for summand in _within(child)])
    return (node,)


def has_no_weight(node: Node) -> bool:
    """Whether a summand adds nothing to any score."""
    return isinstance(node, Term | Phrase | Prefix) and node.weight <= 0


def _is_disjunction(node: Any) -> bool:
    """Whether one child is enough."""
    return 0 < node.minimum <= (min(node.counts) if node.counts else 1)


def _is_selective(restrictions: list[Node]) -> bool:
    """Whether few paragraphs are likely to be left; most are of one kind."""
    return any(not (isinstance(each, Facet) and each.name == "kind") for each in restrictions)
