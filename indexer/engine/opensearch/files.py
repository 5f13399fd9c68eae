"""Files of generations: kept in the cluster in pieces named by their content, and once on each machine.

What two generations share is kept once, and sent once. A machine fetches a file when it opens a generation, compares it
with what was written, and maps it from then on.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import shutil
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from indexer.durable import make_directory, sync_directory
from indexer.engine.opensearch.connection import Connection, chunked
from indexer.engine.opensearch.manifest import File
from indexer.errors import IndexDamaged

PIECE = 1 << 20
"""Bytes of a piece."""

AT_ONCE = 8
"""Pieces in one request."""


def send(connection: Connection, index: str, path: Path) -> File:
    """Keep a file in the cluster."""
    names: list[str] = []
    size, checksum = 0, 0
    with open(path, "rb") as file:
        while data := file.read(PIECE * AT_ONCE):
            size, checksum = size + len(data), zlib.crc32(data, checksum)
            pieces = {hashlib.sha256(piece).hexdigest(): piece for piece in _pieces(data)}
            names += [hashlib.sha256(piece).hexdigest() for piece in _pieces(data)]
            _send(connection, index, pieces)
    return File(size, checksum, tuple(names))


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE):
        yield data[start : start + PIECE]


def _send(connection: Connection, index: str, pieces: Mapping[str, bytes]) -> None:
    known = connection.insist("POST", f"/{index}/_mget", {"ids": list(pieces)}, {"_source": "false"})
    there = {doc["_id"] for doc in known["docs"] if doc.get("found")}
    for name, piece in pieces.items():
        if name not in there:
            body = {"type": "piece", "name": name, "data": base64.b64encode(piece).decode("ascii")}
            connection.insist("PUT", f"/{index}/_doc/{name}", body)


def fetch(connection: Connection, index: str, file: File, path: Path) -> None:
    """Write a file as it was sent, unless it is there with its size; raises `IndexDamaged`."""
    if path.is_file() and path.stat().st_size == file.bytes:
        return
    make_directory(path.parent)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with open(partial, "wb") as out:
            checksum = 0
            for names in chunked(file.pieces, AT_ONCE):
                answer = connection.ask("POST", f"/{index}/_mget", {"ids": list(names)})
                for doc in answer["docs"]:
                    if not doc.get("found"):
                        raise _lost(path, f"piece {doc['_id']} is missing in the cluster")
                    data = base64.b64decode(doc["_source"]["data"])
                    checksum = zlib.crc32(data, checksum)
                    out.write(data)
            if (out.tell(), checksum) != (file.bytes, file.crc32):
                raise _lost(path, "what the cluster has is not what was written")
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def take(file: File, path: Path, others: Iterable[Path]) -> None:
    """Give a file that another generation on this machine has too its name in this one, unless it is there."""
    for other in others:
        with contextlib.suppress(OSError):  # gone meanwhile, taken by another process, or no hard links
            if not path.exists() and other.stat().st_size == file.bytes and _crc32(other) == file.crc32:
                make_directory(path.parent)
                os.link(other, path)
                sync_directory(path.parent)


def _lost(path: Path, why: str) -> IndexDamaged:
    return IndexDamaged(f"{path} cannot be fetched: {why}", "Go back with: indexer rollback, or build it again.")


def differences(places: Mapping[Path, File]) -> Iterator[str]:
    """A sentence for each file on this machine that is not as it was written."""
    for path, file in sorted(places.items()):
        if not path.is_file():
            yield f"{path} is missing"
        elif path.stat().st_size != file.bytes:
            yield f"{path} has {path.stat().st_size} bytes, not {file.bytes}"
        elif _crc32(path) != file.crc32:
            yield f"{path} is damaged: its content is not what was written"


def missing_pieces(connection: Connection, index: str, files: Mapping[str, File]) -> Iterator[str]:
    """A sentence for each file of which the cluster lacks a piece."""
    for name, file in sorted(files.items()):
        for names in chunked(file.pieces, 1_000):
            answer = connection.ask("POST", f"/{index}/_mget", {"ids": list(names)}, {"_source": "false"})
            if lost := sum(not doc.get("found") for doc in answer["docs"]):
                yield f"{name}: {lost} of its pieces are missing in the cluster"


def keep_only(folder: Path, names: Collection[str]) -> None:
    """Remove what is kept on this machine beside the files and folders of these names."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name not in names:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _crc32(path: Path) -> int:
    value = 0
    with open(path, "rb") as file:
        while data := file.read(PIECE):
            value = zlib.crc32(data, value)
    return value
