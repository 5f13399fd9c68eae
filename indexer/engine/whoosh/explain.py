"""Explanation of a paragraph's score: the leaves of the query that match it, and the part of each."""

from __future__ import annotations

from bisect import bisect_left

from indexer.engine.base import Explained
from indexer.engine.explaining import explained
from indexer.engine.query import Facet, Node, Phrase, Prefix, Range, Term
from indexer.engine.scoring import Scoring
from indexer.engine.whoosh.evaluate import Evaluator
from indexer.engine.whoosh.limit import TimeLimit
from indexer.engine.whoosh.occurrences import positions_in
from indexer.engine.whoosh.statistics import Statistics
from indexer.schema import Field


class Explainer:
    """Explains the scores of paragraph `number` of segment `i`; raises `OutOfTime` when that takes too long."""

    def __init__(self, statistics: Statistics, i: int, number: int, scoring: Scoring, limit: TimeLimit) -> None:
        self._statistics, self._i, self._number, self._scoring = statistics, i, number, scoring
        self._limit = limit
        self._segment = statistics.segments[i]

    def parts(self, node: Node) -> list[Explained] | None:
        """What each leaf adds, or None when `node` does not match the paragraph."""
        return explained(node, self._leaf, self._passes)

    def _leaf(self, leaf: Term | Phrase | Prefix) -> Explained | None:
        return self._prefix(leaf) if isinstance(leaf, Prefix) else self._scored(leaf)

    def _passes(self, node: Facet | Range) -> bool:
        found = Evaluator(self._statistics, self._i, self._scoring, self._limit).evaluate(node).ids
        at = bisect_left(found, self._number)
        return at < len(found) and bool(found[at] == self._number)

    def _scored(self, leaf: Term | Phrase) -> Explained | None:
        forms = leaf.forms if isinstance(leaf, Phrase) else (leaf.form,)
        places = [self._positions(leaf.field, form) for form in forms]
        begins = [{position - step for position in positions} for step, positions in enumerate(places)]
        frequency = len(set.intersection(*begins))
        if not frequency:
            return None
        idf = sum(self._statistics.idf(leaf.field, form, self._scoring) for form in forms)
        norm = float(self._statistics.norms(self._i, leaf.field, self._scoring)[self._number])
        saturation = frequency * (self._scoring.k1 + 1) / (frequency + norm)
        return self._explained(leaf, forms, frequency, idf, saturation)

    def _prefix(self, leaf: Prefix) -> Explained | None:
        expansions = [form for form, _ in self._statistics.expand(leaf.field, leaf.form, leaf.expansions)]
        found = {form: len(places) for form in expansions if (places := self._positions(leaf.field, form))}
        return self._explained(leaf, tuple(found), sum(found.values()), 1.0, 1.0) if found else None

    def _explained(
        self, leaf: Term | Phrase | Prefix, forms: tuple[str, ...], frequency: int, idf: float, saturation: float
    ) -> Explained:
        statistics = self._statistics
        return Explained(
            leaf,
            forms,
            frequency,
            tuple(statistics.document_frequency(leaf.field, form) for form in forms),
            idf,
            int(self._segment.postings[leaf.field].lengths[self._number]),
            statistics.tokens[leaf.field] / statistics.paragraphs,
            saturation,
            leaf.weight * idf * saturation,
        )

    def _positions(self, field: Field, form: str) -> list[int]:
        """Where a form stands in the paragraph, ascending."""
        self._limit.check()
        place = self._statistics.places(field, form)[self._i]
        return [] if place is None else positions_in(self._segment.postings[field], place.term, self._number)
