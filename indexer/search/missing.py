"""The units that a passage lacks, as neither it nor its article's title holds them, and how many passages hold each."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.engine.base import Engine, EngineRequest, Hit
from indexer.engine.query import Node, Term
from indexer.query.found import met_by, text_node
from indexer.query.frequencies import Frequencies
from indexer.query.plan import Plan
from indexer.query.units import Unit, UnitReading
from indexer.results import QueryUnit
from indexer.schema import Field
from indexer.vietnamese import fold, forms
from indexer.vietnamese.keys import keys_of


class UnitCounts:
    """Counts the passages of one index that hold a unit. Safe to share between threads."""

    def __init__(self, engine: Engine, most: int = 1 << 12) -> None:
        self._engine, self._most = engine, most
        self._counted: dict[Node, int] = {}

    def of(self, plan: Plan, seconds: float | None = None) -> tuple[QueryUnit, ...]:
        """The units of a query, each with in how many passages of the index it stands."""
        nodes = [text_node(unit, plan.frequencies) for unit in plan.units]
        asked = [node for node in dict.fromkeys(nodes) if not isinstance(node, Term) and node not in self._counted]
        if asked:
            if len(self._counted) + len(asked) > self._most:
                self._counted.clear()
            left = None if seconds is None else seconds / len(asked)
            pages = self._engine.search_many([EngineRequest(node, limit=0, seconds=left) for node in asked])
            counts = {node: page.total for node, page in zip(asked, pages, strict=True)}
            self._counted.update({node: counts[node] for node, page in zip(asked, pages, strict=True) if page.exact})
        else:
            counts = {}

        def count(node: Node) -> int:
            if isinstance(node, Term):
                return plan.frequencies.frequency(node.field, node.form)
            return counts[node] if node in counts else self._counted[node]

        return tuple(
            [QueryUnit(unit.text, unit.span, count(node)) for unit, node in zip(plan.units, nodes, strict=True)]
        )


class Missing:
    """Tells which of some units of a query passages lack."""

    def __init__(self, units: Sequence[Unit], frequencies: Frequencies) -> None:
        self._units = [(unit, met_by(unit, frequencies)) for unit in units]
        self._titles: dict[str, _Held] = {}

    def of(self, hits: Sequence[Hit]) -> list[tuple[Unit, ...]]:
        """The units that each hit lacks."""
        found = []
        for hit in hits:
            title = hit.info.title
            if title not in self._titles:
                self._titles[title] = _Held(title)
            places = _Held(hit.paragraph.text), self._titles[title]
            found.append(tuple([unit for unit, readings in self._units if not _meets(readings, unit, places)]))
        return found


class _Held:
    """What a text holds, field by field: its terms one after another, between blanks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._fields: dict[Field, str] = {}

    def has(self, reading: UnitReading) -> bool:
        """Whether a reading stands in the text."""
        if reading.field is Field.KEYS:
            return f"|{reading.forms[0]}|" in self._field(Field.KEYS)
        return f" {' '.join(reading.forms)} " in self._field(reading.field)

    def _field(self, field: Field) -> str:
        if field not in self._fields:
            if field is Field.KEYS:
                self._fields[field] = f"|{'|'.join(keys_of(self._text))}|"
            elif field is Field.SYLLABLES:
                self._fields[field] = f" {' '.join(forms(self._text))} "
            else:
                self._fields[field] = fold(self._field(Field.SYLLABLES))
        return self._fields[field]


def _meets(readings: Sequence[UnitReading], unit: Unit, places: Sequence[_Held]) -> bool:
    """Whether a passage or its title holds a reading; what is quoted, itself."""
    places = places[:1] if unit.quoted else places
    return any(place.has(reading) for reading in readings for place in places)
