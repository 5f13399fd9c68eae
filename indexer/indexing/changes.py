"""Indexing: articles are read, analysed, written and published.

Reading lives in `indexer.articles`, analysis in `indexer.vietnamese`, where paragraphs are kept in `indexer.engine`,
the switch in `indexer.storage.publishing`. This file only leads one into the next.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from indexer.articles import Article, Limits, Rejection
from indexer.engine.backend import Backend, NewGeneration, Published
from indexer.errors import IndexLocked, IndexMissing, SettingInvalid
from indexer.indexing.analysing import analysed
from indexer.indexing.learning import Learning
from indexer.indexing.publication import crew_of, deleted, fields_of_live, note_gone, publish, publish_built, write
from indexer.indexing.report import Progress, Report
from indexer.indexing.rewriting import rewritten
from indexer.indexing.spark import checked_master, write_by_spark
from indexer.indexing.spooling import spooled
from indexer.indexing.workers import Crew
from indexer.ingest.ledger import read_again
from indexer.ingest.reading import read
from indexer.ingest.sources import Sources, paths_of
from indexer.schema import Schema
from indexer.settings import Settings
from indexer.storage import audit, publishing
from indexer.storage.marks import Mark
from indexer.storage.registry import open_backend
from indexer.storage.withdrawn import Withdrawn


def build(
    sources: Sources,
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
    report_file: TextIO | None = None,
    spark: str | None = None,
) -> Report:
    """Build a new index from articles and publish it in the directory `index`.

    `sources` are paths of files and folders, `Article` objects, records (mappings with the keys of a line of JSON
    Lines), and iterables of these, nested at will. Nothing is taken from an iterator before it is needed. An article
    that is beyond a limit or has an id that came before is rejected, whatever it came from; the rejection of an object
    has "articles given" for its path, and counts objects in place of lines.

    The settings name the engine that keeps it, unless a `backend` is given, and the metadata fields that articles may
    have besides the built-in ones. With `jobs` above 1 so many processes analyse the text, where there is enough of it;
    the index is the same byte for byte. With `spark`, the address of a Spark master (`local[2]`,
    `spark://HOST:PORT`), its workers do so and send the paragraphs, where the engine allows it: the same index again.
    `report_file` gets a line of JSON for each file that was read or left out, each rejection and each warning.

    The lock of the index is held only to publish it, not while sources are read and analysed: others may add, remove
    and roll back meanwhile, at once. The new index has what the sources hold, and what others have added, replaced or
    removed since the build began, as they have left it (`Report.meanwhile`): as if they had done so after it. What
    replaces the whole index, as another build does, is refused meanwhile (`IndexLocked`).

    Raises `InputMissing`, `IndexLocked`, `WorkerLost`, `NothingToPublish` when not one article could be read,
    `TypeError` for what is no source, and whatever an iterator raises (`SourceFailed` for an `OSError`); whatever
    happens, the live index answers as before until the new one is whole.
    """

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        accepted = _accepted(sources, index, report, progress, draft.schema, settings)
        if master is not None:
            write_by_spark(accepted, draft, learning, report, master)
            return
        with contextlib.closing(analysed(accepted, crew, draft.schema)) as chunks:
            for chunk in chunks:
                write(draft.writer, learning, chunk, report)

    backend = backend or open_backend(index, settings)
    master = None
    if spark is not None:
        master, jobs = checked_master(spark), 1
        if not backend.capabilities.shared:
            hint = "Choose one that keeps its index in a cluster (setting engine), or build with jobs."
            raise SettingInvalid("the engine cannot be written to by several machines, as Spark needs", hint)
    what = {"index": str(index), "sources": list(map(str, paths_of(sources)))}
    report = Report(file=report_file)
    return publish_built(backend, "indexer build", fill, what, jobs=jobs, settings=settings, report=report)


def add(
    sources: Sources,
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
    report_file: TextIO | None = None,
) -> Report:
    """Add articles to a live index; one whose id is there already is replaced.

    Their metadata fields are those that the index was built with; what it lacks of those of the settings stands in
    `Report.outdated`. The lock of the index is not held while the articles are read and analysed; then this waits for
    it, for a minute at most.

    Raises as `build`, and `IndexMissing`, `IndexDamaged` or `IndexOutdated`.
    """

    def articles(schema: Schema, report: Report) -> Iterator[Article]:
        return _accepted(sources, index, report, progress, schema, settings)

    report = Report(file=report_file)
    what = {"index": str(index), "sources": list(map(str, paths_of(sources)))}
    backend = backend or open_backend(index, settings)
    return change(articles, tuple, index, backend, "indexer add", what, jobs=jobs, settings=settings, report=report)


def change(
    articles: Callable[[Schema, Report], Iterator[Article]],
    removed: Callable[[], Iterable[str]],
    index: Path | str,
    backend: Backend,
    command: str,
    what: Mapping[str, object],
    *,
    report: Report,
    jobs: int = 1,
    settings: Settings | None = None,
    create: bool = False,
    mark: Mark | None = None,
) -> Report:
    """Publish further articles and the removal of others together; raises as `add`.

    `articles` gives them for the fields of the index; `removed` is called when all are read, and gives ids of articles
    that need not be there. With `create` a new index is built where there is none. `mark` says how far the generation
    has come with the queue of changes.
    """

    def fill(draft: NewGeneration, learning: Learning, _: Crew | None, report: Report) -> None:
        if draft.schema != fields:
            raise IndexLocked("the index was built with other fields meanwhile", "Add the articles again.")
        if Withdrawn.read(Path(index)).articles != withdrawn:
            raise IndexLocked("articles were withdrawn for good, or taken back, meanwhile", "Add the articles again.")
        gone = list(removed())
        note_gone(draft, gone)
        if draft.live is not None:
            report.removed += sum(paragraphs > 0 for _, paragraphs in deleted(draft, gone, learning))
        for chunk in ready:
            if draft.live is not None:
                replaced = deleted(draft, [article.info.id for article in chunk.articles], learning)
                report.removed += sum(paragraphs > 0 for _, paragraphs in replaced)
            write(draft.writer, learning, chunk, report)

    # Whether it can be changed at all is said before anything is read.
    with backend.writing(command):
        withdrawn = Withdrawn.read(Path(index)).articles
        try:
            fields = fields_of_live(backend)
        except IndexMissing:
            if not create:
                raise
            fields = settings.schema if settings else Schema()
    with crew_of(jobs) as crew, spooled(analysed(articles(fields, report), crew, fields)) as ready:
        return publish(
            backend,
            command,
            fill,
            what,
            change=None if create else True,
            jobs=jobs,
            crew=crew,
            settings=settings,
            report=report,
            mark=mark,
            patience=publishing.PATIENCE_SECONDS,
        )


def remove(
    ids: Iterable[str],
    index: Path | str,
    backend: Backend | None = None,
    settings: Settings | None = None,
    *,
    purge: bool = False,
    jobs: int = 1,
) -> Report:
    """Remove articles from a live index; an unknown id is rejected. Raises as `add`.

    Nothing that is shown has anything of them any more: results, suggestions, what is read into queries. Their text
    stays in files that are shared with other articles, and in the generation before, for `rollback`. With `purge`, all
    other articles are written again and the generation before is removed: then no file of the index holds it.
    (`withdrawing.withdraw` does so for good.)
    """
    backend = backend or open_backend(index, settings)
    ids = list(dict.fromkeys(ids))
    what = {"index": str(index), "ids": ids, "purge": purge}
    if purge:
        with backend.building("indexer remove"):
            return rewritten(backend, "indexer remove", what, ids, keep=False, jobs=jobs, settings=settings)

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        for article_id, paragraphs in deleted(draft, ids, learning):
            if paragraphs:
                report.removed += 1
                report.paragraphs += paragraphs
            else:
                report.reject(Rejection(article_id, None, "there is no article with this id"))

    return publish(backend, "indexer remove", fill, what, change=True, settings=settings)


def rollback(index: Path | str, backend: Backend | None = None, settings: Settings | None = None) -> Published:
    """Make the generation before the live one live again; raises `IndexMissing` when there is none."""
    backend = backend or open_backend(index, settings)
    audit.check(settings)
    with backend.writing("indexer rollback"):
        # Before, so that a crash in between costs no more than some reading.
        read_again(Path(index))
        names = publishing.rollback(backend)
    audit.record_change(settings, "indexer rollback", index=str(index), generation=names.generation)
    return names


def _accepted(
    sources: Sources,
    index: Path | str,
    report: Report,
    progress: Progress | None,
    schema: Schema,
    settings: Settings | None,
) -> Iterator[Article]:
    """The articles of the sources that may be indexed; what may not is in the report."""

    def show(done: int, total: int) -> None:
        if progress:
            progress(done, total, report.paragraphs)

    settings = settings or Settings()
    limits = Limits(ocr=settings.ocr)
    withdrawn = Withdrawn.read(Path(index))
    for item in read(
        sources,
        limits,
        show,
        schema,
        follow_links=settings.follow_links,
        left_out=report.leave_out,
        finished=report.finish,
    ):
        if isinstance(item, Rejection):
            report.reject(item)
        elif reason := withdrawn.refusal(item):
            report.reject(Rejection(item.info.id, None, reason))
        else:
            report.warn(item.warnings)
            yield item
