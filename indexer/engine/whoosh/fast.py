"""The fast path: queries of the shapes in `shape`, prepared by `lists`, answered by the compiled loops of `kernel`.

Its pages equal those of `evaluate` and `paging`, which are its oracle in the tests.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import Document, EngineRequest
from indexer.engine.query import All, Any, Node, Phrase, Term
from indexer.engine.scoring import Scoring
from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array
from indexer.engine.whoosh.contents import read_contents
from indexer.engine.whoosh.evaluate import Matches
from indexer.engine.whoosh.finder import TermFinder
from indexer.engine.whoosh.limit import OutOfTime, TimeLimit
from indexer.engine.whoosh.lists import Prepared, SegmentLists, check
from indexer.engine.whoosh.packing import ESCAPE, LONG
from indexer.engine.whoosh.paging import AllMatches, FacetCounter, Page, locate
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.shape import flatten
from indexer.engine.whoosh.statistics import Statistics
from indexer.engine.whoosh.writer import WhooshWriter
from indexer.schema import Field, FieldType, Label, MetadataField, Schema

MOST_BEST = 256
"""Most best paragraphs kept by insertion; beyond this, sorting all matches is as fast."""

PIECE = 1 << 21
"""Postings processed between two checks of the time limit, some milliseconds."""

MOST_SCORINGS = 4
"""Scorings for which look-ups are cached."""


class FastSearch:
    """Answers requests to one committed state. Safe to share between threads."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._segments = statistics.segments
        self._finders = [TermFinder(segment) for segment in self._segments]
        statistics.find = lambda i, names: self._finders[i].find(names)
        statistics.count_live = lambda i, names, places: self._finders[i].count_live(names, places)
        self._lists: dict[Scoring, list[SegmentLists]] = {}

    def page(self, request: EngineRequest, limit: TimeLimit) -> Page | None:
        """The page, or None when the query has another shape."""
        flat = flatten(request.query)
        flat_counted = None if request.counted is None else flatten(request.counted)
        if flat is None or (flat_counted is None and request.counted is not None):
            return None
        prepared: list[Prepared] = []
        counted: list[Array] | None = None if flat_counted is None else []
        try:
            for segment, lists in zip(self._segments, self._lists_for(request.scoring), strict=True):
                limit.check()
                if flat_counted is not None and counted is not None:
                    p = lists.prepare(flat_counted._replace(optional=()), limit, scored=False)
                    _match(segment, p)
                    counted.append(p.words)
                prepared.append(lists.prepare(flat, limit))
        except OutOfTime:
            pass  # The page says so.
        best = max(request.offset, 0) + request.limit if request.limit > 0 else 0
        if not best or (request.sort == "relevance" and best <= MOST_BEST):
            return self._best(request, prepared, counted, best, limit)
        matches = []
        for segment, p in zip(self._segments, prepared, strict=False):
            if limit.is_over():
                break
            _match(segment, p)
            scores = _scores(segment, p, [range(segment.entry.paragraphs)])
            ids = np.flatnonzero(scores >= 0)
            matches.append(Matches(ids, scores[ids]))
        sets = None if counted is None else list(map(_unscored, counted))
        return AllMatches(self._statistics, matches, sets).page(request)._replace(exact=not limit.ran_out)

    def holding(self, request: EngineRequest, i: int, paragraphs: Array, limit: TimeLimit) -> Array:
        """Whether each of some paragraphs (i8, ascending) of segment `i` matches each of the nodes named.

        Raises `OutOfTime`.
        """
        return self._lists_for(request.scoring)[i].holding(request.named, paragraphs, limit)

    def _lists_for(self, scoring: Scoring) -> list[SegmentLists]:
        lists = self._lists.get(scoring)
        if lists is None:
            lists = [SegmentLists(self._statistics, i, scoring, finder) for i, finder in enumerate(self._finders)]
            if len(self._lists) >= MOST_SCORINGS:
                self._lists.clear()
            self._lists[scoring] = lists
        return lists

    def _best(
        self,
        request: EngineRequest,
        prepared: list[Prepared],
        counted: list[Array] | None,
        best: int,
        limit: TimeLimit,
    ) -> Page:
        exact = not limit.ran_out
        grouped = request.per_article is not None
        scores, numbers, articles = np.zeros(best, np.int64), np.zeros(best, np.int64), np.zeros(best, np.int64)
        counts = np.zeros(3, np.int64)
        filled = total = articles_total = besides = articles_besides = base = article_base = 0
        facets = FacetCounter(request.facets, request.facet_values)
        for i, (segment, p) in enumerate(zip(self._segments, prepared, strict=False)):
            of = segment.article_of, p.ends, base, article_base, grouped, scores, numbers, articles
            if p.is_conjunction:
                filled = kernel.conjunction(
                    p.lists, p.weights, p.bounds, p.minimum, p.allowed, *of, filled, p.words, counts
                )
                pieces: Iterator[range] = iter(())
            else:
                pieces = _pieces(segment, p)
                # One call for all, unless it might take long or nothing is to be shown.
                first = next(pieces) if best else range(0)
                filled = kernel.match_and_best(
                    p.counted, p.each, p.minimum, p.allowed, counts,
                    p.lists, p.weights, p.bounds, p.words, *of, filled, first.stop
                )  # fmt: skip
            check(filled, segment)
            # Of few that match, the best were found in one go.
            for piece in pieces if best and not counts[2] else ():
                if limit.is_over():
                    break
                filled = kernel.best_k(
                    p.lists, p.weights, p.bounds, p.words, segment.article_of,
                    base, article_base, grouped, scores, numbers, articles, filled, piece.start, piece.stop,
                )  # fmt: skip
                check(filled, segment)
            found, found_articles, _ = counts.tolist()
            words = p.words
            if counted is not None:
                words = counted[i]
                everything = kernel.count_articles(words | p.words, p.ends)
                found, found_articles = int(np.bitwise_count(words).sum()), kernel.count_articles(words, p.ends)
                besides += int(np.bitwise_count(p.words & ~words).sum())
                articles_besides += everything - found_articles
            total += found
            articles_total += found_articles
            if facets.names:
                self._count_facets(facets, segment, words)
            base += segment.entry.paragraphs
            article_base += segment.stored.article_count
        offset = max(request.offset, 0)
        places = locate(self._segments, numbers[offset:filled].tolist())
        if request.per_article is None:
            shown = scores[offset:filled].tolist()
            # Few: this is quicker than numpy.
            hits = [(i, number, score / kernel.UNIT) for (i, number), score in zip(places, shown, strict=True)]
            matched: dict[str, int] = {}
            matched_besides: dict[str, int] = {}
        else:
            hits, matched, matched_besides = self._members(prepared, counted, places, max(request.per_article, 0))
        page = Page(hits, total, articles_total, matched, facets.facets(), exact)
        if counted is None:
            return page
        flags = [_has(counted[i], number) for i, number, _ in hits]
        return page._replace(
            counted=flags, besides=besides, articles_besides=articles_besides, matched_besides=matched_besides
        )

    def _members(
        self, prepared: list[Prepared], counted: list[Array] | None, places: list[tuple[int, int]], most: int
    ) -> tuple[list[tuple[int, int, float]], dict[str, int], dict[str, int]]:
        """The best paragraphs of the articles of `places`, how many of each are counted, and how many match besides."""
        hits: list[tuple[int, int, float]] = []
        matched: dict[str, int] = {}
        besides: dict[str, int] = {}
        ranges = [self._segments[i].article_range(number) for i, number in places]
        scores: list[list[float]] = [[]] * len(places)
        for i in {i for i, _ in places}:
            ranks = [rank for rank, place in enumerate(places) if place[0] == i]
            joined = iter(_scores(self._segments[i], prepared[i], [ranges[rank] for rank in ranks]).tolist())
            for rank in ranks:
                scores[rank] = list(islice(joined, len(ranges[rank])))
        for (i, number), within, own in zip(places, ranges, scores, strict=True):
            # Articles are short: this is quicker than numpy.
            found = [x for x, score in enumerate(own) if score >= 0]
            ordered = sorted(found, key=own.__getitem__, reverse=True)[:most]
            hits += [(i, within.start + x, own[x]) for x in ordered]
            segment = self._segments[i]
            name = segment.stored.info(segment.article_at[number]).id
            matched[name] = len(found)
            if counted is not None:
                held = _bits(counted[i], within)
                matched[name] = held.bit_count()
                besides[name] = sum([not held >> x & 1 for x in found])
        return hits, matched, besides

    def _count_facets(self, facets: FacetCounter, segment: Segment, words: Array) -> None:
        stored = segment.stored
        by_article = np.empty(stored.article_count, np.int64)
        check(kernel.count_by_article(words, stored.first, by_article), segment)
        for name in facets.names:
            if name == "kind":
                values = keys = stored.kind_names
                counts = np.zeros(len(values), np.int64)
                check(kernel.count_values(words, stored.kinds, counts), segment)
                facets.add(name, values, keys, counts)
                continue
            countable = stored.countable(name)
            facets.add_without(name, countable, by_article)
            if countable is None:
                continue
            values, keys, numbers, ends = countable
            counts = np.zeros(len(values), np.int64)
            if ends is None:
                check(kernel.count_article_values(by_article, numbers, counts), segment)
            else:
                check(kernel.count_listed_values(by_article, ends, numbers, counts), segment)
            facets.add(name, values, keys, counts)


