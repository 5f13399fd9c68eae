"""The engine: one generation, answered by the cluster from the indexes that it consists of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from indexer.articles.model import Article, ArticleInfo
from indexer.engine.base import EnginePage, EngineRequest, Explained
from indexer.engine.opensearch import answers
from indexer.engine.opensearch.asking import ARTICLES, Asker
from indexer.engine.opensearch.connection import Connection, Refused, TooSlow, chunked
from indexer.engine.opensearch.counting import counting
from indexer.engine.opensearch.explain import explained
from indexer.engine.opensearch.manifest import Manifest
from indexer.engine.opensearch.records import SHOWN, Source, article_ids, info_of, paragraph_of, unsafe
from indexer.engine.opensearch.shape import as_sum
from indexer.engine.opensearch.statistics import Statistics
from indexer.engine.opensearch.translate import Query, Translator
from indexer.engine.query import Node
from indexer.engine.scoring import Scoring
from indexer.engine.value_counts import ValueCounts, count_values
from indexer.errors import EngineUnavailable
from indexer.schema import Field

GRACE = 1.0
"""Seconds that an answer may come after the time limit of its request: the cluster looks at that now and then only."""

AT_ONCE = 1_000
"""Documents read with one request."""


class OpenSearchEngine:
    """An open, immutable view of one generation; see `indexer.engine.base.Engine`."""

    def __init__(self, connection: Connection, manifest: Manifest, statistics: Statistics) -> None:
        self._connection, self._manifest, self._statistics = connection, manifest, statistics
        self._schema, self._settings = manifest.schema, connection.settings
        self._place = ",".join(part.index for part in manifest.parts)

    @property
    def paragraphs(self) -> int:
        """How many paragraphs there are, those deleted left out."""
        return self._statistics.paragraphs

    def document_frequencies(self, names: Sequence[tuple[Field, str]]) -> Sequence[int]:
        """How many paragraphs hold each of some terms: from the vocabulary on this machine."""
        return [self._statistics.frequency(field, form) for field, form in names]

    def expand(self, field: Field, prefix: str, most: int) -> Sequence[tuple[str, int]]:
        """(form, document frequency) of the `most` most frequent terms that begin with `prefix`, ties by form."""
        return self._statistics.expand(field, prefix, most)

    def search(self, request: EngineRequest) -> EnginePage:
        """Answer one question."""
        return self.search_many([request])[0]

    def search_many(self, requests: Sequence[EngineRequest]) -> list[EnginePage]:
        """Answer several questions with one request to the cluster; grouped by article in `fast` mode, with two.

        Where nodes are named, with one more; see `counting` for what counts something else than it ranks.
        """
        if any(request.counted for request in requests):
            return [
                counting(self.search_many, request, request.counted) if request.counted else self.search(request)
                for request in requests
            ]
        asked = {i: self._bodies(request) for i, request in enumerate(requests) if _has_time(request)}
        if not self._manifest.parts:
            asked = {i: [] for i in asked}
        try:
            found = self._answers([body for bodies in asked.values() for body in bodies], requests)
        except TooSlow:
            return [answers.empty(request) for request in requests]
        own = {i: [next(found) for _ in bodies] for i, bodies in asked.items()}
        pages = [
            answers.empty(request) if i not in own else self._page(request, own[i])
            for i, request in enumerate(requests)
        ]
        grouped = {
            i: answers.best_articles(own[i][1]) for i in own if len(own[i]) == 2 and requests[i].per_article is not None
        }
        return self._with_names(requests, self._with_groups(requests, pages, grouped, own))

    def _bodies(self, request: EngineRequest) -> list[Query]:
        """What the cluster is asked for one request: its counts, then hits where these are another search."""
        asker, settings = self._asker(request.scoring), self._settings
        fast = settings.opensearch_mode == "fast"
        bound = settings.opensearch_count if fast else None
        if request.limit <= 0:
            return [asker.counts(request, bound)]
        ranks = request.sort == "relevance" and (fast or asker.translator.plugin)
        if not ranks or (total := as_sum(request.query)) is None:
            return [asker.page(request)]
        return [asker.counts(request, bound), asker.best(request, total, settings.opensearch_window)]

    def _page(self, request: EngineRequest, found: Sequence[answers.Answer]) -> EnginePage:
        """The page that answers make up, but for what is grouped afterwards."""
        if not found:
            facets = answers.no_facets(request)
            return EnginePage((), 0, 0, facets=facets)
        page = answers.counted(found[0], request, self._schema)
        if request.limit <= 0:
            return page
        if len(found) == 1:
            if request.per_article is None:
                return answers.with_hits(page, answers.hits(found[0], self._schema), {})
            return answers.with_hits(page, *answers.grouped(found[0], self._schema))
        degraded = page.degraded or answers.is_degraded(found[1])
        hits = answers.hits(found[1], self._schema) if request.per_article is None else ()
        return answers.with_hits(page, hits, {}, degraded)

    def _with_groups(
        self,
        requests: Sequence[EngineRequest],
        pages: list[EnginePage],
        grouped: dict[int, list[int]],
        found: dict[int, list[answers.Answer]],
    ) -> list[EnginePage]:
        """Pages of which some are to get the hits of the articles that their best hits belong to."""
        bodies: list[Query] = []
        asked: list[int] = []
        for i, numbers in grouped.items():
            request = requests[i]
            end = request.offset + request.limit
            asker = self._asker(request.scoring)
            if len(numbers) < end and len(found[i][1]["hits"]["hits"]) >= max(self._settings.opensearch_window, end):
                # There may be further articles behind the best hits.
                bodies.append({**asker.page(request), "aggs": {}})
            elif numbers[request.offset : end]:
                bodies.append(asker.of_articles(request, numbers[request.offset : end]))
            else:
                continue
            asked.append(i)
        if not bodies:
            return pages
        try:
            several = self._answers(bodies, [requests[i] for i in asked])
        except TooSlow:
            return [answers.late(page) if i in asked else page for i, page in enumerate(pages)]
        for i, answer in zip(asked, several, strict=True):
            degraded = pages[i].degraded or answers.is_degraded(answer)
            pages[i] = answers.with_hits(pages[i], *answers.grouped(answer, self._schema), degraded)
        return pages

    def _with_names(self, requests: Sequence[EngineRequest], pages: list[EnginePage]) -> list[EnginePage]:
        """Pages whose hits say which of the nodes named they match."""
        asked = [i for i, page in enumerate(pages) if requests[i].named and page.hits and _has_time(requests[i])]
        bodies = [self._asker(requests[i].scoring).named(requests[i], pages[i].hits) for i in asked]
        try:
            found = self._answers(bodies, [requests[i] for i in asked])
        except TooSlow:
            return [answers.late(page) if i in asked else page for i, page in enumerate(pages)]
        for i, answer in zip(asked, found, strict=True):
            pages[i] = answers.with_names(pages[i], answer, len(requests[i].named))
        return pages

    def explain(
        self, query: Node, article_id: str, position: int, scoring: Scoring, seconds: float | None = None
    ) -> tuple[Explained, ...] | None:
        """What the score of one paragraph is made of, or None."""
        if seconds is not None and seconds <= 0:
            return None
        wanted = [{"terms": {"article": article_ids([article_id])}}, {"term": {"position": position}}]
        body = {"query": self._live({"bool": {"filter": wanted}}), "size": 1}
        try:
            for source in self._sources(body, seconds):
                return explained(query, source, self._statistics, scoring, self._schema)
        except TooSlow:
            pass
        return None

    def article(self, article_id: str) -> Article | None:
        """The whole article with its paragraphs in order of position, or None."""
        paragraphs = []
        info: ArticleInfo | None = None
        for source in self._every({"term": {"article": article_ids([article_id])[0]}}, SHOWN):
            info = info or info_of(source, self._schema)
            paragraphs.append(paragraph_of(source))
        return (
            None if info is None else Article(info, tuple(sorted(paragraphs, key=lambda paragraph: paragraph.position)))
        )

    def articles(self) -> Iterator[ArticleInfo]:
        """Every article, in document order."""
        for source in self._every({"term": {"first": True}}, ("info",)):
            yield info_of(source, self._schema)

    def value_counts(self, names: Sequence[str]) -> Mapping[str, ValueCounts]:
        """Of each of some metadata fields, how many articles have it, and each of its values; every article is read."""
        return count_values(self.articles(), names)

    def paragraph_counts(self, article_ids_: Sequence[str]) -> Sequence[int]:
        """How many paragraphs each of some articles has."""
        counts: dict[str, int] = {}
        for ids in chunked(article_ids(article_ids_), AT_ONCE):
            wanted = self._live({"bool": {"filter": [{"terms": {"article": ids}}]}})
            aggregation = {ARTICLES: {"terms": {"field": "article", "size": len(ids), "include": sorted(set(ids))}}}
            answer = self._search({"query": wanted, "size": 0, "aggs": aggregation})
            for bucket in answer["aggregations"][ARTICLES]["buckets"] if answer else ():
                counts[unsafe(bucket["key"])] = bucket["doc_count"]
        return [counts.get(each, 0) for each in article_ids_]

    def documents(self, query: Query) -> Iterator[Source]:
        """The whole sources of the paragraphs that match, in document order."""
        return self._every(query, None)

    def close(self) -> None:
        """Nothing is asked any more; the connection is the backend's."""
        self._statistics = Statistics(0, {}, (), ())

    def _asker(self, scoring: Scoring) -> Asker:
        plugin = self._manifest.scoring == "plugin"
        translator = Translator(self._statistics, self._schema, scoring, plugin)
        return Asker(translator, self._schema, self._manifest.deleted)

    def _live(self, query: Query) -> Query:
        return self._asker(Scoring()).without_deleted(query)

    def _every(self, query: Query, shown: Sequence[str] | None) -> Iterator[Source]:
        """The sources of all that matches a query, in document order."""
        body: dict[str, Any] = {"query": self._live({"bool": {"filter": [query]}}), "sort": [{"seq": "asc"}]}
        body |= {"size": AT_ONCE, "track_total_hits": False, "_source": True if shown is None else [*shown]}
        while True:
            found = (self._search(body, whole=True) or {"hits": {"hits": []}})["hits"]["hits"]
            yield from (hit["_source"] for hit in found)
            if len(found) < AT_ONCE:
                return
            body["search_after"] = found[-1]["sort"]

    def _sources(self, body: Query, seconds: float | None) -> Iterator[Source]:
        answer = self._search(body, seconds)
        yield from (hit["_source"] for hit in answer["hits"]["hits"]) if answer else ()

    def _search(self, body: Query, seconds: float | None = None, whole: bool = False) -> Any:
        """The answer to one search, None where nothing is indexed; `whole`: an error rather than a part of it."""
        if not self._manifest.parts:
            return None
        params = {"allow_partial_search_results": "false"} if whole else {}
        limit = None if seconds is None else seconds + GRACE
        return self._asked("_search", body, params, limit)

    def _asked(self, how: str, body: Any, params: dict[str, str], seconds: float | None) -> Any:
        try:
            return self._connection.ask("POST", f"/{self._place}/{how}", body, params, seconds)
        except Refused as error:
            why = f"the generation {self._manifest.token} cannot be asked any more: {error}"
            raise EngineUnavailable(why, "Open the index again: it may have been published twice since.") from error

    def _answers(self, bodies: Sequence[Query], requests: Sequence[EngineRequest]) -> Iterator[answers.Answer]:
        """The answers to several searches that are asked together; raises `TooSlow`."""
        if not bodies:
            return iter(())
        limits = [request.seconds for request in requests if request.seconds is not None]
        seconds = min(max(limits) + GRACE, self._settings.opensearch_seconds) if limits else None
        lines = [line for body in bodies for line in ({}, body)]
        answer = self._asked("_msearch", lines, {}, seconds)
        return iter([answers.checked(each) for each in answer["responses"]])


def _has_time(request: EngineRequest) -> bool:
    return request.seconds is None or request.seconds > 0
