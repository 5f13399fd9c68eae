"""An article that is called what was typed, and nothing else, comes first: over a real index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer import Index, SearchRequest, open_index
from indexer.query.clauses import Chunk
from indexer.query.read import whole_title_names
from indexer.query.reading import literal
from indexer.query.words import analyze_run
from indexer.schema import LONGEST_WHOLE_TITLE, Field
from tests.samples import build_articles

ARTICLES = [
    {"id": "own", "title": "Đèn dầu", "text": "Đèn dầu là một loại đèn.\n\nĐèn dầu, đèn dầu nhỏ, đèn dầu to."},
    {"id": "other", "title": "Chợ đèn dầu", "text": "Đèn dầu, đèn dầu, đèn dầu. Ai mua đèn dầu?"},
    {"id": "letters", "title": "Đến đâu", "text": "Đến đâu rồi? Đèn dầu cháy đến đâu?"},
    {"id": "untitled", "title": "", "text": "Đèn dầu, đèn dầu, đèn dầu."},
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_index(build_articles(tmp_path_factory.mktemp("whole"), ARTICLES)) as opened:
        yield opened


def first(index: Index, query: str, **more: str) -> str:
    results = index.search(SearchRequest(query, **more))
    return (results.groups or results.passages)[0].article.id


@pytest.mark.parametrize("query", ["đèn dầu", "Đèn Dầu", "  ĐÈN  dầu.", "đèn dầu -mua", "đèn ddầu"])
def test_it_comes_first(index: Index, query: str) -> None:
    assert first(index, query) == first(index, query, group="article") == "own"


def test_it_is_shown_by_its_beginning(index: Index) -> None:
    group = index.search(SearchRequest("đèn dầu", group="article")).groups[0]
    assert group.passages[0].paragraph.text == "Đèn dầu là một loại đèn."


def test_with_another_word_it_is_not_what_was_asked(index: Index) -> None:
    assert first(index, "chợ đèn dầu") == "other"


def test_diacritics_that_were_typed_count(index: Index) -> None:
    assert first(index, "đến đâu") == "letters"
    forms = [part.form for part in index.search(SearchRequest("đến đâu", explain=True)).passages[0].explanation or ()]
    assert "whole:đến đâu" in forms


def test_letters_alone_are_any_title_that_has_them(index: Index) -> None:
    results = index.search(SearchRequest("den dau", explain=True))
    parts = [(each.article.id, part.form) for each in results.passages for part in each.explanation or ()]
    assert {name for name, form in parts if form == "whole~den dau"} == {"own", "letters"}


def test_what_is_longer_than_any_name_is_not_looked_for() -> None:
    sizes = (LONGEST_WHOLE_TITLE, LONGEST_WHOLE_TITLE + 1)
    name, sentence = (analyze_run([Chunk("một", 0, 0)] * size, 64)[0] for size in sizes)
    assert [field for field, _ in whole_title_names(name, literal(name))] == [Field.KEYS]
    assert whole_title_names(sentence, literal(sentence)) == []
