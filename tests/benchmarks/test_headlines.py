"""The judged sets of headlines: each title asked for its own article, of which the title is not indexed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.headlines import sets, write
from indexer.evaluation.judged import read_judged_set
from indexer.evaluation.run import evaluate
from indexer.settings import Settings

ARTICLES = [
    {"id": "a", "title": "Chợ quê ngày mưa", "paragraphs": ["Chợ quê vắng khách vì trời mưa."]},
    {"id": "b", "title": 'Vụ "tàu không số" ra khơi', "paragraphs": ["Con tàu không số rời bến.", "Biển lặng."]},
    {"id": "c", "title": "Trùng tên", "paragraphs": ["Một bài."]},
    {"id": "d", "title": "Trùng tên", "paragraphs": ["Một bài khác."]},
    {"id": "e", "title": "Không có gì", "paragraphs": []},
]


def test_titles_are_asked_that_one_article_has_with_text_under_it() -> None:
    found = {name: {each["id"] for each in asked} for name, asked in sets(ARTICLES).items()}
    assert found == {"all": {"a", "b"}, "quoted": {"b"}}


def test_a_title_is_no_part_of_its_article(tmp_path: Path) -> None:
    write(tmp_path, ARTICLES, sets(ARTICLES)["all"])
    judged = read_judged_set(tmp_path)
    assert judged.queries == {"q-a": ARTICLES[0]["title"], "q-b": ARTICLES[1]["title"]}
    assert judged.judgements == {"q-a": {"a": 1}, "q-b": {"b": 1}}
    assert not any(title in judged.corpus.read_text("utf-8") for title in judged.queries.values())
    assert evaluate(judged, Settings(page_size_limit=100)).measures["MRR@10"] == 1.0
