"""What every engine that explains scores paragraph by paragraph does with the inner nodes of a Query tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat

from indexer.engine.base import Explained
from indexer.engine.query import All, Any, Exclude, Facet, Node, Phrase, Prefer, Prefix, Range, Term

Scored = Callable[[Term | Phrase | Prefix], Explained | None]
"""What a leaf adds to the score of the paragraph; None when it does not match."""

Matches = Callable[[Facet | Range], bool]
"""Whether the paragraph passes a filter."""


def explained(node: Node, scored: Scored, matches: Matches) -> list[Explained] | None:
    """One part for each scored leaf that matches, in the order of the tree; None when the node does not match."""
    match node:
        case Term() | Phrase() | Prefix():
            part = scored(node)
            return None if part is None else [part]
        case All(children):
            return _joined([explained(child, scored, matches) for child in children], max(len(children), 1))
        case Any(children, minimum, counts):
            return _joined([explained(child, scored, matches) for child in children], minimum, counts)
        case Prefer(required, optional):
            parts = explained(required, scored, matches)
            return None if parts is None else parts + (explained(optional, scored, matches) or [])
        case Exclude(include, exclude):
            excluded = explained(exclude, scored, matches) is not None
            return None if excluded else explained(include, scored, matches)
        case Facet() | Range():
            return [] if matches(node) else None
    return []  # Everything.


def _joined(
    found: Sequence[list[Explained] | None], minimum: int, counts: Sequence[int] = ()
) -> list[Explained] | None:
    matching = [(parts, count) for parts, count in zip(found, counts or repeat(1), strict=False) if parts is not None]
    reached = sum(count for _, count in matching)
    return [part for parts, _ in matching for part in parts] if reached >= minimum else None
