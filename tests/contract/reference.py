"""The reference engine: the contract of `indexer.engine.base` in plain Python, by brute force.

It looks at every paragraph for every question, so what it answers can be checked by reading it. Real engines are held
against it. `reference_backend` keeps its generations.
"""

from __future__ import annotations

import datetime
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indexer.articles.model import Article, ArticleInfo
from indexer.engine.backend import EngineStats
from indexer.engine.base import (
    FRESH,
    Document,
    EnginePage,
    EngineRequest,
    Explained,
    FacetCounts,
    Hit,
    ordering,
)
from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Phrase, Prefer, Prefix, Range, Term
from indexer.engine.scoring import Scoring
from indexer.engine.value_counts import ValueCounts, count_values
from indexer.schema import COUNTED_PARTS, Field, Value, facet_key, value_text

KEYWORDS = ("source", "author", "place")
"""Facets whose values are counted together under one key."""


def occurrences(tokens: Sequence[str], forms: Sequence[str]) -> int:
    """At how many places of `tokens` the forms stand side by side."""
    return sum(list(tokens[i : i + len(forms)]) == list(forms) for i in range(len(tokens)))


@dataclass
class ReferenceEngine:
    """Everything is computed from `documents` when it is asked for."""

    documents: tuple[Document, ...]

    def _tokens(self, document: Document, in_field: Field) -> Sequence[str]:
        return document.tokens.get(in_field, ())

    @property
    def paragraphs(self) -> int:
        return len(self.documents)

    def _frequency(self, field: Field, form: str) -> int:
        return sum(form in self._tokens(document, field) for document in self.documents)

    def document_frequencies(self, names: Sequence[tuple[Field, str]]) -> list[int]:
        return [self._frequency(*name) for name in names]

    def expand(self, field: Field, prefix: str, most: int) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for document in self.documents:
            counts.update(form for form in set(self._tokens(document, field)) if form.startswith(prefix))
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: max(most, 0)]

    def _idf(self, field: Field, form: str, scoring: Scoring) -> float:
        frequency = self._frequency(field, form)
        return math.log(1 + (len(self.documents) - frequency + 0.5) / (frequency + 0.5)) ** scoring.idf_power

    def _bm25(self, document: Document, field: Field, tf: int, scoring: Scoring) -> float:
        average = sum(len(self._tokens(d, field)) for d in self.documents) / len(self.documents)
        norm = 1 - scoring.b + scoring.b * len(self._tokens(document, field)) / average
        return tf * (scoring.k1 + 1) / (tf + scoring.k1 * norm)

    def _expansions(self, node: Prefix) -> list[str]:
        return [form for form, _ in self.expand(node.field, node.form, node.expansions)]

    def _has_facet(self, document: Document, node: Facet) -> bool:
        if node.name == "article":
            return document.info.id == node.value
        wanted = facet_key(node.value)
        keys = [facet_key(value) for value in values_of(document, node.name) if isinstance(value, str)]
        return any(key == wanted or (not node.whole and f" {wanted} " in f" {key} ") for key in keys)

    def _is_between(self, value: Value, first: Value | None, last: Value | None) -> bool:
        if isinstance(value, str):
            return False
        return (first is None or value >= first) and (last is None or value <= last)  # type: ignore[operator]  # of one type

    def score(self, node: Node, document: Document, scoring: Scoring) -> float | None:
        """The score of a paragraph, or None when it does not match."""
        match node:
            case Term(in_field, form, weight):
                tf = list(self._tokens(document, in_field)).count(form)
                if tf == 0:
                    return None
                return weight * self._idf(in_field, form, scoring) * self._bm25(document, in_field, tf, scoring)
            case Phrase(in_field, forms, weight):
                tf = occurrences(self._tokens(document, in_field), forms)
                if tf == 0:
                    return None
                idf = sum(self._idf(in_field, form, scoring) for form in forms)
                return weight * idf * self._bm25(document, in_field, tf, scoring)
            case Prefix(in_field, _, weight):
                return weight if set(self._expansions(node)) & set(self._tokens(document, in_field)) else None
            case Facet():
                return 0.0 if self._has_facet(document, node) else None
            case Range(name, first, last):
                values = values_of(document, name)
                return 0.0 if any(self._is_between(value, first, last) for value in values) else None
            case Everything():
                return 0.0
            case All(children):
                scores = [self.score(child, document, scoring) for child in children]
                return None if None in scores else sum(score for score in scores if score is not None)
            case Any(children, minimum, counts):
                scores = [self.score(child, document, scoring) for child in children]
                met = [i for i, score in enumerate(scores) if score is not None]
                reached = sum(counts[i] for i in met) if counts else len(met)
                return sum(scores[i] or 0.0 for i in met) if reached >= minimum else None
            case Prefer(required, optional):
                score = self.score(required, document, scoring)
                return None if score is None else score + (self.score(optional, document, scoring) or 0.0)
            case Exclude(include, exclude):
                excluded = self.score(exclude, document, scoring) is not None
                return None if excluded else self.score(include, document, scoring)

    def search(self, request: EngineRequest) -> EnginePage:
        end = math.inf if request.seconds is None else time.monotonic() + request.seconds
        scores, degraded = {}, False
        for i, document in enumerate(self.documents):
            if time.monotonic() >= end:
                degraded = True
                break
            score = self.score(request.query, document, request.scoring)
            if score is not None:
                scores[i] = score

        order = None if request.sort == FRESH else ordering(request.sort)

        def key(i: int) -> int:
            """The place of a paragraph among the values it is ordered by; those without a value last."""
            values = values_of(self.documents[i], order[0]) if order else ()
            return places[sort_value(values[0])] if values else len(places)

        found = {sort_value(v) for i in scores for v in (values_of(self.documents[i], order[0]) if order else ())}
        places = {value: n for n, value in enumerate(sorted(found, reverse=order is not None and order[1]))}  # type: ignore[type-var]
        fresh = {i: 0.0 for i in scores}
        if request.sort == FRESH:
            for i in scores:
                day = self.documents[i].info.first("date")
                fresh[i] = -math.inf
                if isinstance(day, datetime.date):
                    fresh[i] = math.log2(max(scores[i], sys.float_info.min)) + day.toordinal() / request.half_life
        ranked = sorted(scores, key=lambda i: (-fresh[i], key(i), -scores[i], i))
        groups: dict[str, list[int]] = {}
        for i in ranked:
            groups.setdefault(self.documents[i].info.id, []).append(i)
        if request.per_article is None:
            shown = ranked[request.offset : request.offset + request.limit]
            matched = {}
        else:
            articles = list(groups)[request.offset : request.offset + request.limit]
            shown = [i for article in articles for i in groups[article][: request.per_article]]
            matched = {article: len(groups[article]) for article in articles}

        def matches(i: int) -> tuple[bool, ...]:
            return tuple(self.score(node, self.documents[i], request.scoring) is not None for node in request.named)

        counted = [
            i
            for i in (range(len(self.documents)) if request.counted else scores)
            if request.counted is None or self.score(request.counted, self.documents[i], request.scoring) is not None
        ]
        owners = Counter(self.documents[i].info.id for i in counted)
        matched = {article: owners[article] for article in matched}
        matched_besides = {article: len(set(groups[article]) - set(counted)) for article in matched}
        hits = tuple(
            Hit(self.documents[i].info, self.documents[i].paragraph, scores[i], i in counted, matches(i)) for i in shown
        )
        facets = {}
        for name in request.facets:
            writings: dict[str, Counter[str]] = {}
            without = sum(not facet_values(self.documents[i], name) for i in counted)
            for i in counted:
                for value in facet_values(self.documents[i], name):
                    writings.setdefault(facet_key(value) if name in KEYWORDS else value, Counter())[value] += 1
            named = [(min(own, key=lambda v: (-own[v], v)), own.total()) for own in writings.values()]
            named.sort(key=lambda item: (-item[1], item[0]))
            rest = named[request.facet_values :]
            facets[name] = FacetCounts(
                tuple(named[: request.facet_values]), len(rest), sum(n for _, n in rest), without
            )
        exact = not degraded
        besides, others = set(scores) - set(counted), set(groups) - set(owners)
        return EnginePage(
            hits,
            len(counted),
            len(owners),
            exact,
            exact,
            matched,
            facets,
            len(besides),
            len(others),
            matched_besides if request.counted else {},
            degraded,
        )

    def search_many(self, requests: Sequence[EngineRequest]) -> list[EnginePage]:
        return [self.search(request) for request in requests]

    def explain(
        self, query: Node, article_id: str, position: int, scoring: Scoring, seconds: float | None = None
    ) -> tuple[Explained, ...] | None:
        end = math.inf if seconds is None else time.monotonic() + seconds
        for document in self.documents:
            if time.monotonic() >= end:
                return None
            if (document.info.id, document.paragraph.position) == (article_id, position):
                if self.score(query, document, scoring) is None:
                    return None
                return tuple(self._parts(query, document, scoring))
        return None

    def _parts(self, node: Node, document: Document, scoring: Scoring) -> Iterator[Explained]:
        score = self.score(node, document, scoring)
        if score is None:
            return
        match node:
            case Term() | Phrase() | Prefix():
                yield self._part(node, document, scoring, score)
            case All(children) | Any(children):
                for child in children:
                    yield from self._parts(child, document, scoring)
            case Prefer(required, optional):
                yield from self._parts(required, document, scoring)
                yield from self._parts(optional, document, scoring)
            case Exclude(include):
                yield from self._parts(include, document, scoring)
            case _:
                pass

    def _part(self, leaf: Term | Phrase | Prefix, document: Document, scoring: Scoring, score: float) -> Explained:
        tokens = list(self._tokens(document, leaf.field))
        if isinstance(leaf, Prefix):
            forms = tuple(form for form in self._expansions(leaf) if form in tokens)
            tf, idf, saturation = sum(map(tokens.count, forms)), 1.0, 1.0
        else:
            forms = leaf.forms if isinstance(leaf, Phrase) else (leaf.form,)
            tf = occurrences(tokens, forms)
            idf = sum(self._idf(leaf.field, form, scoring) for form in forms)
            saturation = self._bm25(document, leaf.field, tf, scoring)
        frequencies = tuple(self._frequency(leaf.field, form) for form in forms)
        average = sum(len(self._tokens(d, leaf.field)) for d in self.documents) / len(self.documents)
        return Explained(leaf, forms, tf, frequencies, idf, len(tokens), average, saturation, score)

    def article(self, article_id: str) -> Article | None:
        found = [document for document in self.documents if document.info.id == article_id]
        if not found:
            return None
        paragraphs = sorted((document.paragraph for document in found), key=lambda paragraph: paragraph.position)
        return Article(found[0].info, tuple(paragraphs))

    def articles(self) -> Iterator[ArticleInfo]:
        yield from {document.info.id: document.info for document in self.documents}.values()

    def value_counts(self, names: Sequence[str]) -> Mapping[str, ValueCounts]:
        return count_values(self.articles(), names)

    def paragraph_counts(self, article_ids: Sequence[str]) -> list[int]:
        return [sum(document.info.id == article_id for document in self.documents) for article_id in article_ids]

    def stats(self) -> EngineStats:
        return EngineStats(
            articles=len(list(self.articles())),
            paragraphs=len(self.documents),
            terms={f: len({form for d in self.documents for form in self._tokens(d, f)}) for f in Field},
            tokens={f: sum(len(self._tokens(d, f)) for d in self.documents) for f in Field},
            bytes=0,
        )

    def close(self) -> None:
        pass


def values_of(document: Document, name: str) -> tuple[Value, ...]:
    """The values of a metadata field."""
    return (str(document.paragraph.kind),) if name == "kind" else document.info.values.get(name, ())


def sort_value(value: Value) -> tuple[str, str] | float | datetime.date:
    """What a value is ordered by."""
    return (facet_key(value), value) if isinstance(value, str) else value


def facet_values(document: Document, name: str) -> set[str]:
    """The distinct values of a facet, as they are shown."""
    if name in COUNTED_PARTS:
        length = {"year": 4, "month": 7, "date": 10}[name]
        return {value_text(value)[:length] for value in values_of(document, COUNTED_PARTS[name][0])}
    values = values_of(document, name)
    return {value_text(value)[:4] if isinstance(value, datetime.date) else value_text(value) for value in values}
