"""Generations: an index is built beside the live one, switched at once, kept for one rollback.

    DIRECTORY/
      current            JSON: the published generation and the one before it; replaced by one atomic rename
      lock               held (flock) and signed by the one process that may write
      generations/
        000007-5f3a91c2/
          manifest.json  format, size and CRC-32 of every file
          engine/        the files of the engine
          lexicon/       what the indexed text taught us

A generation never changes once `current` names it; a change is a new generation that shares unchanged files by hard
link. A process killed at any moment leaves at most a directory that `current` does not name: the next writer removes
it. What an engine keeps in its files lives in `indexer.engine`.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import re
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from indexer.durable import make_directory, sync_directory
from indexer.engine.base import Backend, Engine, Writer
from indexer.errors import IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, IndexUnwritable
from indexer.storage.manifest import read_manifest, write_durably, write_manifest

ENGINE = "engine"
LEXICON = "lexicon"
_TOKEN = re.compile(r"[0-9]{6,}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Published:
    """What `current` says: the token of the live generation and of the one before it (empty: none)."""

    generation: str
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A generation that is being written: the engine's `writer`, and the empty folder `lexicon`.

    `live` is the generation it changes, None where it is built anew. What is written beside the engine adds to
    `awaited` what waits for it, or raises: it is called when the engine has been committed.
    """

    writer: Writer
    lexicon: Path
    live: Path | None
    awaited: list[Callable[[], None]] = field(default_factory=list)


Fill = Callable[[Draft], None]
"""Writes the content of a generation."""


