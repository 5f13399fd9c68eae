"""The table of contents: which segments an index has at each commit.

`_MAIN_N.toc` is Whoosh's own file; creating it commits generation N. It is a pickle, so `_MAIN_N.manifest`, synced just
before, has its checksum: a damaged file is never unpickled. The manifest also names the engine and the format, so that
an index of another kind is recognized.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import zlib

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC

from indexer.durable import sync_directory
from indexer.engine.whoosh.arrays import REBUILD, damaged
from indexer.engine.whoosh.codec import ArraySegment, schema
from indexer.engine.whoosh.segment import SegmentEntry
from indexer.errors import IndexDamaged, IndexMissing, IndexOutdated

ENGINE, FORMAT = "whoosh", 6
NAME = "MAIN"
GENERATION = re.compile(rf"_{NAME}_(\d+)\.(toc|manifest)")
SEGMENT = re.compile(rf"({NAME}_[0-9a-z]+)\..+")


def latest_generation(directory: str) -> int:
    """The generation committed last. Raises `IndexMissing` where there is no index, else `IndexDamaged`."""
    try:
        names = os.listdir(directory)
    except OSError as error:
        raise IndexMissing(f"{directory}: {error.strerror}", "Build an index there first.") from None
    generations = [int(m[1]) for m in map(GENERATION.fullmatch, names) if m and m[2] == "toc"]
    if generations:
        return max(generations)
    if any(GENERATION.fullmatch(name) or SEGMENT.fullmatch(name) for name in names):
        raise IndexDamaged(f"{directory}: the table of contents (_{NAME}_N.toc) is missing", REBUILD)
    raise IndexMissing(f"{directory}: there is no index here", "Build an index there first.")


def read_contents(directory: str) -> tuple[int, list[SegmentEntry]]:
    """The generation committed last and its segments, in the order of their paragraphs."""
    generation = latest_generation(directory)
    verify_generation(directory, generation)
    contents = TOC.read(FileStorage(directory, readonly=True), NAME, gen=generation)
    for segment in contents.segments:
        if not isinstance(segment, ArraySegment):
            raise IndexDamaged(
                f"{directory}: segment {segment.segment_id()} was written by Whoosh's own writer", REBUILD
            )
    return generation, [segment.entry for segment in contents.segments]


def verify_generation(directory: str, generation: int) -> None:
    """Raise `IndexDamaged` or `IndexOutdated` unless manifest and table of contents are intact."""
    toc, manifest = (os.path.join(directory, name) for name in _names(generation))
    body, _, checksum = _read(manifest).rpartition(b"\n")
    try:
        said = json.loads(body)
        engine, format_ = said["engine"], said["format"]
    except (ValueError, KeyError, TypeError):
        raise damaged(manifest, "is not a manifest") from None
    if checksum != _checksum(body):
        raise damaged(manifest, "is damaged (its checksum differs)")
    if engine != ENGINE:
        raise IndexDamaged(f"{directory}: the index was written by another engine, {engine!r}", "Open it with that.")
    if format_ != FORMAT:
        raise IndexOutdated(
            f"{directory}: the index has format {format_}; this version reads format {FORMAT}",
            "Build the index again.",
        )
    if _checksum(_read(toc)) != said["toc"].encode():
        raise damaged(toc, "is damaged (its checksum differs)")


def write_contents(directory: str, generation: int, entries: list[SegmentEntry]) -> None:
    """Commit `entries` as `generation`, durably; the index is opened with it from now on."""
    memory = RamStorage()
    TOC(schema(), [ArraySegment(NAME, entry) for entry in entries], generation).write(memory, NAME)
    toc, manifest = _names(generation)
    contents = bytes(memory.files[toc])
    body = json.dumps({"engine": ENGINE, "format": FORMAT, "toc": _checksum(contents).decode()}).encode()
    _write(directory, manifest, body + b"\n" + _checksum(body))
    sync_directory(directory)
    _write(directory, toc, contents)
    sync_directory(directory)


def sweep(directory: str, generation: int, entries: list[SegmentEntry]) -> None:
    """Remove the index files that the generation does not use."""
    used = set(_names(generation)).union(*(entry.files() for entry in entries))
    for name in index_files(directory) - used:
        # The commit is done: a file that cannot be removed now is removed by the next one.
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(directory, name))


def index_files(directory: str) -> set[str]:
    """The names of this engine's files in `directory`, unfinished ones included."""
    return {name for name in os.listdir(directory) if GENERATION.match(name) or SEGMENT.fullmatch(name)}


def _names(generation: int) -> tuple[str, str]:
    return f"_{NAME}_{generation}.toc", f"_{NAME}_{generation}.manifest"


def _checksum(data: bytes) -> bytes:
    return b"%08x" % zlib.crc32(data)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise damaged(path, "the file is missing") from None
    except OSError as error:
        raise damaged(path, f"cannot be read: {error.strerror}") from error


def _write(directory: str, name: str, data: bytes) -> None:
    temporary = os.path.join(directory, name + ".tmp")
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, os.path.join(directory, name))