def _has(words: Array, paragraph: int) -> bool:
    return bool(int(words[paragraph >> 6]) >> (paragraph & 63) & 1)


def _bits(words: Array, within: range) -> int:
    """The paragraphs of a range as the bits of one number, the first one lowest."""
    taken = words[within.start >> 6 : (within.stop + 63) >> 6].tobytes()
    return int.from_bytes(taken, "little") >> (within.start & 63) & ((1 << len(within)) - 1)


def _unscored(words: Array) -> Matches:
    ids = np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little"))
    return Matches(ids, np.zeros(len(ids)))


def _match(segment: Segment, p: Prepared) -> None:
    """Find out which paragraphs match."""
    check(kernel.match(p.counted, p.each, p.minimum, p.allowed, segment.entry.paragraphs, p.words), segment)


def _pieces(segment: Segment, p: Prepared) -> Iterator[range]:
    """The paragraphs of a segment in ranges of about PIECE postings, each of whole words."""
    paragraphs = segment.entry.paragraphs
    step = -(-paragraphs // (1 + int(p.lists[:, kernel.COUNT].sum()) // PIECE))
    step = -(-step // 64) * 64
    return (range(low, min(low + step, paragraphs)) for low in range(0, paragraphs, step))


def _scores(segment: Segment, p: Prepared, ranges: Sequence[range]) -> Array:
    """The scores (f8) of the paragraphs of some ranges, one range after another; negative where one does not match."""
    scores = np.zeros(sum(map(len, ranges)), np.int64)
    bounds = np.array([(within.start, within.stop) for within in ranges], np.int64).reshape(-1, 2)
    check(kernel.score_ranges(p.lists, p.weights, segment.entry.paragraphs, p.words, bounds, scores), segment)
    return scores / kernel.UNIT


def compile_all() -> None:
    """Compile every function of the kernel by searching a small temporary index."""
    syllables, title = Field.SYLLABLES, Field.TITLE
    # Titles have frequent terms, one of them very often in one paragraph.
    tokens = {syllables: ["a", "b"], title: ["a"] * ESCAPE + ["b"]}
    queries: list[Node] = [
        Any((Term(syllables, "a"), Term(syllables, "b"))),
        All((Term(syllables, "a"), Term(syllables, "b"))),
        Phrase(title, ("a", "b")),
        Any((Any((Term(syllables, "a"), Term(title, "a"))), Term(syllables, "b"))),
    ]
    # A process that ends meanwhile removes the folder while it is still written to.
    with tempfile.TemporaryDirectory(prefix="timdoan-warm-", ignore_cleanup_errors=True) as directory:
        rows = [
            MetadataField(name, FieldType.KEYWORD, Label(name, name), many=name == "many") for name in ("one", "many")
        ]
        writer = WhooshWriter(directory, fresh=True, schema=Schema(tuple(rows)))
        info = ArticleInfo.of("a", one="a", many=["a", "b"])
        for position in range(LONG):
            own = {title: ["a", "b"]} if position else tokens
            writer.add(Document(info, Paragraph(position, Kind.BODY, "a"), own))
        writer.commit()
        _, entries = read_contents(directory)
        search = FastSearch(Statistics([Segment(directory, entry) for entry in entries]))
        for query in queries:
            for sort in ("relevance", "date"):
                facets = "kind", "one", "many"
                request = EngineRequest(query, per_article=1, sort=sort, facets=facets, counted=query, named=(query,))
                search.page(request, TimeLimit())
                search.holding(request, 0, np.arange(LONG), TimeLimit())
