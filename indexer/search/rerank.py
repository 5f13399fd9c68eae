"""The stage that re-ranks passages by their sentences.

BM25 adds up what a whole passage holds, but what answers a question mostly stands in one sentence, and early. So the
score of each of the best passages grows by two parts:

    sentence = weight_sentence * the highest of its sentences', each  sum of distinct leaves / (.7 + .3 * length / 25)
    first = weight_first * the highest score of all of them / (1 + ln(1 + where the first leaf stands))

Leaves are the terms of the Query tree that a text shows, syllables as typed or without diacritics; each counts
weight * idf(df)^idf_power (as in `indexer.engine.base`), once, however often a sentence holds it. Where the question
asks for a number or a date, a sentence that holds one which is not in the question counts `1 + weight_answer` times.
Lengths and places count chunks between blanks, which are mostly syllables.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indexer.passages.batches import batches
from indexer.passages.best_sentence import best_sentences
from indexer.passages.characters import kinds
from indexer.passages.chunks import LONGEST_CACHED, ChunkFinder, chunk_tokens
from indexer.query.questions import Sought
from indexer.schema import Field
from indexer.search.ranking import Question, RankedHit
from indexer.settings import Settings
from indexer.vietnamese import fold

LONGEST_READ = 10_000
"""Characters of a passage that are read."""

COMMON_LENGTH = 25
"""Of a sentence of so many chunks the leaves count as they are; of a shorter one more, of a longer one less."""

LENGTH_SHARE = 0.3
"""How much of that depends on the length."""

_DIGITS = "0123456789"
_YEAR = re.compile("1[0-9]{3}|20[0-9]{2}")
_DATE = re.compile("(?<![0-9])[0-3]?[0-9]/[01]?[0-9](?![0-9])")
_NUMERALS = frozenset(
    ["hai", "ba", "bốn", "sáu", "bảy", "tám", "chín", "mười", "mươi", "trăm", "nghìn", "ngàn", "triệu", "tỷ", "tỉ"]
)
"""`một` and `năm` mostly mean something else."""
_PLAIN_NUMERALS = frozenset(map(fold, _NUMERALS))


class BestSentence:
    """Adds the parts "sentence" and "first" to the scores of passages."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.weights: Mapping[str, float] = {"sentence": settings.weight_sentence, "first": settings.weight_first}

    def applies(self, question: Question) -> bool:
        """Whether the tree has a term that a sentence can show."""
        return any(self.weights.values()) and bool(question.leaves)

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> list[RankedHit]:
        """The hits with what their sentences add; nothing to those that the time did not suffice for."""
        settings = self._settings
        highest = max((hit.score for hit in hits), default=0.0)
        scorer = SentenceScorer(question, settings.weight_answer)
        texts = [hit.paragraph.text[:LONGEST_READ] for hit in hits]
        found = [score for batch in batches(texts, question.ends) for score in scorer.score_all(texts[batch])]
        found += [SentenceScore(0.0, -1)] * (len(texts) - len(found))
        return [
            hit.plus(
                sentence=settings.weight_sentence * best,
                first=0.0 if place < 0 else settings.weight_first * highest / (1 + math.log1p(place)),
            )
            for hit, (best, place) in zip(hits, found, strict=True)
        ]


class SentenceScore(NamedTuple):
    """The score of the best sentence of a text, and the place of its first leaf (-1: it has none)."""

    best: float
    place: int


class SentenceScorer:
    """Scores the sentences of texts for one question; a sentence with what it seeks counts `1 + more` times."""

    def __init__(self, question: Question, more: float) -> None:
        exact: dict[str, float] = {}
        unmarked: dict[str, float] = {}
        for leaf in question.leaves:
            table = exact if leaf.field is Field.SYLLABLES else unmarked
            score = leaf.weight * question.idf(leaf.field, leaf.form)
            table[leaf.form] = max(score, table.get(leaf.form, 0.0))
        self._seeks = question.seeks if more else None
        self._more = more
        numerals = _PLAIN_NUMERALS if self._seeks == "number" else ()
        self._finder = ChunkFinder({*map(fold, exact), *unmarked, *numerals}, _DIGITS if self._seeks else ())
        self._scores = [*exact.values(), *unmarked.values()]
        # Form -> the number of the leaf.
        self._exact = {form: number for number, form in enumerate(exact)}
        self._unmarked = {form: number for number, form in enumerate(unmarked, len(exact))}
        self._chunks: dict[str, _Chunk] = {}

    def score_all(self, texts: Sequence[str]) -> list[SentenceScore]:
        """The score of each of the texts by its first `LONGEST_READ` characters."""
        texts = [unicodedata.normalize("NFC", text[:LONGEST_READ]) for text in texts]
        codes, bounds, rows, different = self._finder.candidates(texts, normal=True)
        leaves: list[int] = []
        leaves_at = [0]
        answering = []
        for chunk in different:
            shown = self._read(chunk)
            leaves += shown.leaves
            leaves_at.append(len(leaves))
            answering.append(shown.answers)
        best, places = best_sentences(
            codes,
            bounds,
            rows,
            np.array(leaves_at),
            np.array(leaves, np.int64),
            np.array(self._scores),
            np.array(answering, np.bool_),
            self._more,
            LENGTH_SHARE,
            COMMON_LENGTH,
            kinds(codes),
        )
        return list(map(SentenceScore, best.tolist(), places.tolist()))

    def _read(self, chunk: str) -> _Chunk:
        """What a chunk holds; remembered."""
        found = self._chunks.get(chunk)
        if found is None:
            leaves = []
            for form in chunk_tokens(chunk).forms:
                if (number := self._exact.get(form)) is not None:
                    leaves.append(number)
                if (number := self._unmarked.get(fold(form))) is not None:
                    leaves.append(number)
            # What the question says itself is no answer.
            held = _held(chunk, self._seeks) if self._seeks else ()
            found = self._chunks[chunk] = _Chunk(leaves, any(form not in self._exact for form in held))
        return found


class _Chunk(NamedTuple):
    """What a chunk holds: leaves, by their numbers, and whether something that is sought."""

    leaves: list[int]
    answers: bool


def _held(chunk: str, seeks: Sought) -> tuple[str, ...]:
    """The forms of a chunk that may be what is sought."""
    return _cached_held(chunk, seeks) if len(chunk) <= LONGEST_CACHED else ()


@functools.lru_cache(1 << 14)
def _cached_held(chunk: str, seeks: Sought) -> tuple[str, ...]:
    forms = chunk_tokens(chunk).forms
    numbers = [form for form in forms if form[0] in _DIGITS]
    is_date = _DATE.search(chunk) is not None
    if seeks == "date":
        return tuple(form for form in numbers if is_date or _YEAR.fullmatch(form))
    if is_date:
        return ()
    return tuple(form for form in forms if form in _NUMERALS or (form in numbers and not _YEAR.fullmatch(form)))
