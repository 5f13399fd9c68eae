"""Files become articles, one after the other: the loop, the lines, what is rejected where, and progress.

Which files there are is told in `files`; what a line holds in `formats.json_lines`; encodings in `decoding`.
"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from indexer.articles.assembly import Draft, Unfit, assemble
from indexer.articles.decoding import Undecodable, decode
from indexer.articles.formats.json_lines import read_record
from indexer.articles.limits import Limits
from indexer.articles.model import Article, ArticleInfo, Rejection
from indexer.articles.splitting import split, split_title
from indexer.ingest.files import Format, Source, check_paths, find

Progress = Callable[[int, int], None]

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SKIPPED_AT_ONCE = 64 * 1024
_HEADING = re.compile(r"#\s+")


def read(
    paths: Sequence[Path | str], limits: Limits | None = None, progress: Progress | None = None
) -> Iterator[Article | Rejection]:
    """Every article of the files and folders, and a `Rejection` for everything that could not become one.

    Raises `InputMissing` at once, before anything is read, when a path does not exist or cannot be read. What
    is read is told in `files.find` (order, ids, what is left out), `json_lines.read_record` (`.jsonl`,
    `.jsonl.gz`) and below (`.txt`, `.md`). Of articles with the same id the first is kept and the others are
    rejected.

    Reading is lazy. Memory holds one article, the names of a folder's files, and the ids seen with their
    places (about 200 bytes each). `progress(done, total)` counts bytes of the files as they are on disk,
    compressed or not, and is called before each article that comes after more bytes, and at the end.
    """
    check_paths(paths)
    return _read(list(paths), limits or Limits(), progress)


def _read(paths: Sequence[Path | str], limits: Limits, progress: Progress | None) -> Iterator[Article | Rejection]:
    total = sum(_size(source) for source in find(paths)) if progress else 0
    finished = told = 0
    seen = _Seen()
    for source in find(paths):
        if isinstance(source, Rejection):
            yield source
            continue
        for done, line, outcome in _outcomes(source, limits):
            if progress and finished + done > told:
                told = finished + done
                progress(min(told, total), total)
            if isinstance(outcome, Article):
                yield seen.check(outcome, source.name, line) or outcome
            else:
                yield Rejection(source.name, line, outcome)
        finished += _size(source)
    if progress:
        progress(total, total)


def _size(source: Source | Rejection) -> int:
    """Bytes of the file on disk; 0 when it cannot be asked."""
    try:
        return source.path.stat().st_size if isinstance(source, Source) else 0
    except OSError:
        return 0


class _Seen:
    """The ids seen, each with its place packed into one integer: file, then line (0 for a whole file)."""

    def __init__(self) -> None:
        self._files: list[str] = []
        self._places: dict[str, int] = {}

    def check(self, article: Article, file: str, line: int | None) -> Rejection | None:
        """Remember the article's id; a `Rejection` when another article has it already."""
        if not self._files or self._files[-1] != file:
            self._files.append(file)
        place = (len(self._files) - 1) << 40 | (line or 0)
        first = self._places.get(article.info.id)
        if first is None:
            self._places[article.info.id] = place
            return None
        first_file, first_line = self._files[first >> 40], first & (1 << 40) - 1
        where = f"{first_file}:{first_line}" if first_line else first_file
        return Rejection(file, line, f"the id {article.info.id!r} is already taken by {where}")


def _outcomes(source: Source, limits: Limits) -> Iterator[tuple[int, int | None, Article | str]]:
    """What a file holds: bytes read so far, the line, and the article or why there is none."""
    line = None
    try:
        with open(source.path, "rb", buffering=0) as raw:
            if source.format in (Format.TEXT, Format.MARKDOWN):
                yield raw.tell(), None, _text_outcome(source, raw, limits)
                return
            plain = io.BufferedReader(raw)
            lines: IO[bytes] = plain
            if source.format is Format.LINES_GZIPPED:
                lines = cast(IO[bytes], gzip.GzipFile(fileobj=plain))
            line = 0
            for line, content in _lines(lines, limits.line_bytes):
                if line == 1 and content is not None and content.startswith(_UTF16_MARKS):
                    yield raw.tell(), None, "is UTF-16; convert it to UTF-8, the encoding of JSON Lines"
                    return
                if content is None or not content.isspace():
                    yield raw.tell(), line, _line_outcome(content, limits)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        what = "the gzip file ends early" if isinstance(error, EOFError) else f"the gzip file is damaged: {error}"
        yield 0, (line or 0) + 1, f"{what}; what it held from this line on is lost"
    except OSError as error:
        yield 0, line and line + 1, f"cannot be read: {error.strerror or error}"


def _lines(stream: IO[bytes], longest: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a stream, counted from 1; None for one over `longest` bytes, which is never held whole.

    Lines end with LF alone, so a bad line cannot spoil the next. A byte order mark before the first is left
    out.
    """
    number = 0
    while line := stream.readline(longest + 2):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line.rstrip(b"\r\n")) <= longest:
            yield number, line
            continue
        while not line.endswith(b"\n") and (line := stream.readline(_SKIPPED_AT_ONCE)):
            pass
        yield number, None


def _line_outcome(line: bytes | None, limits: Limits) -> Article | str:
    if line is None:
        return f"the line is longer than {limits.line_bytes:,} bytes, the limit"
    try:
        return assemble(read_record(line.rstrip(b"\r\n"), limits), limits)
    except Unfit as error:
        return str(error)


def _text_outcome(source: Source, raw: io.FileIO, limits: Limits) -> Article | str:
    """The article of a `.txt` or `.md` file, or why there is none.

    The first line that is not blank is the title; blank lines part paragraphs. Markdown is read as plain
    text, but for a `# ` before the title.
    """
    size = os.fstat(raw.fileno()).st_size
    if size > limits.file_bytes:
        return f"the file has {size:,} bytes; the limit is {limits.file_bytes:,}"
    try:
        title, body = split_title(decode(raw.readall()))
        if source.format is Format.MARKDOWN:
            title = _HEADING.sub("", title)
        if len(title) > limits.title_characters:
            return (
                f"the first line, which is the title, has {len(title):,} characters; "
                f"the limit is {limits.title_characters:,}"
            )
        return assemble(Draft(ArticleInfo(source.id, title), [(text, None) for text in split(body)]), limits)
    except (Unfit, Undecodable) as error:
        return str(error)
