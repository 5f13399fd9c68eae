"""Searching: a request becomes ranked passages with highlights.

`Index` is the read side of the library. It leads `query.parse` -> `query.plan` -> `engine.search` -> `presenting`;
each of them lives in its own place.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from indexer import loops
from indexer.articles.model import Article, ArticleInfo, Paragraph
from indexer.engine.backend import Backend
from indexer.engine.base import EnginePage, EngineRequest, FacetCounts, Hit
from indexer.engine.query import Everything, Node
from indexer.lexicon import Lexicon, Suggester
from indexer.lexicon.synonyms import FILE as SYNONYMS
from indexer.lexicon.synonyms import SynonymFile
from indexer.passages.highlight import Highlighter, highlighted
from indexer.query.clauses import days_in
from indexer.query.direct import direct_hits
from indexer.query.filters import restricted
from indexer.query.plan import Plan, plan
from indexer.query.reading import QueryReader
from indexer.query.suggesting import suggest
from indexer.query.weighing import CapitalWeights
from indexer.query.writing import as_written
from indexer.results import Results, ScorePart, SearchRequest, Similar, Span, Suggestion
from indexer.search.article_matches import ArticleMatches, article_matches
from indexer.search.checks import check_request
from indexer.search.explain import explanation
from indexer.search.exporting import Found, Turn, found_set, listed
from indexer.search.facets import counts_by_day, facet_requests
from indexer.search.finding import Finder, Finding, engine_request, seconds_left
from indexer.search.missing import UnitCounts, missing, valueless
from indexer.search.near_duplicates import find_page
from indexer.search.opening import OpenGeneration
from indexer.search.parsed import parsed_for
from indexer.search.plans import Planned, Plans
from indexer.search.present import (
    NO_LEXICON,
    OUT_OF_TIME,
    Explain,
    Presented,
    by_article,
    lacking,
    passages,
    unexplained,
    unmet,
    with_near_duplicates,
    without_titles,
    without_weak,
)
from indexer.search.rankings import Rankings
from indexer.search.similar import similar_query
from indexer.search.stages import STAGES, StageMaker
from indexer.settings import Settings
from indexer.storage.registry import import_engine, open_backend

T = TypeVar("T")

Observer = Callable[[Results], None]
"""Told of every search that was answered, in the thread that asked."""


def open_index(
    directory: Path | str,
    settings: Settings | None = None,
    backend: Backend | None = None,
    observer: Observer = lambda _: None,
    *,
    tuned: bool = True,
    stages: Mapping[str, StageMaker] = STAGES,
) -> Index:
    """Open the live generation of an index; raises `IndexMissing`, `IndexDamaged` or `IndexOutdated`.

    Its backend is by default that of the engine which the settings name. Weights learned for it (`indexer tune`) stand
    in place of defaults, unless `tuned` is false. `stages` re-rank the best passages in their order.
    """
    settings = settings or Settings()
    return Index(Path(directory), settings, backend or open_backend(directory, settings), observer, tuned, stages)


def warm(settings: Settings | None = None, *, loads_only: bool = False) -> bool:
    """Prepare this process to answer fast: compile every loop, or load what was compiled before.

    It takes some half a minute the first time on a machine, and a second or two once everything is on disk. Until it
    has returned, answers are the same, but slower. With `loads_only` nothing is compiled: a server does so before it
    forks its workers, and each worker compiles what is missing beside serving. Returns whether the process is warm. The
    settings name the engine.
    """
    import_engine((settings or Settings()).engine)
    return loops.warm(loads_only=loads_only)


class Index(OpenGeneration):
    """One generation of an index, open for reading. Safe to share between threads; close it when done."""

    def __init__(
        self,
        directory: Path,
        settings: Settings,
        backend: Backend,
        observer: Observer,
        tuned: bool,
        stages: Mapping[str, StageMaker],
    ) -> None:
        super().__init__(directory, settings, backend, tuned)
        self._observer = observer
        self._stage_makers = stages
        self._stages = [make(self._settings) for make in stages.values()]
        self._finder = Finder(self._engine, self._settings, self._stages)
        self._unit_counts = UnitCounts(self._engine)
        self._plans = Plans(self._plan)
        self._read_by(self._lexicon)

    def _read_by(self, lexicon: Lexicon | None) -> None:
        """Have queries read, weighed and completed by a lexicon, or without one."""
        self._lexicon = lexicon
        settings = self._settings
        self._synonyms = SynonymFile(settings.synonyms or self._directory / SYNONYMS)
        self._reader = QueryReader(lexicon, self._synonyms, settings.weight_synonyms) if lexicon is not None else None
        self._weights = CapitalWeights(lexicon, self._settings.capitals)
        self._suggester = Suggester(lexicon) if lexicon is not None else None

    @property
    def reading(self) -> tuple[object, ...]:
        """What changes when queries are read otherwise, in one generation: its lexicon is lost, or synonyms change."""
        return self.has_lexicon, self._synonyms.stamp()

    def search(self, request: SearchRequest, seconds: float | None = None, *, observed: bool = True) -> Results:
        """Answer a question. Any text is answered; what of it was not followed stands in `Results.warnings`.

        After `seconds`, by default `search_seconds`, it answers with what it has so far, and `Results.degraded`
        says so. The observer gets the results unless `observed` is false, for searches that nobody asked. Raises
        `ValueError` for a page or a page size outside the limits of the settings, and for a filter, a facet or an
        order that its fields do not have.
        """
        start = time.perf_counter()
        check_request(request, self._settings)
        ends = start + (self._settings.search_seconds if seconds is None else seconds)
        parsed, planned = self._planned(request)
        finding = find_page(self._finder, planned, request, self._settings, ends)
        page = finding.found
        facets, facets_degraded = self._facets(request, planned, page, ends)
        units = self._unit_counts.of(planned, seconds_left(ends), page.total if page.exact else None)
        presented, late = self._presented(planned, finding, request, ends)
        lacks_parts = request.explain and any(passage.explanation is None for passage in presented)
        uncounted = any(not unit.count and not unit.exact for unit in units)
        degraded = finding.degraded or facets_degraded or lacks_parts or late or uncounted
        grouped = request.group == "article"
        shown = len(finding.matched) if grouped else len(finding.hits)
        results = Results(
            query=request.text,
            understood=parsed.understood,
            interpretation=planned.interpretation,
            warnings=(
                *planned.warnings,
                *unmet(units, page.total, planned),
                *lacking(parsed.clauses, request, self._lacking),
                *(() if page.total else valueless(parsed.clauses, self._engine, self.schema, self._lacking, ends)),
                *((NO_LEXICON,) if not self._reader and not request.literal else ()),
                *((OUT_OF_TIME,) if degraded else ()),
            ),
            total=page.total,
            articles=page.articles,
            exact=page.exact,
            partial=finding.partial,
            have_all=planned.is_met_by_all,
            length=finding.length,
            units=units,
            days=days_in(parsed.clauses),
            page=request.page,
            per_page=request.per_page,
            more=(request.page - 1) * request.per_page + shown < finding.length,
            took_ms=round((time.perf_counter() - start) * 1000, 3),
            generation=self.generation,
            passages=presented,
            groups=by_article(presented, finding.matched, finding.titles) if grouped else (),
            facets=facets,
            degraded=degraded,
            highlighter=planned.highlighter if page.total else planned.nearest_highlighter,
            asked=planned.asked,
        )
        if observed:
            self._observer(results)
        return results

    def _presented(self, planned: Plan, finding: Finding, request: SearchRequest, ends: float) -> Presented:
        """The passages of a page, with what they lack."""
        presented: list[Presented] = []
        for is_found, pairs in groupby(finding.hits, key=itemgetter(1)):
            hits = [hit for hit, _ in pairs]
            if request.group == "article":
                hits = list(without_titles(list(without_weak(hits)), self._engine.article))
            node = planned.node if is_found else planned.nearest
            explain = self._explained(node, request, ends) if request.explain and node else unexplained
            lacks = [missing(planned.units, hit) for hit in hits]
            highlighter = planned.highlighter if is_found else planned.nearest_highlighter
            presented.append(passages(hits, highlighter, self._settings.snippet_characters, lacks, explain, ends))
        found = [passage for part in presented for passage in part.passages]
        shown = with_near_duplicates(found, finding.others, request.group == "article")
        return Presented(shown, any(part.late for part in presented))

    def rank(self, request: SearchRequest) -> tuple[tuple[str, int], ...]:
        """The page of a search, near-duplicates shown, as bare (article id, position) pairs: no snippets are made."""
        check_request(request, self._settings)
        planned = self._planned(request).plan
        return self._finder.find(planned, request).names

    def rankings(self) -> Rankings:
        """What ranks under one set of weights after another, as long as the index is open."""
        return Rankings(self._engine, self._settings, self._lexicon, self._reader, self._stage_makers)

    def highlight(
        self, query: Results | str, texts: Sequence[str], seconds: float | None = None
    ) -> list[tuple[Span, ...]]:
        """The spans to highlight in each of `texts`, which belong together.

        For `Results` they are what was highlighted in its passages: nothing is planned or searched again. For the text
        of a query they are what a search for it would highlight. After `seconds`, as in `search`, the texts that are
        left have no spans.
        """
        ends = time.perf_counter() + (self._settings.search_seconds if seconds is None else seconds)
        highlighter = query.highlighter if isinstance(query, Results) else self._highlighter(query, seconds)
        return highlighted(highlighter, texts, ends)

    def _highlighter(self, text: str, seconds: float | None) -> Highlighter:
        """What highlights as a search for a text does.

        It takes a search only where more is highlighted in what is nearest.
        """
        planned = self._planned(SearchRequest(text)).plan
        if planned.node is None or planned.nearest_targets == planned.targets:
            return planned.highlighter
        left = self._settings.search_seconds if seconds is None else seconds
        found = self._engine.search(EngineRequest(planned.node, limit=0, seconds=left))
        return planned.highlighter if found.total else planned.nearest_highlighter

    def matches_in(self, article: Article, request: SearchRequest) -> ArticleMatches:
        """The passages of an article that a request finds or, without any, the nearest: those its results count."""
        ends = time.perf_counter() + self._settings.search_seconds
        parsed, planned = self._planned(request)
        return article_matches(self._engine, planned, parsed.understood, article, ends)

    def export(self, request: SearchRequest, turn: Turn = nullcontext) -> Found:
        """All that a request finds, in order, to be taken while the index is open; no page is counted.

        `turn` is entered for each page of it. Raises `ValueError` as `search`, and for an order other than `SORTS` of
        `indexer.search.exporting`.
        """
        planned = self._planned(request).plan
        return found_set(self._engine, planned, request, self._settings, self.generation, turn)

    def counts_by_day(self, results: Results, request: SearchRequest, first: date, last: date) -> dict[date, int]:
        """How many passages a request, which had these results, finds of each day that has any, whatever its own dates.

        None at all where `search_seconds` do not suffice. Raises `ValueError` for more than 92 days.
        """
        return counts_by_day(self._engine, results.asked, request, (first, last), self._settings)

    def listed(self, request: SearchRequest, *, undated: bool = False) -> Iterator[ArticleInfo]:
        """The articles within the filters and dates of a request, newest first; with `undated`, those without a date.

        Raises `ValueError` as `search`.
        """
        return listed(self._engine, request, self._settings, undated)

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Completions of any partly typed query, likeliest first; white space at the end says a syllable is complete.

        Nothing is proposed that finds nothing, and nothing at all without a lexicon or for more than plain words.
        """
        return self._with_lexicon(lambda: suggest(text, limit, self._suggester, self._engine, self._passages))

    def direct_hits(self, text: str, limit: int = 3) -> tuple[ArticleInfo, ...]:
        """Articles whose titles hold a partly typed query side by side, those first whose titles begin with it.

        There are none for less than four letters, or for more than plain words.
        """
        return direct_hits(text, limit, self._titled)

    def as_written(self, results: Results) -> str:
        """The query as it was repaired, with the capitals that the archive has in its names, while there is time."""
        repaired = results.interpretation.repaired if results.interpretation else results.query
        ends = time.perf_counter() + self._settings.search_seconds
        return as_written(repaired, lambda node, limit: self._passages(node, limit, ends))

    def _titled(self, node: Node, limit: int) -> list[ArticleInfo]:
        """A few articles of which a passage holds what a node asks for."""
        hits = self._engine.search(EngineRequest(node, limit=limit, per_article=1)).hits
        return list({hit.info.id: hit.info for hit in hits}.values())

    def _passages(self, node: Node, limit: int, ends: float = math.inf) -> list[Paragraph]:
        """A few passages that hold what a node asks for."""
        asked = EngineRequest(node, limit=limit, seconds=seconds_left(ends))
        return [hit.paragraph for hit in self._engine.search(asked).hits]

    def similar(self, article_id: str, position: int, limit: int = 10, *, same_article: bool = False) -> Similar | None:
        """The passages most like the one at `position` of an article; None when there is no such passage.

        Those of its own article are left out unless `same_article`; itself always is. Raises `ValueError` for a
        `limit` outside the page sizes of the settings. After `search_seconds` it answers as `search` does.
        """
        start = time.perf_counter()
        check_request(SearchRequest("", per_page=limit), self._settings)
        article = self._engine.article(article_id)
        paragraph = _at(article, position) if article is not None else None
        if article is None or paragraph is None:
            return None
        without = "" if same_article else article_id
        engine, text = self._engine, paragraph.text
        asked = self._with_lexicon(
            lambda: similar_query(text, engine, engine.paragraphs, self._settings, self._weights, without=without)
        )
        highlighter = Highlighter(asked.targets)
        itself = (article_id, paragraph.position)
        ends = start + self._settings.search_seconds
        page = EnginePage(hits=(), total=0, articles=0)
        if asked.node is not None:
            request = SearchRequest("", per_page=limit + 1)
            page = self._engine.search(engine_request(asked.node, request, self._settings, ends))
        others = [hit for hit in page.hits if (hit.info.id, hit.paragraph.position) != itself]
        presented, late = passages(others[:limit], highlighter, self._settings.snippet_characters, ends=ends)
        return Similar(
            article=article.info,
            paragraph=paragraph,
            words=asked.words,
            passages=presented,
            degraded=page.degraded or late,
            took_ms=round((time.perf_counter() - start) * 1000, 3),
            generation=self.generation,
        )

    def _planned(self, request: SearchRequest) -> Planned:
        return self._plans.of(request, self.reading)

    def _plan(self, request: SearchRequest) -> Planned:
        parsed = parsed_for(self._engine, self._settings, request.text)

        def planned() -> Plan:
            reader = None if request.literal else self._reader
            return plan(parsed, request, self._engine, self._settings, reader, self._weights)

        return Planned(parsed, self._with_lexicon(planned))

    def _with_lexicon(self, ask: Callable[[], T]) -> T:
        """What asking the lexicon gives; one whose file was damaged since it was opened is left out from then on."""
        try:
            return ask()
        except (ArithmeticError, LookupError, ValueError):  # Numbers that make no sense.
            if not self.forget_damaged_lexicon():
                raise
            return ask()

    def _facets(
        self, request: SearchRequest, planned: Plan, page: EnginePage, ends: float
    ) -> tuple[dict[str, FacetCounts], bool]:
        """The facets, and whether the time ran out over them."""
        others = {without: names for without, names in facet_requests(request).items() if without != request}
        left, requests = seconds_left(ends), []
        for without, names in others.items():
            # Where only a restriction asked for something, everything is left without it.
            node = restricted(planned.asked, without, self.schema) or Everything()
            seconds = None if left is None else left / len(others)
            requests.append(EngineRequest(node, 0, 0, facets=names, facet_values=request.facet_values, seconds=seconds))
        pages = [page, *(self._engine.search_many(requests) if requests else ())]
        counted = {name: counts for each in pages for name, counts in each.facets.items()}
        degraded = any(each.degraded for each in pages)
        return {name: counted.get(name, FacetCounts(())) for name in request.facets}, degraded

    def _explained(self, node: Node, request: SearchRequest, ends: float) -> Explain:
        """What explains a hit of an answer, as long as the time lasts: that may take longer than the search."""
        asked = engine_request(node, request, self._settings, ends)
        weights = {"freshness": self._settings.half_life}
        weights |= {name: weight for stage in self._stages for name, weight in stage.weights.items()}

        def explain(hit: Hit) -> tuple[ScorePart, ...] | None:
            if hit.score == 0.0:
                return ()  # Nothing scored, or it stands for its title.
            late = time.perf_counter() >= ends
            return None if late else explanation(self._engine, asked, hit, weights, seconds_left(ends))

        return explain


def _at(article: Article, position: int) -> Paragraph | None:
    """The paragraph at a position, where a repeated one stands more than once."""
    return next((each for each in article.paragraphs if position in (each.position, *each.repeats)), None)
