"""What passages lack: the units of a query, and how many have each; values that no article has."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import islice

from indexer.engine.base import Engine, EngineRequest, Hit
from indexer.engine.query import Node, Term
from indexer.query.clauses import Clause, restricted_to
from indexer.query.field_values import node_of
from indexer.query.found import KnownUnit
from indexer.query.plan import Plan
from indexer.query.unit import Unit
from indexer.query.whole_values import MOST_VALUES
from indexer.results import QueryUnit, QueryWarning
from indexer.schema import Schema
from indexer.search.finding import seconds_left


class UnitCounts:
    """Counts the passages of one index that hold a unit. Safe to share between threads."""

    def __init__(self, engine: Engine, most: int = 1 << 12) -> None:
        self._engine, self._most = engine, most
        self._counted: dict[Node, int] = {}

    def of(self, plan: Plan, seconds: float | None = None, total: int | None = None) -> tuple[QueryUnit, ...]:
        """The units of a query, each with in how many passages of the index it stands; `total` are those found, where
        that is exact."""
        nodes = [each.text for each in plan.units]
        counts = {node: total if plan.is_one_unit and total is not None else self._known(node, plan) for node in nodes}
        asked = [node for node, count in counts.items() if count is None]
        left = None if seconds is None or not asked else seconds / len(asked)
        pages = (
            self._engine.search_many([EngineRequest(node, limit=0, seconds=left) for node in asked]) if asked else []
        )
        if len(self._counted) + len(asked) > self._most:
            self._counted.clear()
        bounds = set()
        for node, page in zip(asked, pages, strict=True):
            counts[node] = page.total
            if page.exact:
                self._counted[node] = page.total
            else:
                bounds.add(node)
        return tuple(
            [
                QueryUnit(
                    each.unit.text,
                    each.unit.span,
                    counts[each.text] or 0,
                    each.unit.query,
                    each.text not in bounds,
                    tuple(map(" ".join, each.unit.others)),
                )
                for each in plan.units
            ]
        )

    def _known(self, node: Node, plan: Plan) -> int | None:
        if isinstance(node, Term):
            return plan.frequencies.frequency(node.field, node.form)
        return self._counted.get(node)


def missing(units: Sequence[KnownUnit], hit: Hit) -> tuple[Unit, ...]:
    """The units that a hit lacks, as neither it nor its article's title has them; see `ranking.Question.units`."""
    return tuple([each.unit for each, has in zip(units, hit.matches, strict=False) if not has])


def valueless(
    clauses: Sequence[Clause], engine: Engine, schema: Schema, lacking: Container[str], ends: float
) -> Iterator[QueryWarning]:
    """A warning for each of the first values that clauses, which found nothing, restrict it to and no passage has.

    The index has no values at all of the fields that it is `lacking`.
    """
    for clause in islice(restricted_to(clauses), MOST_VALUES):
        if clause.name in lacking:
            continue
        node = node_of(schema.rows[clause.name], clause.value, whole=False)
        page = engine.search(EngineRequest(node, limit=0, seconds=seconds_left(ends))) if node else None
        if page is None or (not page.total and page.exact):
            message = f'No article has the value "{clause.value}" of the field "{clause.name}".'
            yield QueryWarning("value_nowhere", clause.value, message)
