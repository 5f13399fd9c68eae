"""The table of contents: which segments an index has at each commit.

`_MAIN_N.manifest` lists the segments, and names the engine and the format, so that an index of another kind is
recognized. `_MAIN_N.toc` is Whoosh's own file, for `whoosh.index.open_dir`; creating it commits generation N. It is a
pickle, and loading a pickle runs what it says: this engine compares its checksum and reads nothing else of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import zlib
from typing import Any

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from indexer.durable import sync_directory
from indexer.engine.whoosh.arrays import REBUILD, damaged
from indexer.engine.whoosh.codec import ArraySegment, schema
from indexer.engine.whoosh.segment import SegmentEntry
from indexer.errors import IndexDamaged, IndexMissing, IndexOutdated

ENGINE, FORMAT = "whoosh", 8
NAME = "MAIN"
GENERATION = re.compile(rf"_{NAME}_(\d+)\.(toc|manifest)")
SEGMENT = re.compile(rf"({NAME}_[0-9a-z]+)\..+")
_SEGMENT_NAME = re.compile(rf"{NAME}_[0-9a-z]{{1,32}}")


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
    manifest = verify_generation(directory, generation)
    try:
        return generation, [_entry(*each) for each in manifest["segments"]]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise damaged(os.path.join(directory, _names(generation)[1]), f"lists no segments: {error}") from None


def _entry(name: Any, paragraphs: Any, deleted: Any, deletions: Any) -> SegmentEntry:
    """What a table of contents says of a segment; raises `ValueError` for what it cannot say."""
    numbers = (paragraphs, deleted, *(() if deletions is None else (deletions,)))
    if not all(type(number) is int and number >= 0 for number in numbers) or deleted > paragraphs:
        raise ValueError("a count is no number")
    # The name is one of files: it must not lead elsewhere.
    if not isinstance(name, str) or not _SEGMENT_NAME.fullmatch(name):
        raise ValueError("a segment has no name that a segment can have")
    return SegmentEntry(name, paragraphs, deleted, deletions)


def verify_generation(directory: str, generation: int) -> dict[str, Any]:
    """The manifest; raises `IndexDamaged` or `IndexOutdated` unless it and the table of contents are intact."""
    toc, manifest = (os.path.join(directory, name) for name in _names(generation))
    body, _, checksum = _read(manifest).rpartition(b"\n")
    try:
        said: dict[str, Any] = json.loads(body)
        engine, format_, toc_checksum = said["engine"], said["format"], said["toc"].encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
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
    if _checksum(_read(toc)) != toc_checksum:
        raise damaged(toc, "is damaged (its checksum differs)")
    return said


def write_contents(directory: str, generation: int, entries: list[SegmentEntry]) -> None:
    """Commit `entries` as `generation`, durably; the index is opened with it from now on."""
    memory = RamStorage()
    TOC(schema(), [ArraySegment(NAME, entry) for entry in entries], generation).write(memory, NAME)
    toc, manifest = _names(generation)
    contents = bytes(memory.files[toc])
    listed = [ArraySegment(NAME, entry).state for entry in entries]
    said = {"engine": ENGINE, "format": FORMAT, "toc": _checksum(contents).decode(), "segments": listed}
    body = json.dumps(said).encode()
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