def published(directory: Path) -> Published:
    """The live generation of an index; raises `IndexMissing`, or `IndexDamaged` when `current` cannot be read."""
    try:
        text = (directory / "current").read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        if any(_generations(directory)):
            raise IndexDamaged(
                f"the index in {directory} has lost its file 'current'",
                "Nothing was deleted. Build it again with: indexer build PATH...",
            ) from None
        raise IndexMissing(
            f"there is no index in {directory}", "Build one with: indexer build PATH... --index DIR"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(
            f"{directory / 'current'} cannot be read: {error}", "Check the disk and its permissions."
        ) from None
    try:
        value = json.loads(text)
        names = Published(value["generation"], value["previous"])
        if not all(isinstance(name, str) for name in (names.generation, names.previous)):
            raise ValueError
        if not _TOKEN.fullmatch(names.generation) or (names.previous and not _TOKEN.fullmatch(names.previous)):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise IndexDamaged(
            f"{directory / 'current'} does not name a generation",
            "Nothing was deleted. Build the index again with: indexer build PATH...",
        ) from None
    return names


def stamp(directory: Path) -> tuple[int, int, int] | None:
    """A value that changes whenever `current` is replaced: cheap enough to be taken on every request."""
    try:
        status = os.stat(os.path.join(directory, "current"))  # Half the time of a path object.
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


@dataclass(frozen=True, slots=True)
class Generation:
    """An open generation: its token, its engine, its manifest, and the folder of its lexicon."""

    token: str
    engine: Engine
    manifest: dict[str, Any]
    lexicon: Path


def open_generation(directory: Path, backend: Backend) -> Generation:
    """Open the live generation.

    Raises `IndexMissing`, `IndexDamaged` or `IndexOutdated`. A generation that is switched away and pruned between
    reading its name and opening it is no error: the newer one is opened.
    """
    while True:
        names = published(directory)
        try:
            path = directory / "generations" / names.generation
            engine = open_engine(path, backend)
            return Generation(names.generation, engine, read_manifest(path), path / LEXICON)
        except IndexDamaged:
            if published(directory) == names:
                raise


def open_engine(generation: Path, backend: Backend) -> Engine:
    """Open the engine of a generation; raises `IndexDamaged` or `IndexOutdated`."""
    manifest = read_manifest(generation)
    if manifest.get("engine") != backend.name or manifest.get("engine_format") != backend.format:
        raise IndexOutdated(
            f"the index was written by engine {manifest.get('engine')} format {manifest.get('engine_format')}; "
            f"this version reads {backend.name} format {backend.format}",
            "Build it again from the articles with: indexer build PATH...",
        )
    return backend.open(str(generation / ENGINE))


@contextlib.contextmanager
def writing(directory: Path, command: str) -> Iterator[None]:
    """Hold the lock of an index; raises `IndexLocked` naming the holder when another process has it.

    The kernel frees it when the process ends, however it ends. An `OSError` here or in the `with` block becomes
    `IndexUnwritable`: whoever holds the lock reads nothing but the index and articles, and a file of articles that
    cannot be read is rejected, not raised.
    """
    try:
        make_directory(directory)
        with open(directory / "lock", "a+", encoding="utf-8") as lock:
            _acquire(lock, directory)
            since = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
            lock.truncate(0)
            lock.write(f"{command}, process {os.getpid()} on {socket.gethostname()}, since {since}\n")
            lock.flush()
            yield
            lock.truncate(0)
    except BrokenPipeError:  # Nobody reads the progress any more; that is not the index's fault.
        raise
    except OSError as error:
        raise IndexUnwritable(
            f"the index in {directory} cannot be written: {error.strerror or error}",
            "The live index, if there is one, is as it was. Check the space left and the permissions, then try again.",
        ) from error


def _acquire(lock: IO[str], directory: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise IndexLocked(
            f"another process is writing to {directory}: {lock.read(500).strip() or 'unknown'}",
            "Wait until it has ended, then try again. The index can be searched meanwhile.",
        ) from None


def publish(directory: Path, backend: Backend, fill: Fill, *, change: bool, threads: int = 1) -> str:
    """Write a new generation and make it the live one; returns its token. The lock must be held (`writing`).

    Committing takes up to so many `threads`.

    The writer that `fill` receives is that of an empty index, or with `change` of the live one. When it raises, nothing
    of the new generation stays and the live one is as before.
    """
    before = _before(directory, must_exist=change)
    _remove_litter(directory, before)
    token = _next_token(directory)
    generation = directory / "generations" / token
    engine = generation / ENGINE
    try:
        make_directory(generation.parent)
        engine.mkdir(parents=True)
        (generation / LEXICON).mkdir()
        if change:
            assert before is not None
            live = directory / "generations" / before.generation
            open_engine(live, backend).close()
            _link_files(live / ENGINE, engine)
            writer = backend.change(str(engine))
        else:
            live = None
            writer = backend.create(str(engine))
        draft = Draft(writer, generation / LEXICON, live)
        try:
            fill(draft)
        except BaseException:
            writer.cancel()
            raise
        writer.commit(threads)
        for wait in draft.awaited:
            wait()
        write_manifest(generation, backend, live)
        _switch(directory, Published(token, before.generation if before else ""))
    except BaseException:
        if not _may_be_live(directory, token):
            shutil.rmtree(generation, ignore_errors=True)
        raise
    _remove_litter(directory, published(directory))
    return token


def rollback(directory: Path, backend: Backend) -> Published:
    """Make the generation before the live one live again. The lock must be held.

    Raises `IndexMissing` when there is none, or what opening it raises: then nothing has changed.
    """
    names = published(directory)
    if not names.previous or not (directory / "generations" / names.previous).is_dir():
        raise IndexMissing("there is no earlier generation to go back to", "Build again with: indexer build PATH...")
    open_engine(directory / "generations" / names.previous, backend).close()
    back = Published(names.previous, names.generation)
    _switch(directory, back)
    return back


def _before(directory: Path, *, must_exist: bool) -> Published | None:
    try:
        return published(directory)
    except (IndexMissing, IndexDamaged):
        if must_exist:
            raise
        return None


def _generations(directory: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from (path for path in (directory / "generations").iterdir() if path.is_dir())


def _next_token(directory: Path) -> str:
    numbers = [int(path.name.partition("-")[0]) for path in _generations(directory) if _TOKEN.fullmatch(path.name)]
    return f"{max(numbers, default=0) + 1:06d}-{secrets.token_hex(4)}"


def _remove_litter(directory: Path, names: Published | None) -> None:
    # With `current` lost or damaged, what looks like litter may be the only copy of the archive: keep all of it.
    # The same when `current` names what is not there.
    if names is None or not (directory / "generations" / names.generation).is_dir():
        return
    for path in _generations(directory):
        if path.name not in (names.generation, names.previous):
            shutil.rmtree(path, ignore_errors=True)
    (directory / "current.new").unlink(missing_ok=True)


def _link_files(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir()
            continue
        try:
            os.link(path, copy)
        except OSError:  # a file system without hard links
            shutil.copy2(path, copy)


def _switch(directory: Path, names: Published) -> None:
    new = directory / "current.new"
    try:
        write_durably(new, {"generation": names.generation, "previous": names.previous})
        os.replace(new, directory / "current")
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    sync_directory(directory)


def _may_be_live(directory: Path, token: str) -> bool:
    """Whether `current` names a generation, or cannot be asked."""
    try:
        return token.encode() in (directory / "current").read_bytes()
    except FileNotFoundError:
        return False
    except OSError:
        return True
