"""A Query tree in the query language of OpenSearch.

What a leaf is worth is computed here, from the frequencies of the whole generation, and given to each shard.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any as AnyValue
from typing import TypeAlias

from indexer.engine.opensearch.leading import needed
from indexer.engine.opensearch.mapping import RAW, path
from indexer.engine.opensearch.records import safe
from indexer.engine.opensearch.statistics import Statistics
from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Phrase, Prefer, Prefix, Range, Term
from indexer.engine.scoring import Scoring
from indexer.schema import Field, FieldType, Schema, facet_key

Query: TypeAlias = dict[str, AnyValue]

NOTHING: Query = {"match_none": {}}
EVERYTHING: Query = {"constant_score": {"filter": {"match_all": {}}, "boost": 0.0}}

_SCRIPT = (
    "double f = _score / params.n; "
    "return params.weight * f / (f + params.floor + params.step * doc[params.length].value);"
)


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates trees for one generation and one scoring; `plugin` says how its leaves are scored."""

    statistics: Statistics
    schema: Schema
    scoring: Scoring
    plugin: bool

    def scored(self, node: Node) -> Query:
        """A query that matches and scores as the node says."""
        return self._scored(node, approximate=False)

    def approximate(self, node: Node) -> Query:
        """The same where the plugin scores; otherwise a cheaper query, whose scores are near those."""
        return self._scored(node, approximate=not self.plugin)

    def _scored(self, node: Node, approximate: bool) -> Query:
        def child(node: Node) -> Query:
            return self._scored(node, approximate)

        match node:
            case Term() | Phrase():
                return self._leaf(node, approximate)
            case Prefix(weight=weight):
                return {"constant_score": {"filter": self.matching(node), "boost": weight}}
            case All(children) if children:
                return {"bool": {"must": [child(each) for each in children]}}
            case Any(children, minimum, counts) if minimum <= (sum(counts) or len(children)):
                several = [child(each) for each in children]
                if minimum <= 0:
                    return {"bool": {"must": [EVERYTHING], "should": several}}
                if minimum <= min(counts, default=0):
                    return any_of(several)
                return (
                    {"bool": {"must": [any_of(several)], "filter": [self.matching(node)]}}
                    if counts
                    else any_of(several, minimum)
                )
            case Prefer(required, optional):
                return {"bool": {"must": [child(required)], "should": [child(optional)]}}
            case Exclude(include, exclude):
                return {"bool": {"must": [child(include)], "must_not": [self.matching(exclude)]}}
            case Facet() | Range() | Everything():
                return {"constant_score": {"filter": self.matching(node), "boost": 0.0}}
        return NOTHING

    def matching(self, node: Node) -> Query:
        """A query that matches as the node says, for filters and counts."""
        match node:
            case Term(field, form):
                return {"term": {path(field): form}} if self.statistics.frequency(field, form) else NOTHING
            case Phrase(field, forms):
                known = all(self.statistics.frequency(field, form) for form in forms)
                return _phrase(field, forms) if known else NOTHING
            case Prefix(field, form, _, expansions):
                found = [each for each, _ in self.statistics.expand(field, form, expansions)]
                return {"terms": {path(field): found}} if found else NOTHING
            case Facet(name, value, whole):
                return self._facet(name, value, whole)
            case Range(name, first, last):
                return self._range(name, first, last)
            case Everything():
                return {"match_all": {}}
            case All(children) if children:
                return {"bool": {"filter": [self.matching(each) for each in children]}}
            case Any(children, minimum, counts) if minimum <= (sum(counts) or len(children)):
                several = [self.matching(each) for each in children]
                if minimum <= 0:
                    return {"match_all": {}}
                if not counts:
                    return any_of(several, minimum)
                some = needed(children, counts, minimum, self.statistics)
                leading = any_of([self.matching(each) for each in some]) if len(some) < len(children) else None
                return _reaching(several, counts, minimum, leading)
            case Prefer(required):
                return self.matching(required)
            case Exclude(include, exclude):
                return {"bool": {"filter": [self.matching(include)], "must_not": [self.matching(exclude)]}}
        return NOTHING

    def _leaf(self, leaf: Term | Phrase, approximate: bool) -> Query:
        field = leaf.field
        forms = leaf.forms if isinstance(leaf, Phrase) else (leaf.form,)
        matching = self.matching(leaf)
        if matching is NOTHING:
            return NOTHING
        scoring = self.scoring
        weight = leaf.weight * sum(self.statistics.idf(field, form, scoring) for form in forms)
        if weight <= 0:
            return {"constant_score": {"filter": matching, "boost": 0.0}}
        numbers = {
            "weight": weight * (scoring.k1 + 1),
            "floor": scoring.k1 * (1 - scoring.b),
            "step": scoring.k1 * scoring.b / self.statistics.average(field),
        }
        if self.plugin:
            return {"timdoan_leaf": {"field": path(field), "forms": list(forms), **numbers}}
        # The frequency of a phrase comes once for each of its terms.
        if approximate:
            return _boosted(matching, weight / len(forms))
        params = {**numbers, "n": len(forms), "length": f"len_{field.value}"}
        return {"script_score": {"query": _boosted(matching, RAW), "script": {"source": _SCRIPT, "params": params}}}

    def _facet(self, name: str, value: str, whole: bool) -> Query:
        if name == "article":
            return {"term": {"article": safe(value)}}
        row = self.schema.rows.get(name)
        if row is None or row.type is not FieldType.KEYWORD:
            return NOTHING
        key = safe(facet_key(value))
        if whole:
            return {"term": {f"k_{name}": key}}
        return {"match_phrase": {f"k_{name}.in": {"query": key}}}

    def _range(self, name: str, first: float | datetime.date | None, last: float | datetime.date | None) -> Query:
        row = self.schema.rows.get(name)
        if row is None or row.type not in (FieldType.NUMBER, FieldType.DATE):
            return NOTHING
        ends = {"gte": first, "lte": last}
        bounds = {
            end: value.toordinal() if isinstance(value, datetime.date) else value
            for end, value in ends.items()
            if value is not None
        }
        return {"range": {f"n_{name}": bounds}} if bounds else {"exists": {"field": f"n_{name}"}}


def any_of(several: Sequence[Query], minimum: int = 1) -> Query:
    """What at least so many of several queries match."""
    several = [each for each in several if each is not NOTHING]
    if minimum > len(several):
        return NOTHING
    return {"bool": {"should": list(several), "minimum_should_match": minimum}}


def _reaching(several: Sequence[Query], counts: Sequence[int], minimum: int, leading: Query | None) -> Query:
    """Matches what reaches a minimum where each query counts differently: as a score of whole numbers.

    Only what matches `leading` can (None: that is not known).
    """
    if minimum <= min(counts):
        return any_of(several)
    scored = [
        {"constant_score": {"filter": each, "boost": float(count)}} for each, count in zip(several, counts, strict=True)
    ]
    query = any_of(scored)
    if leading is not None:
        query = {"bool": {"must": [query], "filter": [leading]}}
    return {"function_score": {"query": query, "min_score": minimum - 0.5, "boost_mode": "multiply"}}


def _phrase(field: Field, forms: Sequence[str]) -> Query:
    return {"match_phrase": {path(field): {"query": "\n".join(forms), "analyzer": "lines"}}}


def _boosted(query: Query, boost: float) -> Query:
    """A term or phrase query with a boost."""
    [(kind, inner)] = query.items()
    [(name, options)] = inner.items()
    given = options if isinstance(options, dict) else {"value": options}
    return {kind: {name: {**given, "boost": boost}}}
