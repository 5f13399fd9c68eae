"""Generations: an index is built beside the live one, switched at once, kept for one rollback.

    DIRECTORY/
      current            JSON: the published generation and the one before it; replaced by one atomic rename
      lock               held (flock) and signed by the one process that may write
      building           the same of the one that builds a new index, with the generation that it makes
      generations/
        000007-5f3a91c2/
          manifest.json  format, how much there is, size and CRC-32 of every file
          engine/        the files of the engine
          lexicon/       an attachment

A generation never changes once `current` names it; a change is a new generation that shares unchanged files by hard
link. A process killed at any moment leaves at most a directory that `current` does not name: the next writer removes
it, unless the process that holds `building` is making it. What an engine keeps in its files is its own affair: it is a
`FileEngine`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Protocol

from indexer.articles.model import Article
from indexer.durable import make_directory, share
from indexer.engine.backend import ENGINE, Capabilities, EngineStats, Generation, NewGeneration, Published
from indexer.engine.base import Engine, Writer
from indexer.errors import (
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    IndexUnwritable,
)
from indexer.schema import Schema
from indexer.storage.current import (
    BUILDING,
    LOCK,
    TOKEN,
    builder,
    generation_folders,
    held,
    may_be_live,
    published,
    switch,
)
from indexer.storage.manifest import (
    REBUILD,
    damaged_files,
    differing_files,
    earlier_manifest,
    read_manifest,
    schema_of,
    stats_of,
    write_manifest,
)


class FileView(Engine, Protocol):
    """An engine open on files."""

    def stats(self) -> EngineStats:
        """What it holds."""
        ...

    def verify(self) -> Iterator[str]:
        """Read everything from end to end; yields one sentence for each thing that is not as it must be."""
        ...


class FileEngine(Protocol):
    """An engine whose index is files in a folder of its own."""

    name: str
    """Recorded in each generation, so that one written by another engine is recognised."""

    format: int
    """Version of the files that it writes."""

    earlier: Mapping[int, Callable[[str], tuple[int, Iterator[Article]]]]
    """Earlier versions, to be rewritten: each with what reads how many articles there are, and them."""

    capabilities: Capabilities

    def create(self, directory: str, schema: Schema) -> Writer:
        """A writer of a new index in an existing, empty directory, of articles with these metadata fields."""
        ...

    def change(self, directory: str, schema: Schema) -> Writer:
        """A writer that changes the index in `directory`, which was made with this `schema`.

        It adds and replaces files but never writes into one that exists: that may be a hard link to a file of another
        generation.
        """
        ...

    def open(self, directory: str) -> FileView:
        """Open the index; raises `IndexDamaged` when it cannot be read."""
        ...


class FolderBackend:
    """The generations of a `FileEngine` in a directory; see `indexer.engine.backend.Backend`."""

    notice_seconds = 0.0

    def __init__(self, directory: Path, files: FileEngine) -> None:
        self.directory = self._directory = directory
        self._files = files
        self._current = os.path.join(directory, "current")
        self.capabilities = files.capabilities
        self._own: set[str] = set()
        self._building: IO[str] | None = None

    def published(self) -> Published:
        """Which generation is live; raises `IndexMissing` or `IndexDamaged`."""
        return published(self._directory, self._own)

    def stamp(self) -> tuple[int, int, int] | None:
        """A value that changes whenever `current` is replaced; costs one stat."""
        try:
            status = os.stat(self._current)  # Of a string: half the time of a path object.
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def open(self, token: str = "") -> Generation:
        """Open a generation, by default the live one."""
        if token:
            if not self.folder(token).is_dir():
                raise IndexMissing(f"there is no generation {token}", "Build again with: indexer build PATH...")
            return self._open(token)
        while True:
            names = self.published()
            try:
                return self._open(names.generation)
            except IndexDamaged:
                # It may have been switched away and removed since its name was read.
                if self.published() == names:
                    raise

    def _open(self, token: str) -> Generation:
        generation = self.folder(token)
        manifest = read_manifest(generation)
        if manifest.get("engine") != self._files.name or manifest.get("engine_format") != self._files.format:
            raise IndexOutdated(
                f"the index was written by engine {manifest.get('engine')} format {manifest.get('engine_format')}; "
                f"this version reads {self._files.name} format {self._files.format}",
                REBUILD,
            )
        engine = self._files.open(str(generation / ENGINE))
        return Generation(token, manifest["created"], engine, stats_of(manifest), generation, schema_of(manifest))

    def earlier_articles(self) -> tuple[int, Iterator[Article]] | None:
        """How many articles the live generation has, and them, if an earlier version wrote it; else None.

        Raises `IndexMissing`, `IndexDamaged`, or `IndexOutdated` where they cannot be read either. Its files are
        compared with their checksums first.
        """
        generation = self.folder(self.published().generation)
        manifest = earlier_manifest(generation)
        if manifest is None:
            return None
        read = self._files.earlier.get(manifest["engine_format"])
        if manifest["engine"] != self._files.name or read is None:
            read_manifest(generation)  # Says what is wrong.
        assert read is not None
        for difference in differing_files(generation, manifest["files"]):
            raise IndexDamaged(difference, "Restore it from a copy, or build again with: indexer build PATH...")
        return read(str(generation / ENGINE))

    def verify(self, token: str, part: str = "") -> Iterator[str]:
        """Compare the files of a generation with its manifest; without `part`, read its engine from end to end too."""
        generation = self.folder(token)
        yield from damaged_files(generation, part)
        if not part:
            engine = self._files.open(str(generation / ENGINE))
            with contextlib.closing(engine):
                yield from engine.verify()

    @contextlib.contextmanager
    def writing(self, command: str) -> Iterator[None]:
        """Hold the lock of the index; raises `IndexLocked` naming the holder when another process has it.

        The kernel frees it when the process ends, however it ends. An `OSError` here or in the `with` block becomes
        `IndexUnwritable`: whoever holds the lock reads nothing but the index and articles, and a file of articles that
        cannot be read is rejected, not raised.
        """
        with self._writable(), held(self._directory, LOCK, command):
            self._own.add(LOCK)
            try:
                yield
            finally:
                self._own.remove(LOCK)

    @contextlib.contextmanager
    def building(self, command: str) -> Iterator[None]:
        """Be the one that builds a new index; raises as `writing`."""
        with self._writable(), held(self._directory, BUILDING, command) as file:
            self._own.add(BUILDING)
            self._building = file
            try:
                yield
            finally:
                self._building = None
                self._own.remove(BUILDING)

    def builder(self) -> str:
        """The token of what is being built, by whichever process; empty where nothing is."""
        return builder(self._directory)

    @contextlib.contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:  # Nobody reads the progress any more; that is not the index's fault.
            raise
        except OSError as error:
            raise IndexUnwritable(
                f"the index in {self._directory} cannot be written: {error.strerror or error}",
                "The live index, if there is one, is as it was. "
                "Check the space left and the permissions, then try again.",
            ) from error

    def make(self, schema: Schema | None = None) -> NewGeneration:
        """Begin a generation that holds nothing."""
        return self._draft(None, schema or Schema())

    def fork(self, token: str = "") -> NewGeneration:
        """Begin a generation that shares the engine's files with another, by default the live one."""
        live = self.open(token)
        try:
            return self._draft(live, live.schema)
        except BaseException:
            live.engine.close()
            raise

    def _draft(self, live: Generation | None, schema: Schema) -> NewGeneration:
        token = self.next_token()
        engine = self.folder(token) / ENGINE
        if self._building is not None and live is None:
            self._building.write(f"{token}\n")
            self._building.flush()
        try:
            make_directory(engine.parent.parent)
            engine.mkdir(parents=True)
            if live is not None:
                _link_files(self.folder(live.token) / ENGINE, engine)
            begin = self._files.create if live is None else self._files.change
            writer = begin(str(engine), schema)
        except BaseException:
            self.discard(token)
            raise
        return NewGeneration(token, writer, engine.parent, live, schema)

    def next_token(self) -> str:
        """A token that no generation has, greater than all there are."""
        folders = generation_folders(self._directory)
        numbers = [int(path.name.partition("-")[0]) for path in folders if TOKEN.fullmatch(path.name)]
        return f"{max(numbers, default=0) + 1:06d}-{secrets.token_hex(4)}"

    def seal(self, draft: NewGeneration) -> None:
        """Write the manifest of a draft: it makes all of its files durable that are not yet."""
        generation = self.folder(draft.token)
        with contextlib.closing(self._files.open(str(generation / ENGINE))) as engine:
            stats = engine.stats()
        live = None if draft.live is None else self.folder(draft.live.token)
        write_manifest(generation, self._files.name, self._files.format, stats, draft.schema, live)

    def activate(self, token: str, *, keep: bool = True) -> None:
        """Replace `current` by one that names a generation; raises `OSError`."""
        try:
            before = self.published().generation
        except (IndexMissing, IndexDamaged):
            before = ""
        switch(self._directory, Published(token, before if keep else ""))

    def discard(self, token: str) -> None:
        """Remove a generation unless `current` names it, or cannot be asked."""
        if not may_be_live(self._directory, token):
            shutil.rmtree(self.folder(token), ignore_errors=True)

    def sweep(self) -> None:
        """Remove what `current` does not name, and nobody is building."""
        # With `current` lost or damaged, what looks like litter may be the only copy of the archive: keep all of it.
        # The same when `current` names what is not there.
        try:
            names = self.published()
        except (IndexMissing, IndexDamaged):
            return
        if not self.folder(names.generation).is_dir():
            return
        being_built = self.builder()
        for path in generation_folders(self._directory):
            if path.name not in (names.generation, names.previous, being_built):
                shutil.rmtree(path, ignore_errors=True)
        (self._directory / "current.new").unlink(missing_ok=True)

    def folder(self, token: str) -> Path:
        """The folder of a generation."""
        return self._directory / "generations" / token


def _link_files(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir()
        else:
            share(path, copy)
