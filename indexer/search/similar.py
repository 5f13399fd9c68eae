"""Similar passages: a passage becomes a query.

Its most distinctive names and words, by tf * idf * capital weight, become one tree: a name or a word of several
syllables as these side by side, never a stray syllable of it. Most words of a passage say little about it; twenty or so
say nearly all (as the relevance feedback of Robertson and Spärck Jones 1976 picks terms). Fetching the passage and what
is found lives in `indexer.search.index`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.engine.base import Vocabulary
from indexer.engine.query import Any, Exclude, Facet, Node, Phrase, Term
from indexer.engine.scoring import Scoring
from indexer.passages.targets import Target, whole_target
from indexer.query.frequencies import Frequencies, Name, leaf
from indexer.query.weighing import CapitalWeights
from indexer.schema import Field, bigram
from indexer.settings import Settings
from indexer.vietnamese import FUNCTION_WORDS, Analysis, analyze

MOST_TERMS = 24
"""Terms of a passage that are searched, the ones that score highest. On Wikipedia, from 16 to 40 find alike."""

LEAST_SYLLABLES = 2
"""Of these terms, how many syllables a passage must hold to be like it: one in common is no likeness."""

LONGEST_WHOLE_TITLE = 6
"""Syllables of a name that are met side by side; what has more is a heading."""

_WITHIN_NAME = frozenset((" ", "-", "–"))


@dataclass(frozen=True, slots=True)
class SimilarQuery:
    """What to ask and what to highlight for one passage.

    `words` are the names and words asked for, as forms, the most distinctive first.

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
    syllables = tuple([len(forms) for _, _, forms in terms])
    node: Node = Any(tuple([term for _, term, _ in terms]), min(LEAST_SYLLABLES, sum(syllables)), syllables)
    if without:
        node = Exclude(node, Facet("article", without))
    forms = [found for _, _, found in terms]
    return SimilarQuery(node, tuple(map(whole_target, forms)), tuple(" ".join(form) for form in forms))


def _terms(
    text: str, vocabulary: Vocabulary, paragraphs: int, settings: Settings, weights: CapitalWeights
) -> Iterator[tuple[float, Term | Phrase, tuple[str, ...]]]:
    """Each distinct name and word that some other passage may have too, with how much it says and its forms."""
    counts = Counter(_words(text, analyze(text)))
    scoring = Scoring(settings.k1, settings.b, settings.idf_power)
    frequencies = Frequencies.ask(vocabulary, (name for forms in counts for name in _names(forms)))
    for forms, count in counts.items():
        held = min(frequencies.frequency(*name) for name in _names(forms))
        if held >= 2:
            saturated = count * (settings.k1 + 1) / (count + settings.k1)
            found = weights.weighed(leaf(Field.SYLLABLES, forms, settings.weight_syllables * saturated))
            assert isinstance(found, Term | Phrase)
            yield found.weight * scoring.idf(held, paragraphs), found, forms


def _words(text: str, analysis: Analysis) -> Iterator[tuple[str, ...]]:
    """The names of a text, and its words that are no part of one, as forms; without function words."""
    capital = [text[start].isupper() for start in analysis.starts]
    gaps = [text[end:start] for end, start in zip(analysis.ends, analysis.starts[1:], strict=False)]
    goes_on = [
        False,
        *(one and two and gap in _WITHIN_NAME for (one, two), gap in zip(pairwise(capital), gaps, strict=True)),
    ]
    for word in analysis.words:
        # `Bộ Khoa học`: a name ends where its last word does.
        goes_on[word.first + 1 : word.last + 1] = [
            goes_on[at] or goes_on[at - 1] for at in range(word.first + 1, word.last + 1)
        ]
    firsts = [at for at, joined in enumerate(goes_on) if not joined]
    named = [False] * len(capital)
    for first, end in pairwise([*firsts, len(capital)]):
        if first < end and analysis.forms[first] in FUNCTION_WORDS:
            first += 1  # `Tại Hà Nội`: it only begins a sentence.
        if 1 < end - first <= LONGEST_WHOLE_TITLE:
            named[first:end] = [True] * (end - first)
            yield tuple(analysis.forms[first:end])
    for word in analysis.words:
        forms = tuple(analysis.forms[word.first : word.last + 1])
        if not all(named[word.first : word.last + 1]) and not (len(forms) == 1 and forms[0] in FUNCTION_WORDS):
            yield forms


def _names(forms: Sequence[str]) -> list[Name]:
    """The terms that a passage has which holds forms side by side."""
    if len(forms) == 1:
        return [(Field.SYLLABLES, forms[0])]
    return [(Field.BIGRAMS, bigram(*pair)) for pair in pairwise(forms)]
