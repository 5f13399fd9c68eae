"""Reading the measurement data: each file is an article, or rejected with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.articles import Article
from indexer.ingest.reading import read
from tests.effort import thorough


@pytest.mark.data
def test_a_judged_set_reads_as_its_corpus(shared_data: Path) -> None:
    assert len(list(read([shared_data / "xquad-vi"]))) == 240


@thorough
@pytest.mark.data
def test_each_file_of_the_formats_is_an_article_or_rejected_with_a_reason(shared_data: Path) -> None:
    finished: dict[str, tuple[int, int]] = {}
    left: list[str] = []
    found = list(
        read(
            [shared_data / "formats"],
            left_out=lambda each: left.append(each.path),
            finished=lambda name, *counts: finished.update({name: counts}),
        )
    )
    files = {str(path) for path in (shared_data / "formats").rglob("*") if path.is_file()}
    assert files == {*finished, *left}
    assert all(articles or rejected for articles, rejected in finished.values())
    ids = [item.info.id for item in found if isinstance(item, Article)]
    assert len(set(ids)) == len(ids) >= 20


@pytest.mark.data
def test_real_text_is_whole(shared_data: Path) -> None:
    path = shared_data / "ha-tinh" / "article.txt"
    (article,) = read([path])
    assert isinstance(article, Article)
    assert "\n\n".join(p.text for p in article.paragraphs) == path.read_text(encoding="utf-8").strip()
