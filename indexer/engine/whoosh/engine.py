"""The engine: one committed state of an index, opened once and answered from memory maps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from indexer.articles.model import Article, ArticleInfo
from indexer.engine.base import EnginePage, EngineRequest, EngineStats, Hit
from indexer.engine.whoosh.arrays import REBUILD
from indexer.engine.whoosh.contents import latest_generation, read_contents, verify_generation
from indexer.engine.whoosh.evaluate import Evaluator
from indexer.engine.whoosh.paging import AllMatches
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.statistics import Statistics
from indexer.errors import IndexDamaged
from indexer.fields import Field


@contextmanager
def _reading(directory: str) -> Iterator[None]:
    """Whatever damaged bytes lead to, from a number out of range to text that is none, is `IndexDamaged`."""
    try:
        yield
    except (LookupError, ValueError, OverflowError, MemoryError) as error:
        why = f"{directory}: the index holds values that cannot be ({type(error).__name__}: {error})"
        raise IndexDamaged(why, REBUILD) from error


class WhooshEngine:
    """An open, immutable view of one committed state; see `indexer.engine.base.Engine`."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        while True:
            self._generation, entries = read_contents(directory)
            try:
                with _reading(directory):
                    self._segments = [Segment(directory, entry) for entry in entries]
                    self._statistics = Statistics(self._segments)
                return
            except IndexDamaged:
                # A commit may have replaced what was read a moment ago; only then is it worth another look.
                if latest_generation(directory) == self._generation:
                    raise

    def document_frequency(self, field: Field, form: str) -> int:
        """How many paragraphs hold `form` in `field`."""
        with _reading(self._directory):
            return self._statistics.document_frequency(field, form)

    def terms(self, field: Field, prefix: str = "") -> Iterator[tuple[str, int]]:
        """(form, document frequency) of every term that begins with `prefix`, in code point order."""
        with _reading(self._directory):
            yield from self._statistics.terms(field, prefix)

    def search(self, request: EngineRequest) -> EnginePage:
        """Answer one question; `total` and all counts are exact."""
        with _reading(self._directory):
            evaluators = (Evaluator(self._statistics, i, request.scoring) for i in range(len(self._segments)))
            matches = AllMatches(self._segments, [e.evaluate(request.query) for e in evaluators])
            page = matches.page(request)
            hits = []
            for i, number, score in page.hits:
                segment = self._segments[i]
                info = segment.stored.info(int(segment.article_of[number]))
                hits.append(Hit(info, segment.stored.paragraph(number), score))
            facets = {name: matches.facet(name) for name in request.facets}
            return EnginePage(tuple(hits), page.total, page.articles, True, page.matched, facets)

    def article(self, article_id: str) -> Article | None:
        """The whole article with its paragraphs in order of position, or None."""
        with _reading(self._directory):
            for segment in self._segments:
                stored = segment.stored
                number = stored.find_article(article_id)
                if number is not None and segment.is_live(int(stored.first[number])):
                    paragraphs = [stored.paragraph(i) for i in stored.paragraphs_of(number)]
                    paragraphs.sort(key=lambda paragraph: paragraph.position)
                    return Article(stored.info(number), tuple(paragraphs))
            return None

    def articles(self) -> Iterator[ArticleInfo]:
        """Every article, in document order."""
        with _reading(self._directory):
            for segment in self._segments:
                for number in segment.live_articles():
                    yield segment.stored.info(number)

    def stats(self) -> EngineStats:
        """What the index holds; counting the distinct terms of several segments takes a look at each term."""
        with _reading(self._directory):
            alone = len(self._segments) == 1 and self._segments[0].live is None
            return EngineStats(
                articles=sum(1 for segment in self._segments for _ in segment.live_articles()),
                paragraphs=self._statistics.paragraphs,
                terms={
                    field: len(self._segments[0].postings[field].terms)
                    if alone
                    else sum(1 for _ in self._statistics.terms(field))
                    for field in Field
                },
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
                with _reading(self._directory):
                    yield from segment.verify()
            except IndexDamaged as error:
                yield str(error)

    def close(self) -> None:
        """Let go of files."""
        self._segments = []
        self._statistics = Statistics([])


def open_engine(directory: str) -> WhooshEngine:
    """Open the index in `directory`; raises `IndexMissing`, `IndexDamaged` or `IndexOutdated`."""
    return WhooshEngine(os.fspath(directory))
