"""Analysis in several processes: articles go out in chunks and come back analysed, in the same order.

What analysis is lives in `indexer.vietnamese`, what is made of it in `indexer.fields`; who reads and writes in
`indexer.indexing`.

Each worker has two pipes of its own and gets every n-th chunk, so the order of answers is known beforehand and no
thread is needed. Pipes also end a worker: when the parent is gone, however it went, reading gives end of file.
Workers are new interpreters rather than `multiprocessing` processes, which would import the caller's script: one
without `if __name__ == "__main__"` would start all over in each.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.connection import Connection

from indexer.articles.model import Article
from indexer.errors import WorkerLost
from indexer.fields import Columns, fields_of_many
from indexer.lexicon import Lesson, lesson
from indexer.vietnamese import analyze_all

LEAST_CHARACTERS = 150_000
"""So much text (some 300 paragraphs) is analysed before workers are started: that takes as long as starting them."""

COMPILED_CHARACTERS = 500_000
"""A process that has analysed so much goes on with compiled loops, which take a second or more to load."""

CHUNK_CHARACTERS = 100_000
"""Text that is analysed at once. What is learned and written does not depend on who does it, only on this."""

_PIPE_BYTES = 1 << 20
"""What a pipe shall hold; the most that Linux gives to any user."""
_HELD = 1 << 16
"""What any pipe holds."""

_Texts = list[tuple[str, list[str]]]
"""The title and the paragraphs of each article of a chunk."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """What is made of the paragraphs of several articles: the tokens of every field, and what is to be learned."""

    columns: Columns
    lesson: Lesson


@dataclass(frozen=True, slots=True)
class AnalysedArticles:
    """Several articles and what is made of their paragraphs, one after another."""

    articles: list[Article]
    analysed: Analysed


def analysed(articles: Iterable[Article], jobs: int) -> Generator[AnalysedArticles, None, None]:
    """The articles in order, analysed by `jobs` worker processes; with 1, and for little text, by none.

    Reads ahead only by what the pipes of the workers hold. Workers end with the iterator, also when it is closed early.
    Raises `WorkerLost` when one of them dies.
    """
    chunks = _chunks(articles)
    analyser = Analyser()
    characters = 0
    for chunk in chunks:
        yield AnalysedArticles(chunk, analyser.analyse(_texts(chunk)))
        characters += sum(map(_size, chunk))
        if jobs > 1 and characters >= LEAST_CHARACTERS:
            with _Workers(jobs) as workers:
                yield from workers.analysed(chunks)


class Analyser:
    """Analyses chunk after chunk: with compiled loops once they are worth loading, to the same result."""

    def __init__(self) -> None:
        self._characters = 0

    def analyse(self, chunk: _Texts) -> Analysed:
        """What is made of the paragraphs of a chunk."""
        texts = [text for _, paragraphs in chunk for text in paragraphs]
        self._characters += sum(map(len, texts))
        compiled = self._characters > COMPILED_CHARACTERS
        analyses = analyze_all(texts, compiled=compiled)
        titles = analyze_all([title for title, _ in chunk], compiled=compiled)
        columns = fields_of_many(analyses, titles, [len(paragraphs) for _, paragraphs in chunk])
        return Analysed(columns, lesson(texts, analyses))


def _texts(chunk: Iterable[Article]) -> _Texts:
    return [(article.info.title, [paragraph.text for paragraph in article.paragraphs]) for article in chunk]


def _size(article: Article) -> int:
    return len(article.info.title) + sum(len(paragraph.text) for paragraph in article.paragraphs)


class _Worker:
    """A worker process, seen from the parent."""

    def __init__(self) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self._sent, self._received = Connection(ours_out, readable=False), Connection(ours_in, writable=False)
        try:
            self._holds = min(_widened(ours_in), _widened(ours_out))
            path = f"import sys; sys.path[:] = {sys.path}"
            code = f"{path}; from indexer.workers import work; work({theirs_in}, {theirs_out})"
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs_in, theirs_out),
                process_group=0,  # Ctrl+C is for the parent, which decides what it means.
            )
        except BaseException:
            self._sent.close()
            self._received.close()
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self._waiting: deque[int] = deque()
        """The sizes of the chunks sent to which no answer has been received."""

    def takes(self, chunk: bytes) -> bool:
        """Whether sending would not wait for the worker while that, perhaps, waits for its answer to be received."""
        return not self._waiting or sum(self._waiting) + len(chunk) <= self._holds // 2

    def send(self, chunk: bytes) -> None:
        self._waiting.append(len(chunk))
        with self._lost_if_broken():
            self._sent.send_bytes(chunk)

    def receive(self) -> Analysed:
        with self._lost_if_broken():
            answer = self._received.recv_bytes()
        self._waiting.popleft()
        found: Analysed = pickle.loads(answer)
        return found

    def end(self) -> None:
        self._sent.close()
        self._received.close()
        self._process.terminate()
        self._process.wait()

    @contextlib.contextmanager
    def _lost_if_broken(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError):
            code = self._process.wait()
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit status {code}"
            raise WorkerLost(
                f"a process that analysed text {how}",
                "The live index is as it was. If memory was short, try again with --jobs 1.",
            ) from None


class _Workers:
    """Several workers, which end with the `with` block."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._workers: list[_Worker] = []

    def __enter__(self) -> _Workers:
        try:
            for _ in range(self._jobs):
                self._workers.append(_Worker())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()

    def analysed(self, chunks: Iterable[list[Article]]) -> Iterator[AnalysedArticles]:
        turns = cycle(self._workers)
        waiting: deque[tuple[_Worker, list[Article]]] = deque()
        for chunk in chunks:
            worker = next(turns)
            sent = pickle.dumps(_texts(chunk), pickle.HIGHEST_PROTOCOL)
            while not worker.takes(sent):
                yield _received(*waiting.popleft())
            worker.send(sent)
            waiting.append((worker, chunk))
        while waiting:
            yield _received(*waiting.popleft())


def _received(worker: _Worker, chunk: list[Article]) -> AnalysedArticles:
    return AnalysedArticles(chunk, worker.receive())


def _chunks(articles: Iterable[Article]) -> Iterator[list[Article]]:
    chunk: list[Article] = []
    characters = 0
    for article in articles:
        chunk.append(article)
        characters += _size(article)
        if characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _widened(pipe: int) -> int:
    """Let a pipe hold more, so that a worker can go on before its answer is received; returns what it holds."""
    try:
        return fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except (OSError, AttributeError):  # the user's pipes hold too much already, or this is no Linux
        return _HELD


def work(received: int, sent: int) -> None:
    """What a worker does, given its ends of the pipes: chunk in, arrays out, until the parent ends them."""
    chunks, answers = Connection(received, writable=False), Connection(sent, readable=False)
    analyser = Analyser()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            texts: _Texts = pickle.loads(chunks.recv_bytes())
            answers.send_bytes(pickle.dumps(analyser.analyse(texts), pickle.HIGHEST_PROTOCOL))
