"""The bodies of searches: what a request asks a cluster for."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any as AnyValue

from indexer.engine.base import FRESH, EngineRequest, Hit, ordering
from indexer.engine.opensearch.leading import is_rare
from indexer.engine.opensearch.records import SHOWN, article_ids
from indexer.engine.opensearch.shape import Sum, has_no_weight
from indexer.engine.opensearch.translate import NOTHING, Query, Translator, any_of
from indexer.schema import COUNTED_PARTS, FieldType, Schema

MOST_VALUES = 10_000
"""Values of a facet that are counted; with more, the counts of the rare ones are left to the rest."""

ARTICLES = "articles"
"""The aggregation that counts articles; a facet is called `facet.NAME`, what has no value of it `without.NAME`."""

_DISTINCT = {
    "init_script": "state.seen = new BitSet()",
    "map_script": "state.seen.set((int) doc['number'].value)",
    "combine_script": "state.seen.cardinality()",
    "reduce_script": "long sum = 0; for (each in states) { sum += each } return sum",
}
"""Counts articles exactly: all paragraphs of one are in one shard."""

_FRESH = (
    "if (!doc.containsKey('n_date') || doc['n_date'].size() == 0) { return -1e300 } "
    "return Math.log(Math.max(_score, params.least)) / Math.log(2) + doc['n_date'].value / params.half_life"
)
"""What FRESH orders by, in the language of the cluster's scripts: the logarithm of the score with the age in it."""

_BY_SCORE: list[AnyValue] = ["_score", {"seq": "asc"}]

