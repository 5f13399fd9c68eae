"""Similar passages: a passage becomes a query.

Its most distinctive words, by tf * idf * capital weight over syllables and words, become one tree. Most words of a
passage say little about it; twenty or so say nearly all (as the relevance feedback of Robertson and Spärck Jones 1976
picks terms). Fetching the passage and what is found lives in `indexer.search.index`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.engine.base import Vocabulary
from indexer.engine.query import Any, Exclude, Facet, Node, Term
from indexer.engine.scoring import Scoring
from indexer.passages.targets import Target, whole_target
from indexer.query.weighing import CapitalWeights
from indexer.schema import Field, text_fields
from indexer.settings import Settings
from indexer.vietnamese import analyze

MOST_TERMS = 24
"""Terms of a passage that are searched, the ones that score highest. On Wikipedia, from 16 to 40 find alike."""

LEAST_TERMS = 2
"""Of these terms, how many a passage must hold to be like it: one word in common is no likeness."""


@dataclass(frozen=True, slots=True)
class SimilarQuery:
    """What to ask and what to highlight for one passage; `words` are the forms asked for, the most distinctive first.

    `node` is None when the passage has no word that any other one has.
    """

    node: Node | None
    targets: tuple[Target, ...]
    words: tuple[str, ...]


def similar_query(
    text: str, vocabulary: Vocabulary, paragraphs: int, settings: Settings, weights: CapitalWeights, *, without: str
) -> SimilarQuery:
    """The tree of a passage with the text `text`, in an index of `paragraphs` passages.

    `without` is the id of an article whose passages are left out ("" leaves none out).
    """
    terms = sorted(_terms(text, vocabulary, paragraphs, settings, weights), key=lambda found: -found[0])[:MOST_TERMS]
    if not terms:
        return SimilarQuery(None, (), ())
    node: Node = Any(tuple(term for _, term in terms), min(LEAST_TERMS, len(terms)))
    if without:
        node = Exclude(node, Facet("article", without))
    forms = dict.fromkeys(tuple(term.form.split("_")) for _, term in terms)
    return SimilarQuery(node, tuple(map(whole_target, forms)), tuple(" ".join(form) for form in forms))


def _terms(
    text: str, vocabulary: Vocabulary, paragraphs: int, settings: Settings, weights: CapitalWeights
) -> Iterator[tuple[float, Term]]:
    """Each distinct term that some other passage may have too, with its weight."""
    fields = text_fields(analyze(text))
    scoring = Scoring(settings.k1, settings.b, settings.idf_power)
    weights_of = {Field.SYLLABLES: settings.weight_syllables, Field.WORDS: settings.weight_words}
    counts = {
        (field, form): count
        for field, weight in weights_of.items()
        if weight > 0
        for form, count in Counter(fields[field]).items()
    }
    frequencies = vocabulary.document_frequencies(list(counts))
    for ((field, form), count), held in zip(counts.items(), frequencies, strict=True):
        if held >= 2:
            saturated = count * (settings.k1 + 1) / (count + settings.k1)
            leaf = weights.weighed(Term(field, form, weights_of[field] * saturated))
            assert isinstance(leaf, Term)
            yield leaf.weight * scoring.idf(held, paragraphs), leaf
