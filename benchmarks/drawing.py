"""The queries of a run: questions of people, and words and phrases drawn from the text that is searched.

All are plain values, drawn once with a seed and kept beside the corpus, so that every engine is asked the same.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.corpus import Corpus
from indexer.engine.base import Document
from indexer.schema import Field
from indexer.vietnamese import analyze

FEWEST_SYLLABLES = 12
"""Nothing is drawn from shorter paragraphs: headings and stubs."""

CANDIDATES = 4
"""So many paragraphs are looked at for each query to be drawn, since some are too short."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: the `text` as typed, and its distinct syllable `forms` (of a phrase, all of them in order)."""

    text: str
    forms: tuple[str, ...]


def draw(corpus: Corpus, questions: Path, source: str, count: int, seed: int = 1) -> list[Query]:
    """`count` queries from a `source`: "questions" (a BEIR queries.jsonl), "words" (1 to 3) or "phrases" (2 to 4)."""
    kept = corpus.folder / f"queries-{source}-{count}-{seed}.json"
    if not kept.is_file():
        rng = random.Random(f"{seed} {source}")
        if source == "questions":
            found = _questions(questions, count, rng)
        else:
            found = [_drawn(document, source, rng) for document in _sample(corpus, count, rng)]
        kept.write_text(json.dumps([asdict(query) for query in found], ensure_ascii=False, indent=1), "utf-8")
    return [Query(row["text"], tuple(row["forms"])) for row in json.loads(kept.read_text("utf-8"))]


def _questions(path: Path, count: int, rng: random.Random) -> list[Query]:
    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return [Query(text, _distinct(analyze(text).forms)) for text in rng.sample(texts, min(count, len(texts)))]


def _sample(corpus: Corpus, count: int, rng: random.Random) -> list[Document]:
    """Random paragraphs that are long enough, no two of them the same."""
    numbers = rng.sample(range(corpus.paragraphs), min(corpus.paragraphs, count * CANDIDATES))
    found = {}
    for number, document in zip(sorted(numbers), corpus.documents(frozenset(numbers)), strict=True):
        if len(document.tokens[Field.SYLLABLES]) >= FEWEST_SYLLABLES:
            found[number] = document
    if not found:
        raise ValueError(f"{corpus.folder}: no paragraph has {FEWEST_SYLLABLES} syllables, so no query can be drawn")
    return [found[number] for number in numbers if number in found][:count]


def _drawn(document: Document, source: str, rng: random.Random) -> Query:
    if source == "phrases":
        forms = document.tokens[Field.SYLLABLES]
        length = rng.randint(2, 4)
        start = rng.randrange(len(forms) - length + 1)
        return Query(" ".join(forms[start : start + length]), tuple(forms[start : start + length]))
    if source == "words":
        words = document.tokens[Field.WORDS]
        text = " ".join(word.replace("_", " ") for word in rng.sample(words, min(rng.randint(1, 3), len(words))))
        return Query(text, _distinct(analyze(text).forms))
    raise ValueError(f"queries are drawn from questions, words or phrases, not from {source!r}")


def _distinct(forms: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(forms))
