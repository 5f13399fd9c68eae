"""Titles asked for their own articles: what is counted."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.titles import Figures, measured, titles_of
from indexer import open_index
from tests.samples import build_articles

ARTICLES = [
    {"id": "a", "title": "Đèn dầu", "text": "Đèn có bấc."},
    {"id": "b", "title": "Sông Lam", "text": "Đèn dầu bên sông."},
    {"id": "c", "title": "Sông Lam (phường)", "text": "Một phường."},
    {"id": "d", "title": "", "text": "Không tên."},
]


def test_titles_that_tell_things_apart_in_parentheses_are_left_out(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(article) + "\n" for article in (*ARTICLES, ARTICLES[0]))
    assert titles_of(tmp_path / "articles.jsonl.gz") == ["Đèn dầu", "Sông Lam"]


@pytest.mark.parametrize("by_article", [False, True])
@pytest.mark.parametrize("unmarked", [False, True])
def test_the_own_article_of_a_title_is_looked_for(tmp_path: Path, unmarked: bool, by_article: bool) -> None:
    with open_index(build_articles(tmp_path, ARTICLES)) as index:
        found = measured(index, ["Đèn dầu", "Sông Lam", "Núi Hồng"], unmarked=unmarked, by_article=by_article)
    assert found == Figures(asked=3, first=2, shown=2)
