"""Withdrawing articles for good: they leave every file of an index, and stay out of it until they are taken back."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from indexer.articles import Article
from indexer.engine.backend import Backend
from indexer.errors import IndexDamaged, IndexMissing, IndexOutdated
from indexer.indexing.report import Report
from indexer.indexing.rewriting import rewritten
from indexer.ingest.ledger import read_again
from indexer.settings import Settings
from indexer.storage import audit
from indexer.storage.backups import backup
from indexer.storage.generations import FolderBackend
from indexer.storage.marks import Mark
from indexer.storage.registry import open_backend
from indexer.storage.withdrawn import Withdrawn, WithdrawnArticle

COMMAND = "indexer remove --for-good"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was done: the report, and the ids of articles that went too, since their texts are nearly the same."""

    report: Report
    alike: tuple[str, ...]


def withdraw(
    reasons: Mapping[str, str],
    index: Path | str,
    backend: Backend | None = None,
    settings: Settings | None = None,
    *,
    jobs: int = 1,
    mark: Mark | None = None,
    what: Mapping[str, object] = MappingProxyType({}),
) -> Withdrawal:
    """Withdraw the articles with these ids for good, each for a reason; ids that no article has are kept out too.

    All other articles are written again but for those whose texts are nearly the same, and the generation before is
    removed: then no file of the index holds any of them. The list of what was withdrawn is on the disk before that, so
    that nothing comes back meanwhile. `mark` is as in `changes.change`; the audit log says `what` besides. Raises as
    `add`; without an index the ids are kept out of the one that comes.
    """
    backend = backend or open_backend(index, settings)
    audit.check(settings)
    what = {**what, "index": str(index), "ids": list(reasons), "reasons": sorted(set(reasons.values()))}
    report, alike = Report(), list[str]()
    with backend.building(COMMAND):
        new = [WithdrawnArticle.of(id, reason, article) for id, reason, article in _known(reasons, backend)]
        with backend.writing(COMMAND):
            withdrawn = Withdrawn.read(Path(index)).changed(new)
            withdrawn.write(Path(index))
        try:
            rewritten(
                backend,
                COMMAND,
                what,
                list(reasons),
                keep=False,
                jobs=jobs,
                settings=settings,
                withdrawn=withdrawn,
                alike=alike,
                always=True,
                report=report,
                mark=mark,
            )
        except IndexMissing:
            audit.record_change(settings, COMMAND, **what)
    return Withdrawal(report, tuple(alike))


def _known(reasons: Mapping[str, str], backend: Backend) -> list[tuple[str, str, Article | None]]:
    """The ids with their reasons, and what there is of each in the live generation or the one before."""
    found: dict[str, Article] = {}
    with contextlib.suppress(IndexMissing):
        names = backend.published()
        for token in filter(None, (names.generation, names.previous)):
            with contextlib.suppress(IndexMissing, IndexDamaged, IndexOutdated):
                engine = backend.open(token).engine
                with contextlib.closing(engine):
                    articles = {id: engine.article(id) for id in reasons if id not in found}
                found |= {id: article for id, article in articles.items() if article is not None}
    return [(id, reason, found.get(id)) for id, reason in reasons.items()]


@contextlib.contextmanager
def without_withdrawn(source: Path, settings: Settings) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """A backup to be restored, for a `with` block: a copy without what was withdrawn from the index of the settings.

    Where it holds nothing of that it is the backup itself. Also gives the ids that are left out. Raises as opening an
    index, and `InputMissing` for what is no directory.
    """
    withdrawn = Withdrawn.read(settings.index)
    if not withdrawn.articles or not source.is_dir():
        yield source, ()
        return
    backend = open_backend(source, settings)
    engine = backend.open().engine
    with contextlib.closing(engine):
        articles = (engine.article(info.id) for info in engine.articles())
        if not any(withdrawn.refusal(article) for article in articles if article is not None):
            yield source, ()
            return
    assert isinstance(backend, FolderBackend)
    with tempfile.TemporaryDirectory(dir=settings.index, prefix=".restoring-") as folder:
        copy = Path(folder)
        backup(backend, copy)
        left_out: list[str] = []
        own = settings.changed({"index": copy, "audit_log": None})
        what = {"index": str(copy)}
        backend = open_backend(copy, own)
        with backend.building("indexer restore"):
            rewritten(
                backend,
                "indexer restore",
                what,
                (),
                keep=False,
                settings=own,
                withdrawn=withdrawn,
                alike=left_out,
                always=True,
            )
        yield copy, tuple(left_out)


def take_back(
    ids: Collection[str], index: Path | str, backend: Backend | None = None, settings: Settings | None = None
) -> list[str]:
    """Let articles that were withdrawn come back; returns which of the ids were none of these.

    Nothing of their text is left: files of declared sources that hold them are read again by the next run, and others
    have to be added again.
    """
    backend = backend or open_backend(index, settings)
    audit.check(settings)
    with backend.writing("indexer withdrawn"):
        withdrawn = Withdrawn.read(Path(index))
        known = [id for id in ids if withdrawn.has(id)]
        if known:
            withdrawn.changed(taken_back=known).write(Path(index))
            read_again(Path(index), state="withdrawn")
    if known:
        audit.record_change(settings, "indexer withdrawn --take-back", index=str(index), ids=known)
    return [id for id in ids if id not in known]
