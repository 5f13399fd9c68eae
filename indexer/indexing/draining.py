"""Draining the queue: what was accepted over HTTP is read and published together, by one writer.

The items are read from the last to the first, so that the last write of an id that can be read wins. What becomes of
each is on the disk before the generation is live, and the generation says up to which item it goes: a writer that is
killed at any moment publishes nothing twice and forgets nothing (`Queue.settle`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from tempfile import NamedTemporaryFile

from indexer.articles import Article, LeftOut, Limits, formats
from indexer.engine.backend import Backend
from indexer.errors import NothingToPublish
from indexer.indexing.changes import change
from indexer.indexing.permission import Permission
from indexer.indexing.report import Report
from indexer.indexing.withdrawing import withdraw
from indexer.ingest.files import ArticleFile
from indexer.ingest.isolation import Isolation
from indexer.ingest.queue import FILE, INDEXED, PURGE, REJECTED, REMOVE, SUPERSEDED, Outcome, Queue, Waiting
from indexer.ingest.reading import outcomes, read_object
from indexer.schema import Schema
from indexer.settings import Settings
from indexer.storage import marks
from indexer.storage.marks import Mark
from indexer.storage.registry import open_backend
from indexer.storage.withdrawn import Withdrawn

COMMAND = "indexer drain"
MOST_ITEMS = 5_000
MOST_BYTES = 64 * 1024 * 1024
"""What is published together; the rest comes with the next generation."""

_REASONS_TOLD = 3
_WARNINGS_TOLD = 10


@dataclass(frozen=True, slots=True)
class Drained:
    """What was done: how many items, of which so many were rejected, and the generation (empty: none was needed)."""

    items: int
    rejected: int
    generation: str
    report: Report


def drain(settings: Settings, queue: Queue, backend: Backend | None = None, jobs: int = 1) -> Drained | None:
    """Publish what has waited longest in a queue; None where nothing waits. Its lock must be held.

    Raises as `add`; then everything waits as before.
    """
    backend = backend or open_backend(settings.index, settings)
    queue.settle(marks.of_kept(backend))
    batch = queue.waiting(MOST_ITEMS, MOST_BYTES)
    # A purge is published alone: it writes all other articles again.
    purges = list(takewhile(lambda item: item.kind == PURGE, batch))
    if purges:
        return _purged(settings, queue, purges, backend, jobs)
    batch = list(takewhile(lambda item: item.kind != PURGE, batch))
    if not batch:
        return None
    through = batch[-1].number
    run = _Run(settings, queue, batch)
    with contextlib.suppress(NothingToPublish):
        change(
            lambda schema, report: run.articles(schema, backend),
            run.removed,
            settings.index,
            backend,
            COMMAND,
            _told_of(settings, batch),
            report=run.report,
            jobs=jobs,
            settings=settings,
            create=True,
            mark=Mark(queue.identity, through),
        )
    queue.finish(through)
    rejected = sum(outcome.state == REJECTED for outcome in run.outcomes.values())
    return Drained(len(batch), rejected, run.report.generation, run.report)


def _purged(settings: Settings, queue: Queue, purges: list[Waiting], backend: Backend, jobs: int) -> Drained:
    """Withdraw articles for good."""
    through = purges[-1].number
    queue.foresee({item.number: Outcome(INDEXED) for item in purges})
    reasons = {item.id: str(item.extra.get("reason") or "by request over HTTP") for item in purges}
    mark = Mark(queue.identity, through)
    done = withdraw(reasons, settings.index, backend, settings, jobs=jobs, mark=mark, what=_told_of(settings, purges))
    queue.finish(through)
    return Drained(len(purges), 0, done.report.generation, done.report)


def _told_of(settings: Settings, batch: list[Waiting]) -> dict[str, object]:
    """What the audit log says of a publication: the first and the last item, and whose keys they came with."""
    keys = sorted({item.owner for item in batch} - {""})
    return {"index": str(settings.index), "items": [batch[0].number, batch[-1].number], "keys": keys}


class _Run:
    """One publication: first the articles, from the last item to the first, then what is to be removed."""

    def __init__(self, settings: Settings, queue: Queue, batch: list[Waiting]) -> None:
        self.report = Report()
        self.outcomes: dict[int, Outcome] = {}
        self._settings, self._queue, self._batch = settings, queue, batch
        self._limits = Limits(ocr=settings.ocr)
        self._withdrawn = Withdrawn.read(settings.index)
        self._written: set[str] = set()
        self._removals: list[str] = []

    def articles(self, schema: Schema, backend: Backend) -> Iterator[Article]:
        """The articles of the batch, one of each id; what becomes of each item is noted."""
        with Isolation(self._limits) as isolation, Permission(self._batch, self._queue, backend) as permission:
            for item in reversed(self._batch):
                if reason := permission.refusal(item):
                    self.outcomes[item.number] = Outcome(REJECTED, reason)
                elif item.id in self._written and item.kind != FILE:
                    self.outcomes[item.number] = Outcome(SUPERSEDED)
                elif item.kind == REMOVE:
                    self._written.add(item.id)
                    self._removals.append(item.id)
                    self.outcomes[item.number] = Outcome(INDEXED)
                elif item.kind == FILE:
                    yield from self._of_file(item, schema, isolation, permission)
                else:
                    yield from self._of_record(item, schema, permission)

    def removed(self) -> list[str]:
        """The ids of the articles to be removed; all that was found out is on the disk then."""
        self._queue.foresee(self.outcomes)
        return self._removals

    def _of_record(self, item: Waiting, schema: Schema, permission: Permission) -> Iterator[Article]:
        found = read_object(permission.record(item), self._limits, schema)
        reason = found if isinstance(found, str) else self._refusal(item, found, permission)
        if isinstance(found, str) or reason:
            self.outcomes[item.number] = Outcome(REJECTED, reason)
            return
        self._written.add(found.info.id)
        self.outcomes[item.number] = Outcome(INDEXED, "", _told(found))
        yield found

    def _refusal(self, item: Waiting, article: Article, permission: Permission) -> str:
        """Why an article may not be written; empty where it may."""
        return permission.refusal_of(item, article.info) or self._withdrawn.refusal(article)

    def _of_file(
        self, item: Waiting, schema: Schema, isolation: Isolation, permission: Permission
    ) -> Iterator[Article]:
        indexed, overtaken = 0, 0
        reasons: list[str] = []
        warnings: list[str] = []
        format = formats.format_of(item.name)
        assert format is not None, "files that nothing reads are not accepted"
        with NamedTemporaryFile(suffix=format.suffix) as file:
            file.write(self._queue.content(item.number))
            file.flush()
            source = ArticleFile(Path(file.name), format, item.name, item.id)
            for _, _, line, outcome in outcomes(source, self._limits, schema, isolation, permission.defaults(item)):
                if isinstance(outcome, LeftOut):
                    continue
                reason = self._refusal(item, outcome, permission) if isinstance(outcome, Article) else outcome
                if reason or not isinstance(outcome, Article):
                    reasons.append(f"{line}: {reason}" if line else reason)
                elif outcome.info.id in self._written:
                    overtaken += 1
                else:
                    indexed += 1
                    self._written.add(outcome.info.id)
                    warnings += _told(outcome)
                    yield outcome
        if not (indexed or overtaken or reasons):
            reasons.append("holds nothing that is read")
        told = "; ".join(reasons[:_REASONS_TOLD]) + ("; ..." if len(reasons) > _REASONS_TOLD else "")
        if reasons and indexed:
            warnings.insert(0, f"{len(reasons):,} of {len(reasons) + indexed + overtaken:,} articles rejected: {told}")
        state = INDEXED if indexed else SUPERSEDED if overtaken else REJECTED
        self.outcomes[item.number] = Outcome(state, told if state == REJECTED else "", tuple(warnings[:_WARNINGS_TOLD]))


def _told(article: Article) -> tuple[str, ...]:
    return tuple(str(replace(each, path=article.info.id)) for each in article.warnings[:_WARNINGS_TOLD])
