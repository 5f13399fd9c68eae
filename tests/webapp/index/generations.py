"""Generations that say which they are."""

from __future__ import annotations

from pathlib import Path

from indexer import Index, SearchRequest, build
from tests.samples import write_articles
from tests.webapp.archive import POMELO


def publish(directory: Path, number: int) -> None:
    """Publish an index of one article that says which generation it is."""
    record = {**POMELO, "id": f"bai-{number}", "title": f"Bưởi vụ {number}"}
    build([write_articles(directory.parent / f"{number}.jsonl", (record,))], directory)


def ids(index: Index) -> list[str]:
    """The articles that it finds: of which generation it is."""
    return sorted({passage.article.id for passage in index.search(SearchRequest("bưởi")).passages})
