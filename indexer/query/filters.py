"""The restrictions that a request brings beside its text: source, author, kind and date.

They say where to look, never for what: they add nothing to a score. Restrictions written in the query itself are
clauses (`restrictions`).
"""

from __future__ import annotations

from indexer.engine.query import All, Any, Dated, Everything, Exclude, Facet, Node
from indexer.results import SearchRequest
from indexer.schema import facet_key


def restricted(node: Node | None, request: SearchRequest) -> Node | None:
    """What `node` asks, within the restrictions of `request`; None when neither asks for anything."""
    filters = _filters(request)
    if node is None or not filters:
        return _all(filters) if filters else node
    if isinstance(node, Exclude):
        inside = [] if isinstance(node.include, Everything) else _parts(node.include)
        return Exclude(_all([*inside, *filters]), node.exclude)
    return _all([*_parts(node), *filters])


def _filters(request: SearchRequest) -> list[Node]:
    filters: list[Node] = []
    for name, values in (("source", request.sources), ("author", request.authors), ("kind", request.kinds)):
        if values:
            nodes = tuple(Facet(name, facet_key(value)) for value in values)
            filters.append(nodes[0] if len(nodes) == 1 else Any(nodes))
    if request.after is not None or request.before is not None:
        filters.append(Dated(request.after, request.before))
    return filters


def _parts(node: Node) -> list[Node]:
    return list(node.children) if isinstance(node, All) else [node]


def _all(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))
