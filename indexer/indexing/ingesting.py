"""Ingesting: what changed in the declared sources is read and published, and the ledger says what became of it.

A run scans every source, reads what is new or changed, and publishes it together with the removal of what is gone. The
ledger is committed after that: a run that is killed in between publishes the same articles again, by the same ids.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from indexer.articles import Article, Limits, Rejection, formats
from indexer.articles.model import LeftOut
from indexer.engine.backend import Backend
from indexer.errors import IndexMissing, InputMissing, NothingToPublish, SettingInvalid
from indexer.indexing.changes import change
from indexer.indexing.report import Progress, Report
from indexer.ingest.isolation import Isolation
from indexer.ingest.ledger import FileRow, Ledger
from indexer.ingest.pulling import pull
from indexer.ingest.reading import as_read, outcomes
from indexer.ingest.scanning import Pending, Scan, scan
from indexer.schema import Schema
from indexer.setting_values import DeclaredSource
from indexer.settings import Settings
from indexer.storage.registry import open_backend
from indexer.storage.withdrawn import Withdrawn

COMMAND = "indexer ingest"
_IDS_AT_ONCE = 1_000
_A_FEW = 10


@dataclass(slots=True)
class SourceOutcome:
    """What a run did with a source: its files, and of those that are gone or shrank, `held` articles not removed.

    `error` says why it could not be scanned; empty: it was.
    """

    name: str
    files: int = 0
    read: int = 0
    moved: int = 0
    gone: int = 0
    removed: int = 0
    held: int = 0
    young: Sequence[str] = ()
    error: str = ""


@dataclass(slots=True)
class Ingested:
    """What a run did: of each source, and with the index. `undeclared` are sources that only the ledger knows."""

    sources: list[SourceOutcome]
    report: Report
    undeclared: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was there was read, and everything that is gone removed."""
        return not self.report.rejected and not any(each.error or each.held for each in self.sources)


