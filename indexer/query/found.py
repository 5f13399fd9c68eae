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

from indexer.engine.query import MOST_COUNTED, All, Any, Node, Phrase, Prefer, Term, all_of, any_of
from indexer.query.frequencies import Frequencies, Name, leaf
from indexer.query.units import Unit, UnitReading
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


def text_node(unit: Unit, frequencies: Frequencies) -> Node:
    """What finds the passages that hold a unit themselves."""
    return _union([leaf(each.field, each.forms, 0.0) for each in met_by(unit, frequencies)])


def met_by(unit: Unit, frequencies: Frequencies) -> tuple[UnitReading, ...]:
    """The readings of a unit that the index may have, or what meets it instead; its first reading if there are none."""
    known = tuple([reading for reading in unit.readings if _frequency(reading, frequencies)])
    instead = (unit.instead,) if unit.instead and _frequency(unit.instead, frequencies) else ()
    return known or instead or unit.readings[:1]


def held_nodes(units: Sequence[Unit], frequencies: Frequencies) -> tuple[Node, ...]:
    """For each unit what finds the passages that hold it themselves or, unless it is quoted, by their title."""
    titles = [None if unit.quoted else _title_node(unit, frequencies) for unit in units]
    texts = [text_node(unit, frequencies) for unit in units]
    return tuple([_union([text, title] if title else [text]) for text, title in zip(texts, titles, strict=True)])


def found(units: Sequence[Unit], frequencies: Frequencies, settings: Settings) -> Node | None:
    """What finds the passages that hold enough of the units; None where there are none."""
    units = _distinct(units)
    if shares(units, settings):
        quoted = [text_node(unit, frequencies) for unit in units if unit.quoted]
        return all_of([*quoted, _shared([unit for unit in units if not unit.quoted], frequencies, settings)])
    texts = [text_node(unit, frequencies) for unit in units]
    titles = [_title_node(unit, frequencies) if len(units) > 1 and not unit.quoted else None for unit in units]
    nodes = [_union([text, title] if title else [text]) for text, title in zip(texts, titles, strict=True)]
    if nodes and all(titles):
        nodes.append(_union(texts))
    return all_of(nodes) if nodes else None


def shares(units: Sequence[Unit], settings: Settings) -> bool:
    """Whether a share of some units is enough: they are many."""
    units = _distinct(units)
    return len(units) > settings.required_units and sum(not unit.quoted for unit in units) > 1


def scored(node: Node, leaves: Sequence[Term | Phrase]) -> Node:
    """What finds the same as `node`, scored by `leaves`. A leaf that both have is asked for once."""
    left: dict[tuple[Field, object], Term | Phrase] = {}
    for each in leaves:
        known = left.get(_key(each))
        left[_key(each)] = each if known is None else replace(each, weight=known.weight + each.weight)
    node = _weighted(node, left)
    return Prefer(node, _union(list(left.values()))) if left else node


def information(unit: Unit, frequencies: Frequencies) -> float:
    """The idf of a unit, in nats."""
    held = min(sum(_frequency(reading, frequencies) for reading in met_by(unit, frequencies)), frequencies.paragraphs)
    return math.log(1 + (frequencies.paragraphs - held + 0.5) / (held + 0.5))


def _shared(units: Sequence[Unit], frequencies: Frequencies, settings: Settings) -> Node:
    """What finds the passages that meet a share of the information of units, and at least one of them themselves."""
    weights = {unit: information(unit, frequencies) for unit in units}
    units = sorted(units, key=lambda unit: -weights[unit])[:MOST_SHARING]
    texts = [text_node(unit, frequencies) for unit in units]
    titles = [_title_node(unit, frequencies) for unit in units]
    nodes = [_union([text, title] if title else [text]) for text, title in zip(texts, titles, strict=True)]
    # What is counted together must stay within the engine's limit, that of one unit met in the text included.
    scale = (MOST_COUNTED // 2 - len(units)) / sum(weights[unit] for unit in units)
    counts = [1 + round(weights[unit] * scale) for unit in units]
    minimum = max(1, math.ceil(settings.found_share * sum(counts) - 1e-9))
    if any(titles):
        # So much that nothing but what meets some unit itself reaches the minimum.
        counts.append(sum(counts) - minimum + 1)
        nodes.append(_union(texts))
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


def _distinct(units: Sequence[Unit]) -> list[Unit]:
    return list({(unit.readings, unit.quoted): unit for unit in units}.values())


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