_MOST_PRECISE = 40_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the bodies for one generation; `deleted` are the numbers of articles that count as absent."""

    translator: Translator
    schema: Schema
    deleted: Sequence[int]

    def counts(self, request: EngineRequest, bound: int | None) -> Query:
        """Counts and facets of all that matches. With a `bound`, counting stops at so many paragraphs of a shard."""
        body = {
            "query": self.without_deleted({"bool": {"filter": [self.translator.matching(request.query)]}}),
            "size": 0,
            "track_total_hits": True,
            "aggs": self._aggregations(request, exactly=bound is None),
        }
        if bound is not None and not request.facets:
            body["terminate_after"] = bound
        return _timed(body, request)

    def page(self, request: EngineRequest) -> Query:
        """A whole page: hits by their whole score, and every count exactly."""
        order = self._order(request)
        body = {
            "query": self.without_deleted(self.translator.scored(request.query)),
            "sort": order,
            "track_scores": True,
            "track_total_hits": True,
            "from": request.offset,
            "size": request.limit,
            "_source": list(SHOWN),
            "aggs": self._aggregations(request, exactly=True),
        }
        if request.per_article is not None:
            inner = {"name": "best", "size": max(request.per_article, 0), "sort": order, "track_scores": True}
            body["collapse"] = {"field": "number", "inner_hits": {**inner, "_source": list(SHOWN)}}
        return _timed(body, request)

    def best(self, request: EngineRequest, total: Sum, window: int) -> Query:
        """The best hits, without counts; or, grouped by article, the places of the best `window` paragraphs.

        With the plugin they are the best there are. Without, the best `window` of each shard by cheaper scores, which
        are then scored.
        """
        wanted = request.offset + request.limit
        size = max(window, wanted)
        translator, plugin = self.translator, self.translator.plugin
        condition = total.condition
        leads = condition is not None and (total.leads or is_rare(condition, translator.statistics))
        # What matches the condition is found by it, whether anything of it scores or not.
        summands = [each for each in total.summands if not (leads and has_no_weight(each))]
        several = [translator.scored(each) if plugin else translator.approximate(each) for each in summands]
        query = any_of(several)
        body: Query = {"track_total_hits": False, "from": request.offset, "size": request.limit}
        if condition is not None and leads:
            should = [each for each in several if each is not NOTHING]
            query = {"bool": {"filter": [translator.matching(condition)], "should": should}}
        elif condition is not None:
            body["post_filter"] = translator.matching(condition)
        body |= {"query": self.without_deleted(query), "_source": [*SHOWN, "seq"]}
        if plugin:
            body["sort"] = _BY_SCORE
        else:
            again = {"rescore_query": translator.scored(request.query), "rescore_query_weight": 1, "query_weight": 0}
            body["rescore"] = {"window_size": size, "query": again}
        if request.per_article is not None:
            body |= {"from": 0, "size": size, "_source": False, "docvalue_fields": ["seq", "number"]}
        return _timed(body, request)

    def of_articles(self, request: EngineRequest, numbers: Sequence[int]) -> Query:
        """The hits of some articles, grouped by these: by their whole score, with how many of each match."""
        body = self.page(replace(request, offset=0, limit=len(numbers)))
        del body["aggs"]
        body["query"] = {"bool": {"must": [body["query"]], "filter": [{"terms": {"number": list(numbers)}}]}}
        return body

    def named(self, request: EngineRequest, hits: Sequence[Hit]) -> Query:
        """Which of the nodes named in a request the paragraphs of some hits match."""
        places = [
            {"bool": {"filter": [{"term": {"article": name}}, {"term": {"position": hit.paragraph.position}}]}}
            for hit, name in zip(hits, article_ids(hit.info.id for hit in hits), strict=True)
        ]
        nodes = [
            {"bool": {"filter": [self.translator.matching(node)], "_name": str(at)}}
            for at, node in enumerate(request.named)
        ]
        wanted = {"bool": {"filter": [any_of(places)], "should": nodes}}
        body = {"query": self.without_deleted(wanted), "size": len(hits), "_source": ["article", "position"]}
        return _timed(body, request)

    def without_deleted(self, query: Query) -> Query:
        """A query without what was deleted from the indexes of the generation."""
        if not self.deleted:
            return query
        return {"bool": {"must": [query], "must_not": [{"terms": {"number": list(self.deleted)}}]}}

    def _order(self, request: EngineRequest) -> list[AnyValue]:
        """What hits are ordered by; ties stand in document order."""
        order = _BY_SCORE
        if request.sort == FRESH:
            params = {"least": sys.float_info.min, "half_life": request.half_life}
            fresh = {"type": "number", "script": {"source": _FRESH, "params": params}, "order": "desc"}
            return [{"_script": fresh}, *order]
        if wanted := ordering(request.sort):
            name, falling = wanted
            row = self.schema.rows.get(name)
            if row is not None and (field := _sortable(row.type)):
                how = {"order": "desc" if falling else "asc", "missing": "_last"}
                return [{f"{field}_{name}": how}, *order]
        return order

    def _aggregations(self, request: EngineRequest, exactly: bool) -> Mapping[str, Query]:
        several: dict[str, Query] = {f"facet.{name}": {"terms": {"field": field, "size": MOST_VALUES}}
                   for name in request.facets if (field := facet_field(name, self.schema))}  # fmt: skip
        several |= {
            f"without.{name}": {"missing": {"field": field}}
            for name in request.facets
            if name != "kind" and (field := facet_field(name, self.schema))
        }
        if exactly:
            return {**several, ARTICLES: {"scripted_metric": _DISTINCT}}
        return {**several, ARTICLES: {"cardinality": {"field": "number", "precision_threshold": _MOST_PRECISE}}}


def facet_field(name: str, schema: Schema) -> str | None:
    """The field whose values a facet counts; None where the index has no such."""
    if name in COUNTED_PARTS:
        of, unit = COUNTED_PARTS[name]
        return f"{dict(Y='v', M='m', D='n')[unit]}_{of}"
    row = schema.rows.get(name)
    known = row is not None and row.type in (FieldType.KEYWORD, FieldType.NUMBER, FieldType.DATE)
    return f"v_{name}" if known else None


def _sortable(kind: FieldType) -> str | None:
    return {FieldType.KEYWORD: "v", FieldType.NUMBER: "n", FieldType.DATE: "n"}.get(kind)


def _timed(body: Query, request: EngineRequest) -> Query:
    if request.seconds is not None and request.seconds < math.inf:
        body["timeout"] = f"{max(1, math.ceil(min(request.seconds, 1e6) * 1000))}ms"
    return body
