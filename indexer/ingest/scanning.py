"""Scanning a declared folder: which files are new, changed, moved or gone, by what the ledger knows of them."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from indexer.articles.model import Rejection
from indexer.ingest.files import ArticleFile, OnLeftOut, check_paths, find, shown, unused
from indexer.ingest.ledger import FileRow, Ledger
from indexer.ingest.opening import open_regular
from indexer.setting_values import DeclaredSource

_AT_ONCE = 1 << 20


class Look(NamedTuple):
    """What a file looks like without being read: size in bytes, times in nanoseconds."""

    size: int
    modified: int
    changed: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A file to be read: what it is known by, and its row in the ledger once that is done.

    `rolling`: what is not in it any more is not gone, as with a feed, which has the latest articles only.
    """

    file: ArticleFile
    row: FileRow
    defaults: tuple[tuple[str, object], ...] = ()
    rolling: bool = False

    def attributes(self) -> dict[str, object]:
        """Metadata of the articles that have none of that name."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self.defaults}


@dataclass(slots=True)
class Scan:
    """What a scan of a source found. `young` files may still be written to, and are left to the next run."""

    source: str
    seen: int = 0
    moved: int = 0
    young: list[str] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    gone: list[FileRow] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    error: str = ""


def scan(
    source: DeclaredSource,
    ledger: Ledger,
    reader: str,
    *,
    follow_links: bool = False,
    left_out: OnLeftOut | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> Scan:
    """Compare the files of a source with the ledger; raises `InputMissing` when the folder cannot be read.

    A file is unchanged when its size and times are, or its bytes; one that is new and has the bytes of one that is
    gone has moved. Both are noted in the ledger. What lies at or below a path that could not be read is not gone.
    """
    assert source.path is not None
    check_paths([source.path])
    found = Scan(source.name)
    candidates: list[tuple[ArticleFile, bytes, Look]] = []
    for file in find([source.path], follow_links, left_out):
        if isinstance(file, Rejection):
            found.rejections.append(file)
            continue
        found.seen += 1
        path = _inside(file.path, source.path)
        ledger.see(source.name, path)
        look = _look(file.path)
        row = ledger.file(source.name, path)
        if row is None or look is None or row[2:5] != look or row.reader != reader:
            candidates.append((file, path, look or Look(0, 0, 0)))
    settled = _settled(candidates, source.settle_seconds, wait, found)
    blind = [each.path for each in found.rejections]
    for file, path, look in settled:
        _compare(file, path, look, source, ledger, reader, found)
    found.gone = [row for row in ledger.vanished(source.name) if not _is_below(row, source.path, blind)]
    return found


def _compare(
    file: ArticleFile, path: bytes, look: Look, source: DeclaredSource, ledger: Ledger, reader: str, found: Scan
) -> None:
    """Note a file that is as it was, or has moved; others are pending."""
    try:
        digest = _hash(file.path)
    except OSError:
        digest = b""  # Reading it says why, and it is tried again.
    row = ledger.file(source.name, path)
    if row is None and digest and (before := next(ledger.vanished(source.name, digest), None)) is not None:
        row = ledger.move(before, path)
        found.moved += 1
    # An id that is no Unicode is rejected when the file is read; the ledger need only tell it from others.
    known, moved = _known(file.id), 0
    id = file.id
    if row is not None and row.id != known and (row.moved or row.state != "duplicate"):
        # It keeps the id it has, whatever came to lie beside it, and wherever it lay before.
        id, known, moved = row.id, row.id, row.moved
    new = FileRow(source.name, path, *look, digest, known, moved, reader, "", "")
    if row is not None and digest and row.hash == digest and row.reader == reader:
        ledger.put(new._replace(state=row.state, error=row.error))
        return
    if row is None and ledger.is_id_of_another(known, source.name):
        whole = _known(file.id.rpartition("/")[0] + "/" + file.path.name).lstrip("/")
        id = unused(
            known if ledger.is_id_of_moved(known) else whole, partial(ledger.is_id_of_another, source=source.name)
        )
        new = new._replace(id=id, moved=1)
    if row is None:
        # So that the next one finds its id taken.
        ledger.put(new._replace(reader="", state="unread"))
    found.pending.append(Pending(replace(file, id=id), new, source.defaults))


def _known(id: str) -> str:
    return id.encode("utf-8", "backslashreplace").decode()


def _settled(
    candidates: list[tuple[ArticleFile, bytes, Look]], seconds: float, wait: Callable[[float], object], found: Scan
) -> list[tuple[ArticleFile, bytes, Look]]:
    """Those that nobody writes to: last changed so long ago, or as they were after so long a wait."""
    now = time.time_ns()
    quiet = now - int(seconds * 1e9)
    young = {path for _, path, look in candidates if seconds and max(look.modified, look.changed) > quiet}
    is_to_end = bool(young) and bool(wait(seconds))
    settled = []
    for file, path, look in candidates:
        if path in young and (is_to_end or _look(file.path) != look):
            found.young.append(file.name)
        else:
            settled.append((file, path, look))
    return settled


def _inside(path: Path, folder: Path) -> bytes:
    return os.fsencode(path.name if path == folder else path.relative_to(folder))


def _is_below(row: FileRow, folder: Path, blind: list[str]) -> bool:
    """Whether a path that could not be read, as it is shown, leads to a file."""
    place = shown(folder / os.fsdecode(row.path))
    return any(place == path or place.startswith(path + "/") for path in blind)


def _look(path: Path) -> Look | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return Look(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _hash(path: Path) -> bytes:
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0, opener=open_regular) as stream:
        while data := stream.read(_AT_ONCE):
            digest.update(data)
    return digest.digest()
