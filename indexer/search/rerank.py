"""The best passages of a search, ranked anew by their sentences.

BM25 adds up what a whole passage holds, but what answers a question mostly stands in one sentence, and early. So the
score of each of the best passages grows by two parts:

    weight_sentence * the highest of its sentences', each  sum of distinct leaves / (.7 + .3 * length / 25)
    weight_first * the highest score of all of them / (1 + ln(1 + where the first leaf stands))

Leaves are the terms of the Query tree that a text shows, syllables as typed or without marks; each counts
weight * idf(df)^idf_power (as in `indexer.engine.base`), once, however often a sentence holds it. Where the question
asks for a number or a date, a sentence that holds one which is not in the question counts `1 + weight_answer` times.
Lengths and places count chunks between blanks, which are mostly syllables. Neither part is negative, so that what is
ranked anew stays before what is not, on whatever page.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, compress, groupby, pairwise
from typing import NamedTuple

import numpy as np

from indexer.engine.base import Engine, EnginePage, EngineRequest, Hit
from indexer.engine.query import All, Any, Exclude, Node, Prefer, Term
from indexer.passages import compiled
from indexer.passages.chunks import LONGEST_CACHED, Finder, chunk_tokens
from indexer.passages.sentences import sentence_starts
from indexer.query.questions import Sought
from indexer.schema import Field
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


class Parts(NamedTuple):
    """What a passage gained: by its best sentence, and by where its first leaf stands."""

    sentence: float
    first: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of hits; for those ranked anew, by article id and position, what each score gained; and what was asked."""

    page: EnginePage
    parts: Mapping[tuple[str, int], Parts] = field(default_factory=dict)
    question: EngineRequest | None = None


def search(engine: Engine, request: EngineRequest, settings: Settings, seeks: Sought | None = None) -> Answer:
    """The page an engine answers with, but its first `settings.rerank` passages ranked anew.

    Grouped by article, these are the first articles that have so many together. Pages fit: the same passages are always
    ranked together, whatever page is asked for. `seeks` says what the question asks for.
    """
    first, end = settings.rerank, request.offset + request.limit
    evidence = Evidence(engine, request, settings, seeks)
    if request.sort != "relevance" or request.offset >= first or not request.limit or not evidence:
        return Answer(engine.search(request), {}, request)
    page = engine.search(replace(request, offset=0, limit=max(first, end)))
    groups = list(_groups(page, grouped=request.per_article is not None))
    block = sum(before < first for before in accumulate(map(len, groups[:-1]), initial=0)) if groups else 0
    parts = _parts(evidence, [hit for group in groups[:block] for hit in group], settings)
    best = [sorted((_raised(hit, parts) for hit in group), key=_by_score) for group in groups[:block]]
    best.sort(key=lambda group: _by_score(group[0]))
    hits = tuple(hit for group in [*best, *groups[block:]][request.offset : end] for hit in group)
    shown = {hit.info.id for hit in hits}
    matched = {name: number for name, number in page.matched.items() if name in shown}
    return Answer(replace(page, hits=hits, matched=matched), parts, request)


class Worth(NamedTuple):
    """What the best sentence of a text is worth, and the place of its first leaf (-1: it has none)."""

    value: float
    place: int


_NOTHING = Worth(0.0, -1)


