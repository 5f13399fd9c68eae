"""Indexing: articles are read, analysed, written and published.

Reading lives in `indexer.articles`, analysis in `indexer.vietnamese`, where paragraphs are kept in `indexer.engine`,
the switch in `indexer.storage.publishing`. This file only leads one into the next.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.articles import Article, FieldWarning, Kind, Rejection
from indexer.articles.formats import suffixes
from indexer.engine.backend import Backend, Generation, NewGeneration, Published
from indexer.engine.base import Batch, Writer
from indexer.errors import LexiconUnusable, NothingToPublish
from indexer.indexing.analysing import AnalysedArticles, analysed
from indexer.indexing.learning import Learning
from indexer.indexing.workers import Crew
from indexer.ingest.reading import read
from indexer.ingest.sources import Sources
from indexer.lexicon import ATTACHMENT, Lexicon
from indexer.schema import Schema
from indexer.settings import Settings
from indexer.storage import publishing
from indexer.storage.registry import open_backend

Progress = Callable[[int, int, int], None]
"""Called with (bytes read, bytes in all, paragraphs written so far) as work goes on."""

_KEPT = 1_000
"""A report names this many rejections and warnings and counts the rest, so that it is bounded whatever the input."""


@dataclass(slots=True)
class Report:
    """What a change of the index did. `rejections` holds the first 1,000, `rejected` counts all.

    `warnings` and `warned` are the same of values that were left out of articles; `outdated` says what the index lacks
    of the fields that were declared.
    """

    articles: int = 0
    paragraphs: int = 0
    removed: int = 0
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    warned: int = 0
    warnings: list[FieldWarning] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    seconds: float = 0.0
    generation: str = ""

    def reject(self, rejection: Rejection) -> None:
        """Count input that was not indexed."""
        self.rejected += 1
        if len(self.rejections) < _KEPT:
            self.rejections.append(rejection)

    def warn(self, warnings: Sequence[FieldWarning]) -> None:
        """Count values that were left out."""
        self.warned += len(warnings)
        self.warnings += warnings[: _KEPT - len(self.warnings)]


def build(
    sources: Sources,
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
) -> Report:
    """Build a new index from articles and publish it in the directory `index`.

    `sources` are paths of files and folders, `Article` objects, records (mappings with the keys of a line of JSON
    Lines), and iterables of these, nested at will. Nothing is taken from an iterator before it is needed. An article
    that is beyond a limit or has an id that came before is rejected, whatever it came from; the rejection of an object
    has "articles given" for its path, and counts objects in place of lines.

    The settings name the engine that keeps it, unless a `backend` is given, and the metadata fields that articles may
    have besides the built-in ones. With `jobs` above 1 so many processes
    analyse the text, where there is enough of it; the index is the same byte for byte.

    Raises `InputMissing`, `IndexLocked`, `WorkerLost`, `NothingToPublish` when not one article could be read,
    `TypeError` for what is no source, and whatever an iterator raises (`SourceFailed` for an `OSError`); whatever
    happens, the live index answers as before until the new one is whole.
    """

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        with _analysed(sources, report, progress, crew, draft.schema) as articles:
            for chunk in articles:
                _write(draft.writer, learning, chunk, report)

    backend = backend or open_backend(index, settings)
    return _publish(backend, "indexer build", fill, change=False, jobs=jobs, settings=settings)


def add(
    sources: Sources,
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
) -> Report:
    """Add articles to a live index; one whose id is there already is replaced.

    Their metadata fields are those that the index was built with; what it lacks of those of the settings stands in
    `Report.outdated`.

    Raises as `build`, and `IndexMissing`, `IndexDamaged` or `IndexOutdated`.
    """

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        with _analysed(sources, report, progress, crew, draft.schema) as articles:
            for chunk in articles:
                for _, paragraphs in _deleted(draft, [article.info.id for article in chunk.articles]):
                    if paragraphs:
                        report.removed += 1
                        learning.forget(paragraphs)
                _write(draft.writer, learning, chunk, report)

    backend = backend or open_backend(index, settings)
    return _publish(backend, "indexer add", fill, change=True, jobs=jobs, settings=settings)


def remove(
    ids: Iterable[str], index: Path | str, backend: Backend | None = None, settings: Settings | None = None
) -> Report:
    """Remove articles from a live index; an unknown id is rejected. Raises as `add`."""

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        for article_id, paragraphs in _deleted(draft, list(dict.fromkeys(ids))):
            if paragraphs:
                learning.forget(paragraphs)
                report.removed += 1
                report.paragraphs += paragraphs
            else:
                report.reject(Rejection(article_id, None, "there is no article with this id"))

    return _publish(backend or open_backend(index, settings), "indexer remove", fill, change=True)


def rollback(index: Path | str, backend: Backend | None = None, settings: Settings | None = None) -> Published:
    """Make the generation before the live one live again; raises `IndexMissing` when there is none."""
    backend = backend or open_backend(index, settings)
    with backend.writing("indexer rollback"):
        return publishing.rollback(backend)


def _publish(
    backend: Backend,
    command: str,
    fill: Callable[[NewGeneration, Learning, Crew | None, Report], None],
    *,
    change: bool,
    jobs: int = 1,
    settings: Settings | None = None,
) -> Report:
    declared = settings.schema if settings else Schema()
    report = Report()
    start = time.perf_counter()

    def filled(draft: NewGeneration) -> None:
        learning = _learning(draft.live, crew)
        report.outdated = draft.schema.differences(declared)
        fill(draft, learning, crew, report)
        if not report.articles and not report.removed:
            raise NothingToPublish(*_nothing(report, command))
        lexicon = draft.attachments / ATTACHMENT
        lexicon.mkdir()
        learning.write(lexicon)
        draft.awaited.append(learning.finish)

    with backend.writing(command), crew_of(jobs) as crew:
        report.generation = publishing.publish(backend, filled, change=change, threads=jobs, schema=declared)
    report.seconds = time.perf_counter() - start
    return report


def _deleted(draft: NewGeneration, ids: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Delete articles that the live generation has; yields each id and how many paragraphs that has there."""
    assert draft.live is not None
    for article_id, paragraphs in zip(ids, draft.live.engine.paragraph_counts(ids), strict=True):
        if paragraphs:
            draft.writer.delete_article(article_id)
        yield article_id, paragraphs


