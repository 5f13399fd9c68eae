"""What is learned in a process of its own is what is learned here."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.indexing import workers
from indexer.indexing.analysing import AnalysedArticles, PackedInput
from indexer.indexing.learning import Learning
from indexer.indexing.publication import crew_of
from indexer.lexicon import FILE
from tests.indexing.crews import articles, in_crew, started

__all__ = ["started"]


@pytest.fixture
def chunks(started: list[workers.Crew]) -> list[AnalysedArticles]:
    """Lessons as they come from this process and, most of them, from workers."""
    found = list(in_crew(articles(60), 2))
    packed = [isinstance(chunk.analysed.lexicon_input, PackedInput) for chunk in found]
    assert packed == sorted(packed)
    assert packed.count(True) > 8
    return found


def learn(learning: Learning, chunks: list[AnalysedArticles], directory: Path) -> bytes:
    for chunk in chunks:
        ids = [article.info.id for article in chunk.articles for _ in article.paragraphs]
        learning.learn(chunk.analysed.lexicon_input, ids, [0])
    removed = chunks[-1]
    ids = [article.info.id for article in removed.articles for _ in article.paragraphs]
    learning.unlearn(removed.analysed.lexicon_input, ids, [0])
    directory.mkdir()
    learning.write(directory)
    learning.finish()
    return (directory / FILE).read_bytes()


def test_a_lexicon_learned_in_a_worker_is_that_learned_here(tmp_path: Path, chunks: list[AnalysedArticles]) -> None:
    first = learn(Learning(), chunks[:4], tmp_path / "first")
    second = learn(Learning(known=tmp_path / "first"), chunks[4:], tmp_path / "second")
    assert first != second
    for number, (known, given, expected) in enumerate(
        ((None, chunks[:4], first), (tmp_path / "first", chunks[4:], second))
    ):
        with crew_of(2) as crew:
            assert crew is not None
            learning = Learning(crew, known)
            ids = [article.info.id for article in given[0].articles for _ in article.paragraphs]
            learning.learn(given[0].analysed.lexicon_input, ids, [0])  # Kept until the worker is there.
            crew.start()
            assert learn(learning, given[1:], tmp_path / f"away {number}") == expected
            assert learning._learner is None


def test_what_was_learned_before_a_worker_came_is_written_here(tmp_path: Path, chunks: list[AnalysedArticles]) -> None:
    with crew_of(2) as crew:
        assert learn(Learning(crew), chunks, tmp_path / "crew") == learn(Learning(), chunks, tmp_path / "here")


def test_an_error_of_writing_comes_back(tmp_path: Path, chunks: list[AnalysedArticles]) -> None:
    with crew_of(2) as crew:
        assert crew is not None
        learning = Learning(crew)
        crew.start()
        learning.learn(chunks[0].analysed.lexicon_input, ["a"] * len(chunks[0].articles) * 3)
        learning.write(tmp_path / "absent")
        with pytest.raises(FileNotFoundError, match="absent"):
            learning.finish()
