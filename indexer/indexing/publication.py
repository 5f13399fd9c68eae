"""Publishing what was read: articles and what is learned of them become a generation, whoever asks for it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from indexer.articles import Article, FieldWarning, Kind
from indexer.articles.formats import suffixes
from indexer.engine.backend import Backend, Generation, NewGeneration
from indexer.engine.base import Batch, Writer
from indexer.errors import IndexDamaged, IndexMissing, IndexOutdated, LexiconUnusable, NothingToPublish
from indexer.indexing.analysing import AnalysedArticles, PackedInput, analysed
from indexer.indexing.learning import Learning
from indexer.indexing.report import Report
from indexer.indexing.workers import Crew
from indexer.lexicon import ATTACHMENT, open_lexicon
from indexer.lexicon.inputs import LexiconInput
from indexer.schema import Schema
from indexer.settings import Settings
from indexer.storage import audit, marks, meanwhile, publishing
from indexer.storage.marks import Mark
from indexer.storage.meanwhile import Noting

Fill = Callable[[NewGeneration, Learning, Crew | None, Report], None]
"""Writes into a generation, learns, and counts what it did."""


def publish(
    backend: Backend,
    command: str,
    fill: Fill,
    what: Mapping[str, object],
    *,
    change: bool | None,
    jobs: int = 1,
    crew: Crew | None = None,
    settings: Settings | None = None,
    keep: bool = True,
    same_fields: bool = False,
    always: bool = False,
    report: Report | None = None,
    mark: Mark | None = None,
    patience: float = 0.0,
) -> Report:
    """Publish what `fill` writes into a generation, with what is learned of it; notes it in the audit log.

    It is a `change` of the live one (None: if there is one), or new, of the fields of the settings or of the
    `same_fields` as the live one. The lock is held meanwhile; where it is not free, this waits for so many seconds.
    The `crew`, by default one of so many `jobs`, analyses and learns. `keep` is as `publishing.publish` has it; `mark`
    as `changes.change`, by default that of the live generation. Raises `NothingToPublish` where nothing was written and
    nothing removed, unless `always` is set.
    """
    audit.check(settings)
    report = report or Report()
    start = time.perf_counter()

    def filled(draft: NewGeneration) -> None:
        noting = _noting(backend, draft)
        _fill(noting, fill, crew, report, settings)
        _check(report, command, always)
        before = marks.read(draft.live.attachments) if draft.live else marks.of_live(backend)
        marks.write(draft.attachments, mark or before)
        _pass_on(backend, noting)

    with contextlib.ExitStack() as stack:
        stack.enter_context(publishing.when_free(backend, command, patience))
        crew = crew or stack.enter_context(crew_of(jobs))
        if change is None:
            change = _is_live(backend)
        schema = fields_of_live(backend) if same_fields else _declared(settings)
        report.generation = publishing.publish(backend, filled, change=change, threads=jobs, schema=schema, keep=keep)
    _told(report, settings, command, what, start)
    return report


def publish_built(
    backend: Backend,
    command: str,
    fill: Fill,
    what: Mapping[str, object],
    *,
    jobs: int = 1,
    settings: Settings | None = None,
    report: Report,
) -> Report:
    """Publish a new generation of what `fill` reads, analyses and writes, holding the lock only to publish it.

    What others change meanwhile is taken over from the live generation, as they have left it. Raises as `publish`.
    """
    audit.check(settings)
    start = time.perf_counter()

    def filled(draft: NewGeneration) -> None:
        _fill(draft, fill, crew, report, settings)
        _check(report, command, False)

    def finished(draft: NewGeneration) -> publishing.Fill | None:
        mark = marks.of_live(backend)
        marks.write(draft.attachments, mark)
        ids = _changed_meanwhile(backend, draft.token)
        report.meanwhile = len(ids)

        def changed(further: NewGeneration) -> None:
            def take_over(draft: NewGeneration, learning: Learning, _: Crew | None, own: Report) -> None:
                _take_over(backend, ids, draft, learning, own, report)

            _fill(further, take_over, None, Report(), settings)
            marks.write(further.attachments, mark)

        return changed if ids else None

    with backend.building(command), crew_of(jobs) as crew:
        schema = _declared(settings)
        report.generation = publishing.publish_built(backend, command, filled, finished, threads=jobs, schema=schema)
    _told(report, settings, command, what, start)
    return report


def _fill(draft: NewGeneration, fill: Fill, crew: Crew | None, report: Report, settings: Settings | None) -> None:
    """Fill a draft, and its lexicon."""
    learning = _learning(draft.live, crew)
    report.outdated = draft.schema.differences(_declared(settings))
    fill(draft, learning, crew, report)
    lexicon = draft.attachments / ATTACHMENT
    lexicon.mkdir()
    learning.write(lexicon)
    draft.awaited.append(learning.finish)


def _check(report: Report, command: str, always: bool) -> None:
    if not (report.articles or report.removed or always):
        raise NothingToPublish(*_nothing(report, command))


def _told(report: Report, settings: Settings | None, command: str, what: Mapping[str, object], start: float) -> None:
    report.seconds = time.perf_counter() - start
    counts = {
        "articles": report.articles,
        "removed": report.removed,
        "rejected": report.rejected,
        "meanwhile": report.meanwhile,
    }
    audit.record_change(settings, command, **what, generation=report.generation, **counts)


def _declared(settings: Settings | None) -> Schema:
    return settings.schema if settings else Schema()


def _is_live(backend: Backend) -> bool:
    try:
        backend.published()
    except IndexMissing:
        return False
    return True


def _noting(backend: Backend, draft: NewGeneration) -> NewGeneration:
    """A draft that notes what is changed, for whoever builds a new index."""
    build = backend.builder()
    return replace(draft, writer=Noting(draft.writer, build)) if build not in ("", draft.token) else draft


def note_gone(draft: NewGeneration, ids: Sequence[str]) -> None:
    """Have a build that is running leave articles out, whether or not the live generation has them."""
    if isinstance(draft.writer, Noting):
        draft.writer.note(ids)


def _pass_on(backend: Backend, draft: NewGeneration) -> None:
    """Attach what was changed since the build that is running began; nothing where there is none."""
    if isinstance(draft.writer, Noting):
        before = _changed_meanwhile(backend, draft.writer.build)
        meanwhile.write(draft.attachments, draft.writer.build, [*before, *draft.writer.ids])


def _changed_meanwhile(backend: Backend, build: str) -> list[str]:
    """The ids of what others have changed since a build began; none where there is no live generation to read."""
    try:
        live = backend.open()
    except (IndexMissing, IndexDamaged, IndexOutdated):
        return []
    live.engine.close()
    return meanwhile.read(live.attachments, build)


def _take_over(
    backend: Backend, ids: Sequence[str], draft: NewGeneration, learning: Learning, report: Report, told: Report
) -> None:
    """Write the articles with these ids as the live generation has them, or has none; warnings go to `told`."""

    def articles() -> Iterator[Article]:
        for article in filter(None, map(engine.article, ids)):
            yield _fitted(article, live.schema, draft.schema, told)

    live = backend.open()
    with contextlib.closing(live.engine) as engine:
        deleted(draft, ids, learning)
        for chunk in analysed(articles(), None, draft.schema):
            write(draft.writer, learning, chunk, report)


def _fitted(article: Article, before: Schema, after: Schema, report: Report) -> Article:
    """An article without the values of fields that are others now."""
    kept = {row.name for row in after.of_articles if before.rows.get(row.name) == row}
    values = article.info.values
    lost = [name for name in values if name not in kept]
    report.warn([FieldWarning(name, "is declared otherwise now", article.info.id) for name in lost])
    return replace(article, info=replace(article.info, values={name: values[name] for name in values if name in kept}))


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
