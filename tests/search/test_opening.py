"""What an open index says of itself, by value, and when it is no longer the one to answer from."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, Settings, add, build, open_index
from indexer.errors import LexiconUnusable
from indexer.schema import Field
from indexer.storage import tuned_weights
from indexer.storage.tuned_weights import Tuned
from tests.samples import ARTICLES, write_articles

NAMES = [article["id"] for article in ARTICLES]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("opening")
    build([write_articles(folder / "articles.jsonl")], folder / "index")
    return folder / "index"


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture
def index(built: Path) -> Iterator[Index]:
    with open_index(built) as opened:
        yield opened


def test_it_says_what_it_holds_and_when_it_was_made(index: Index) -> None:
    stats = index.stats()
    assert (stats.articles, stats.paragraphs) == (3, 9)
    assert stats.terms[Field.SYLLABLES] < stats.tokens[Field.SYLLABLES]
    made = datetime.datetime.fromisoformat(index.created)
    assert datetime.timedelta(0) <= datetime.datetime.now(datetime.UTC) - made < datetime.timedelta(minutes=10)
    assert [info.id for info in index.articles()] == NAMES
    article = index.article("ho-ke-go")
    assert article is not None and [each.position for each in article.paragraphs] == [0, 1]
    assert index.article("none") is None
    assert index.metadata_stats().undated == 1


def test_it_says_what_the_lexicon_holds(index: Index) -> None:
    stats = index.lexicon_stats()
    assert index.has_lexicon is True
    assert stats is not None and (stats.paragraphs, stats.removed) == (9, 0)
    facts = index.lexicon_facts("bưởi")
    assert facts.text == "bưởi"


def test_a_whole_index_has_no_damage(index: Index) -> None:
    assert (list(index.check()), index.damage(), index.forget_damaged_lexicon()) == ([], "", "")
    assert index.has_lexicon


def test_damage_of_the_engine_and_of_the_lexicon_are_told_apart(folder: Path) -> None:
    with open_index(folder) as index:
        (lexicon,) = folder.rglob("lexicon/*")
        lexicon.write_bytes(lexicon.read_bytes()[:-1] + b"?")
        assert index.damage() == ""
        assert "lexicon" in index.forget_damaged_lexicon()
        assert not index.has_lexicon and index.lexicon_stats() is None
        assert index.forget_damaged_lexicon() == ""
        assert [warning.code for warning in index.search(SearchRequest("bưởi")).warnings] == ["lexicon_unusable"]
        assert len(list(index.check())) == 1
        with pytest.raises(LexiconUnusable):
            index.lexicon_facts("bưởi")


def test_a_generation_is_current_until_the_next_one_is_published(folder: Path) -> None:
    with open_index(folder) as before:
        assert before.is_current() is True
        add([{"id": "moi", "text": "Tin mới."}], folder)
        assert before.is_current() is False
        # It goes on answering as it was.
        assert before.stats().articles == 3 and before.article("moi") is None
        with open_index(folder) as after:
            assert after.is_current() and after.stats().articles == 4
            assert after.generation != before.generation


def test_learned_weights_are_taken_unless_they_are_left_out(folder: Path) -> None:
    learned = Tuned({"k1": 1.25}, 10, 0.5, 0.6, 0.01, "2024-01-01T00:00:00Z")
    with open_index(folder) as before:
        tuned_weights.write(folder, learned)
        assert not before.is_current() and before.tuned is None
    with open_index(folder) as after, open_index(folder, tuned=False) as plain:
        assert (after.tuned, plain.tuned) == (learned, None)
        found = [index.search(SearchRequest("bưởi")).passages[0].score for index in (after, plain)]
        assert found[0] != found[1]
    with open_index(folder, Settings(k1=1.25), tuned=False) as same:
        assert same.search(SearchRequest("bưởi")).passages[0].score == found[0]
    (folder / tuned_weights.FILE).write_text("{", "utf-8")
    with open_index(folder) as unreadable:
        assert unreadable.tuned is None


def test_fields_that_were_declared_after_it_was_built_are_known_to_be_lacking(built: Path) -> None:
    from indexer.schema import declared_field

    declared = Settings(fields=(declared_field("section", {"type": "keyword"}),))
    with open_index(built) as plain, open_index(built, declared) as index:
        assert plain.outdated == ()
        assert len(index.outdated) == 1 and "section" in index.outdated[0]
        assert "section" in index.schema.rows and "section" not in plain.schema.rows
        (warning,) = index.search(SearchRequest("bưởi", filters={"section": ["x"]})).warnings
        assert (warning.code, warning.subject) == ("field_not_indexed", "section")
