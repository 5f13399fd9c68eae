"""Pulling feeds and sitemaps: what is fetched becomes files of a temporary folder, which are read as others are.

A feed and each sitemap are asked for what is new since the last run. The pages they list stand in the ledger before any
is fetched, so that a run that fetches only some of them leaves the rest to the next.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indexer.articles import formats
from indexer.articles.limits import Limits
from indexer.articles.model import LeftOut, Rejection
from indexer.ingest.fetching import Address, Answer, Fetcher, FetchFailed, is_public, origin_of
from indexer.ingest.files import ArticleFile, OnLeftOut, shown
from indexer.ingest.ledger import FileRow, Ledger
from indexer.ingest.scanning import Pending, Scan
from indexer.setting_values import DeclaredSource

if TYPE_CHECKING:
    from lxml.etree import _Element

_GZIP = b"\x1f\x8b"
_MOST_SITEMAPS = 1_000
_MOST_ADDRESSES = 50_000
"""In one sitemap, as the protocol of sitemaps has it."""

_RUN_BYTES = 1 << 30
_BUSY = (429, 503)
_GONE = (404, 410)
_NO_PAGE = (400, 401, 402, 403, 405, 406, 451)
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/json": ".json",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


class Listed(NamedTuple):
    """An address that is listed: when it was changed, if known (nanoseconds, or 0), and whether it lists more."""

    address: str
    modified: int
    is_sitemap: bool


def pull(
    source: DeclaredSource,
    ledger: Ledger,
    reader: str,
    folder: Path,
    *,
    left_out: OnLeftOut | None = None,
    wait: Callable[[float], object],
    permitted: Callable[[Address], bool] | None = None,
) -> Scan:
    """Fetch what is new in a feed or a sitemap into `folder`, and say what is to be read.

    `Scan.error` says why the feed or a sitemap could not be had; pages that could not are rejections. A page is gone
    when its server says so (404, 410), never because it is listed no longer.
    """
    if find_spec("protego") is None:
        return Scan(source.name, error="cannot be pulled without protego; install it with: pip install 'timdoan[pull]'")
    permitted = permitted or ((lambda _: True) if source.private_addresses else is_public)
    fetcher = Fetcher(Limits().file_bytes, pause_seconds=source.pause_seconds, permitted=permitted, wait=wait)
    return _Pull(source, ledger, reader, folder, fetcher, left_out or (lambda _: None)).run()


class _Pull:
    def __init__(
        self, source: DeclaredSource, ledger: Ledger, reader: str, folder: Path, fetcher: Fetcher, left_out: OnLeftOut
    ) -> None:
        self._source, self._ledger, self._reader = source, ledger, reader
        self._folder, self._fetcher, self._left_out = folder, fetcher, left_out
        self._found = Scan(source.name)
        self._bytes = 0

    def run(self) -> Scan:
        address = self._source.feed or self._source.sitemap
        try:
            if self._source.feed and not self._source.follow:
                self._feed(address)
                return self._found
            try:
                self._list_pages(address)
            finally:
                self._pages()
        except FetchFailed as error:
            self._found.error = f"{shown(address)} {error}"
        return self._found

    def _feed(self, address: str) -> None:
        """The feed is the file, its items are the articles."""
        before, answer = self._asked(address)
        self._found.seen += 1
        if answer.status == 304 or (before and before.hash == _digest(answer.body) and before.reader == self._reader):
            return
        self._await(answer, self._row(address, "", answer), ".xml", rolling=True)

    def _list_pages(self, address: str) -> None:
        """Note the pages of a feed, a sitemap or the sitemaps it lists in the ledger."""
        origin, sitemaps = self._list_those_of(address, "")
        # An index of sitemaps that is as it was does not tell that those it lists are.
        for each in sitemaps if sitemaps is not None else self._ledger.sitemaps(self._source.name):
            try:
                self._list_those_of(each, origin)
            except FetchFailed as error:
                if error.status in _BUSY:
                    raise
                self._found.rejections.append(Rejection(shown(each), None, str(error)))

    def _list_those_of(self, address: str, within: str) -> tuple[str, list[str] | None]:
        """The same of one list: its origin, and the sitemaps it lists, or None where it is as it was.

        A list speaks for its own host only; `within` is the origin of the one that led to it.
        """
        before, answer = self._asked(address)
        origin = within or origin_of(answer.address)
        if answer.status == 304 or (before and before.hash == _digest(answer.body)):
            return origin, None
        sitemaps: list[str] = []
        for listed in _listed(_unpacked(answer.body)):
            if not _is_of(listed.address, origin):
                self._left_out(LeftOut(shown(listed.address), "another host"))
            elif not listed.is_sitemap:
                self._list(listed)
            elif within or len(sitemaps) == _MOST_SITEMAPS:
                self._left_out(LeftOut(shown(listed.address), "sitemap"))
            else:
                sitemaps.append(listed.address)
        self._ledger.put(self._row(address, "", answer)._replace(state="listing", moved=int(bool(within))))
        return origin, sitemaps

    def _list(self, listed: Listed) -> None:
        path = listed.address.encode("utf-8", "surrogateescape")
        row = self._ledger.file(self._source.name, path)
        if row is None:
            id = listed.address
            if len(id) > Limits().id_characters:
                id = f"{origin_of(listed.address)}/{hashlib.sha256(path).hexdigest()}"
            row = FileRow(self._source.name, path, 0, listed.modified, 0, b"", id, 0, "", "listed", "")
        elif listed.modified > row.modified:
            row = row._replace(modified=listed.modified, state="listed")
        else:
            return
        self._ledger.put(row)

    def _pages(self) -> None:
        for row in self._ledger.listed(self._source.name, self._reader, int(self._source.pages)):
            address = row.path.decode("utf-8", "surrogateescape")
            self._found.seen += 1
            try:
                before, answer = self._asked(address)
            except FetchFailed as error:
                if error.status in _BUSY:
                    raise
                self._fail(row, address, error)
                continue
            row = row._replace(reader=self._reader, etag=_header(answer, "etag"), state="indexed", error="")
            row = row._replace(last_modified=_header(answer, "last-modified"))
            if answer.status == 304:
                self._ledger.put(row)
                continue
            row = row._replace(size=len(answer.body), hash=_digest(answer.body))
            if before is not None and before.reader == self._reader and before.hash == row.hash:
                self._ledger.put(row)
                continue
            kind = _header(answer, "content-type").partition(";")[0].strip().lower()
            found = formats.format_of(answer.address.partition("?")[0])
            suffix = _SUFFIXES.get(kind) or (found.suffix if found else "")
            if not suffix:
                self._left_out(LeftOut(shown(address), shown(kind) or "no type"))
                self._ledger.put(row._replace(state="left out"))
                continue
            self._await(answer, row, suffix)
            if self._bytes > _RUN_BYTES:
                return

    def _fail(self, row: FileRow, address: str, error: FetchFailed) -> None:
        if error.status in _GONE and self._ledger.ids(row.source, row.path):
            self._found.gone.append(row)
            return
        self._found.rejections.append(Rejection(shown(address), None, str(error)))
        # What is not to be had is not asked for again before it changes; what failed is.
        reader = self._reader if error.status in (*_GONE, *_NO_PAGE) else ""
        self._ledger.put(row._replace(reader=reader, state="rejected", error=str(error)))

    def _asked(self, address: str) -> tuple[FileRow | None, Answer]:
        """What is known of an address, and its answer; 304 only if what is known was read as files are now."""
        before = self._ledger.file(self._source.name, address.encode("utf-8", "surrogateescape"))
        if before is None or before.reader != self._reader:
            return before, self._fetcher.fetch(address)
        return before, self._fetcher.fetch(address, before.etag, before.last_modified)

    def _row(self, address: str, id: str, answer: Answer) -> FileRow:
        path = address.encode("utf-8", "surrogateescape")
        size, digest = len(answer.body), _digest(answer.body)
        headers = _header(answer, "etag"), _header(answer, "last-modified")
        return FileRow(self._source.name, path, size, 0, 0, digest, id, 0, self._reader, "indexed", "", *headers)

    def _await(self, answer: Answer, row: FileRow, suffix: str, rolling: bool = False) -> None:
        """Have what was fetched read."""
        if answer.body.startswith(_GZIP) and not suffix.endswith(formats.PACKED):
            suffix += formats.PACKED
        found = formats.format_of(f"x{suffix}")
        assert found is not None
        path = self._folder / f"{self._source.name}-{len(self._found.pending)}{suffix}"
        path.write_bytes(answer.body)
        self._bytes += len(answer.body)
        address = row.path.decode("utf-8", "surrogateescape")
        file = ArticleFile(path, found, shown(address), row.id or self._source.name)
        defaults = self._source.defaults if rolling else (("url", answer.address), *self._source.defaults)
        self._found.pending.append(Pending(file, row, defaults, rolling))


def _listed(data: bytes) -> Iterator[Listed]:
    """The addresses that a sitemap, an index of sitemaps, RSS or Atom lists; raises `FetchFailed` for anything else."""
    from lxml import etree

    parsing = etree.iterparse(
        io.BytesIO(data), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    count = 0
    try:
        for _, element in parsing:
            name = _local(element)
            if name not in ("url", "sitemap", "item", "entry") or element.getparent() is None:
                continue
            address = _child(element, "loc" if name in ("url", "sitemap") else "link")
            if address and (count := count + 1) <= _MOST_ADDRESSES:
                when = _child(element, "lastmod") or _child(element, "updated")
                yield Listed(address, _nanoseconds(when), name == "sitemap")
            if name in ("url", "sitemap"):
                element.clear()
    except etree.XMLSyntaxError as error:
        raise FetchFailed(f"is no XML that can be read: {error}") from None
    if count > _MOST_ADDRESSES:
        raise FetchFailed(f"lists {count:,} addresses; {_MOST_ADDRESSES:,} is the limit, and the others are left out")


def _is_of(address: str, origin: str) -> bool:
    try:
        return origin_of(address) == origin
    except FetchFailed:
        return False


def _local(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: _Element, name: str) -> str:
    for child in element:
        if _local(child) == name and child.get("rel", "alternate") == "alternate":
            return (child.get("href") or child.text or "").strip()
    return ""


def _nanoseconds(when: str) -> int:
    try:
        moment = datetime.datetime.fromisoformat(when)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()) * 10**9
    except (ValueError, OverflowError):
        return 0


def _unpacked(body: bytes) -> bytes:
    """A sitemap, which may be packed with gzip; raises `FetchFailed`."""
    if not body.startswith(_GZIP):
        return body
    most = Limits().file_bytes
    try:
        data = gzip.GzipFile(fileobj=io.BytesIO(body)).read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FetchFailed(f"is damaged: {error}") from None
    if len(data) > most:
        raise FetchFailed(f"has more than {most:,} bytes, the limit")
    return data


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _header(answer: Answer, name: str) -> str:
    return answer.headers.get(name, "")[:1_000]
