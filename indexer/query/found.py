"""The found set: which passages a query finds, by the units that they hold.

A passage meets a unit itself or by its article's title; at least one it must meet itself. Of few units it must meet
all, of more a share of their information (the sum of their idf). Quoted units are always demanded. Nothing here
scores: what is found is ordered by the leaves of `rank`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from indexer.engine.query import MOST_COUNTED, All, Any, Node, Phrase, Prefer, Term, all_of, any_of
from indexer.query.frequencies import Frequencies, Name, information, leaf
from indexer.query.unit import Unit, UnitReading
from indexer.schema import Field, bigram, title_key
from indexer.settings import Settings

MOST_SHARING = 64
"""Units of a long query of which a share is demanded: the most informative ones."""

_TITLE = {Field.SYLLABLES: Field.TITLE, Field.UNMARKED: Field.TITLE_UNMARKED, Field.KEYS: Field.KEYS}
"""The field of titles for each field of a reading."""


def names_of_units(units: Sequence[Unit]) -> Iterator[Name]:
    """The terms whose frequencies `found` must know."""
    for unit in units:
        for reading in _all_readings(unit):
            yield from ((reading.field, form) for form in reading.forms)
            yield from _title_names(reading)
            if reading.field is Field.SYLLABLES:
                yield from ((Field.BIGRAMS, bigram(*pair)) for pair in pairwise(reading.forms))


class KnownUnit(NamedTuple):
    """A unit, and what an index has of it.

    `met` are its readings that the index may have, or what meets it instead; its first reading if there are none.
    `text` finds the passages that hold it themselves, `held` those that do or, unless it is quoted, whose title does;
    `is_in_titles` says that there are such. `information` is its idf, in nats; `stands` says whether the index has any
    of it.
    """

    unit: Unit
    met: tuple[UnitReading, ...]
    text: Node
    held: Node
    is_in_titles: bool
    information: float
    stands: bool


def known_unit(unit: Unit, frequencies: Frequencies) -> KnownUnit:
    """A unit, and what the index has of it whose frequencies these are."""
    counts = [(reading, _frequency(reading, frequencies)) for reading in unit.readings]
    met = tuple([reading for reading, count in counts if count])
    lacks = not met if unit.quoted else not counts[0][1]
    if lacks and unit.instead and (count := _frequency(unit.instead, frequencies)):
        met, counts = (unit.instead, *met), [(unit.instead, count), *counts]
    held = min(sum([count for _, count in counts]), frequencies.paragraphs)
    says, stands = information(held, frequencies.paragraphs), bool(met)
    met = met or unit.readings[:1]
    text = _union([leaf(each.field, each.forms, 0.0) for each in met])
    title = None if unit.quoted else _title_node(unit, frequencies)
    return KnownUnit(unit, met, text, _union([text, title]) if title else text, title is not None, says, stands)


def distinct(units: Sequence[KnownUnit]) -> list[KnownUnit]:
    """Each unit once, however often it was typed."""
    return list({(each.unit.readings, each.unit.quoted): each for each in units}.values())


def found(units: Sequence[KnownUnit], settings: Settings) -> Node | None:
    """What finds the passages that hold enough of the units, each of which is given once; None where there are none."""
    if shares([each.unit for each in units], settings):
        quoted = [each.text for each in units if each.unit.quoted]
        return all_of([*quoted, _shared([each for each in units if not each.unit.quoted], settings)])
    if len(units) == 1:
        return units[0].text
    nodes = [each.held for each in units]
    if nodes and all(each.is_in_titles for each in units):
        nodes.append(_union([each.text for each in units]))
    return all_of(nodes) if nodes else None


def shares(units: Sequence[Unit], settings: Settings) -> bool:
    """Whether a share of some units is enough: they are many."""
    different = {(unit.readings, unit.quoted) for unit in units}
    return len(different) > settings.required_units and sum(not quoted for _, quoted in different) > 1


def scored(node: Node, leaves: Sequence[Term | Phrase]) -> Node:
    """What finds the same as `node`, scored by `leaves`. A leaf that both have is asked for once."""
    left: dict[tuple[Field, object], Term | Phrase] = {}
    for each in leaves:
        known = left.get(_key(each))
        left[_key(each)] = each if known is None else each._replace(weight=known.weight + each.weight)
    node = _weighted(node, left)
    return Prefer(node, _union(list(left.values()))) if left else node


def _shared(units: Sequence[KnownUnit], settings: Settings) -> Node:
    """What finds the passages that meet a share of the information of units, and at least one of them themselves."""
    units = sorted(units, key=lambda each: -each.information)[:MOST_SHARING]
    nodes = [each.held for each in units]
    # What is counted together must stay within the engine's limit, that of one unit met in the text included.
    scale = (MOST_COUNTED // 2 - len(units)) / sum([each.information for each in units])
    counts = [1 + round(each.information * scale) for each in units]
    minimum = max(1, math.ceil(settings.found_share * sum(counts) - 1e-9))
    if any(each.is_in_titles for each in units):
        # So much that nothing but what meets some unit itself reaches the minimum.
        counts.append(sum(counts) - minimum + 1)
        nodes.append(_union([each.text for each in units]))
        minimum += counts[-1]
    return Any(tuple(nodes), minimum, tuple(counts))


def _title_node(unit: Unit, frequencies: Frequencies) -> Node | None:
    """What finds the passages whose title holds a unit; None where no title does."""
    titles = [_title_names(reading) for reading in _all_readings(unit)]
    known = [names for names in titles if all(frequencies.knows(*name) for name in names)]
    return _union([leaf(names[0][0], tuple(form for _, form in names), 0.0) for names in known]) if known else None


def _title_names(reading: UnitReading) -> list[Name]:
    """The terms of titles that a reading stands for."""
    forms = map(title_key, reading.forms) if reading.field is Field.KEYS else reading.forms
    return [(_TITLE[reading.field], form) for form in forms]


def _all_readings(unit: Unit) -> tuple[UnitReading, ...]:
    return (*unit.readings, unit.instead) if unit.instead else unit.readings


def _frequency(reading: UnitReading, frequencies: Frequencies) -> int:
    """In how many passages a reading stands, at most."""
    counts = [frequencies.frequency(reading.field, form) for form in reading.forms]
    if reading.field is Field.SYLLABLES:
        counts += [frequencies.frequency(Field.BIGRAMS, bigram(*pair)) for pair in pairwise(reading.forms)]
    return min(counts)


def _union(nodes: Sequence[Node]) -> Node:
    """The union of nodes; unions among them become parts of it, each part once."""
    parts = [part for node in nodes for part in (node.children if isinstance(node, Any) else (node,))]
    return any_of(list(dict.fromkeys(parts)))


def _key(node: Term | Phrase) -> tuple[Field, object]:
    return node.field, node.forms if isinstance(node, Phrase) else node.form


def _weighted(node: Node, leaves: dict[tuple[Field, object], Term | Phrase]) -> Node:
    """The node, its leaves with the weights of those among `leaves`, which are taken from there."""
    match node:
        case Term() | Phrase():
            taken = leaves.pop(_key(node), None)
            return node if taken is None else taken
        case All(children):
            return All(tuple([_weighted(child, leaves) for child in children]))
        case Any(children):
            return replace(node, children=tuple([_weighted(child, leaves) for child in children]))
    return node
