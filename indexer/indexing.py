"""The way in: articles are read, analysed, written and published.

Reading lives in `indexer.articles`, analysis in `indexer.vietnamese`, where paragraphs are kept in `indexer.engine`,
the switch in `indexer.publishing`. This file only leads one into the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer import publishing
from indexer.articles import Article, Rejection, read
from indexer.engine.base import Backend, Document, Writer
from indexer.engine.whoosh import backend as whoosh_backend
from indexer.errors import NothingToPublish
from indexer.fields import paragraph_fields
from indexer.vietnamese import analyze

Progress = Callable[[int, int, int], None]
"""Called with (bytes read, bytes in all, paragraphs written so far) as work goes on."""

_KEPT_REJECTIONS = 1_000
"""A report names this many rejections and counts the rest, so that it is bounded whatever the input."""


@dataclass(slots=True)
class Report:
    """What a change of the index did. `rejections` holds the first 1,000, `rejected` counts all."""

    articles: int = 0
    paragraphs: int = 0
    removed: int = 0
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    seconds: float = 0.0
    generation: str = ""

    def reject(self, rejection: Rejection) -> None:
        """Count input that was not indexed."""
        self.rejected += 1
        if len(self.rejections) < _KEPT_REJECTIONS:
            self.rejections.append(rejection)


def documents(article: Article) -> Iterator[Document]:
    """An article's paragraphs with the tokens of every field."""
    title = analyze(article.info.title).forms
    for paragraph in article.paragraphs:
        yield Document(article.info, paragraph, paragraph_fields(analyze(paragraph.text), title))


def build(
    paths: Sequence[Path | str],
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend = whoosh_backend,
) -> Report:
    """Build a new index from articles and publish it in the directory `index`.

    Raises `InputMissing`, `IndexLocked`, or `NothingToPublish` when not one article could be read; whatever happens,
    the live index answers as before until the new one is whole.
    """
    report = Report()
    with _timed(report), publishing.writing(Path(index), "indexer build"):

        def fill(writer: Writer) -> dict[str, Any]:
            for article in _accepted(_read(paths, report, progress), report):
                _write(writer, article, report)
            if not report.articles:
                raise NothingToPublish(*_nothing(report))
            return {}

        report.generation = publishing.publish(Path(index), backend, fill, change=False)
    return report


def add(
    paths: Sequence[Path | str],
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend = whoosh_backend,
) -> Report:
    """Add articles to a live index; one whose id is there already replaces it. Raises as `build`, and `IndexMissing`."""
    report = Report()
    with _timed(report), publishing.writing(Path(index), "indexer add"):

        def fill(writer: Writer) -> dict[str, Any]:
            for article in _accepted(_read(paths, report, progress), report):
                report.removed += bool(writer.delete_article(article.info.id))
                _write(writer, article, report)
            if not report.articles:
                raise NothingToPublish(*_nothing(report))
            return {}

        report.generation = publishing.publish(Path(index), backend, fill, change=True)
    return report


def remove(ids: Iterable[str], index: Path | str, backend: Backend = whoosh_backend) -> Report:
    """Remove articles from a live index; an unknown id is rejected. Raises as `add`."""
    report = Report()
    with _timed(report), publishing.writing(Path(index), "indexer remove"):

        def fill(writer: Writer) -> dict[str, Any]:
            for article_id in dict.fromkeys(ids):
                if paragraphs := writer.delete_article(article_id):
                    report.removed += 1
                    report.paragraphs += paragraphs
                else:
                    report.reject(Rejection(article_id, None, "there is no article with this id"))
            if not report.removed:
                raise NothingToPublish(
                    "no article was removed", "indexer stats and indexer search show which ids exist."
                )
            return {}

        try:
            report.generation = publishing.publish(Path(index), backend, fill, change=True)
        except NothingToPublish:
            if not report.rejected:
                raise
    return report


def rollback(index: Path | str, backend: Backend = whoosh_backend) -> publishing.Published:
    """Make the generation before the live one live again; raises `IndexMissing` when there is none."""
    with publishing.writing(Path(index), "indexer rollback"):
        return publishing.rollback(Path(index), backend)


class _timed:
    def __init__(self, report: Report) -> None:
        self._report = report

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._report.seconds = time.perf_counter() - self._start


def _read(paths: Sequence[Path | str], report: Report, progress: Progress | None) -> Iterator[Article | Rejection]:
    if progress is None:
        return read(paths)
    return read(paths, progress=lambda done, total: progress(done, total, report.paragraphs))


def _accepted(items: Iterable[Article | Rejection], report: Report) -> Iterator[Article]:
    for item in items:
        if isinstance(item, Rejection):
            report.reject(item)
        else:
            yield item


def _write(writer: Writer, article: Article, report: Report) -> None:
    for document in documents(article):
        writer.add(document)
        report.paragraphs += 1
    report.articles += 1


def _nothing(report: Report) -> tuple[str, str]:
    reasons = "; ".join(str(rejection) for rejection in report.rejections[:3])
    return (
        "no article could be read" + (f" ({report.rejected:,} rejected: {reasons})" if reasons else ""),
        "The live index was left as it was. Give .txt, .md, .jsonl or .jsonl.gz files, or folders of them.",
    )
