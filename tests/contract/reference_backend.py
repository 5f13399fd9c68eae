"""The reference engine as a complete backend: its generations live in this process, under the name of the directory.

It keeps them itself, as a remote engine does, and shares nothing with `indexer.storage`.
"""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4
from zlib import crc32

from indexer.engine.backend import Capabilities, Generation, NewGeneration, Published
from indexer.engine.base import Batch, Document
from indexer.errors import IndexLocked, IndexMissing
from indexer.schema import Schema
from indexer.settings import Settings
from tests.contract.reference import ReferenceEngine


@dataclass
class ReferenceWriter:
    """Collects changes of `documents` and makes them when they are committed."""

    documents: tuple[Document, ...]
    added: list[Document] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)

    def add(self, document: Document) -> None:
        self.added.append(document)

    def add_batch(self, batch: Batch) -> None:
        self.added.extend(batch.documents())

    def delete_article(self, article_id: str) -> None:
        self.deleted.add(article_id)

    def commit(self, threads: int = 1) -> None:
        kept = (document for document in self.documents if document.info.id not in self.deleted)
        self.documents = (*kept, *self.added)

    def cancel(self) -> None:
        pass


@dataclass
class _Sealed:
    documents: tuple[Document, ...]
    schema: Schema
    created: str
    checksums: dict[Path, int]


@dataclass
class _Index:
    """What is kept of an index: in memory, but for attachments."""

    drafts: dict[str, ReferenceWriter] = field(default_factory=dict)
    sealed: dict[str, _Sealed] = field(default_factory=dict)
    published: Published | None = None
    holder: str = ""
    builder: str = ""
    built: str = ""


_INDEXES: dict[Path, _Index] = {}


class ReferenceBackend:
    """A complete backend of the reference engine, as long as its process lasts; see `indexer.engine.backend`."""

    capabilities = Capabilities()
    notice_seconds = 0.0

    def __init__(self, directory: Path, _: Settings | None = None) -> None:
        self._directory = directory
        self._index = _INDEXES.setdefault(directory, _Index())
        self._builds = False

    def published(self) -> Published:
        if self._index.published is None:
            raise IndexMissing(f"there is no index {self._directory}")
        return self._index.published

    def stamp(self) -> Published | None:
        return self._index.published

    def open(self, token: str = "") -> Generation:
        token = token or self.published().generation
        if token not in self._index.sealed:
            raise IndexMissing(f"there is no generation {token}")
        sealed = self._index.sealed[token]
        engine = ReferenceEngine(sealed.documents)
        return Generation(token, sealed.created, engine, engine.stats(), self._attachments(token), sealed.schema)

    def verify(self, token: str, part: str = "") -> Iterator[str]:
        for path, checksum in self._index.sealed[token].checksums.items():
            name = path.relative_to(self._attachments(token)).parts[0]
            if part in ("", name) and crc32(path.read_bytes()) != checksum:
                yield f"{path} is damaged"

    @contextmanager
    def writing(self, command: str) -> Iterator[None]:
        if self._index.holder:
            raise IndexLocked(f"another process is writing: {self._index.holder}")
        self._index.holder = f"{command}, process {os.getpid()}"
        try:
            yield
        finally:
            self._index.holder = ""

    @contextmanager
    def building(self, command: str) -> Iterator[None]:
        if self._index.builder:
            raise IndexLocked(f"another process is building: {self._index.builder}")
        self._index.builder, self._builds = f"{command}, process {os.getpid()}", True
        try:
            yield
        finally:
            self._index.builder, self._index.built, self._builds = "", "", False

    def builder(self) -> str:
        return self._index.built

    def make(self, schema: Schema | None = None) -> NewGeneration:
        draft = self._draft(None, schema or Schema())
        if self._builds:
            self._index.built = draft.token
        return draft

    def fork(self, token: str = "") -> NewGeneration:
        live = self.open(token)
        return self._draft(live, live.schema)

    def _draft(self, live: Generation | None, schema: Schema) -> NewGeneration:
        token = uuid4().hex
        self._attachments(token).mkdir(parents=True)
        writer = ReferenceWriter(() if live is None else self._index.sealed[live.token].documents)
        self._index.drafts[token] = writer
        return NewGeneration(token, writer, self._attachments(token), live, schema)

    def seal(self, draft: NewGeneration) -> None:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        files = (path for path in draft.attachments.rglob("*") if path.is_file())
        checksums = {path: crc32(path.read_bytes()) for path in files}
        documents = self._index.drafts.pop(draft.token).documents
        self._index.sealed[draft.token] = _Sealed(documents, draft.schema, now, checksums)

    def activate(self, token: str, *, keep: bool = True) -> None:
        before = self._index.published
        self._index.published = Published(token, before.generation if before and keep else "")

    def discard(self, token: str) -> None:
        if self._index.published is None or self._index.published.generation != token:
            self._index.drafts.pop(token, None)
            self._index.sealed.pop(token, None)
            shutil.rmtree(self._attachments(token), ignore_errors=True)

    def sweep(self) -> None:
        if names := self._index.published:
            for token in {*self._index.drafts, *self._index.sealed} - {
                names.generation,
                names.previous,
                self._index.built,
            }:
                self.discard(token)

    def _attachments(self, token: str) -> Path:
        return self._directory / "attachments" / token
