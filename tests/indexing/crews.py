"""Articles enough for worker processes, and crews of them that are there as soon as they are started."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from indexer.articles import Article, Kind, Paragraph
from indexer.articles.model import ArticleInfo
from indexer.indexing import analysing, workers
from indexer.indexing.analysing import AnalysedArticles, analysed
from indexer.indexing.publication import crew_of
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
def started(monkeypatch: pytest.MonkeyPatch) -> list[workers.Crew]:
    """The crews started, for even a little text; their workers are waited for, so that they have something to do."""
    crews: list[workers.Crew] = []
    start = workers.Crew.start

    def start_and_wait(crew: workers.Crew) -> None:
        crews.append(crew)
        start(crew)
        for worker in crew.workers:
            worker._received.poll(60)

    monkeypatch.setattr(workers.Crew, "start", start_and_wait)
    monkeypatch.setattr(analysing, "LEAST_CHARACTERS", 2_000)
    monkeypatch.setattr(analysing, "CHUNK_CHARACTERS", 3_000)
    return crews


def in_crew(given: Iterable[Article], jobs: int) -> Iterator[AnalysedArticles]:
    """Articles analysed by so many workers."""
    with crew_of(jobs) as crew:
        yield from analysed(given, crew)


def has_ended(crew: workers.Crew) -> bool:
    """Whether no process of a crew is left."""
    assert crew._starter is not None
    pids = [worker.pid for worker in crew.workers if worker.pid is not None]
    return crew._starter.returncode is not None and not any(map(_exists, pids))


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
