"""Rewriting an index from its stored text: in the present format, or without some articles."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from indexer.articles import Article, Rejection
from indexer.engine.backend import Backend, NewGeneration
from indexer.engine.base import Engine
from indexer.indexing.analysing import analysed
from indexer.indexing.learning import Learning
from indexer.indexing.publication import publish, write
from indexer.indexing.report import Progress, Report
from indexer.indexing.workers import Crew
from indexer.settings import Settings
from indexer.storage.generations import FolderBackend
from indexer.storage.marks import Mark
from indexer.storage.registry import open_backend
from indexer.storage.withdrawn import Withdrawn


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
    with backend.building("indexer upgrade"):
        withdrawn = Withdrawn.read(Path(index))
        earlier = backend.earlier_articles() if isinstance(backend, FolderBackend) else None
        if earlier is not None:
            return _from_earlier(backend, *earlier, what, progress, jobs, settings, withdrawn)
        return rewritten(
            backend, "indexer upgrade", what, (), progress=progress, jobs=jobs, settings=settings, withdrawn=withdrawn
        )


def _from_earlier(
    backend: Backend,
    count: int,
    articles: Iterator[Article],
    what: Mapping[str, object],
    progress: Progress | None,
    jobs: int,
    settings: Settings | None,
    withdrawn: Withdrawn,
) -> Report:
    """Publish the articles that an earlier version wrote, which knew no fields declared, without those `withdrawn`."""

    def kept(report: Report) -> Iterator[Article]:
        for done, article in enumerate(articles, 1):
            if progress:
                progress(done, count, report.paragraphs)
            if reason := withdrawn.refusal(article):
                report.reject(Rejection(article.info.id, None, reason))
            else:
                yield article

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        found = analysed(kept(report), crew, draft.schema)
        with contextlib.closing(found):
            for chunk in found:
                write(draft.writer, learning, chunk, report)

    return publish(backend, "indexer upgrade", fill, what, change=False, jobs=jobs, settings=settings, always=True)


def rewritten(
    backend: Backend,
    command: str,
    what: Mapping[str, object],
    without: Sequence[str],
    *,
    keep: bool = True,
    progress: Progress | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
    withdrawn: Withdrawn | None = None,
    alike: list[str] | None = None,
    always: bool = False,
    report: Report | None = None,
    mark: Mark | None = None,
) -> Report:
    """Publish a generation of the live one's articles, `without` some; `keep` as `publishing.publish` has it.

    It must be called in `Backend.building`: a build that is running would bring back what goes here.
    Articles that are `withdrawn` are left out too: `alike` gets their ids, or else they are rejected. Where none of the
    ids is that of an article, nothing is published, unless `always` is set.
    """

    def stored(engine: Engine, articles: int, report: Report) -> Iterator[Article]:
        for done, info in enumerate(engine.articles(), 1):
            if progress:
                progress(done, articles, report.paragraphs)
            if info.id in left_out or (article := engine.article(info.id)) is None:
                continue
            if not (reason := withdrawn.refusal(article) if withdrawn else ""):
                yield article
                continue
            report.removed += 1
            if alike is None:
                report.reject(Rejection(info.id, None, reason))
            else:
                alike.append(info.id)

    left_out = frozenset(without)

    def fill(draft: NewGeneration, learning: Learning, crew: Crew | None, report: Report) -> None:
        live = backend.open()
        with contextlib.closing(live.engine) as engine:
            for article_id, paragraphs in zip(without, engine.paragraph_counts(without), strict=True):
                if paragraphs:
                    report.removed += 1
                elif not always:
                    report.reject(Rejection(article_id, None, "there is no article with this id"))
            if without and not report.removed and not always:
                return
            articles = analysed(stored(engine, live.stats.articles, report), crew, draft.schema)
            with contextlib.closing(articles):
                for chunk in articles:
                    write(draft.writer, learning, chunk, report)
            if without:
                report.articles, report.paragraphs = 0, live.stats.paragraphs - report.paragraphs

    return publish(
        backend,
        command,
        fill,
        what,
        change=False,
        jobs=jobs,
        settings=settings,
        keep=keep,
        same_fields=True,
        always=always,
        report=report,
        mark=mark,
    )
