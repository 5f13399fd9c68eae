"""The engine: one committed state of an index, opened once and answered from memory maps."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from indexer.articles.model import Article, ArticleInfo
from indexer.engine.backend import EngineStats
from indexer.engine.base import EnginePage, EngineRequest, Explained, Hit
from indexer.engine.query import Node
from indexer.engine.scoring import Scoring
from indexer.engine.value_counts import ValueCounts
from indexer.engine.whoosh.arrays import REBUILD
from indexer.engine.whoosh.contents import latest_generation, read_contents, verify_generation
from indexer.engine.whoosh.evaluate import Evaluator, Matches
from indexer.engine.whoosh.explain import Explainer
from indexer.engine.whoosh.limit import OutOfTime, TimeLimit
from indexer.engine.whoosh.paging import AllMatches, Page
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.statistics import Statistics
from indexer.errors import IndexDamaged
from indexer.loops import is_warm, on_warm
from indexer.schema import Field

if TYPE_CHECKING:
    from indexer.engine.whoosh.fast import FastSearch


class _DamageGuard:
    """Turns errors that damaged bytes cause (numbers out of range, invalid text) into `IndexDamaged`.

    A class, not a generator, which would cost every call a microsecond more.
    """

    __slots__ = ("_directory",)

    def __init__(self, directory: str) -> None:
        self._directory = directory

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, LookupError | ValueError | OverflowError | MemoryError):
            why = f"{self._directory}: the index holds values that cannot be ({type(error).__name__}: {error})"
            raise IndexDamaged(why, REBUILD) from error


class WhooshEngine:
    """An open, immutable view of one committed state; see `indexer.engine.base.Engine`."""

    def __init__(self, directory: str, compiled: bool = True) -> None:
        self._directory, self._may_compile = directory, compiled
        self._fast: FastSearch | None = None
        while True:
            self._generation, entries = read_contents(directory)
            try:
                with _DamageGuard(directory):
                    self._segments = [Segment(directory, entry) for entry in entries]
                    self._statistics = Statistics(self._segments)
                return
            except IndexDamaged:
                # A commit may have replaced what was read a moment ago; only then is it worth another look.
                if latest_generation(directory) == self._generation:
                    raise

    @property
    def paragraphs(self) -> int:
        """How many paragraphs there are, those deleted left out."""
        return self._statistics.paragraphs

    def document_frequencies(self, names: Sequence[tuple[Field, str]]) -> Sequence[int]:
        """How many paragraphs hold each of some terms."""
        with _DamageGuard(self._directory):
            self._compiled_search()
            return self._statistics.document_frequencies(names)

    def expand(self, field: Field, prefix: str, most: int) -> Sequence[tuple[str, int]]:
        """(form, document frequency) of the `most` most frequent terms that begin with `prefix`, ties by form."""
        with _DamageGuard(self._directory):
            return self._statistics.expand(field, prefix, most)

    def search(self, request: EngineRequest) -> EnginePage:
        """Answer one question; `total` and all counts are exact unless the time ran out."""
        limit = TimeLimit(request.seconds)
        with _DamageGuard(self._directory):
            page = self._page(request, limit)
            named = self._named(request, page.hits, limit) if request.named else {}
            hits = []
            for (i, number, score), counted in zip(page.hits, page.counted or repeat(True), strict=False):
                segment = self._segments[i]
                info = segment.stored.info(segment.article_at[number])
                hits.append(Hit(info, segment.stored.paragraph(number), score, counted, named.get((i, number), ())))
            return EnginePage(
                tuple(hits), page.total, page.articles, page.exact, page.exact, page.matched, page.facets,
                page.besides, page.articles_besides, page.matched_besides, limit.ran_out,
            )  # fmt: skip

    def search_many(self, requests: Sequence[EngineRequest]) -> list[EnginePage]:
        """Answer several questions, one after another."""
        return [self.search(request) for request in requests]

    def _compiled_search(self) -> FastSearch | None:
        """The compiled path, once the process is warm; terms are looked up by it from then on."""
        if self._fast is None and self._may_compile and is_warm():
            from indexer.engine.whoosh.fast import FastSearch

            self._fast = FastSearch(self._statistics)
        return self._fast

    def _page(self, request: EngineRequest, limit: TimeLimit) -> Page:
        """By the compiled path where that is warm and knows the shape of the query, else by the general one."""
        fast = self._compiled_search()
        page = None if fast is None else fast.page(request, limit)
        if page is not None:
            return page
        counted = None if request.counted is None else self._evaluated(request.counted, request.scoring, limit)
        matches = self._evaluated(request.query, request.scoring, limit)
        page = AllMatches(self._statistics, matches, counted).page(request)
        return page._replace(exact=not limit.ran_out)

    def _evaluated(self, node: Node, scoring: Scoring, limit: TimeLimit) -> list[Matches]:
        """The matches of a node in each segment, or in as many as there is time for, by the general path."""
        matches: list[Matches] = []
        with contextlib.suppress(OutOfTime):
            for i in range(len(self._segments)):
                matches.append(Evaluator(self._statistics, i, scoring, limit).evaluate(node))
        return matches

    def _named(
        self, request: EngineRequest, hits: Sequence[tuple[int, int, float]], limit: TimeLimit
    ) -> dict[tuple[int, int], tuple[bool, ...]]:
        """Which of the nodes named the paragraphs (segment, paragraph) of hits match, as far as there is time."""
        fast, named = self._compiled_search(), {}
        with contextlib.suppress(OutOfTime):
            for i in {i for i, _, _ in hits}:
                numbers = sorted(number for j, number, _ in hits if j == i)
                paragraphs = np.array(numbers, np.int64)
                if fast is not None:
                    matching = fast.holding(request, i, paragraphs, limit)
                else:
                    evaluator = Evaluator(self._statistics, i, request.scoring, limit)
                    matching = np.array([np.isin(paragraphs, evaluator.evaluate(node).ids) for node in request.named])
                columns = zip(*matching.tolist(), strict=True)
                named.update({(i, number): column for number, column in zip(numbers, columns, strict=True)})
        return named

    def explain(
        self, query: Node, article_id: str, position: int, scoring: Scoring, seconds: float | None = None
    ) -> tuple[Explained, ...] | None:
        """What the score of one paragraph is made of, or None."""
        limit = TimeLimit(seconds)
        with _DamageGuard(self._directory), contextlib.suppress(OutOfTime):
            for i, segment in enumerate(self._segments):
                number = segment.find_paragraph(article_id, position)
                if number is not None:
                    parts = Explainer(self._statistics, i, number, scoring, limit).parts(query)
                    return None if parts is None else tuple(parts)
        return None

    def article(self, article_id: str) -> Article | None:
        """The whole article with its paragraphs in order of position, or None."""
        with _DamageGuard(self._directory):
            for segment in self._segments:
                number, stored = segment.find_article(article_id), segment.stored
                if number is not None:
                    paragraphs = map(stored.paragraph, stored.paragraphs_of(number))
                    return Article(stored.info(number), tuple(sorted(paragraphs, key=lambda each: each.position)))
            return None

    def articles(self) -> Iterator[ArticleInfo]:
        """Every article, in document order."""
        with _DamageGuard(self._directory):
            for segment in self._segments:
                for number in segment.live_articles():
                    yield segment.stored.info(number)

    def value_counts(self, names: Sequence[str]) -> Mapping[str, ValueCounts]:
        """Of each of some metadata fields, how many articles have it, and each of its values."""
        counts = {name: ValueCounts() for name in names}
        with _DamageGuard(self._directory):
            for segment in self._segments:
                for name, found in counts.items():
                    if (values := segment.stored.values.get(name)) is not None:
                        values.count(segment.live_by_article, found)
        return counts

    def paragraph_counts(self, article_ids: Sequence[str]) -> Sequence[int]:
        """How many paragraphs each of some articles has."""
        with _DamageGuard(self._directory):
            return [self._paragraph_count(article_id) for article_id in article_ids]

    def _paragraph_count(self, article_id: str) -> int:
        for segment in self._segments:
            number = segment.find_article(article_id)
            if number is not None:
                return len(segment.stored.paragraphs_of(number))
        return 0

    def stats(self) -> EngineStats:
        """What the index holds."""
        with _DamageGuard(self._directory):
            return EngineStats(
                articles=sum(segment.live_article_count for segment in self._segments),
                paragraphs=self._statistics.paragraphs,
                terms={field: self._statistics.count_terms(field) for field in Field},
                tokens=dict(self._statistics.tokens),
                bytes=sum(segment.size for segment in self._segments),
            )

    def verify(self) -> Iterator[str]:
        """Read everything from end to end; yields one sentence for each thing that is not as it must be."""
        try:
            verify_generation(self._directory, self._generation)
        except IndexDamaged as error:
            yield str(error)
        for segment in self._segments:
            try:
                with _DamageGuard(self._directory):
                    yield from segment.verify()
            except IndexDamaged as error:
                yield str(error)

    def close(self) -> None:
        """Close the mapped files."""
        self._segments = []
        self._statistics = Statistics([])
        self._fast = None


@on_warm
def _compile() -> None:
    """Compile the fast path of searching. Until then engines answer by the general path: slower, but at once."""
    from indexer.engine.whoosh import fast

    fast.compile_all()


def open_engine(directory: str, compiled: bool = True) -> WhooshEngine:
    """Open the index in `directory`; raises `IndexMissing`, `IndexDamaged` or `IndexOutdated`.

    With `compiled` false it keeps to the general path even in a warm process.
    """
    return WhooshEngine(os.fspath(directory), compiled)
