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
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from indexer.engine.base import Backend, Engine, Writer
from indexer.errors import IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, IndexUnwritable

FORMAT = 1
"""Version of the layout above; another one must be rebuilt."""

ENGINE = "engine"
LEXICON = "lexicon"
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_TOKEN = re.compile(r"[0-9]{6,}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Published:
    """What `current` says: the token of the live generation and of the one before it (empty: none)."""

    generation: str
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A generation that is being written: the engine's `writer`, and the empty folder `lexicon`.

    `live` is the generation it changes, None where it is built anew.
    """

    writer: Writer
    lexicon: Path
    live: Path | None


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


def read_manifest(generation: Path) -> dict[str, Any]:
    """The manifest of a generation; raises `IndexDamaged` or `IndexOutdated`."""
    try:
        manifest = json.loads((generation / _MANIFEST).read_text("utf-8"))
        if not isinstance(manifest, dict):
            raise ValueError("it is no object")
        if manifest.get("format") == FORMAT and not _is_whole(manifest):
            raise ValueError("it does not say when it was made and of which files it is")
    except (OSError, ValueError, RecursionError) as error:
        raise IndexDamaged(
            f"{generation / _MANIFEST} cannot be read: {error}",
            "Nothing was deleted. Go back with: indexer rollback, or build again with: indexer build PATH...",
        ) from None
    if manifest.get("format") != FORMAT:
        raise IndexOutdated(
            f"the index in {generation} has format {manifest.get('format')}; this version reads {FORMAT}",
            "Build it again from the articles with: indexer build PATH...",
        )
    return manifest


def _is_whole(manifest: dict[str, Any]) -> bool:
    files = manifest.get("files")
    return (
        isinstance(manifest.get("created"), str)
        and isinstance(files, dict)
        and all(
            isinstance(entry, dict) and isinstance(entry.get("bytes"), int) and isinstance(entry.get("crc32"), int)
            for entry in files.values()
        )
    )


def damaged_files(generation: Path, within: str = "") -> Iterator[str]:
    """Compare the files of a generation (in its folder `within`) with its manifest; a sentence for each difference."""
    files: dict[str, dict[str, int]] = read_manifest(generation).get("files", {})
    listed = {name: entry for name, entry in files.items() if name.startswith(within)}
    present = {str(path.relative_to(generation)) for path in generation.rglob("*") if path.is_file()}
    for name, entry in sorted(listed.items()):
        path = generation / name
        if name not in present:
            yield f"{path} is missing"
        elif path.stat().st_size != entry["bytes"]:
            yield f"{path} has {path.stat().st_size} bytes, not {entry['bytes']}"
        elif _crc32(path) != entry["crc32"]:
            yield f"{path} is damaged: its content is not what was written"
    for name in sorted(present - set(files) - {_MANIFEST}):
        yield f"{generation / name} does not belong to the index"


@contextlib.contextmanager
def writing(directory: Path, command: str) -> Iterator[None]:
    """Hold the lock of an index; raises `IndexLocked` naming the holder when another process has it.

    The kernel frees it when the process ends, however it ends. An `OSError` here or in the `with` block becomes
    `IndexUnwritable`: whoever holds the lock reads nothing but the index and articles, and a file of articles that
    cannot be read is rejected, not raised.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
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
        try:
            fill(Draft(writer, generation / LEXICON, live))
        except BaseException:
            writer.cancel()
            raise
        writer.commit(threads)
        _write_manifest(generation, backend, live)
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


def _write_manifest(generation: Path, backend: Backend, live: Path | None) -> None:
    known: dict[tuple[int, int], dict[str, int]] = {}
    if live is not None:
        for name, entry in read_manifest(live)["files"].items():
            status = (live / name).stat()
            known[status.st_dev, status.st_ino] = entry
    files = {}
    for path in sorted(path for path in generation.rglob("*") if path.is_file()):
        status = path.stat()
        entry = known.get((status.st_dev, status.st_ino))
        files[str(path.relative_to(generation))] = entry or {"bytes": status.st_size, "crc32": _crc32(path)}
    manifest = {
        "format": FORMAT,
        "engine": backend.name,
        "engine_format": backend.format,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "files": files,
    }
    _write_durably(generation / _MANIFEST, manifest)
    for folder in {path.parent for path in generation.rglob("*")} | {generation.parent}:
        _sync_directory(folder)


def _switch(directory: Path, names: Published) -> None:
    new = directory / "current.new"
    try:
        _write_durably(new, {"generation": names.generation, "previous": names.previous})
        os.replace(new, directory / "current")
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _sync_directory(directory)


def _may_be_live(directory: Path, token: str) -> bool:
    """Whether `current` names a generation, or cannot be asked."""
    try:
        return token.encode() in (directory / "current").read_bytes()
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _write_durably(path: Path, value: dict[str, Any]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _crc32(path: Path) -> int:
    value = 0
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return value
