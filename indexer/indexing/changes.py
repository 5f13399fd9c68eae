"""Indexing: articles are read, analysed, written and published.

Reading lives in `indexer.articles`, analysis in `indexer.vietnamese`, where paragraphs are kept in `indexer.engine`,
the switch in `indexer.storage.publishing`. This file only leads one into the next.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from indexer.articles import Article, Kind, Limits, Rejection
from indexer.articles.formats import suffixes
from indexer.engine.backend import Backend, Generation, NewGeneration, Published
from indexer.engine.base import Batch, Engine, Writer
from indexer.errors import IndexLocked, IndexMissing, LexiconUnusable, NothingToPublish
from indexer.indexing.analysing import AnalysedArticles, PackedInput, analysed
from indexer.indexing.learning import Learning
from indexer.indexing.report import Report
from indexer.indexing.spooling import spooled
from indexer.indexing.workers import Crew
from indexer.ingest.ledger import read_all_again
from indexer.ingest.reading import read
from indexer.ingest.sources import Sources, paths_of
from indexer.lexicon import ATTACHMENT, Lexicon, LexiconInput
from indexer.schema import Schema
from indexer.settings import Settings
from indexer.storage import audit, publishing
from indexer.storage.registry import open_backend

Progress = Callable[[int, int, int], None]
"""Called with (bytes read, bytes in all, paragraphs written so far) as work goes on."""


def build(
    sources: Sources,
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
    report_file: TextIO | None = None,
) -> Report:
    """Build a new index from articles and publish it in the directory `index`.

    `sources` are paths of files and folders, `Article` objects, records (mappings with the keys of a line of JSON
    Lines), and iterables of these, nested at will. Nothing is taken from an iterator before it is needed. An article
    that is beyond a limit or has an id that came before is rejected, whatever it came from; the rejection of an object
    has "articles given" for its path, and counts objects in place of lines.

    The settings name the engine that keeps it, unless a `backend` is given, and the metadata fields that articles may
    have besides the built-in ones. With `jobs` above 1 so many processes analyse the text, where there is enough of it;
    the index is the same byte for byte. `report_file` gets a line of JSON for each file that was read or left out, each
    rejection and each warning.

    Raises `InputMissing`, `IndexLocked`, `WorkerLost`, `NothingToPublish` when not one article could be read,
    `TypeError` for what is no source, and whatever an iterator raises (`SourceFailed` for an `OSError`); whatever
    happens, the live index answers as before until the new one is whole.
    """

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        accepted = _accepted(sources, report, progress, draft.schema, settings)
        with contextlib.closing(analysed(accepted, crew, draft.schema)) as chunks:
            for chunk in chunks:
                _write(draft.writer, learning, chunk, report)

    backend = backend or open_backend(index, settings)
    what = {"index": str(index), "sources": list(map(str, paths_of(sources)))}
    report = Report(file=report_file)
    return _publish(backend, "indexer build", fill, what, change=False, jobs=jobs, settings=settings, report=report)


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
    `Report.outdated`. The lock of the index is not held while the articles are read.

    Raises as `build`, and `IndexMissing`, `IndexDamaged` or `IndexOutdated`.
    """

    def articles(schema: Schema, report: Report) -> Iterator[Article]:
        return _accepted(sources, report, progress, schema, settings)

    report = Report(file=report_file)
    what = {"index": str(index), "sources": list(map(str, paths_of(sources)))}
    backend = backend or open_backend(index, settings)
    return change(articles, tuple, backend, "indexer add", what, jobs=jobs, settings=settings, report=report)


def change(
    articles: Callable[[Schema, Report], Iterator[Article]],
    removed: Callable[[], Iterable[str]],
    backend: Backend,
    command: str,
    what: Mapping[str, object],
    *,
    report: Report,
    jobs: int = 1,
    settings: Settings | None = None,
    create: bool = False,
) -> Report:
    """Publish further articles and the removal of others together; raises as `add`.

    `articles` gives them for the fields of the index; `removed` is called when all are read, and gives ids of articles
    that need not be there. With `create` a new index is built where there is none.
    """

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        if draft.schema != fields:
            raise IndexLocked("the index was built with other fields meanwhile", "Add the articles again.")
        gone = list(removed())
        if draft.live is not None:
            report.removed += sum(paragraphs > 0 for _, paragraphs in _deleted(draft, gone, learning))
        with contextlib.closing(analysed(ready, crew, fields)) as chunks:
            for chunk in chunks:
                if draft.live is not None:
                    replaced = _deleted(draft, [article.info.id for article in chunk.articles], learning)
                    report.removed += sum(paragraphs > 0 for _, paragraphs in replaced)
                _write(draft.writer, learning, chunk, report)

    # Whether it can be changed at all is said before anything is read.
    live = True
    with backend.writing(command):
        try:
            fields = _fields_of_live(backend)
        except IndexMissing:
            if not create:
                raise
            live, fields = False, settings.schema if settings else Schema()
    with spooled(articles(fields, report)) as ready:
        return _publish(backend, command, fill, what, change=live, jobs=jobs, settings=settings, report=report)


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
    """
    backend = backend or open_backend(index, settings)
    ids = list(dict.fromkeys(ids))
    what = {"index": str(index), "ids": ids, "purge": purge}
    if purge:
        return _rewritten(backend, "indexer remove", what, ids, keep=False, jobs=jobs, settings=settings)

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        for article_id, paragraphs in _deleted(draft, ids, learning):
            if paragraphs:
                report.removed += 1
                report.paragraphs += paragraphs
            else:
                report.reject(Rejection(article_id, None, "there is no article with this id"))

    return _publish(backend, "indexer remove", fill, what, change=True, settings=settings)


def upgrade(
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
) -> Report:
    """Rewrite every article of a live index, in the present format, and publish the result; raises as `add`.

    The sources of the articles are not needed. The live index answers meanwhile and is kept for `rollback`.
    """
    backend = backend or open_backend(index, settings)
    what = {"index": str(index)}
    return _rewritten(backend, "indexer upgrade", what, (), progress=progress, jobs=jobs, settings=settings)


def _rewritten(
    backend: Backend,
    command: str,
    what: Mapping[str, object],
    without: Sequence[str],
    *,
    keep: bool = True,
    progress: Progress | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
) -> Report:
    """Publish a generation of the live one's articles, `without` some; `keep` as `publishing.publish` has it."""

    def stored(engine: Engine, articles: int, report: Report) -> Iterator[Article]:
        for done, info in enumerate(engine.articles(), 1):
            if progress:
                progress(done, articles, report.paragraphs)
            if info.id not in left_out and (article := engine.article(info.id)) is not None:
                yield article

    left_out = frozenset(without)

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        live = backend.open()
        with contextlib.closing(live.engine) as engine:
            for article_id, paragraphs in zip(without, engine.paragraph_counts(without), strict=True):
                if paragraphs:
                    report.removed += 1
                else:
                    report.reject(Rejection(article_id, None, "there is no article with this id"))
            if without and not report.removed:
                return
            articles = analysed(stored(engine, live.stats.articles, report), crew, draft.schema)
            with contextlib.closing(articles):
                for chunk in articles:
                    _write(draft.writer, learning, chunk, report)
            if without:
                report.articles, report.paragraphs = 0, live.stats.paragraphs - report.paragraphs

    return _publish(
        backend, command, fill, what, change=False, jobs=jobs, settings=settings, keep=keep, same_fields=True
    )


