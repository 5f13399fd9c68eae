"""Building on Spark: its workers analyse the text, count what the lexicon and the engine learn of it, and send it.

The driver reads the articles, since which of two equal ids wins is a matter of their order, and divides them into the
batches that a `Learner` has (`indexer.lexicon.batch`). Each batch is a job of one task, so that they end in any order,
none waits for the slowest of its wave, and the driver has no more of them than are on their way. It adds up what comes
back in the order of the text: so the lexicon and the vocabulary are those of one process, byte for byte. A task that is
lost, or done twice, sends the same paragraphs under the same names.

The only module that knows PySpark, which is imported when it is asked for.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import sys
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, cast

from indexer.articles import Article
from indexer.engine.backend import NewGeneration
from indexer.engine.base import Batch, Sender, SharedWriter
from indexer.errors import SettingInvalid, TimDoanError, WorkerLost
from indexer.indexing.analysing import AnalysedArticles, Analyser, chunks_of, texts_of
from indexer.indexing.learning import Learning
from indexer.indexing.publication import batch_of, lesson_of
from indexer.indexing.report import Report
from indexer.lexicon import batch as batches_module
from indexer.lexicon.batch import Lesson, LexiconPart, part_of
from indexer.schema import FieldType

MOST_AT_ONCE = 256
"""Batches that are on their way at one time, however many cores Spark has."""

ATTEMPTS = 4
"""How often a batch is tried, where workers are lost; on a cluster, `spark.task.maxFailures` says so."""

_MASTER = re.compile(
    r"local(\[[0-9*]{1,5}(,[0-9]{1,3})?\])?|yarn|(spark|k8s)://.{1,1000}|local-cluster\[[0-9,]{1,30}\]"
)


@dataclass(frozen=True, slots=True)
class Portion:
    """A batch of articles, in the chunks that are analysed at once; how many articles and paragraphs stand before it;
    and whether it is full, as all are but the last."""

    chunks: list[list[Article]]
    articles: int
    paragraphs: int
    is_full: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What comes back of a portion: what was counted, the engine's receipt, and how much it was."""

    part: LexiconPart
    receipt: object
    articles: int
    paragraphs: int


def checked_master(master: str) -> str:
    """The address of a Spark master, of which a local one tries again too; raises `SettingInvalid`."""
    if not _MASTER.fullmatch(master):
        hint = (
            "Give local[2], spark://HOST:PORT, yarn or k8s://..., after the paths, or nothing: then it is this machine."
        )
        raise SettingInvalid(f"{master!r} is no address of a Spark master", hint)
    if found := re.fullmatch(r"local(?:\[([0-9*]{1,5})\])?", master):
        return f"local[{found[1] or 1},{ATTEMPTS}]"
    return master


def portions(articles: Iterable[Article]) -> Iterator[Portion]:
    """The articles in batches."""
    chunks: list[list[Article]] = []
    first = before = seen = paragraphs = characters = 0
    for chunk in chunks_of(articles):
        chunks.append(chunk)
        seen += sum(bool(article.paragraphs) for article in chunk)
        paragraphs += sum(len(article.paragraphs) for article in chunk)
        characters += sum(len(paragraph.text) for article in chunk for paragraph in article.paragraphs)
        if characters >= batches_module.BATCH_CHARACTERS:
            yield Portion(chunks, first, before, is_full=True)
            chunks, first, before, characters = [], seen, paragraphs, 0
    if chunks:
        yield Portion(chunks, first, before, is_full=False)


def write_by_spark(
    articles: Iterable[Article], draft: NewGeneration, learning: Learning, report: Report, master: str
) -> None:
    """Write articles into a draft, and learn from them, by the workers of a Spark master (`checked_master`).

    The draft's writer is a `SharedWriter`. Raises `SettingInvalid` where Spark cannot be had, `WorkerLost` where a
    batch failed `ATTEMPTS` times, and what sending raises.
    """
    writer = cast(SharedWriter, draft.writer)
    attributes = draft.schema.names(FieldType.TEXT)
    ahead = portions(articles)
    if (first := next(ahead, None)) is None:
        return
    with started(master) as spark:
        sample = batch_of(AnalysedArticles(first.chunks[0], _analyser().analyse(texts_of(first.chunks[0], attributes))))
        work = partial(done, writer.share(sample), attributes)
        with contextlib.closing(in_order(spark, work, itertools.chain([first], ahead))) as found:
            for each in found:
                writer.take(each.receipt)
                learning.merge(each.part)
                report.articles += each.articles
                report.paragraphs += each.paragraphs


