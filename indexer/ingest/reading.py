"""Reading articles from sources one by one, with rejections and progress.

`sources` has what can be given, `files` which files are read, `indexer.articles.formats` how a file is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from indexer.articles import formats
from indexer.articles.assembly import Draft, Unfit, assemble
from indexer.articles.limits import Limits
from indexer.articles.model import Article, LeftOut, Rejection
from indexer.ingest.files import ArticleFile, OnLeftOut, check_paths, find, shown
from indexer.ingest.isolation import Isolation
from indexer.ingest.opening import open_regular
from indexer.ingest.sources import Record, Sources, draft_of, one_by_one, paths_of
from indexer.schema import Schema

Progress = Callable[[int, int], None]

OnFinished = Callable[[str, int, int], None]
"""Called with the name of each file, and how many articles and rejections came of it."""

OBJECTS = "articles given"
"""The `path` of a rejected article or record that came as an object; its `line` counts those from 1."""


def read(
    sources: Sources,
    limits: Limits | None = None,
    progress: Progress | None = None,
    schema: Schema | None = None,
    *,
    follow_links: bool = False,
    left_out: OnLeftOut | None = None,
    finished: OnFinished | None = None,
) -> Iterator[Article | Rejection]:
    """Every article of the sources, and a `Rejection` for everything that could not become one.

    Raises `InputMissing` before anything is read when a path does not exist or cannot be read (a path from an iterator:
    when its turn comes). `files.find` documents the order, the ids and what is left out of folders. Of articles with
    the same id the first is kept and the others are rejected. `schema` says which metadata an article may have.

    Reading is lazy. Memory holds one article, the names of a folder's files, and the ids seen with their
    places (about 200 bytes each). `progress(done, total)` counts bytes of the files as they are on disk,
    compressed or not, and is called before each article that comes after more bytes, and at the end. `left_out` gets
    the files of folders and archives that are not read, and `finished` what came of each that was.
    """
    check_paths(list(paths_of(sources)))
    return _read(sources, limits or Limits(), progress, schema or Schema(), follow_links, left_out, finished)


def _read(
    sources: Sources,
    limits: Limits,
    progress: Progress | None,
    schema: Schema,
    follow_links: bool,
    left_out: OnLeftOut | None,
    on_finished: OnFinished | None,
) -> Iterator[Article | Rejection]:
    total = sum(_size(file) for file in find(list(paths_of(sources)), follow_links)) if progress else 0
    finished = told = objects = 0
    seen = _Seen()
    with Isolation(limits) as isolation:
        for given in one_by_one(sources):
            if not isinstance(given, (Path, str)):
                objects += 1
                yield seen.check(read_object(given, limits, schema), OBJECTS, objects)
                continue
            for file in find([given], follow_links, left_out):
                if isinstance(file, Rejection):
                    yield file
                    continue
                counts = [0, 0]
                for done, place, line, outcome in outcomes(file, limits, schema, isolation):
                    if progress and finished + done > told:
                        told = finished + done
                        progress(min(told, total), total)
                    if isinstance(outcome, LeftOut):
                        if left_out:
                            left_out(outcome)
                        continue
                    item = seen.check(outcome, place, line)
                    counts[isinstance(item, Rejection)] += 1
                    yield item
                if on_finished:
                    on_finished(file.name, *counts)
                finished += _size(file)
    if progress:
        progress(total, total)


def _size(file: ArticleFile | Rejection) -> int:
    """Bytes of the file on disk; 0 when it cannot be asked."""
    try:
        return file.path.stat().st_size if isinstance(file, ArticleFile) else 0
    except OSError:
        return 0


class _Seen:
    """The ids seen, each with its place packed into one integer: file, then line (0 for a whole file)."""

    def __init__(self) -> None:
        self._files: list[str] = []
        self._places: dict[str, int] = {}

    def check(self, outcome: Article | str, file: str, line: int | None) -> Article | Rejection:
        """The article, its id remembered; a `Rejection` when another article has it already, or for a reason given."""
        if isinstance(outcome, str):
            return Rejection(file, line, outcome)
        if not self._files or self._files[-1] != file:
            self._files.append(file)
        place = (len(self._files) - 1) << 40 | (line or 0)
        first = self._places.get(outcome.info.id)
        if first is None:
            self._places[outcome.info.id] = place
            return as_read(outcome, file, line)
        first_file, first_line = self._files[first >> 40], first & (1 << 40) - 1
        where = f"{first_file}:{first_line}" if first_line else first_file
        return Rejection(file, line, f"the id {outcome.info.id!r} is already taken by {where}")


def as_read(article: Article, path: str, line: int | None) -> Article:
    """The article with the place it was read from in its warnings."""
    return replace(article, warnings=tuple(replace(each, path=path, line=line) for each in article.warnings))


def outcomes(
    file: ArticleFile,
    limits: Limits,
    schema: Schema,
    isolation: Isolation,
    defaults: Mapping[str, object] = MappingProxyType({}),
) -> Iterator[tuple[int, str, int | None, Article | str | LeftOut]]:
    """What a file holds: bytes read so far, its name with that inside an archive, the line, the article or why none.

    `defaults` are metadata of the articles that have none of that name.
    """
    line = None
    try:
        if (reason := formats.missing(file.format)) is not None:
            yield 0, file.name, None, reason
        elif isolation.takes(file):
            for done, name, line, draft in isolation.read(file):
                place = f"{file.name}/{shown(name)}" if name else file.name
                if isinstance(draft, str):
                    yield done, place, line, LeftOut(place, shown(draft))
                else:
                    yield done, place, line, _outcome(draft, limits, schema, defaults)
        else:
            with open(file.path, "rb", opener=open_regular) as stream:
                for line, found in formats.read(stream, file.format, file.id, limits):
                    yield stream.raw.tell(), file.name, line, _outcome(found, limits, schema, defaults)
    except OSError as error:
        yield 0, file.name, line and line + 1, f"cannot be read: {error.strerror or error}"


def _outcome(draft: Draft | Unfit, limits: Limits, schema: Schema, defaults: Mapping[str, object]) -> Article | str:
    if isinstance(draft, Unfit):
        return str(draft)
    if defaults:
        draft = replace(draft, attributes={**defaults, **draft.attributes})
    try:
        return assemble(draft, limits, schema)
    except Unfit as error:
        return str(error)


def read_object(given: Article | Record, limits: Limits, schema: Schema) -> Article | str:
    """The article that an object or a record is, or the reason why it is none."""
    try:
        return assemble(draft_of(given, limits), limits, schema)
    except Unfit as error:
        return str(error)
