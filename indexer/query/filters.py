"""The restrictions that a request brings beside its text: values of metadata fields, and the dates of articles.

They say where to look, never for what: they add nothing to a score. Restrictions written in the query itself are
clauses (`restrictions`).
"""

from __future__ import annotations

from indexer.engine.query import All, Any, Everything, Exclude, Node, Range, all_of, any_of
from indexer.query.field_values import node_of
from indexer.results import SearchRequest
from indexer.schema import Schema


def restricted(node: Node | None, request: SearchRequest, schema: Schema) -> Node | None:
    """What `node` asks, within the restrictions of `request`; None when neither asks for anything.

    Raises `ValueError` for a field that there is not, and for a value that it cannot have.
    """
    filters = _filters(request, schema)
    if node is None or not filters:
        return all_of(filters) if filters else node
    if isinstance(node, Exclude):
        inside = [] if isinstance(node.include, Everything) else _parts(node.include)
        return Exclude(all_of([*inside, *filters]), node.exclude)
    return all_of([*_parts(node), *filters])


def _filters(request: SearchRequest, schema: Schema) -> list[Node]:
    filters: list[Node] = []
    for name, values in request.filters.items():
        filters.append(any_of([_one(name, value, schema) for value in values]))
    if request.after is not None or request.before is not None:
        filters.append(Range("date", request.after, request.before))
    return filters


def _one(name: str, value: str, schema: Schema) -> Node:
    row = schema.rows.get(name)
    if row is None or not row.filter:
        allowed = ", ".join(each.name for each in schema.filters)
        raise ValueError(f"filter is {name!r}; it must be one of: {allowed}")
    try:
        node = node_of(row, value, whole=True)
    except ValueError:
        raise ValueError(f"{name} is {value!r:.100}; it must be {row.wanted}") from None
    # Of what has no letter or digit nothing can be found.
    return Any(()) if node is None else node


def _parts(node: Node) -> list[Node]:
    return list(node.children) if isinstance(node, All) else [node]
