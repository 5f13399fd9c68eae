"""The query shapes of the fast path: required and optional lists under filters.

    Prefer(Any([...], minimum=m), Any([...])) and its parts, under Facet, Range, Exclude and beside other nodes

A tree of another shape (or with negative weights, which have no highest score to skip by) has no `Flat`.
"""

from __future__ import annotations

from typing import NamedTuple

from indexer.engine.query import MOST_COUNTED, All, Any, Exclude, Node, Phrase, Prefer, Prefix, Term


class Flat(NamedTuple):
    """Paragraphs in at least `minimum` of `required`, in all of `filters` and in none of `excluded`.

    The score is the sum of those of `required` and `optional`. `counts` as of `Any`.
    """

    required: tuple[Node, ...]
    minimum: int
    optional: tuple[Node, ...] = ()
    filters: tuple[Node, ...] = ()
    excluded: tuple[Node, ...] = ()
    counts: tuple[int, ...] = ()


LISTED = Term, Phrase, Prefix
"""Nodes that are one list. A tuple, as it is looked at for each node of each query."""


def flatten(node: Node) -> Flat | None:
    """The shape of a tree, or None when it has another."""
    if _least_weight(node) < 0:
        return None
    flat = _flatten(node)
    return flat if flat is not None and len(flat.required) <= MOST_COUNTED else None


def _flatten(node: Node) -> Flat | None:
    match node:
        case Term() | Phrase() | Prefix():
            return Flat((node,), 1)
        case Any(children, minimum, counts) if children and minimum >= 1:
            return Flat(children, minimum, counts=counts)
        case All(children):
            return _flatten_all(children)
        case Prefer(required, optional):
            flat = _flatten(required)
            more = optional.children if isinstance(optional, Any) and optional.minimum == 1 else (optional,)
            return flat and flat._replace(optional=flat.optional + more)
        case Exclude(include, exclude):
            flat = _flatten(include)
            return flat and flat._replace(excluded=(*flat.excluded, exclude))
        case _:
            return None


def _flatten_all(children: tuple[Node, ...]) -> Flat | None:
    unscored = tuple([child for child in children if not is_scored(child)])
    scored = tuple([child for child in children if is_scored(child)]) if unscored else children
    if not scored:
        return None
    core = next((child for child in scored if not _is_list(child)), None)
    if core is None:
        return Flat(scored, len(scored), filters=unscored)
    # What stands beside the core must match too, and adds its score to each match.
    beside = tuple(child for child in scored if child is not core)
    flat = _flatten(core)
    return flat and flat._replace(optional=flat.optional + beside, filters=flat.filters + unscored + beside)


def _is_list(node: Node) -> bool:
    """Whether a node is one list, or the union of some."""
    if isinstance(node, Any):
        return node.minimum == 1 and all(map(_is_list, node.children))
    return isinstance(node, LISTED)


def is_scored(node: Node) -> bool:
    """Whether a node adds to scores; what does not is a filter."""
    if isinstance(node, LISTED):
        return True
    match node:
        case All(children) | Any(children):
            return any(map(is_scored, children))
        case Prefer(required, optional):
            return is_scored(required) or is_scored(optional)
        case Exclude(include):
            return is_scored(include)
        case _:
            return False


def _least_weight(node: Node) -> float:
    if isinstance(node, LISTED):
        return node.weight
    match node:
        case All(children) | Any(children):
            return min([_least_weight(child) for child in children], default=0.0)
        case Prefer(one, other) | Exclude(one, other):
            return min(_least_weight(one), _least_weight(other))
        case _:
            return 0.0
