"""Publishing what was read: articles and what is learned of them become a generation, whoever asks for it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from indexer.articles import Kind
from indexer.articles.formats import suffixes
from indexer.engine.backend import Backend, Generation, NewGeneration
from indexer.engine.base import Batch, Writer
from indexer.errors import LexiconUnusable, NothingToPublish
from indexer.indexing.analysing import AnalysedArticles, PackedInput, analysed
from indexer.indexing.learning import Learning
from indexer.indexing.report import Report
from indexer.indexing.workers import Crew
from indexer.lexicon import ATTACHMENT, LexiconInput, open_lexicon
from indexer.schema import Schema
from indexer.settings import Settings
from indexer.storage import audit, marks, publishing
from indexer.storage.marks import Mark

Fill = Callable[[NewGeneration, Learning, Crew | None, Report], None]
"""Writes into a generation, learns, and counts what it did."""


def publish(
    backend: Backend,
    command: str,
    fill: Fill,
    what: Mapping[str, object],
    *,
    change: bool,
    jobs: int = 1,
    settings: Settings | None = None,
    keep: bool = True,
    same_fields: bool = False,
    always: bool = False,
    report: Report | None = None,
    mark: Mark | None = None,
) -> Report:
    """Publish what `fill` writes into a generation, with what is learned of it; notes it in the audit log.

    It is a `change` of the live one, or new, of the fields of the settings or of the `same_fields` as the live one.
    `keep` is as `publishing.publish` has it; `mark` as `changes.change`, by default that of the live generation.
    Raises `NothingToPublish` where nothing was written and nothing removed, unless `always` is set.
    """
    audit.check(settings)
    declared = settings.schema if settings else Schema()
    report = report or Report()
    start = time.perf_counter()

    def filled(draft: NewGeneration) -> None:
        learning = _learning(draft.live, crew)
        report.outdated = draft.schema.differences(declared)
        fill(draft, learning, crew, report)
        if not (report.articles or report.removed or always):
            raise NothingToPublish(*_nothing(report, command))
        lexicon = draft.attachments / ATTACHMENT
        lexicon.mkdir()
        learning.write(lexicon)
        before = marks.read(draft.live.attachments) if draft.live else marks.of_live(backend)
        marks.write(draft.attachments, mark or before)
        draft.awaited.append(learning.finish)

    with backend.writing(command), crew_of(jobs) as crew:
        schema = fields_of_live(backend) if same_fields else declared
        report.generation = publishing.publish(backend, filled, change=change, threads=jobs, schema=schema, keep=keep)
    report.seconds = time.perf_counter() - start
    counts = {"articles": report.articles, "removed": report.removed, "rejected": report.rejected}
    audit.record_change(settings, command, **what, generation=report.generation, **counts)
    return report


def fields_of_live(backend: Backend) -> Schema:
    """The metadata fields of the live generation; raises as opening it."""
    live = backend.open()
    live.engine.close()
    return live.schema


def deleted(draft: NewGeneration, ids: Sequence[str], learning: Learning) -> list[tuple[str, int]]:
    """Delete articles that the live generation has, of which nothing is known to the lexicon either.

    Returns each id and how many paragraphs that has there.
    """
    assert draft.live is not None
    engine = draft.live.engine
    found = list(zip(ids, engine.paragraph_counts(ids), strict=True))
    deleted = [article_id for article_id, paragraphs in found if paragraphs]
    for chunk in analysed(filter(None, map(engine.article, deleted))):
        learning.unlearn(*lesson_of(chunk))
    for article_id in deleted:
        draft.writer.delete_article(article_id)
    return found


def crew_of(jobs: int) -> contextlib.AbstractContextManager[Crew | None]:
    """With several jobs, so many workers that analyse, and a last one that learns."""
    if jobs < 2:
        return contextlib.nullcontext()
    analyse, learn = "indexer.indexing.analysing:work", "indexer.indexing.learning:work"
    return Crew([*[analyse] * jobs, learn], "indexer.indexing.analysing:prepare")


def write(writer: Writer, learning: Learning, chunk: AnalysedArticles, report: Report) -> None:
    """Write articles that were analysed, learn from them, and count them."""
    batch = batch_of(chunk)
    writer.add_batch(batch)
    learning.learn(*lesson_of(chunk))
    report.paragraphs += len(batch.paragraphs)
    report.articles += len(chunk.articles)


def batch_of(chunk: AnalysedArticles) -> Batch:
    """The paragraphs of a chunk for an engine, with the signatures of their articles."""
    signed = zip(chunk.articles, chunk.analysed.signatures, strict=True)
    infos = [(replace(article.info, signature=signature), article) for article, signature in signed]
    paragraphs = [(info, paragraph) for info, article in infos for paragraph in article.paragraphs]
    return Batch(paragraphs, chunk.analysed.columns)


def lesson_of(chunk: AnalysedArticles) -> tuple[LexiconInput | PackedInput, list[str], list[int]]:
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
        if not open_lexicon(known).stale:
            return Learning(crew, known)
    learning = Learning()
    engine = live.engine
    for chunk in analysed(filter(None, (engine.article(info.id) for info in engine.articles()))):
        learning.learn(*lesson_of(chunk))
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