def ingest(
    settings: Settings,
    names: Iterable[str] = (),
    progress: Progress | None = None,
    *,
    backend: Backend | None = None,
    jobs: int = 1,
    removals: bool = False,
    again: bool = False,
    report_file: TextIO | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> Ingested:
    """Bring the index in line with the declared sources; with `names`, with those only.

    Publishes one generation, or none where nothing changed. Articles of files that are gone are removed, unless those
    of a source are more than its share `removals`: then `removals=True` must say so. With `again` every file is read.

    Raises `SettingInvalid` for a name that no source has, and as `add`, but for a missing index, which is made.
    """
    chosen = declared_sources(settings, list(names))
    backend = backend or open_backend(settings.index, settings)
    with Ledger(settings.index) as ledger, tempfile.TemporaryDirectory() as fetched:
        run = _Run(settings, backend, Report(file=report_file), removals, Path(fetched))
        run.ledger = ledger
        run.check_generation()
        if again:
            run.ledger.read_again()
        for source in chosen:
            run.scan(source, wait)
        # A run may find nothing but what is rejected, which the ledger keeps too.
        with contextlib.suppress(NothingToPublish):
            if run.has_work:
                what = {"index": str(settings.index), "sources": [source.name for source in chosen]}
                change(
                    lambda schema, report: run.articles(schema, progress),
                    run.removed,
                    settings.index,
                    run.backend,
                    COMMAND,
                    what,
                    report=run.report,
                    jobs=jobs,
                    settings=settings,
                    create=True,
                )
        run.end()
    declared = {source.name for source in settings.sources}
    return Ingested(list(run.outcomes.values()), run.report, sorted(run.known - declared))


def declared_sources(settings: Settings, names: Sequence[str] = ()) -> list[DeclaredSource]:
    """The sources with these names, or all; raises `SettingInvalid` where there are none."""
    declared = {source.name: source for source in settings.sources}
    for name in names:
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise SettingInvalid(f"there is no source {name!r:.60}", f"Declared are {known}; see docs/ingest.md.")
    if not declared:
        raise SettingInvalid(
            "no source is declared", "Write a table [sources.NAME] in the settings file; see docs/ingest.md."
        )
    return [declared[name] for name in names] if names else list(settings.sources)


def _reader(source: DeclaredSource, settings: Settings) -> str:
    """What the articles of a file depend on besides the file; when it changes, files are read again."""
    told = json.dumps([source.defaults, settings.ocr, settings.schema.as_json()], ensure_ascii=False, sort_keys=True)
    return f"{formats.VERSION}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


class _Run:
    """One run: scans first, then articles one by one, then what is to be removed, then the rows of the ledger."""

    ledger: Ledger

    def __init__(self, settings: Settings, backend: Backend, report: Report, removals: bool, folder: Path) -> None:
        self.backend, self.report, self.outcomes = backend, report, dict[str, SourceOutcome]()
        self.known: set[str] = set()
        self._settings, self._removals, self._folder = settings, removals, folder
        self._sources: dict[str, DeclaredSource] = {}
        self._pending: list[Pending] = []
        self._gone: list[FileRow] = []
        self._given: set[str] = set()
        self._withdrawn = Withdrawn.read(settings.index)
        self._shrunk: list[tuple[FileRow, list[str]]] = []

    @property
    def has_work(self) -> bool:
        return bool(self._pending or self._gone)

    def check_generation(self) -> None:
        """Where others have published since, have files read again whose articles are gone from the index."""
        try:
            live = self.backend.published().generation
        except IndexMissing:
            if self.ledger.generation:
                self.ledger.generation = ""
                self.ledger.read_again()
            return
        if live == self.ledger.generation:
            return
        ids = self.ledger.all_ids()
        lost = []
        with contextlib.closing(self.backend.open().engine) as engine:
            while some := list(islice(ids, _IDS_AT_ONCE)):
                counts = engine.paragraph_counts(some)
                lost += [id for id, paragraphs in zip(some, counts, strict=True) if not paragraphs]
        for id in lost:
            if owner := self.ledger.owner(id):
                self.ledger.read_again(*owner)

    def scan(self, source: DeclaredSource, wait: Callable[[float], object]) -> None:
        outcome = self.outcomes[source.name] = SourceOutcome(source.name)
        self._sources[source.name] = source
        try:
            found = self._looked_at(source, wait)
        except InputMissing as error:
            outcome.error = f"{error}; what is known of it stays"
            return
        outcome.files, outcome.moved, outcome.gone, outcome.young = (
            found.seen,
            found.moved,
            len(found.gone),
            found.young,
        )
        outcome.error = found.error
        for rejection in found.rejections:
            self.report.reject(rejection)
        self._pending += found.pending
        self._gone += found.gone

    def _looked_at(self, source: DeclaredSource, wait: Callable[[float], object]) -> Scan:
        reader = _reader(source, self._settings)
        if source.path is None:
            return pull(source, self.ledger, reader, self._folder, left_out=self.report.leave_out, wait=wait)
        follow = self._settings.follow_links
        return scan(source, self.ledger, reader, follow_links=follow, left_out=self.report.leave_out, wait=wait)

    def articles(self, schema: Schema, progress: Progress | None) -> Iterator[Article]:
        """The articles of all files to be read, each noted in the ledger."""
        limits = Limits(ocr=self._settings.ocr)
        total, done = sum(pending.row.size for pending in self._pending), 0
        # Those of files that are gone may come from others now.
        freed = {(row.source, row.path) for row in self._gone}
        with Isolation(limits) as isolation:
            for pending in self._pending:
                yield from self._file(pending, limits, schema, isolation, freed)
                done += pending.row.size
                if progress:
                    progress(done, total, self.report.paragraphs)

    def _file(
        self, pending: Pending, limits: Limits, schema: Schema, isolation: Isolation, freed: set[tuple[str, bytes]]
    ) -> Iterator[Article]:
        row, name, this = pending.row, pending.file.name, (pending.row.source, pending.row.path)
        before = set(self.ledger.ids(*this))
        now: set[str] = set()
        reasons: list[str] = []
        duplicate = withdrawn = False
        for _, place, line, outcome in outcomes(pending.file, limits, schema, isolation, pending.attributes()):
            if isinstance(outcome, LeftOut):
                self.report.leave_out(outcome)
                continue
            if isinstance(outcome, Article) and (refusal := self._withdrawn.refusal(outcome)):
                if self.ledger.owner(outcome.info.id) == this:
                    self.ledger.disown(outcome.info.id)
                outcome, withdrawn = refusal, True
            if isinstance(outcome, Article):
                id = outcome.info.id
                owner = self.ledger.owner(id)
                if id not in self._given and (owner in (None, this) or owner in freed):
                    self.ledger.own(id, *this)
                    self._given.add(id)
                    now.add(id)
                    outcome = as_read(outcome, place, line)
                    self.report.warn(outcome.warnings)
                    yield outcome
                    continue
                duplicate = True
                outcome = f"the id {id!r} is already taken by another article of {owner[0] if owner else row.source}"
            reasons.append(outcome)
            self.report.reject(Rejection(place, line, outcome))
        self.report.finish(name, len(now), len(reasons))
        self.outcomes[row.source].read += 1
        state = "withdrawn" if withdrawn else "duplicate" if duplicate else "rejected" if reasons else "indexed"
        # What could not be opened, or lacks a library, may be read without any change of the file.
        retried = not row.hash or formats.missing(pending.file.format) is not None
        self.ledger.put(
            row._replace(reader="" if retried else row.reader, state=state, error=reasons[0] if reasons else "")
        )
        # Of a file that was not read whole nothing is known to be gone.
        if not reasons and not pending.rolling and before - now:
            self._shrunk.append((row, sorted(before - now)))

    def removed(self) -> list[str]:
        """The articles to be removed, noted in the ledger: those of files that are gone, or are in them no longer."""
        removed: list[str] = []
        for name, outcome in self.outcomes.items():
            gone = [(row, self.ledger.ids(row.source, row.path)) for row in self._gone if row.source == name]
            shrunk = [(row, self._still(row, ids)) for row, ids in self._shrunk if row.source == name]
            lost = [id for _, ids in (*gone, *shrunk) for id in ids]
            if lost and not self._removals and self._is_too_much(name, len(lost)):
                outcome.held = len(lost)
                for row, _ in shrunk:
                    self.ledger.read_again(row.source, row.path)
                continue
            outcome.removed = len(lost)
            for id in lost:
                self.ledger.disown(id)
            for row, _ in gone:
                self.ledger.forget(row.source, row.path)
            removed += lost
        if removed:
            self.ledger.read_again(state="duplicate")
        return removed

    def _is_too_much(self, name: str, lost: int) -> bool:
        """Whether a person must say that so many articles are to be removed; a few may go unless they are all."""
        share, known = self._sources[name].removals, self.ledger.articles(name)
        return lost > share * known and (share == 0 or lost > _A_FEW or lost == known)

    def _still(self, row: FileRow, ids: Iterable[str]) -> list[str]:
        """Those of the ids that no other file has given since."""
        return [id for id in ids if self.ledger.owner(id) == (row.source, row.path)]

    def end(self) -> None:
        """Commit the ledger, with the generation that is live now."""
        with contextlib.suppress(IndexMissing):
            self.ledger.generation = self.report.generation or self.backend.published().generation
        self.known = {source for source, _, _ in self.ledger.states()}
        self.ledger.commit()