def rollback(index: Path | str, backend: Backend | None = None, settings: Settings | None = None) -> Published:
    """Make the generation before the live one live again; raises `IndexMissing` when there is none."""
    backend = backend or open_backend(index, settings)
    audit.check(settings)
    with backend.writing("indexer rollback"):
        # Before, so that a crash in between costs no more than some reading.
        read_all_again(Path(index))
        names = publishing.rollback(backend)
    audit.record_change(settings, "indexer rollback", index=str(index), generation=names.generation)
    return names


def _publish(
    backend: Backend,
    command: str,
    fill: Callable[[NewGeneration, Learning, Crew | None, Report], None],
    what: Mapping[str, object],
    *,
    change: bool,
    jobs: int = 1,
    settings: Settings | None = None,
    keep: bool = True,
    same_fields: bool = False,
    report: Report | None = None,
) -> Report:
    audit.check(settings)
    declared = settings.schema if settings else Schema()
    report = report or Report()
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
        schema = _fields_of_live(backend) if same_fields else declared
        report.generation = publishing.publish(backend, filled, change=change, threads=jobs, schema=schema, keep=keep)
    report.seconds = time.perf_counter() - start
    counts = {"articles": report.articles, "removed": report.removed, "rejected": report.rejected}
    audit.record_change(settings, command, **what, generation=report.generation, **counts)
    return report


def _fields_of_live(backend: Backend) -> Schema:
    live = backend.open()
    live.engine.close()
    return live.schema


def _deleted(draft: NewGeneration, ids: Sequence[str], learning: Learning) -> list[tuple[str, int]]:
    """Delete articles that the live generation has, of which nothing is known to the lexicon either.

    Returns each id and how many paragraphs that has there.
    """
    assert draft.live is not None
    engine = draft.live.engine
    found = list(zip(ids, engine.paragraph_counts(ids), strict=True))
    deleted = [article_id for article_id, paragraphs in found if paragraphs]
    for chunk in analysed(filter(None, map(engine.article, deleted))):
        learning.unlearn(*_lesson(chunk))
    for article_id in deleted:
        draft.writer.delete_article(article_id)
    return found


def crew_of(jobs: int) -> contextlib.AbstractContextManager[Crew | None]:
    """With several jobs, so many workers that analyse, and a last one that learns."""
    if jobs < 2:
        return contextlib.nullcontext()
    analyse, learn = "indexer.indexing.analysing:work", "indexer.indexing.learning:work"
    return Crew([*[analyse] * jobs, learn], "indexer.indexing.analysing:prepare")


def _accepted(
    sources: Sources, report: Report, progress: Progress | None, schema: Schema, settings: Settings | None
) -> Iterator[Article]:
    def show(done: int, total: int) -> None:
        if progress:
            progress(done, total, report.paragraphs)

    settings = settings or Settings()
    limits = Limits(ocr=settings.ocr)
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
        else:
            report.warn(item.warnings)
            yield item


def _write(writer: Writer, learning: Learning, chunk: AnalysedArticles, report: Report) -> None:
    paragraphs = [(article.info, paragraph) for article in chunk.articles for paragraph in article.paragraphs]
    writer.add_batch(Batch(paragraphs, chunk.analysed.columns))
    learning.learn(*_lesson(chunk))
    report.paragraphs += len(paragraphs)
    report.articles += len(chunk.articles)


def _lesson(chunk: AnalysedArticles) -> tuple[LexiconInput | PackedInput, list[str], list[int]]:
    """What there is to learn of a chunk: the paragraphs, the id of each one's article, and which are titles."""
    kinds = [(article.info.id, paragraph.kind) for article in chunk.articles for paragraph in article.paragraphs]
    titles = [i for i, (_, kind) in enumerate(kinds) if kind is Kind.TITLE]
    return chunk.analysed.lexicon_input, [article for article, _ in kinds], titles


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
        learning.learn(*_lesson(chunk))
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
