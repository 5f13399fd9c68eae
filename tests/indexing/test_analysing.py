"""Analysis in several processes gives what analysis in one gives, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

import pytest

from indexer import add, build
from indexer.articles import Article
from indexer.engine.whoosh import writer
from indexer.indexing import analysing, workers
from indexer.indexing.analysing import AnalysedArticles, PackedInput, analysed
from indexer.storage import generations
from tests.effort import tries
from tests.indexing.crews import articles, corpus, has_ended, in_crew, started

__all__ = ["started"]


def content(directory: Path) -> dict[str, bytes]:
    generation = directory / "generations" / generations.published(directory).generation
    return {
        str(path.relative_to(generation)): path.read_bytes()
        for path in generation.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


def plain(found: Iterable[AnalysedArticles]) -> list[object]:
    """What was found in values that can be compared."""
    kept: list[object] = []
    for chunk in found:
        entry = chunk.analysed.lexicon_input
        entry = entry.opened() if isinstance(entry, PackedInput) else entry
        columns = {field: list(column.tokens()) for field, column in chunk.analysed.columns.items()}
        ids = [article.info.id for article in chunk.articles]
        kept.append((ids, columns, entry.before.tolist(), entry.definitions))
    return kept


def late(is_ready: Callable[[workers.Crew], bool]) -> Callable[[workers.Crew], bool]:
    """The same, but not for the first times that it is asked."""
    asked = count()
    return lambda crew: next(asked) > 20 and is_ready(crew)


def test_the_index_is_the_same_byte_for_byte_whatever_the_number_of_jobs(
    tmp_path: Path, started: list[workers.Crew], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, part = corpus(tmp_path / "whole.jsonl", 150), corpus(tmp_path / "part.jsonl", 40)
    contents = []
    for number, jobs in enumerate((1, 2, 3, 2, 1)):
        if number == 3:  # The workers come when some was analysed here.
            monkeypatch.setattr(workers.Crew, "is_ready", late(workers.Crew.is_ready))
            monkeypatch.setattr(analysing, "AHEAD_CHARACTERS", 10_000)
        if number == 4:
            monkeypatch.setattr(analysing, "COMPILED_CHARACTERS", 10_000)  # By compiled loops, from the middle on.
        names = iter("abcdefghij")
        monkeypatch.setattr(writer, "random_name", lambda size, names=names: next(names) * size)
        directory = tmp_path / str(number)
        build([whole], directory, jobs=jobs)
        assert add([part], directory, jobs=jobs).removed == 40
        contents.append(content(directory))
    assert [len(crew.workers) for crew in started] == [3, 3, 4, 4, 3, 3]
    assert len(contents[0]) > 10
    assert all(each == contents[0] for each in contents)


def test_articles_larger_than_a_pipe_holds_come_back_in_order(started: list[workers.Crew]) -> None:
    large = [*articles(8, syllables=10), *articles(tries(2), syllables=80_000), *articles(8, syllables=10)]
    assert sum(len(paragraph.text) for paragraph in large[8].paragraphs) > 1 << 20
    assert plain(in_crew(large, 2)) == plain(analysed(large))
    assert has_ended(started[0])


def test_reading_ahead_is_bounded(started: list[workers.Crew], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysing, "AHEAD_CHARACTERS", 10_000)
    taken = 0

    def endless() -> Iterator[Article]:
        nonlocal taken
        while True:
            for article in articles(50):
                taken += sum(len(paragraph.text.encode()) for paragraph in article.paragraphs)
                yield article

    stream = in_crew(endless(), 2)
    given = 0
    for chunk in stream:
        given += sum(len(paragraph.text.encode()) for article in chunk.articles for paragraph in article.paragraphs)
        if given > 100_000:
            break
    assert taken - given < 2 * workers._PIPE_BYTES
    stream.close()
    assert has_ended(started[0])


def test_no_more_is_read_than_is_said_while_workers_do_not_come(
    started: list[workers.Crew], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysing, "AHEAD_CHARACTERS", 10_000)
    monkeypatch.setattr(workers.Crew, "is_ready", lambda crew: False)
    taken = 0

    def noted() -> Iterator[Article]:
        nonlocal taken
        for article in articles(100):
            taken += analysing._size(article)
            yield article

    found, ahead = [], []
    for chunk in in_crew(noted(), 2):
        found.append(chunk)
        ahead.append(taken)
        taken -= sum(map(analysing._size, chunk.articles))
    assert 10_000 <= max(ahead) < 10_000 + 2 * analysing.CHUNK_CHARACTERS
    assert plain(found) == plain(analysed(articles(100)))


@pytest.mark.parametrize(("count", "jobs"), [(100, 2), (1_000, 1)])
def test_little_text_and_one_job_start_no_process(count: int, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "Worker", None)
    inputs = [chunk.analysed.lexicon_input for chunk in in_crew(articles(count, syllables=8), jobs)]
    assert not any(isinstance(entry, PackedInput) for entry in inputs)
    assert sum(len(entry.counts) for entry in inputs if not isinstance(entry, PackedInput)) == 3 * count


def test_every_article_is_given_once_and_in_order(started: list[workers.Crew]) -> None:
    shown = [article.info.id for chunk in in_crew(articles(200), 3) for article in chunk.articles]
    assert shown == [f"a{number}" for number in range(200)]
    assert len(started) == 1
