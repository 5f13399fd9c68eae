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

    def fill(writer: Writer, report: Report) -> None:
        for article in _accepted(paths, report, progress):
            _write(writer, article, report)

    return _publish(Path(index), backend, "indexer build", fill, change=False)


def add(
    paths: Sequence[Path | str],
    index: Path | str,
    progress: Progress | None = None,
    backend: Backend = whoosh_backend,
) -> Report:
    """Add articles to a live index; one whose id is there already is replaced.

    Raises as `build`, and `IndexMissing`, `IndexDamaged` or `IndexOutdated`.
    """

    def fill(writer: Writer, report: Report) -> None:
        for article in _accepted(paths, report, progress):
            report.removed += bool(writer.delete_article(article.info.id))
            _write(writer, article, report)

    return _publish(Path(index), backend, "indexer add", fill, change=True)


def remove(ids: Iterable[str], index: Path | str, backend: Backend = whoosh_backend) -> Report:
    """Remove articles from a live index; an unknown id is rejected. Raises as `add`."""

    def fill(writer: Writer, report: Report) -> None:
        for article_id in dict.fromkeys(ids):
            if paragraphs := writer.delete_article(article_id):
                report.removed += 1
                report.paragraphs += paragraphs
            else:
                report.reject(Rejection(article_id, None, "there is no article with this id"))

    return _publish(Path(index), backend, "indexer remove", fill, change=True)


def rollback(index: Path | str, backend: Backend = whoosh_backend) -> publishing.Published:
    """Make the generation before the live one live again; raises `IndexMissing` when there is none."""
    with publishing.writing(Path(index), "indexer rollback"):
        return publishing.rollback(Path(index), backend)


def _publish(
    index: Path, backend: Backend, command: str, fill: Callable[[Writer, Report], None], *, change: bool
) -> Report:
    report = Report()
    start = time.perf_counter()

    def filled(writer: Writer) -> dict[str, Any]:
        fill(writer, report)
        if not report.articles and not report.removed:
            raise NothingToPublish(*_nothing(report))
        return {}

    with publishing.writing(index, command):
        report.generation = publishing.publish(index, backend, filled, change=change)
    report.seconds = time.perf_counter() - start
    return report


def _accepted(paths: Sequence[Path | str], report: Report, progress: Progress | None) -> Iterator[Article]:
    def show(done: int, total: int) -> None:
        if progress:
            progress(done, total, report.paragraphs)

    for item in read(paths, progress=show):
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
    reasons = "".join(f"\n  {rejection}" for rejection in report.rejections[:10])
    return (
        f"nothing was published: {report.rejected:,} rejected, nothing accepted{reasons}",
        "The live index is as it was. Articles are .txt, .md, .jsonl and .jsonl.gz files, or folders of them.",
    )
