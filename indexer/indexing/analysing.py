"""Analysis of articles in chunks, by worker processes if there are any; results come in order.

What analysis is lives in `indexer.vietnamese`, what is made of it in `indexer.schema`; who reads and writes in
`changes`, how processes are started and spoken to in `workers`. Each worker gets every n-th chunk, so the order of
answers is known beforehand and no thread is needed.
"""

from __future__ import annotations

import itertools
import math
import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from indexer.articles.model import Article
from indexer.articles.signatures import Signature, is_signed, signatures
from indexer.indexing.workers import Crew, Worker
from indexer.lexicon.inputs import LexiconInput, lexicon_input
from indexer.schema import Columns, FieldType, Schema, attribute_tokens, fields_of_many, key_tokens
from indexer.vietnamese import Analyses, analyze_all, normalize

LEAST_CHARACTERS = 300_000
"""With less text (some 600 paragraphs) no workers are started: that takes as long as analysing it."""

COMPILED_CHARACTERS = 500_000
"""A process that has analysed so much goes on with compiled loops, which take a second or more to load."""

AHEAD_CHARACTERS = 12_000_000
"""So much text is read while workers start; if they still are not there, this process begins to analyse it."""

CHUNK_CHARACTERS = 100_000
"""Text that is analysed at once. What is learned and written does not depend on who does it, only on this."""

_Texts = list[tuple[str, list[tuple[str, str]], list[str], list[bool]]]
"""The title, the text attributes (name, text), the paragraphs, and which of them are signed, of each article of a
chunk."""


@dataclass(frozen=True, slots=True)
class PackedInput:
    """A `LexiconInput` still pickled, so that one worker's result can go to another without being unpickled between."""

    data: bytes

    def opened(self) -> LexiconInput:
        """Unpickle it."""
        found: LexiconInput = pickle.loads(self.data)
        return found


@dataclass(frozen=True, slots=True)
class Analysed:
    """What is made of the paragraphs of several articles: the tokens of every field, and what is to be learned.

    `signatures` has that of each article.
    """

    columns: Columns
    lexicon_input: LexiconInput | PackedInput
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class AnalysedArticles:
    """Several articles and what is made of their paragraphs, one after another."""

    articles: list[Article]
    analysed: Analysed


def analysed(
    articles: Iterable[Article], crew: Crew | None = None, schema: Schema | None = None
) -> Generator[AnalysedArticles, None, None]:
    """The articles in order, analysed by all workers of a crew but the last, which learns; for little text, here.

    The crew is started when there is enough text; until it is there this process analyses a little and reads ahead.
    `schema` says which metadata are text attributes. Reads ahead only by AHEAD_CHARACTERS, and what the pipes hold.
    Raises `WorkerLost` when a worker dies.
    """
    chunks = chunks_of(articles)
    attributes = (schema or Schema()).names(FieldType.TEXT)
    here = Analyser(COMPILED_CHARACTERS)
    if crew is not None:
        first = _some(chunks, LEAST_CHARACTERS)
        if sum(map(_size, itertools.chain(*first))) >= LEAST_CHARACTERS:
            crew.start()
            here = Analyser(math.inf)  # The starter loads the loops already.
        for chunk in first:
            yield AnalysedArticles(chunk, here.analyse(texts_of(chunk, attributes)))
        ahead = _some(chunks, AHEAD_CHARACTERS, crew.is_ready)
        chunks = itertools.chain(_emptied(ahead), chunks)
    for chunk in chunks:
        if crew is not None and crew.is_ready():
            yield from _analysed_by(crew.workers[:-1], itertools.chain([chunk], chunks), attributes)
            return
        yield AnalysedArticles(chunk, here.analyse(texts_of(chunk, attributes)))


