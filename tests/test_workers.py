"""Analysis in several processes gives what analysis in one gives, and leaves nothing running."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from indexer import add, build, publishing, workers
from indexer.articles import Article, Kind, Paragraph
from indexer.articles.model import ArticleInfo
from indexer.engine.whoosh import writer
from indexer.errors import WorkerLost
from indexer.indexing import Report
from indexer.workers import AnalysedArticles, analysed
from tests.conftest import ROOT
from tests.samples import write_articles

TEXT = "quốc phòng an ninh lực lượng vũ trang cờ thi đua Hà Tĩnh QP–AN, 26/12. Ủy ban (UBND) nhân dân e\u0301"


def prose(seed: int, syllables: int) -> str:
    return " ".join(random.Random(seed).choices(TEXT.split(), k=syllables))


def articles(count: int, syllables: int = 60) -> Iterator[Article]:
    for number in range(count):
        texts = [prose(number * 4 + part, syllables) for part in range(3)]
        paragraphs = tuple(Paragraph(position, Kind.BODY, text) for position, text in enumerate(texts))
        yield Article(ArticleInfo(f"a{number}", prose(number, 5)), paragraphs)


def corpus(path: Path, count: int) -> Path:
    records = [
        {"id": article.info.id, "title": article.info.title, "text": "\n\n".join(p.text for p in article.paragraphs)}
        for article in articles(count)
    ]
    return write_articles(path, tuple(records))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The worker processes started, for even a little text."""
    processes: list[subprocess.Popen[bytes]] = []

    class Recorded(workers._Worker):
        def __init__(self) -> None:
            super().__init__()
            processes.append(self._process)

    monkeypatch.setattr(workers, "_Worker", Recorded)
    monkeypatch.setattr(workers, "LEAST_CHARACTERS", 2_000)
    monkeypatch.setattr(workers, "CHUNK_CHARACTERS", 3_000)
    return processes


def content(directory: Path) -> dict[str, bytes]:
    generation = directory / "generations" / publishing.published(directory).generation
    return {
        str(path.relative_to(generation)): path.read_bytes()
        for path in generation.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


def test_the_index_is_the_same_byte_for_byte_whatever_the_number_of_jobs(
    tmp_path: Path, started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, part = corpus(tmp_path / "whole.jsonl", 150), corpus(tmp_path / "part.jsonl", 40)
    contents = []
    for number, jobs in enumerate((1, 2, 3, 1)):
        if number == 3:
            monkeypatch.setattr(workers, "COMPILED_CHARACTERS", 10_000)  # By compiled loops, from the middle on.
        names = iter("abcdefghij")
        monkeypatch.setattr(writer, "random_name", lambda size, names=names: next(names) * size)
        directory = tmp_path / str(number)
        build([whole], directory, jobs=jobs)
        assert add([part], directory, jobs=jobs).removed == 40
        contents.append(content(directory))
    assert len(started) == 2 * (2 + 3)
    assert len(contents[0]) > 10
    assert all(each == contents[0] for each in contents)


def test_articles_larger_than_a_pipe_holds_come_back_in_order(started: list[object]) -> None:
    large = [*articles(8, syllables=10), *articles(2, syllables=80_000), *articles(8, syllables=10)]
    assert sum(len(paragraph.text) for paragraph in large[8].paragraphs) > 1 << 20
    assert plain(analysed(large, 2)) == plain(analysed(large, 1))
    assert len(started) == 2


def test_reading_ahead_is_bounded(started: list[object]) -> None:
    taken = 0

    def endless() -> Iterator[Article]:
        nonlocal taken
        while True:
            for article in articles(50):
                taken += sum(len(paragraph.text.encode()) for paragraph in article.paragraphs)
                yield article

    stream = analysed(endless(), 2)
    given = 0
    for chunk in stream:
        given += sum(len(paragraph.text.encode()) for article in chunk.articles for paragraph in article.paragraphs)
        if given > 100_000:
            break
    stream.close()
    assert len(started) == 2
    assert taken - given < 2 * workers._PIPE_BYTES


@pytest.mark.parametrize(("count", "jobs"), [(100, 2), (1_000, 1)])
def test_little_text_and_one_job_start_no_process(count: int, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_Worker", None)
    found = analysed(articles(count, syllables=8), jobs)
    assert sum(len(chunk.analysed.lesson.counts) for chunk in found) == 3 * count


def test_a_worker_that_is_killed_ends_the_build_and_leaves_the_live_index(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    directory, path = tmp_path / "index", corpus(tmp_path / "a.jsonl", 300)
    build([path], directory)
    before, generations = content(directory), set((directory / "generations").iterdir())

    def kill_one(done: int, total: int, paragraphs: int) -> None:
        if len(started) == 2 and started[1].returncode is None:
            os.kill(started[1].pid, signal.SIGKILL)

    with pytest.raises(WorkerLost, match="signal 9") as caught:
        build([path], directory, kill_one, jobs=2)
    assert "--jobs 1" in caught.value.hint
    assert content(directory) == before
    assert set((directory / "generations").iterdir()) == generations
    assert [process.returncode is None for process in started] == [False, False]


def test_no_worker_outlives_a_build_that_fails(
    tmp_path: Path, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = corpus(tmp_path / "a.jsonl", 300)
    given = iter(range(900))

    def fail(report: Report, *_: object) -> None:
        if next(given) == 5:
            raise RuntimeError("on purpose")

    monkeypatch.setattr(writer.WhooshWriter, "add_batch", fail)
    with pytest.raises(RuntimeError, match="on purpose"):
        build([path], tmp_path / "index", jobs=2)
    assert [process.returncode is None for process in started] == [False, False]


# No guard by `__name__`: workers must not run it again.
SCRIPT = """
import itertools, signal
# Where the tests run in the background of a shell, it is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from indexer import workers
from tests.test_workers import articles
workers.LEAST_CHARACTERS = 1
for number, chunk in enumerate(workers.analysed(itertools.cycle(articles(100)), 2)):
    if number == 10:
        print("working", flush=True)
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_its_parent_however_that_ends(tmp_path: Path, ending: signal.Signals) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    process = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"working\n"
    process.send_signal(ending)
    # The workers have the same standard error, so it ends when the last of them has ended.
    _, error = process.communicate(timeout=60)
    assert process.returncode
    assert error.count(b"Traceback") == (ending is signal.SIGINT)


def plain(found: Iterable[AnalysedArticles]) -> list[object]:
    """What was found in values that can be compared."""
    return [
        (
            [article.info.id for article in chunk.articles],
            {field: list(column.tokens()) for field, column in chunk.analysed.columns.items()},
            chunk.analysed.lesson.before.tolist(),
            chunk.analysed.lesson.definitions,
        )
        for chunk in found
    ]


def shown(found: Iterable[AnalysedArticles]) -> list[str]:
    return [article.info.id for chunk in found for article in chunk.articles]


def test_every_article_is_given_once_and_in_order(started: list[object]) -> None:
    assert shown(analysed(articles(200), 3)) == [f"a{number}" for number in range(200)]
    assert len(started) == 3
