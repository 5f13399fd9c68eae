"""Archives of files (.zip, .tar, .warc): each file inside is read by the format of its name.

Links, devices and names that lead outside are refused; archives inside archives are left out.
"""

from __future__ import annotations

import io
import posixpath
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from indexer.articles import formats
from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats import FileFormat, Inside
from indexer.articles.formats.unpacking import PackedTooMuch, unpacked_by_content
from indexer.articles.limits import Limits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_ZIP, _ZIP_EMPTY = b"PK\x03\x04", b"PK\x05\x06"
_PIECE = 1 << 20
_LARGE, _RATIO = 16 * 1024 * 1024, 400
"""A file that is larger than this many bytes may not be so many times larger than it is packed."""

_ENDS = 8
"""How often tarfile may find that nothing is left: once where a sound archive ends, and once for a file cut off."""

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, tarfile.TarError)
# What pages and files that were crawled are, by the types that servers name.
_TYPES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md",
    "application/pdf": ".pdf", "application/msword": ".doc", "application/rtf": ".rtf", "text/rtf": ".rtf",
    "application/rss+xml": ".rss", "application/atom+xml": ".atom", "text/xml": ".xml", "application/xml": ".xml",
    "application/json": ".json", "application/x-ndjson": ".jsonl", "application/jsonl": ".jsonl", "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt", "application/epub+zip": ".epub",
}  # fmt: skip


class _Budget:
    """How many files and bytes an archive may still give, and the ids that it gave."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files = self._bytes = 0
        self._ids: set[str] = set()

    def id(self, path: str, suffix: str) -> str:
        """The path without suffix; of files that differ in their suffix alone, all but the first keep it."""
        stem = path[: -len(suffix)]
        id = path if stem in self._ids else stem
        self._ids.add(id)
        return id

    def file(self) -> None:
        self._files += 1
        if self._files > self._limits.archive_files:
            raise Unfit(f"holds more than {self._limits.archive_files:,} files, the limit")

    def taken(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._limits.archive_bytes:
            raise Unfit(f"holds more than {self._limits.archive_bytes:,} bytes, the limit")


class _Counted(io.RawIOBase):
    """A file inside an archive, whose bytes are counted."""

    def __init__(self, stream: BinaryIO, budget: _Budget) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer)
        try:
            data = self._stream.read(len(target))
        except _DAMAGE as error:
            raise Unfit(f"is damaged: {error}") from None
        self._budget.taken(len(data))
        target[: len(data)] = data
        return len(data)


class _Ended:
    """What tarfile reads of: where a file says to be longer than the archive, that is the end of it.

    tarfile skips a file in pieces, and goes on with what is no more there: for hours if it says so.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._empty = stream, 0

    def read(self, size: int) -> bytes:
        """Some bytes; raises `EOFError` when asked again and again after the end."""
        data = self._stream.read(size)
        self._empty += not data
        if self._empty > _ENDS:
            raise EOFError("it ends before a file that it holds")
        return data


def read_zip(stream: BinaryIO, id: str, limits: Limits) -> Iterator[Inside]:
    """What the files of a .zip hold, in the order of their names; raises `Unfit`."""
    head = stream.read(4)
    if head not in (_ZIP, _ZIP_EMPTY):
        raise Unfit("is no zip file")
    budget = _Budget(limits)
    if stream.seekable():
        stream.seek(0)
        yield from _read_zip(stream, id, limits, budget)
    else:
        # It can be read from its end only: a temporary file is gone when it is closed.
        with tempfile.TemporaryFile() as file:
            file.write(head)
            while piece := stream.read(_PIECE):
                budget.taken(len(piece))
                file.write(piece)
            file.seek(0)
            yield from _read_zip(cast(BinaryIO, file), id, limits, budget)


def _read_zip(stream: BinaryIO, id: str, limits: Limits, budget: _Budget) -> Iterator[Inside]:
    try:
        file = zipfile.ZipFile(stream)
    except _DAMAGE as error:
        raise Unfit(f"is a damaged zip file: {error}") from None
    for info in sorted(file.infolist(), key=lambda each: each.filename):
        budget.file()
        if info.is_dir():
            continue
        refused = None
        if stat.S_ISLNK(info.external_attr >> 16):
            refused = "is a link"
        elif info.flag_bits & 1:
            refused = "is protected by a password"
        elif info.file_size > _LARGE and info.file_size > _RATIO * max(info.compress_size, 1):
            refused = (
                f"opens to {info.file_size // max(info.compress_size, 1):,} times its size; {_RATIO:,} is the limit"
            )
        yield from _file(partial(file.open, info), info.filename, id, limits, budget, refused)


