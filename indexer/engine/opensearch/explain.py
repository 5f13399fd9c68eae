"""The explanation of a score, computed here from the tokens of the paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.articles.model import ArticleInfo, Paragraph
from indexer.engine import explaining
from indexer.engine.base import Explained
from indexer.engine.opensearch.records import Source, info_of, paragraph_of, tokens_of
from indexer.engine.opensearch.statistics import Statistics
from indexer.engine.query import Facet, Node, Phrase, Prefix, Range, Term
from indexer.engine.scoring import Scoring
from indexer.schema import FieldType, Schema, facet_key


def explained(
    query: Node, source: Source, statistics: Statistics, scoring: Scoring, schema: Schema
) -> tuple[Explained, ...] | None:
    """What each leaf adds to the score of a paragraph, or None when the query does not match it."""
    paragraph = _Paragraph(source, info_of(source, schema), paragraph_of(source), statistics, scoring, schema)
    parts = explaining.explained(query, paragraph.scored, paragraph.passes)
    return None if parts is None else tuple(parts)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    source: Source
    info: ArticleInfo
    paragraph: Paragraph
    statistics: Statistics
    scoring: Scoring
    schema: Schema

    def passes(self, node: Facet | Range) -> bool:
        """Whether it passes a filter."""
        return self._has(node) if isinstance(node, Facet) else self._is_within(node)

    def scored(self, leaf: Term | Phrase | Prefix) -> Explained | None:
        """What a leaf adds to its score; None when it does not match."""
        tokens, statistics = tokens_of(self.source, leaf.field), self.statistics
        if isinstance(leaf, Prefix):
            known = statistics.expand(leaf.field, leaf.form, leaf.expansions)
            forms = tuple(form for form, _ in known if form in tokens)
            frequency, idf, share = sum(tokens.count(form) for form in forms), 1.0, 1.0
        else:
            forms = leaf.forms if isinstance(leaf, Phrase) else (leaf.form,)
            frequency = _side_by_side(tokens, forms)
            idf = sum(statistics.idf(leaf.field, form, self.scoring) for form in forms) if frequency else 0.0
            share = self._saturation(leaf, frequency, len(tokens)) if frequency else 0.0
        if not frequency:
            return None
        counts = tuple(statistics.frequency(leaf.field, form) for form in forms)
        average, score = statistics.average(leaf.field), leaf.weight * idf * share
        return Explained(leaf, forms, frequency, counts, idf, len(tokens), average, share, score)

    def _saturation(self, leaf: Term | Phrase, frequency: int, length: int) -> float:
        k1, b = self.scoring.k1, self.scoring.b
        norm = 1 - b + b * length / self.statistics.average(leaf.field)
        return frequency * (k1 + 1) / (frequency + k1 * norm)

    def _has(self, facet: Facet) -> bool:
        if facet.name == "article":
            return self.info.id == facet.value
        row = self.schema.rows.get(facet.name)
        if row is None or row.type is not FieldType.KEYWORD:
            return False
        values = (self.paragraph.kind.value,) if row.per_paragraph else self.info.values.get(facet.name, ())
        wanted, keys = facet_key(facet.value), [facet_key(str(value)) for value in values]
        return wanted in keys or (not facet.whole and any(f" {wanted} " in f" {key} " for key in keys))

    def _is_within(self, node: Range) -> bool:
        row = self.schema.rows.get(node.name)
        if row is None or row.type not in (FieldType.NUMBER, FieldType.DATE):
            return False
        return any(
            (node.first is None or value >= node.first)  # type: ignore[operator]  # of one type, by the row
            and (node.last is None or value <= node.last)  # type: ignore[operator]
            for value in self.info.values.get(node.name, ())
        )


def _side_by_side(tokens: Sequence[str], forms: Sequence[str]) -> int:
    """At how many places the forms stand in this order."""
    count, wanted = len(forms), list(forms)
    return sum(tokens[at : at + count] == wanted for at in range(len(tokens) - count + 1) if tokens[at] == wanted[0])