class Analyser:
    """Analyses chunk after chunk: with compiled loops once so many characters were analysed, to the same result."""

    def __init__(self, compiled_from: float) -> None:
        self._compiled_from = compiled_from
        self._characters = 0

    def analyse(self, chunk: _Texts) -> Analysed:
        """What is made of the paragraphs of a chunk."""
        texts = [text for _, _, paragraphs, _ in chunk for text in paragraphs]
        titles = [title for title, _, _, _ in chunk]
        sizes = [len(paragraphs) for _, _, paragraphs, _ in chunk]
        self._characters += sum(map(len, texts))
        compiled = self._characters > self._compiled_from
        normal, normal_titles = list(map(normalize, texts)), list(map(normalize, titles))
        analyses = analyze_all(texts, compiled=compiled, normal=normal)
        of_titles = analyze_all(titles, compiled=compiled, normal=normal_titles)
        attributes = [attribute_tokens(own) for _, own, _, _ in chunk]
        columns = fields_of_many(analyses, of_titles, sizes, attributes, key_tokens(normal, normal_titles, sizes))
        signed = np.array([each for _, _, _, own in chunk for each in own], bool)
        return Analysed(columns, lexicon_input(texts, analyses), _signatures(analyses, signed, sizes, compiled))


def _signatures(analyses: Analyses, signed: NDArray[np.bool_], sizes: Sequence[int], compiled: bool) -> list[Signature]:
    """The signature of each article, which has as many texts as `sizes` says, by those that are signed."""
    numbers = analyses.numbers[np.repeat(signed, analyses.counts)]
    counts = np.concatenate(([0], np.cumsum(analyses.counts * signed)))
    ends = np.cumsum(sizes)
    return signatures(analyses.forms, numbers, np.diff(counts[ends], prepend=0).tolist(), compiled=compiled)


def prepare() -> None:
    """Load what `work` needs."""
    analyze_all(["Bắt đầu"])


def work(chunks: Connection, answers: Connection) -> None:
    """What a worker does: chunk in, arrays out, until the parent ends it."""
    analyser = Analyser(-1)
    while True:
        texts: _Texts = pickle.loads(chunks.recv_bytes())
        found = analyser.analyse(texts)
        packed = Analysed(found.columns, PackedInput(_pickled(found.lexicon_input)), found.signatures)
        answers.send_bytes(_pickled(packed))


def _some(chunks: Iterator[list[Article]], characters: int, enough: Callable[[], bool] = bool) -> deque[list[Article]]:
    """The next chunks: so many characters of them, or fewer once there are enough."""
    taken: deque[list[Article]] = deque()
    while characters > 0 and not enough() and (chunk := next(chunks, None)):
        taken.append(chunk)
        characters -= sum(map(_size, chunk))
    return taken


def _emptied(ahead: deque[list[Article]]) -> Iterator[list[Article]]:
    """Its chunks, of which it holds none longer than needed."""
    while ahead:
        yield ahead.popleft()


def _analysed_by(
    workers: Sequence[Worker], chunks: Iterable[list[Article]], attributes: Sequence[str]
) -> Iterator[AnalysedArticles]:
    turns = itertools.cycle(workers)
    waiting: deque[tuple[Worker, list[Article]]] = deque()
    for chunk in chunks:
        worker = next(turns)
        sent = _pickled(texts_of(chunk, attributes))
        while not worker.takes(sent):
            yield _received(*waiting.popleft())
        worker.send(sent)
        waiting.append((worker, chunk))
    while waiting:
        yield _received(*waiting.popleft())
    # What follows, the merging of postings and the writing of the lexicon, takes most memory.
    for worker in workers:
        worker.close()


def _received(worker: Worker, chunk: list[Article]) -> AnalysedArticles:
    found: Analysed = pickle.loads(worker.receive())
    return AnalysedArticles(chunk, found)


def _pickled(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def texts_of(chunk: Iterable[Article], attributes: Sequence[str]) -> _Texts:
    """What an `Analyser` needs of a chunk; `attributes` names the metadata fields that are text."""
    return [
        (
            article.info.title,
            [(name, str(value)) for name in attributes for value in article.info.values.get(name, ())],
            [paragraph.text for paragraph in article.paragraphs],
            is_signed(article),
        )
        for article in chunk
    ]


def _size(article: Article) -> int:
    return len(article.info.title) + sum(len(paragraph.text) for paragraph in article.paragraphs)


def chunks_of(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """The articles in the chunks that are analysed at once."""
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
