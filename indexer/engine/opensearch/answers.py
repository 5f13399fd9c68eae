"""What a cluster answered, as pages."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from indexer.engine.base import EnginePage, EngineRequest, FacetCounts, Hit
from indexer.engine.opensearch.asking import ARTICLES
from indexer.engine.opensearch.records import hit_of, unsafe, written
from indexer.errors import EngineUnavailable
from indexer.schema import FieldType, Schema

Answer = Mapping[str, Any]


def checked(answer: Answer) -> Answer:
    """An answer of several to one request; raises `EngineUnavailable` where there is none."""
    if "error" in answer:
        told = answer["error"]
        reason = told.get("reason", told) if isinstance(told, dict) else told
        causes = told.get("root_cause", ()) if isinstance(told, dict) else ()
        why = "; ".join(dict.fromkeys(str(each.get("reason")) for each in causes)) or reason
        raise EngineUnavailable(f"the OpenSearch cluster cannot answer: {why}", "Try again later; see its nodes.")
    return answer


def is_degraded(answer: Answer) -> bool:
    """Whether the time ran out or a shard did not answer. One without a home counts neither as failed."""
    shards = answer["_shards"]
    return bool(answer["timed_out"]) or shards["successful"] < shards["total"]


def empty(request: EngineRequest) -> EnginePage:
    """The page of a request for which there was no time."""
    return EnginePage((), 0, 0, total_exact=False, articles_exact=False, facets=no_facets(request), degraded=True)


def late(page: EnginePage) -> EnginePage:
    """A page for whose hits there was no time."""
    return replace(page, degraded=True, total_exact=False, articles_exact=False)


def with_hits(
    page: EnginePage, hits: tuple[Hit, ...], matched: Mapping[str, int], degraded: bool | None = None
) -> EnginePage:
    """A page with hits beside its counts."""
    return replace(page, hits=hits, matched=matched, degraded=page.degraded if degraded is None else degraded)


def with_names(page: EnginePage, answer: Answer, nodes: int) -> EnginePage:
    """A page whose hits say which of so many nodes they match; those that the answer lacks say nothing."""
    matching = {
        (unsafe(hit["_source"]["article"]), hit["_source"]["position"]): set(hit.get("matched_queries", ()))
        for hit in answer["hits"]["hits"]
    }
    named = [matching.get((hit.info.id, hit.paragraph.position)) for hit in page.hits]
    matches = [() if own is None else tuple([str(at) in own for at in range(nodes)]) for own in named]
    hits = tuple([replace(hit, matches=own) for hit, own in zip(page.hits, matches, strict=True)])
    return with_hits(page, hits, page.matched, page.degraded or is_degraded(answer))


def no_facets(request: EngineRequest) -> dict[str, FacetCounts]:
    """The facets of a request that finds nothing."""
    return {name: FacetCounts(()) for name in request.facets}


def counted(answer: Answer, request: EngineRequest, schema: Schema) -> EnginePage:
    """The counts of a page, and no hits."""
    degraded = is_degraded(answer)
    whole = not degraded and not answer.get("terminated_early")
    aggregations = answer.get("aggregations", {})
    total, articles = answer["hits"]["total"]["value"], aggregations[ARTICLES]["value"] or 0
    facets = {}
    for name in request.facets:
        # Where no article has a value, the index has no such field.
        found, absent = aggregations.get(f"facet.{name}"), aggregations.get(f"without.{name}", {"doc_count": total})
        without = 0 if name == "kind" else absent["doc_count"]
        facets[name] = replace(_facet(name, found, request, schema), without=without)
    return EnginePage((), total, articles, whole, whole, facets=facets, degraded=degraded)


def hits(answer: Answer, schema: Schema) -> tuple[Hit, ...]:
    """The hits of an answer that is not grouped."""
    found = list(answer["hits"]["hits"])
    if found and "seq" in found[0]["_source"]:
        # What was rescored comes without an order of what is equal.
        found.sort(key=lambda hit: (-hit["_score"], hit["_source"]["seq"]))
    return tuple(hit_of(hit["_source"], hit["_score"], schema) for hit in found)


def best_articles(answer: Answer) -> list[int]:
    """The numbers of the articles of hits that came as places, the best first."""
    found = [(-hit["_score"], hit["fields"]["seq"][0], hit["fields"]["number"][0]) for hit in answer["hits"]["hits"]]
    return list(dict.fromkeys(number for _, _, number in sorted(found)))


def grouped(answer: Answer, schema: Schema) -> tuple[tuple[Hit, ...], dict[str, int]]:
    """The hits of an answer that the cluster grouped, and how many of each article match."""
    found: list[Hit] = []
    matched: dict[str, int] = {}
    for group in answer["hits"]["hits"]:
        best = group["inner_hits"]["best"]["hits"]
        own = [hit_of(hit["_source"], hit["_score"], schema) for hit in best["hits"]]
        name = own[0].info.id if own else unsafe(group["_source"]["article"])
        found += own
        matched[name] = best["total"]["value"]
    return tuple(found), matched


def _facet(name: str, answer: Answer | None, request: EngineRequest, schema: Schema) -> FacetCounts:
    """The values of a facet, those of one key counted together under the most frequent writing."""
    if answer is None:
        return FacetCounts(())
    counts = Counter({bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]})
    rest = answer["sum_other_doc_count"]
    row = schema.rows.get(name)
    named = list(counts.items())
    if row is not None and row.type is FieldType.KEYWORD:
        writings: dict[str, Counter[str]] = {}
        for both, count in counts.items():
            key, value = written(both)
            writings.setdefault(key, Counter())[value] += count
        named = [(min(own, key=lambda value: (-own[value], value)), own.total()) for own in writings.values()]
    if name == "date":  # Counted by the number of the day.
        named = [(datetime.date.fromordinal(int(day)).isoformat(), count) for day, count in named]
    named.sort(key=lambda item: (-item[1], item[0]))
    most = max(request.facet_values, 0)
    left = named[most:]
    return FacetCounts(tuple(named[:most]), len(left), sum(count for _, count in left) + rest)
