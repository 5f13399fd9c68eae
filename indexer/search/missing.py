"""The units that a passage lacks, as neither it nor its article's title holds them, and how many passages hold each."""

from __future__ import annotations

import functools
import re
import unicodedata
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
from indexer.vietnamese.keys import keys_of, plain


class UnitCounts:
    """Counts the passages of one index that hold a unit. Safe to share between threads."""

    def __init__(self, engine: Engine, most: int = 1 << 12) -> None:
        self._engine, self._most = engine, most
        self._counted: dict[Node, int] = {}

    def of(self, plan: Plan, seconds: float | None = None) -> tuple[QueryUnit, ...]:
        """The units of a query, each with in how many passages of the index it stands."""
        nodes = [text_node(unit, plan.frequencies) for unit in plan.units]
        counts = {node: self._known(node, plan) for node in nodes}
        asked = [node for node, count in counts.items() if count is None]
        left = None if seconds is None or not asked else seconds / len(asked)
        pages = (
            self._engine.search_many([EngineRequest(node, limit=0, seconds=left) for node in asked]) if asked else []
        )
        if len(self._counted) + len(asked) > self._most:
            self._counted.clear()
        for node, page in zip(asked, pages, strict=True):
            counts[node] = page.total
            if page.exact:
                self._counted[node] = page.total
        return tuple(
            [
                QueryUnit(unit.text, unit.span, counts[node] or 0, unit.query)
                for unit, node in zip(plan.units, nodes, strict=True)
            ]
        )

    def _known(self, node: Node, plan: Plan) -> int | None:
        if isinstance(node, Term):
            return plan.frequencies.frequency(node.field, node.form)
        return self._counted.get(node)


class Missing:
    """Tells which of some units of a query passages lack."""

    def __init__(self, units: Sequence[Unit], frequencies: Frequencies) -> None:
        self._units = [(unit, met_by(unit, frequencies)) for unit in units]

    def of(self, hits: Sequence[Hit]) -> list[tuple[Unit, ...]]:
        """The units that each hit lacks."""
        found = []
        for hit in hits:
            places = _held(hit.paragraph.text), _held(hit.info.title)
            found.append(tuple([unit for unit, readings in self._units if not _meets(readings, unit, places)]))
        return found


class Held:
    """What a text holds. It is divided into tokens only where looking at its letters does not decide."""

    def __init__(self, text: str) -> None:
        self._text = text

    def has(self, reading: UnitReading) -> bool:
        """Whether a reading stands in the text."""
        if reading.field is Field.KEYS:
            (key,) = reading.forms
            # A key of letters alone is a word that is written apart or as one: its letters follow each other.
            return (not key.isalpha() or key in self._squashed) and key in self._keys
        if not all(letters in self._letters for letters in map(fold, reading.forms)):
            return False
        joined = " ".join(reading.forms)
        if reading.field is Field.SYLLABLES:
            if joined.replace(" ", "").isalpha() and _pattern(joined).search(self._lower):
                return True
            return f" {joined} " in self._forms
        return f" {joined} " in self._unmarked

    @functools.cached_property
    def _lower(self) -> str:
        return unicodedata.normalize("NFKC", self._text).lower()

    @functools.cached_property
    def _letters(self) -> str:
        return plain(self._lower)

    @functools.cached_property
    def _squashed(self) -> str:
        return "".join(filter(str.isalnum, self._letters))

    @functools.cached_property
    def _forms(self) -> str:
        """The forms of the tokens, between blanks."""
        return f" {' '.join(forms(self._text))} "

    @functools.cached_property
    def _unmarked(self) -> str:
        return fold(self._forms)

    @functools.cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(keys_of(self._text))


_held = functools.lru_cache(1 << 6)(Held)
"""Remembered, as a page asks for its passages twice: when they are ranked and when they are shown."""


@functools.lru_cache(1 << 10)
def _pattern(joined: str) -> re.Pattern[str]:
    """Syllables with single blanks between them, with no letter or digit before or after."""
    return re.compile(rf"(?<![\w\u0300-\u036f]){re.escape(joined)}(?![\w\u0300-\u036f])")


def _meets(readings: Sequence[UnitReading], unit: Unit, places: Sequence[Held]) -> bool:
    """Whether a passage or its title holds a reading; what is quoted, itself."""
    places = places[:1] if unit.quoted else places
    return any(place.has(reading) for reading in readings for place in places)