class Evidence:
    """What a text may show of a query, and of what it `seeks`; false when that is nothing."""

    def __init__(self, engine: Engine, request: EngineRequest, settings: Settings, seeks: Sought | None = None) -> None:
        exact: dict[str, float] = {}
        unmarked: dict[str, float] = {}
        if settings.weight_sentence or settings.weight_first:
            tables = {Field.SYLLABLES: exact, Field.UNMARKED: unmarked}
            for leaf in _terms(request.query, []):
                table = tables.get(leaf.field)
                if table is not None and leaf.weight > 0:
                    frequency = engine.document_frequency(leaf.field, leaf.form)
                    worth = leaf.weight * request.scoring.idf(frequency, engine.paragraphs)
                    table[leaf.form] = max(worth, table.get(leaf.form, 0.0))
        self._seeks = seeks if settings.weight_answer else None
        self._more = settings.weight_answer
        numerals = _PLAIN_NUMERALS if self._seeks == "number" else ()
        self._finder = Finder({*map(fold, exact), *unmarked, *numerals}, _DIGITS if self._seeks else ())
        self._worths = [*exact.values(), *unmarked.values()]
        # Form -> the number of the leaf.
        self._exact = {form: number for number, form in enumerate(exact)}
        self._unmarked = {form: number for number, form in enumerate(unmarked, len(exact))}
        self._chunks: dict[str, _Shown] = {}

    def __bool__(self) -> bool:
        return bool(self._worths)

    def of_all(self, texts: Sequence[str]) -> list[Worth]:
        """What each of the texts shows, in its first `LONGEST_READ` characters."""
        texts = [unicodedata.normalize("NFC", text[:LONGEST_READ]) for text in texts]
        kernel = compiled.kernel
        if kernel is None:
            return list(map(self._of, texts))
        codes, bounds, rows, different = self._finder.find_all(texts, kernel, normal=True)
        leaves: list[int] = []
        leaves_at = [0]
        answering = []
        for chunk in different:
            shown = self._shown(chunk)
            leaves += shown.leaves
            leaves_at.append(len(leaves))
            answering.append(shown.answers)
        values, places = kernel.worth.best(
            codes,
            bounds,
            rows,
            np.array(leaves_at),
            np.array(leaves, np.int64),
            np.array(self._worths),
            np.array(answering, np.bool_),
            self._more,
            LENGTH_SHARE,
            COMMON_LENGTH,
            kernel.characters.kinds(),
            kernel.sentences.abbreviations(),
        )
        return list(map(Worth, values.tolist(), places.tolist()))

    def _of(self, text: str) -> Worth:
        met = self._finder.find(text)
        chunks = [text[start:end] for start, end in zip(met.starts, met.ends, strict=True)]
        shown = list(map(self._shown, chunks))
        first = next(compress(met.places, (each.leaves for each in shown)), None)
        if first is None:
            return _NOTHING
        blanks = text.replace("\n", " ")
        # The first chunk that starts at an offset or after it: as many chunks stand before it as blanks, and one.
        begins = [blanks.count(" ", 0, offset - 1) + 1 for offset in sentence_starts(text)]
        best, at = 0.0, 0
        for begin, end in pairwise([0, *begins, blanks.count(" ") + 1]):
            after = bisect_left(met.places, end, at)
            here = shown[at:after]
            if leaves := dict.fromkeys(chain.from_iterable(each.leaves for each in here)):
                length = (end - begin) / COMMON_LENGTH
                worth = sum(self._worths[leaf] for leaf in leaves)
                if any(each.answers for each in here):
                    worth *= 1 + self._more
                best = max(best, worth / (1 - LENGTH_SHARE + LENGTH_SHARE * length))
            at = after
        return Worth(best, first)

    def _shown(self, chunk: str) -> _Shown:
        """What a chunk shows."""
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
            found = self._chunks[chunk] = _Shown(leaves, any(form not in self._exact for form in held))
        return found


class _Shown(NamedTuple):
    """What a chunk shows: the numbers of leaves, and whether it holds what is sought."""

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


def _terms(node: Node, found: list[Term]) -> list[Term]:
    """Add the terms of a tree that may add to a score to those found."""
    match node:
        case Term():
            found.append(node)
        case All(children) | Any(children):
            for child in children:
                _terms(child, found)
        case Prefer(required, optional):
            _terms(required, found)
            _terms(optional, found)
        case Exclude(include):
            _terms(include, found)
    return found


def _groups(page: EnginePage, *, grouped: bool) -> Iterator[list[Hit]]:
    """The hits one by one or, where `grouped`, those of each article together."""
    if not grouped:
        yield from ([hit] for hit in page.hits)
        return
    for _, hits in groupby(page.hits, key=lambda hit: hit.info.id):
        yield list(hits)


def _parts(evidence: Evidence, hits: list[Hit], settings: Settings) -> dict[tuple[str, int], Parts]:
    highest = max((hit.score for hit in hits), default=0.0)
    parts = {}
    for hit, (worth, place) in zip(hits, evidence.of_all([hit.paragraph.text for hit in hits]), strict=True):
        first = 0.0 if place < 0 else settings.weight_first * highest / (1 + math.log1p(place))
        parts[_name(hit)] = Parts(settings.weight_sentence * worth, first)
    return parts


def _raised(hit: Hit, parts: Mapping[tuple[str, int], Parts]) -> Hit:
    return Hit(hit.info, hit.paragraph, hit.score + sum(parts[_name(hit)]))


def _name(hit: Hit) -> tuple[str, int]:
    return hit.info.id, hit.paragraph.position


def _by_score(hit: Hit) -> float:
    return -hit.score