def done(sender: Sender, attributes: Sequence[str], portion: Portion) -> Done | TimDoanError:
    """What a task does with its portion; an error that another attempt would not change is its result."""
    analyser = _analyser()
    lessons: list[Lesson] = []

    def batches() -> Iterator[Batch]:
        for chunk in portion.chunks:
            analysed = AnalysedArticles(chunk, analyser.analyse(texts_of(chunk, attributes)))
            # Analysed here, what is to be learned is not packed.
            lessons.append(cast(Lesson, lesson_of(analysed)))
            yield batch_of(analysed)

    try:
        receipt = sender.send(batches(), portion.articles, portion.paragraphs)
    except TimDoanError as error:
        return error
    part = part_of(lessons, is_full=portion.is_full)
    return Done(part, receipt, sum(map(len, portion.chunks)), part.paragraphs)


@cache
def _analyser() -> Analyser:
    """That of this process: what it has loaded serves the next batch too."""
    return Analyser(-1)


@contextlib.contextmanager
def started(master: str) -> Iterator[Any]:
    """The Spark context of this process, or one of a master that ends with the `with` block."""
    try:
        from pyspark import SparkConf, SparkContext
    except ImportError as error:
        hint = "Install it: pip install 'timdoan[spark]'"
        raise SettingInvalid("--spark needs PySpark, which is not installed", hint) from error
    if (running := SparkContext._active_spark_context) is not None:
        yield running
        return
    conf = SparkConf().setMaster(master)
    for name, value in _CONF.items():
        conf.setIfMissing(name, value)
    if master.startswith("local"):
        conf.setIfMissing("spark.driver.host", "127.0.0.1")
        conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1")
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        spark = SparkContext(conf=conf)
    except Exception as error:  # Its library raises what it likes, and Java whatever it meets.
        hint = "It needs Java 17 or later, and a master that can be reached; what it said stands above."
        raise SettingInvalid(f"Spark cannot be started at {master}: {_reason(error)}", hint) from error
    try:
        yield spark
    finally:
        spark.stop()


_CONF = {
    "spark.app.name": "indexer build",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""What counts where neither spark-submit nor a file of Spark says otherwise."""


def in_order(
    spark: Any, work: Callable[[Portion], Done | TimDoanError], portions: Iterable[Portion]
) -> Generator[Done, None, None]:
    """What the work comes to for each portion, in their order; two for each core of Spark are on their way."""
    group = f"indexer-{uuid.uuid4().hex}"

    def run(portion: Portion) -> Done | TimDoanError:
        spark.setJobGroup(group, "indexer build")
        # A part of the task itself would have to fit into one message.
        sent = spark.broadcast(portion)
        try:
            found: list[Done | TimDoanError] = spark.parallelize([0], 1).map(lambda _: work(sent.value)).collect()
        finally:
            sent.destroy()
        return found[0]

    waiting: deque[Future[Done | TimDoanError]] = deque()
    with ThreadPoolExecutor(MOST_AT_ONCE, "spark") as threads:
        try:
            for portion in portions:
                waiting.append(threads.submit(run, portion))
                # Workers may come and go meanwhile.
                if len(waiting) >= min(2 * spark.defaultParallelism, MOST_AT_ONCE):
                    yield _answer(waiting.popleft())
            while waiting:
                yield _answer(waiting.popleft())
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            spark.cancelJobGroup(group)


def _answer(waited: Future[Done | TimDoanError]) -> Done:
    try:
        found = waited.result()
    except Exception as error:  # As above.
        raise WorkerLost(
            f"Spark gave a batch up: {_reason(error)}", "The live index is as it was. See the logs of Spark's workers."
        ) from error
    if isinstance(found, TimDoanError):
        raise found
    return found


def _reason(error: Exception) -> str:
    """The line of an error that tells most: of those of Java, the one after what was called."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[1 if len(lines) > 1 and lines[1].startswith(":") else 0].removeprefix(": ")[:500]