def read_tar(stream: BinaryIO, id: str, limits: Limits) -> Iterator[Inside]:
    """What the files of a .tar hold, in their order there; raises `Unfit`."""
    budget = _Budget(limits)
    try:
        # Unpacked here: what tarfile unpacks and skips, it does not limit.
        unpacked = cast(IO[bytes], _Ended(unpacked_by_content(stream, limits)))
        with tarfile.open(fileobj=unpacked, mode="r|") as file:
            for info in file:
                budget.file()
                if info.isdir():
                    continue
                refused = None if info.isreg() else "is a link" if info.issym() or info.islnk() else "is no file"
                yield from _file(partial(file.extractfile, info), info.name, id, limits, budget, refused)
    except (Unfit, PackedTooMuch, OSError):
        raise
    except Exception as error:  # Of a damaged file tarfile raises what it happens upon.
        raise Unfit(f"is a damaged tar file: {error}; what it held from there on is lost") from None


def read_warc(stream: BinaryIO, id: str, limits: Limits) -> Iterator[Inside]:
    """What the pages of a WARC file hold that were answered with 200; raises `Unfit`."""
    from warcio.archiveiterator import ArchiveIterator

    buffered = io.BufferedReader(cast(io.RawIOBase, _Counted(stream, _Budget(limits))))
    if not buffered.peek(5).startswith(b"WARC/"):
        raise Unfit("is no WARC file")
    budget = _Budget(limits)
    try:
        for record in ArchiveIterator(buffered, no_record_parse=False):
            budget.file()
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type not in ("response", "resource") or not address.startswith(("http:", "https:")):
                continue
            status = record.http_headers.get_statuscode() if record.http_headers is not None else "200"
            named = record.http_headers.get_header("Content-Type") if record.http_headers is not None else None
            kind = (named or record.rec_headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
            if status != "200" or kind not in _TYPES:
                yield Inside(address, None, f"HTTP {status}" if status != "200" else kind or "no type")
                continue
            found = formats.format_of(f"x{_TYPES[kind]}")
            for inside in _read(record.content_stream(), found, address, address[:200], limits, budget):
                yield inside._replace(draft=_with_address(inside.draft, address))
    except (Unfit, OSError):
        raise
    except Exception as error:  # Of a damaged file warcio raises what it happens upon.
        raise Unfit(f"is a damaged WARC file: {error}; what it held from there on is lost") from None


def _with_address(draft: Draft | Unfit | str, address: str) -> Draft | Unfit | str:
    if isinstance(draft, Draft) and not draft.attributes.get("url"):
        return replace(draft, attributes={**draft.attributes, "url": address})
    return draft


def _file(
    opened: Callable[[], IO[bytes] | None], name: str, id: str, limits: Limits, budget: _Budget, refused: str | None
) -> Iterator[Inside]:
    """What a file inside an archive holds, by the format of its name."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = plain.split("/")
    if any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in parts):
        yield Inside(name, None, "hidden")
        return
    found = formats.format_of(parts[-1])
    if found is None or found.format.members is not None:
        yield Inside(name, None, posixpath.splitext(parts[-1])[1].lower() or "no suffix")
        return
    if plain.startswith("/") or ".." in parts or ":" in parts[0]:
        refused = "has a name that leads outside the archive"
    if refused is not None:
        yield Inside(name, None, Unfit(refused))
        return
    inner = budget.id("/".join(part for part in parts if part not in ("", ".")), found.suffix)
    try:
        stream = cast(BinaryIO, opened())
    except (*_DAMAGE, OSError) as error:
        yield Inside(name, None, Unfit(f"cannot be opened: {error}"))
        return
    yield from _read(stream, found, name, f"{id}/{inner}" if id else inner, limits, budget)


def _read(
    stream: BinaryIO, found: FileFormat | None, name: str, id: str, limits: Limits, budget: _Budget
) -> Iterator[Inside]:
    assert found is not None
    counted = cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, _Counted(stream, budget))))
    try:
        for line, draft in formats.read(counted, found, id, limits):
            yield Inside(name, line, draft)
    except (*_DAMAGE, OSError) as error:
        yield Inside(name, None, Unfit(f"is damaged: {error}"))
