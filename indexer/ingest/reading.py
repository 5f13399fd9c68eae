"""Files become articles, one after the other: the loop, what is rejected where, and progress.

Which files there are is told in `files`, what stands in one in `indexer.articles.formats`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from indexer.articles import formats
from indexer.articles.assembly import Draft, Unfit, assemble
from indexer.articles.limits import Limits
from indexer.articles.model import Article, Rejection
from indexer.ingest.files import Source, check_paths, find

Progress = Callable[[int, int], None]


def read(
    paths: Sequence[Path | str], limits: Limits | None = None, progress: Progress | None = None
) -> Iterator[Article | Rejection]:
    """Every article of the files and folders, and a `Rejection` for everything that could not become one.

    Raises `InputMissing` at once, before anything is read, when a path does not exist or cannot be read. What
    is read is told in `files.find` (order, ids, what is left out) and by each format. Of articles with the same id the
    first is kept and the others are rejected.

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
        with open(source.path, "rb") as file:
            for line, draft in formats.read(file, source.format, source.id, limits):
                yield file.raw.tell(), line, _outcome(draft, limits)
    except OSError as error:
        yield 0, line and line + 1, f"cannot be read: {error.strerror or error}"


def _outcome(draft: Draft | Unfit, limits: Limits) -> Article | str:
    try:
        return str(draft) if isinstance(draft, Unfit) else assemble(draft, limits)
    except Unfit as error:
        return str(error)
