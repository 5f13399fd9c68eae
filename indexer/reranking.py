"""The best passages of a search, ranked anew by their sentences.

BM25 adds up what a whole passage holds, but what answers a question mostly stands in one sentence, and early. So the
score of each of the best passages grows by two parts:

    weight_sentence * the highest of its sentences', each  sum of distinct leaves / (.7 + .3 * length / 25)
    weight_first * the highest score of all of them / (1 + ln(1 + where the first leaf stands))

Leaves are the terms of the Query tree that a text shows, syllables as typed or without marks; each counts
weight * idf(df)^idf_power (as in `indexer.engine.base`), once, however often a sentence holds it. Lengths and places
count chunks between blanks, which are mostly syllables. Neither part is negative, so that what is ranked anew stays
before what is not, on whatever page.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate, compress, groupby, pairwise
from typing import NamedTuple

from indexer.chunks import Finder, chunk_tokens
from indexer.engine.base import Engine, EnginePage, EngineRequest, Hit
from indexer.fields import Field
from indexer.query.tree import All, Any, Exclude, Node, Prefer, Term
from indexer.sentences import sentence_starts
from indexer.settings import Settings
from indexer.vietnamese import fold

LONGEST_READ = 10_000
"""Characters of a passage that are read."""

COMMON_LENGTH = 25
"""Of a sentence of so many chunks the leaves count as they are; of a shorter one more, of a longer one less."""

LENGTH_SHARE = 0.3
"""How much of that depends on the length."""


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


def search(engine: Engine, request: EngineRequest, settings: Settings) -> Answer:
    """The page an engine answers with, but its first `settings.rerank` passages ranked anew.

    Grouped by article, these are the first articles that have so many together. Pages fit: the same passages are always
    ranked together, whatever page is asked for.
    """
    first, end = settings.rerank, request.offset + request.limit
    evidence = Evidence(engine, request, settings)
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


class Evidence:
    """What a text may show of a query; false when that is nothing."""

    def __init__(self, engine: Engine, request: EngineRequest, settings: Settings) -> None:
        self._exact: dict[str, float] = {}
        self._unmarked: dict[str, float] = {}
        if settings.weight_sentence or settings.weight_first:
            for leaf in _terms(request.query):
                table = {Field.SYLLABLES: self._exact, Field.UNMARKED: self._unmarked}.get(leaf.field)
                if table is not None and leaf.weight > 0:
                    frequency = engine.document_frequency(leaf.field, leaf.form)
                    idf = math.log(1 + (engine.paragraphs - frequency + 0.5) / (frequency + 0.5))
                    worth = leaf.weight * idf**request.scoring.idf_power
                    table[leaf.form] = max(worth, table.get(leaf.form, 0.0))
        self._finder = Finder({*map(fold, self._exact), *self._unmarked})
        self._leaves = _Leaves(self._exact, self._unmarked)

    def __bool__(self) -> bool:
        return bool(self._exact or self._unmarked)

    def of(self, text: str) -> tuple[float, int | None]:
        """What the best sentence of a text is worth, and the place of its first leaf (None: it has none)."""
        text = unicodedata.normalize("NFC", text[:LONGEST_READ])
        met = self._finder.find(text)
        chunks = [text[start:end] for start, end in zip(met.starts, met.ends, strict=True)]
        leaves = list(map(self._leaves.__getitem__, chunks))
        first = next(compress(met.places, leaves), None)
        if first is None:
            return 0.0, None
        blanks = text.replace("\n", " ")
        # The first chunk that starts at an offset or after it: as many chunks stand before it as blanks, and one.
        begins = [blanks.count(" ", 0, offset - 1) + 1 for offset in sentence_starts(text)]
        best, at = 0.0, 0
        for begin, end in pairwise([0, *begins, blanks.count(" ") + 1]):
            after = bisect_left(met.places, end, at)
            if any(leaves[at:after]):
                shown: dict[str, float] = {}
                for each in leaves[at:after]:
                    shown.update(each)
                length = (end - begin) / COMMON_LENGTH
                best = max(best, sum(shown.values()) / (1 - LENGTH_SHARE + LENGTH_SHARE * length))
            at = after
        return best, first


class _Leaves(dict[str, dict[str, float]]):
    """Chunk -> the leaves that it shows, with what they are worth; of one query."""

    def __init__(self, exact: Mapping[str, float], unmarked: Mapping[str, float]) -> None:
        super().__init__()
        self._exact, self._unmarked = exact, unmarked

    def __missing__(self, chunk: str) -> dict[str, float]:
        found = self[chunk] = {}
        for form in chunk_tokens(chunk).forms:
            if form in self._exact:
                found[form] = self._exact[form]
            if (plain := fold(form)) in self._unmarked:
                # A form has no blank, so the two kinds of leaf do not meet.
                found[f" {plain}"] = self._unmarked[plain]
        return found


def _terms(node: Node) -> Iterator[Term]:
    """The terms of a tree that may add to a score."""
    match node:
        case Term():
            yield node
        case All(children) | Any(children):
            for child in children:
                yield from _terms(child)
        case Prefer(required, optional):
            yield from _terms(required)
            yield from _terms(optional)
        case Exclude(include):
            yield from _terms(include)


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
    for hit in hits:
        worth, place = evidence.of(hit.paragraph.text)
        first = 0.0 if place is None else settings.weight_first * highest / (1 + math.log1p(place))
        parts[_name(hit)] = Parts(settings.weight_sentence * worth, first)
    return parts


def _raised(hit: Hit, parts: Mapping[tuple[str, int], Parts]) -> Hit:
    return replace(hit, score=hit.score + sum(parts[_name(hit)]))


def _name(hit: Hit) -> tuple[str, int]:
    return hit.info.id, hit.paragraph.position


def _by_score(hit: Hit) -> float:
    return -hit.score
