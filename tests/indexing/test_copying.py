"""A copy of an index is what its sources would make."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer import SearchRequest, Settings, add, build, copy_index, open_index
from indexer.errors import IndexMissing, IndexUnwritable
from indexer.schema import FieldType, Label, MetadataField
from tests import cluster
from tests.samples import ARTICLES, write_articles

PAGES = MetadataField("pages", FieldType.NUMBER, Label("Số trang", "Pages"), sort=True)


def answers(settings: Settings) -> list[object]:
    """What an index holds, and what it answers."""
    with open_index(settings.index, settings) as index:
        found = [index.search(SearchRequest(text)).passages for text in ("bưởi phúc trạch", "pages:3..9", "ha tinh")]
        places = [[(each.article, each.paragraph, round(each.score, 3)) for each in passages] for passages in found]
        return [list(index.articles()), [index.article(info.id) for info in index.articles()], places]


def source(tmp_path: Path) -> Settings:
    """An index with a field of its own, to which an article was added."""
    settings = Settings(index=tmp_path / "index", fields=(PAGES,))
    build([write_articles(tmp_path / "articles.jsonl")], settings.index, settings=settings)
    added = {"id": "moi", "title": "Voọc", "text": "Voọc gáy trắng hiếm. Hà Tĩnh.", "pages": 7}
    add([added], settings.index, settings=settings)
    return settings


def test_a_copy_answers_as_what_was_copied(tmp_path: Path) -> None:
    settings = source(tmp_path)
    report = copy_index(settings.index, tmp_path / "copy", settings=settings)
    assert (report.articles, report.rejected) == (len(ARTICLES) + 1, 0)
    assert answers(replace(settings, index=tmp_path / "copy")) == answers(settings)


def test_the_fields_are_those_of_the_source(tmp_path: Path) -> None:
    source(tmp_path)
    copy_index(tmp_path / "index", tmp_path / "copy")
    with open_index(tmp_path / "copy") as index:
        assert [row.name for row in index.schema.declared] == ["pages"]


def test_an_index_is_not_copied_to_itself_or_from_nothing(tmp_path: Path) -> None:
    settings = source(tmp_path)
    with pytest.raises(IndexUnwritable, match="itself"):
        copy_index(settings.index, tmp_path / "x" / ".." / "index", settings=settings)
    with pytest.raises(IndexMissing):
        copy_index(tmp_path / "none", tmp_path / "copy")


@pytest.mark.cluster
def test_an_index_is_copied_to_a_cluster_and_back(tmp_path: Path) -> None:
    settings = source(tmp_path)
    there = cluster.cluster_settings(index=tmp_path / "there", fields=settings.fields)
    cluster.exact(there.index)
    copy_index(settings.index, there.index, settings=settings, target_settings=there)
    assert answers(there) == answers(settings)
    copy_index(there.index, tmp_path / "back", settings=there, target_settings=settings)
    assert answers(replace(settings, index=tmp_path / "back")) == answers(settings)