def crew_of(jobs: int) -> contextlib.AbstractContextManager[Crew | None]:
    """With several jobs, so many workers that analyse, and a last one that learns."""
    if jobs < 2:
        return contextlib.nullcontext()
    analyse, learn = "indexer.indexing.analysing:work", "indexer.indexing.learning:work"
    return Crew([*[analyse] * jobs, learn], "indexer.indexing.analysing:prepare")


def _accepted(sources: Sources, report: Report, progress: Progress | None, schema: Schema) -> Iterator[Article]:
    def show(done: int, total: int) -> None:
        if progress:
            progress(done, total, report.paragraphs)

    for item in read(sources, progress=show, schema=schema):
        if isinstance(item, Rejection):
            report.reject(item)
        else:
            report.warn(item.warnings)
            yield item


@contextlib.contextmanager
def _analysed(
    sources: Sources, report: Report, progress: Progress | None, crew: Crew | None, schema: Schema
) -> Iterator[Iterator[AnalysedArticles]]:
    """What was read and accepted, analysed; nothing is read any more after the block."""
    with contextlib.closing(analysed(_accepted(sources, report, progress, schema), crew, schema)) as articles:
        yield articles


def _write(writer: Writer, learning: Learning, chunk: AnalysedArticles, report: Report) -> None:
    paragraphs = [(article.info, paragraph) for article in chunk.articles for paragraph in article.paragraphs]
    writer.add_batch(Batch(paragraphs, chunk.analysed.columns))
    _learn(learning, chunk)
    report.paragraphs += len(paragraphs)
    report.articles += len(chunk.articles)


def _learn(learning: Learning, chunk: AnalysedArticles) -> None:
    kinds = [(article.info.id, paragraph.kind) for article in chunk.articles for paragraph in article.paragraphs]
    titles = [i for i, (_, kind) in enumerate(kinds) if kind is Kind.TITLE]
    learning.learn(chunk.analysed.lexicon_input, [article for article, _ in kinds], titles)


def _learning(live: Generation | None, crew: Crew | None) -> Learning:
    """The learner: it continues from the live lexicon, or starts empty if there is none or it is stale."""
    if live is None:
        return Learning(crew)
    known = live.attachments / ATTACHMENT
    with contextlib.suppress(LexiconUnusable):
        if not Lexicon.open(known).stale:
            return Learning(crew, known)
    learning = Learning()
    engine = live.engine
    for chunk in analysed(filter(None, (engine.article(info.id) for info in engine.articles()))):
        _learn(learning, chunk)
    return learning


def _nothing(report: Report, command: str) -> tuple[str, str]:
    reasons = "".join(f"\n  {rejection}" for rejection in report.rejections[:10])
    hint = f"Articles are files named {', '.join(suffixes())}, packed with .gz or not, or folders of them."
    if command == "indexer remove":
        hint = "`indexer search` shows the ids of articles."
    return (
        f"nothing was published: {report.rejected:,} rejected, nothing accepted{reasons}",
        f"The live index is as it was. {hint}",
    )
